"""Steps that the tests of grading share: an application taken as far as a stage, time that passes."""

from __future__ import annotations

from datetime import timedelta

from lantian.demo.grading_papers import paper, photograph

PDF = paper("test")


def to_meeting(application, person):  # type: ignore[no-untyped-def]
    from lantian.office.audit.vault import store
    from lantian.office.grading import actions

    papers = {"protocol": [store("记录.pdf", PDF)], "photos": [store("照片.png", photograph(3))]}
    actions.submit(person("enterprise"), application, expect=0)
    actions.county(person("district"), application, "county-pass", expect=1)
    actions.city(person("air"), application, "city-pass", expect=2)
    actions.site_check(person("inspector"), application, "site-pass", expect=3, papers=papers)


def to_ready(application, person):  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions

    to_meeting(application, person)
    actions.opine(person("expert"), application, expect=4, agrees=True, text="同意")
    actions.meeting(person("air"), application, "meeting-pass", expect=5)
    application.refresh_from_db()
    application.case.refresh_from_db()
    return application


def to_notice(application, person):  # type: ignore[no-untyped-def]
    from lantian.office.grading import batch_actions as batches
    from lantian.office.grading.documents import batch_documents

    ready = to_ready(application, person)
    document, word = batch_documents("测试批次", [ready])
    made = batches.report(person("air"), "测试批次", {ready.pk: ready.case.version}, document, word)
    return batches.publish(person("air"), made)


def pass_time(days: int) -> None:
    """Move every case so far into the past, as if that many days had gone by."""
    from django.db.models import F

    from lantian.office.process.models import Case, Step

    back = timedelta(days=days)
    Case.objects.update(since=F("since") - back, started_at=F("started_at") - back)
    Step.objects.update(at=F("at") - back)


def text(response) -> str:  # type: ignore[no-untyped-def]
    return response.content.decode()
