"""Addresses of the water pages."""

from django.urls import path

from lantian.office.water import pages

urlpatterns = [
    path("", pages.sections, name="water-sections"),
    path("section/<str:name>/", pages.section, name="water-section"),
    path("import/", pages.take_in, name="water-import"),
]
