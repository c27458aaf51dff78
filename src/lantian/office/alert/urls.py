"""Addresses of the alert pages."""

from django.urls import path

from lantian.office.alert import order_pages, pages, plan_pages, review_pages

urlpatterns = [
    path("", pages.alerts, name="alerts"),
    path("propose/", pages.propose, name="alert-propose"),
    path("<int:pk>/", pages.alert, name="alert"),
    path("<int:pk>/sign/", pages.sign, name="alert-sign"),
    path("<int:pk>/end/", pages.end, name="alert-end"),
    path("<int:pk>/extend/", pages.extension, name="alert-extend"),
    path("extension/<int:pk>/", pages.extension_decide, name="extension-decide"),
    path("<int:pk>/plan/", plan_pages.plan, name="alert-plan"),
    path("<int:pk>/issue/", plan_pages.issue, name="alert-issue"),
    path("<int:pk>/compare/", plan_pages.compare, name="alert-compare"),
    path("<int:pk>/what-if/", plan_pages.what_if, name="alert-what-if"),
    path("what-if/<int:pk>/", plan_pages.what_if_firms, name="what-if"),
    path("plan/<int:pk>/draft/", plan_pages.open_draft, name="alert-draft-open"),
    path("draft/<int:pk>/", plan_pages.draft, name="alert-draft"),
    path("<int:pk>/orders/", order_pages.orders, name="alert-orders"),
    path("order/<int:pk>/", order_pages.order, name="alert-order"),
    path("order/<int:pk>/order.pdf", order_pages.order_pdf, name="alert-order-pdf"),
    path("photo/<int:pk>/", order_pages.photo, name="order-photo"),
    path("<int:pk>/review/", review_pages.review, name="alert-review"),
    path("review/<int:pk>/<str:form>/", review_pages.review_file, name="alert-review-file"),
    path("own/", order_pages.own_orders, name="own-orders"),
    path("own/<int:pk>/", order_pages.answer, name="own-answer"),
]
