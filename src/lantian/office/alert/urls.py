"""Addresses of the alert pages."""

from django.urls import path

from lantian.office.alert import pages

urlpatterns = [
    path("", pages.alerts, name="alerts"),
    path("propose/", pages.propose, name="alert-propose"),
    path("<int:pk>/", pages.alert, name="alert"),
    path("<int:pk>/sign/", pages.sign, name="alert-sign"),
    path("<int:pk>/end/", pages.end, name="alert-end"),
    path("<int:pk>/plan/", pages.plan, name="alert-plan"),
    path("<int:pk>/issue/", pages.issue, name="alert-issue"),
    path("own/", pages.own_orders, name="own-orders"),
    path("own/<int:pk>/", pages.answer, name="own-answer"),
]
