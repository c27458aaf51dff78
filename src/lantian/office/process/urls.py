"""Addresses of the processes."""

from django.urls import path

from lantian.office.process import pages

urlpatterns = [
    path("", pages.processes, name="processes"),
    path("<slug:key>/", pages.process, name="process"),
]
