"""Addresses of the air pages."""

from django.urls import path, register_converter

from lantian.office.air import pages
from lantian.office.site.converters import DayConverter

register_converter(DayConverter, "day")

urlpatterns = [
    path("", pages.now, name="air-now"),
    path("period/<str:period>/", pages.period_page, name="air-period"),
    path("period/<str:period>/bulletin.<str:form>", pages.bulletin, name="air-bulletin"),
    path("quality/<day:day>/", pages.quality, name="air-quality"),
    path("import/", pages.take_in, name="air-import"),
]
