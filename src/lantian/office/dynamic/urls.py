"""Addresses of spot checks, downgrades, the way up and the firm's own page."""

from __future__ import annotations

from django.urls import path

from lantian.office.dynamic import check_pages, downgrade_pages, own_pages

urlpatterns = [
    path("own/", own_pages.home, name="own"),
    path("firms/way-up/<path:firm>/", own_pages.way_up, name="way-up"),
    path("dynamic/", check_pages.overview, name="dynamic"),
    path("dynamic/draws/new/", check_pages.announce, name="draw-announce"),
    path("dynamic/draws/<int:number>/", check_pages.one_draw, name="draw"),
    path("dynamic/draws/<int:number>/now/", check_pages.draw_now, name="draw-now"),
    path("dynamic/draws/<int:number>/order.csv", check_pages.whole_order, name="draw-order"),
    path("dynamic/checks/<int:number>/", check_pages.one_check, name="grade-check"),
    path("dynamic/checks/<int:number>/step/", check_pages.step, name="grade-check-step"),
    path("dynamic/checks/<int:number>/assign/", check_pages.assign, name="grade-check-assign"),
    path(
        "dynamic/checks/<int:number>/files/<int:taken>/<str:hash>/",
        check_pages.file,
        name="grade-check-file",
    ),
    path("dynamic/downgrades/new/", downgrade_pages.new, name="downgrade-new"),
    path("dynamic/downgrades/<int:number>/", downgrade_pages.one, name="downgrade"),
    path("dynamic/downgrades/<int:number>/step/", downgrade_pages.step, name="downgrade-step"),
    path(
        "dynamic/downgrades/<int:number>/files/<int:taken>/<str:hash>/",
        downgrade_pages.file,
        name="downgrade-file",
    ),
]
