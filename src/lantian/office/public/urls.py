"""Addresses of the public pages."""

from django.urls import path

from lantian.office.public import pages

urlpatterns = [
    path("air/", pages.air, name="public-air"),
    path("water/", pages.water, name="public-water"),
    path("soil/", pages.soil, name="public-soil"),
]
