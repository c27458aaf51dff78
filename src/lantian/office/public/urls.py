"""Addresses of the public pages."""

from django.urls import path

from lantian.office.grading import public_pages as grading
from lantian.office.public import feeds, lists, pages
from lantian.office.public.data import DATA_SETS, data_page

urlpatterns = [
    path("", pages.home, name="public-home"),
    path("air/", pages.air, name="public-air"),
    path("water/", pages.water, name="public-water"),
    path("soil/", pages.soil, name="public-soil"),
    path("grading/", grading.batches, name="public-grading"),
    path("grading/<int:batch>/", grading.batch, name="public-grading-batch"),
    path("grading/<int:batch>/object/", grading.object_page, name="public-grading-object"),
    path("alerts/", pages.alerts, name="public-alerts"),
    path("firms/", lists.firms, name="public-firms"),
    path("firms/firm/<path:firm>/", lists.firm, name="public-firm"),
    path("notices/", lists.notices, name="public-notices"),
    path("notices/<int:notice>/", lists.notice, name="public-notice"),
    path("notices/<int:notice>/file/", lists.notice_file, name="public-notice-file"),
    path("bulletins/", lists.bulletins, name="public-bulletins"),
    path("bulletins/<int:bulletin>/", lists.bulletin, name="public-bulletin"),
    path("bulletins/<int:bulletin>/<str:file>", lists.bulletin_file, name="public-bulletin-file"),
    path("data/", pages.data, name="public-data"),
    *(
        path(f"data/{key}.{form}", data_page(key, form), name=f"public-{key}-{form}")
        for key in DATA_SETS
        for form in ("csv", "json")
    ),
    path("feed.atom", feeds.feed, name="public-feed"),
    path("sitemap.xml", feeds.sitemap, name="public-sitemap"),
]
