"""Addresses of the public pages."""

from django.urls import path

from lantian.office.grading import public_pages as grading
from lantian.office.public import pages

urlpatterns = [
    path("air/", pages.air, name="public-air"),
    path("water/", pages.water, name="public-water"),
    path("soil/", pages.soil, name="public-soil"),
    path("grading/", grading.batches, name="public-grading"),
    path("grading/<int:batch>/", grading.batch, name="public-grading-batch"),
]
