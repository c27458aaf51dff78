"""Issue 4, section 2.4: batches, public notice, objections; a batch is withdrawn, never deleted."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from grading_steps import text, to_notice, to_ready

from lantian.kernel.problem import LantianError


def test_a_batch_holds_only_what_is_ready(complete_draft, person, site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading.models import Batch

    before = Batch.objects.count()
    ready = to_ready(complete_draft, person)
    client = site("air")
    for chosen in ([], ["999999:1"], ["x:y"], [f"{ready.pk}:{ready.case.version}", "2:1"]):
        page = text(
            client.post("/grading/batches/report/", {"chosen": chosen, "name": "批"}, follow=True)
        )
        assert "C026" in page or "C002" in page
    assert Batch.objects.count() == before
    chosen = [f"{ready.pk}:{ready.case.version}"]
    page = text(
        client.post("/grading/batches/report/", {"chosen": chosen, "name": "第三批"}, follow=True)
    )
    assert "已列入批次上报" in page
    made = Batch.objects.first()
    assert client.get(f"/grading/batches/{made.pk}/document.pdf").getvalue().startswith(b"%PDF")
    assert client.get(f"/grading/batches/{made.pk}/document.docx").getvalue().startswith(b"PK")
    assert client.get(f"/grading/batches/{made.pk}/document.exe").status_code == 404
    assert site().get(f"/public/grading/{made.pk}/").status_code == 404  # not published yet
    again = text(
        client.post("/grading/batches/report/", {"chosen": chosen, "name": "第三批"}, follow=True)
    )
    assert "C026" in again


def test_a_withdrawn_batch_stays_visible_and_its_firms_wait_for_another(
    complete_draft, person, site
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import batch_actions as batches

    batch = to_notice(complete_draft, person)
    with pytest.raises(LantianError, match="C005"):
        batches.withdraw_batch(person("air"), batch, " ")
    batches.withdraw_batch(person("air"), batch, "名单有误")
    complete_draft.refresh_from_db()
    assert complete_draft.batch is None
    assert complete_draft.case.state == "ready"
    page = text(site().get(f"/public/grading/{batch.pk}/"))
    assert "名单有误" in page
    assert complete_draft.firm_name in page
    assert "提出异议" not in page
    for call in (batches.take_effect, batches.publish):
        with pytest.raises(LantianError, match="C027"):
            call(person("air"), batch)
    with pytest.raises(LantianError, match="C028"):
        batches.object_publicly(batch, complete_draft.pk, name="a", contact="b", text="c")


@pytest.mark.parametrize(("outcome", "state"), [("return", "returned"), ("refuse", "refused")])
def test_an_upheld_objection_takes_the_firm_out(outcome, state, complete_draft, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import batch_actions as batches
    from lantian.office.grading.models import Award

    batch = to_notice(complete_draft, person)
    made = batches.object_publicly(batch, complete_draft.pk, name="某", contact="1", text="有据")
    with pytest.raises(LantianError, match="C005"):
        batches.answer(person("air"), made, expect=0, outcome=outcome, text="")
    with pytest.raises(LantianError, match="C001"):
        batches.answer(person("air"), made, expect=0, outcome="nonsense", text="x")
    batches.answer(person("air"), made, expect=0, outcome=outcome, text="属实")
    complete_draft.refresh_from_db()
    assert complete_draft.case.state == state
    with pytest.raises(LantianError, match="C013"):
        batches.answer(person("air"), made, expect=0, outcome=outcome, text="属实")
    assert not Award.objects.filter(application=complete_draft).exists()


def test_an_objection_needs_its_parts_and_an_address_may_not_flood(
    complete_draft, person, site
) -> None:  # type: ignore[no-untyped-def]
    from django.core.cache import caches

    from lantian.office.grading.public_pages import MOST_A_MINUTE

    batch = to_notice(complete_draft, person)
    client, address = site(), f"/public/grading/{batch.pk}/object/"
    for lacking in (
        {},
        {"application": "x"},
        {"application": complete_draft.pk, "name": "某", "contact": "1"},
    ):
        page = text(client.post(address, lacking, follow=True))
        assert "C029" in page
    caches["rates"].clear()
    full = {
        "application": complete_draft.pk,
        "name": "某",
        "contact": "1",
        "text": "<script>alert(1)</script>",
    }
    for _ in range(MOST_A_MINUTE):
        assert "异议已收到" in text(client.post(address, full, follow=True))
    assert "C030" in text(client.post(address, full, follow=True))
    assert batch.objections.count() == MOST_A_MINUTE
    assert "<script>alert" not in text(site("air").get(f"/grading/batches/{batch.pk}/"))
    assert "某 1" not in text(
        site("auditor").get(f"/grading/batches/{batch.pk}/")
    )  # the person is the officer's only


def test_only_the_officer_answers_and_publishes(complete_draft, person, site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import batch_actions as batches

    batch = to_notice(complete_draft, person)
    made = batches.object_publicly(batch, complete_draft.pk, name="某", contact="1", text="x")
    for role in ("leader", "enterprise", "district", "expert"):
        with pytest.raises(PermissionDenied):
            batches.answer(person(role), made, expect=0, outcome="reject", text="x")
        with pytest.raises(PermissionDenied):
            batches.withdraw_batch(person(role), batch, "x")
    assert (
        site("leader").post(f"/grading/batches/{batch.pk}/step/", {"step": "publish"}).status_code
        == 403
    )
    assert (
        site("air").post(f"/grading/batches/{batch.pk}/step/", {"step": "nothing"}).status_code
        == 404
    )
