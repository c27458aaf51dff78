"""Addresses of what the bureau publishes, on its own side."""

from django.urls import path

from lantian.office.publicity import pages

urlpatterns = [
    path("", pages.notices, name="notices"),
    path("new/", pages.new, name="notice-new"),
    path("import/", pages.take_in, name="notices-import"),
    path("template.csv", pages.template, name="notices-template"),
    path("bulletins/", pages.bulletins, name="bulletins"),
    path("bulletins/publish/", pages.publish_bulletin, name="bulletin-publish"),
    path("bulletins/<int:bulletin>/withdraw/", pages.withdraw_bulletin, name="bulletin-withdraw"),
    path("<int:notice>/", pages.notice, name="notice"),
    path("<int:notice>/edit/", pages.edit, name="notice-edit"),
    path("<int:notice>/file/", pages.attachment, name="notice-file"),
    path("<int:notice>/<str:step>/", pages.step, name="notice-step"),
]
