"""Addresses of firms and of the list."""

from django.urls import path

from lantian.office.registry import firm_map, grade_pages, list_pages, map_image, pages

urlpatterns = [
    path("firms/", pages.firms, name="firms"),
    path("firms/map/", firm_map.firm_map, name="firms-map"),
    path("firms/map.svg", map_image.map_image, name="firms-map-image"),
    path("firms/export.xlsx", pages.export, name="firms-export"),
    path("firms/firm/<path:firm>/", pages.firm, name="firm"),
    path("list/", list_pages.overview, name="list"),
    path("list/upload/", list_pages.take_in, name="list-take-in"),
    path("list/upload/<int:upload>/", list_pages.upload_page, name="list-upload"),
    path("list/upload/<int:upload>/marked.xlsx", list_pages.marked, name="list-marked"),
    path("list/upload/<int:upload>/accept/", list_pages.accept_page, name="list-accept"),
    path("list/edition/<int:edition>/", list_pages.edition_page, name="list-edition"),
    path("list/grades/", grade_pages.grades, name="list-grades"),
    path("list/grades/write/", grade_pages.write_grades, name="list-grades-write"),
    path("list/compare/", list_pages.compare, name="list-compare"),
]
