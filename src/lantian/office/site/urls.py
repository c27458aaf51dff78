"""All addresses of the site."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView

from lantian.office.audit import pages as audit
from lantian.office.people.access import public
from lantian.office.public import feeds as public_pages
from lantian.office.site import pages, today

urlpatterns = [
    path("", public(RedirectView.as_view(pattern_name="public-home")), name="home"),
    path("today/", today.today, name="today"),
    path("language/", pages.choose_language, name="set_language"),
    path("type-size/", pages.type_size, name="type-size"),
    path("", include("lantian.office.people.urls")),
    path("record/", audit.record_page, name="record"),
    path("record/<int:number>/", audit.event_page, name="record-event"),
    path("record/ledger.jsonl", audit.export_page, name="record-export"),
    path("record/public-key.json", audit.key_page, name="record-key"),
    path("air/", include("lantian.office.air.urls")),
    path("water/", include("lantian.office.water.urls")),
    path("soil/", include("lantian.office.soil.urls")),
    path("alert/", include("lantian.office.alert.urls")),
    path("grading/", include("lantian.office.grading.urls")),
    path("processes/", include("lantian.office.process.urls")),
    path("monitoring/", include("lantian.office.monitoring.urls")),
    path("rules/", include("lantian.office.rulebook.urls")),
    path("", include("lantian.office.dynamic.urls")),
    path("", include("lantian.office.registry.urls")),
    path("help/", include("lantian.office.help.urls")),
    path("publicity/", include("lantian.office.publicity.urls")),
    path("public/", include("lantian.office.public.urls")),
    path("robots.txt", public_pages.robots, name="robots"),
    path("", include("lantian.office.exchange.urls")),
    path("", include("lantian.office.api.urls")),
]
