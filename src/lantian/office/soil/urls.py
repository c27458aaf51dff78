"""Addresses of the soil pages."""

from django.urls import path

from lantian.office.soil import pages

urlpatterns = [
    path("", pages.parcels, name="soil-parcels"),
    path("import/", pages.take_in, name="soil-import"),
    path("parcel/<str:parcel_id>/", pages.parcel, name="soil-parcel"),
    path("parcel/<str:parcel_id>/event/", pages.note, name="soil-note"),
]
