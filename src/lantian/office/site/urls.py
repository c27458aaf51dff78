"""All addresses of the site."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView

from lantian.office.audit import pages as audit
from lantian.office.people import pages as people
from lantian.office.people.access import public
from lantian.office.site import pages

urlpatterns = [
    path("", public(RedirectView.as_view(pattern_name="public-air")), name="home"),
    path("today/", pages.today, name="today"),
    path("language/", pages.choose_language, name="set_language"),
    path("type-size/", pages.type_size, name="type-size"),
    path("sign-in/", people.sign_in, name="sign-in"),
    path("sign-out/", people.sign_out, name="sign-out"),
    path("record/", audit.record_page, name="record"),
    path("record/<int:number>/", audit.event_page, name="record-event"),
    path("record/ledger.jsonl", audit.export_page, name="record-export"),
    path("air/", include("lantian.office.air.urls")),
    path("water/", include("lantian.office.water.urls")),
    path("soil/", include("lantian.office.soil.urls")),
    path("alert/", include("lantian.office.alert.urls")),
    path("monitoring/", include("lantian.office.monitoring.urls")),
    path("processes/", include("lantian.office.process.urls")),
    path("rules/", include("lantian.office.rulebook.urls")),
    path("", include("lantian.office.registry.urls")),
    path("public/", include("lantian.office.public.urls")),
]
