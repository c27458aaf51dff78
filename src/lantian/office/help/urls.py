"""Addresses of the help."""

from __future__ import annotations

from django.urls import path

from lantian.office.help import pages

urlpatterns = [
    path("", pages.contents, name="help"),
    path("for/<slug:guide>/", pages.open_topic, name="help-open"),
    path("page/<path:topic>/", pages.topic, name="help-topic"),
]
