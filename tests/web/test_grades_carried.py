"""Grades in force carried into the list; orders that would rest on a replaced one (issue 4, section 2; 0183)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

OWN = "虚构-00001"
PAGE, WRITE = "/list/grades/", "/list/grades/write/"
DAY = "2026-12-15"


@pytest.fixture
def award(filled, db):  # type: ignore[no-untyped-def]
    """Return a function that gives a firm of the list in force a grade, a day after or before its edition."""
    from lantian.office.grading.models import Award
    from lantian.office.registry.figures import current
    from lantian.office.registry.models import Firm
    from lantian.rulebook import load_rulebook

    def given(firm_id: str, grade: str, days: int = 1) -> Award:
        edition = current()
        firm = Firm.objects.get(edition=edition, firm_id=firm_id)
        Award.objects.filter(firm_id=firm_id, ended_at=None).delete()
        industry = load_rulebook().industry_slug(firm.industry)
        return Award.objects.create(
            firm_id=firm_id, firm_name=firm.name, district=firm.district, industry=industry, industry_zh=firm.industry,
            grade=grade, document="2026年第五批", by="air",
            at=edition.at + timedelta(days=days),
        )  # fmt: skip

    return given


def firm_where(**wanted: str):  # type: ignore[no-untyped-def]
    """Return a firm of the edition in force without an award, of which something holds."""
    from lantian.office.grading.models import Award
    from lantian.office.registry.figures import current
    from lantian.office.registry.models import Firm

    given = Award.objects.filter(ended_at=None).values("firm_id")
    return Firm.objects.filter(edition=current(), **wanted).exclude(firm_id__in=given).first()


def _event(what: str) -> dict[str, Any]:
    """Return what the newest event of a kind says."""
    from lantian.office.audit.models import Event

    found: dict[str, Any] = json.loads(Event.objects.filter(what=what).latest("number").event)
    values: dict[str, Any] = found["values"]
    return values


def write(client, *firms: str, **fields: object):  # type: ignore[no-untyped-def]
    from lantian.office.registry.figures import current

    values = {"firm": list(firms), "day": DAY, "edition": current().number} | fields
    return client.post(WRITE, values, follow=True)


def test_a_grade_that_took_effect_becomes_an_edition_by_one_step(site, award) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.figures import current
    from lantian.office.registry.models import Firm, FirmChange, FirmDetail

    firm = firm_where(grade="B")
    made = award(firm.firm_id, "A")
    client, before = site("air"), current()
    assert "已生效的等级与现行清单不一致" in client.get("/list/").content.decode()
    shown = client.get(PAGE)
    (row,) = [r for r in shown.context["rows"] if r["standing"].firm.firm_id == firm.firm_id]
    assert (row["says"][0], row["holds"][0], row["late"]) == ("B", "A", True)
    assert f'value="{firm.firm_id}"' in shown.content.decode()

    page = write(client, firm.firm_id)
    upload = page.context["upload"]
    assert upload.name == f"清单第{before.number}版-写入生效等级-{DAY}.xlsx"
    noted = _event("list.upload")["carried"]
    assert noted["edition"] == before.number
    assert noted["awards"] == {firm.firm_id: made.pk}

    errors = [e["code"] for e in page.context["errors"]]
    fields = {"seen": before.number, "ack": errors, "reason": "演示"}
    client.post(f"/list/upload/{upload.pk}/accept/", fields, follow=True)
    after = current()
    assert after.number == before.number + 1
    assert (after.added, after.removed) == (0, 0)
    changed = {c.firm_id: c.changes for c in FirmChange.objects.filter(edition=after)}
    assert set(changed) == {firm.firm_id}  # nothing else of the list moved
    now = Firm.objects.get(edition=after, firm_id=firm.firm_id)
    assert now.grade == "A"
    assert "2026年第五批（" in FirmDetail.objects.get(firm=now).values["grade_notice"]
    assert not [
        r for r in client.get(PAGE).context["rows"] if r["standing"].firm.firm_id == firm.firm_id
    ]


def test_a_lower_grade_raises_what_was_filed_to_the_new_floor(site, award) -> None:  # type: ignore[no-untyped-def]
    from lantian.jobs.lists import read_list
    from lantian.office.registry.actions import named_copy
    from lantian.office.registry.models import Upload

    firm = firm_where(grade="A", state="normal", guaranteed=False)
    award(firm.firm_id, "D")
    before = _shares(firm.edition.upload, firm.firm_id, named_copy, read_list)
    write(site("air"), firm.firm_id)
    after = _shares(Upload.objects.first(), firm.firm_id, named_copy, read_list)
    assert before.keys() <= after.keys()
    assert all(after[k] >= before[k] for k in before)
    assert sum(after.values()) > sum(before.values())


def _shares(upload, firm_id: str, named_copy, read_list):  # type: ignore[no-untyped-def]
    with named_copy(upload.file) as path:
        measures = read_list(path).inventory.measures
    return {(m.line_id, m.level): m.share or 0 for m in measures if m.firm_id == firm_id}


def test_a_contradiction_is_not_ticked_and_said_in_red(site, award) -> None:  # type: ignore[no-untyped-def]
    firm = firm_where(grade="B")
    award(firm.firm_id, "A", days=-400)
    page = site("air").get(PAGE)
    (row,) = [r for r in page.context["rows"] if r["standing"].firm.firm_id == firm.firm_id]
    assert row["late"] is False
    text = page.content.decode()
    assert "清单在后，须查明" in text
    box = text[text.index(f'value="{firm.firm_id}"') :].split(">", 1)[0]
    assert "checked" not in box


@pytest.mark.parametrize(
    ("firms", "fields", "told"),
    [
        ((), {}, "E016"),
        ((OWN + "9",), {}, "E017"),
        ((OWN,), {"day": "3月"}, "E004"),
        ((OWN,), {"edition": "77"}, "E012"),
        ((OWN,), {"edition": "x"}, "E012"),
    ],
)
def test_what_cannot_be_carried_is_said_and_writes_nothing(
    site, filled, firms, fields, told
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.models import Upload

    before = Upload.objects.count()
    page = write(site("air"), *firms, **fields)
    assert told in page.content.decode()
    assert Upload.objects.count() == before


def test_the_same_grades_carried_twice_are_one_upload(site, award) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.models import Upload

    firm = firm_where(grade="B")
    award(firm.firm_id, "A")
    client, before = site("air"), Upload.objects.count()
    write(client, firm.firm_id)
    assert "E014" in write(client, firm.firm_id).content.decode()
    assert Upload.objects.count() == before + 1


def test_only_air_officers_carry_and_leaders_see(site, filled) -> None:  # type: ignore[no-untyped-def]
    assert site("leader").get(PAGE).status_code == 200
    assert "写入清单并检查" not in site("leader").get(PAGE).content.decode()
    assert site("leader").post(WRITE).status_code == 403
    assert site("district").get(PAGE).status_code == 403


def test_the_first_page_of_an_air_officer_says_it(site, award) -> None:  # type: ignore[no-untyped-def]
    award(firm_where(grade="B").firm_id, "A")
    assert "已生效的等级待写入清单" in site("air").get("/today/").content.decode()
    assert "已生效的等级待写入清单" not in site("water").get("/today/").content.decode()


def _replaced(plan):  # type: ignore[no-untyped-def]
    """Give a firm of a plan a grade that its order does not rest on; return the order."""
    from django.utils import timezone

    from lantian.office.alert.taken_up import written_plan
    from lantian.office.grading.models import Award

    order = next(o for o in written_plan(plan)["orders"] if o["grade"] == "C")
    Award.objects.filter(firm_id=order["firm_id"], ended_at=None).delete()
    Award.objects.create(
        firm_id=order["firm_id"], firm_name=order["firm_name"], industry=order["industry"],
        industry_zh=order["industry_zh"], grade="B", document="2026年第五批", by="air", at=timezone.now(),
    )  # fmt: skip
    return order


def test_no_order_rests_on_a_replaced_grade_unsaid(site, signed, plan) -> None:  # type: ignore[no-untyped-def]

    order, leader = _replaced(plan), site("leader")
    where = f"/alert/{signed.pk}/"
    text = leader.get(where).content.decode()
    assert "本方案仍按原等级" in text
    assert order["firm_name"] in text
    told = leader.post(f"{where}issue/", {"plan": plan.pk}, follow=True).content.decode()
    assert "O017" in told
    assert not signed.orders.exists()

    leader.post(f"{where}issue/", {"plan": plan.pk, "accept_why": "红色预警两小时内须下达"})
    assert signed.orders.count() == 120
    noted = _event("orders.issued")
    assert noted["grades_replaced"] == {order["firm_id"]: ["C", "B"]}
    assert noted["why_nevertheless"] == "红色预警两小时内须下达"
    assert "本方案仍按原等级" not in leader.get(where).content.decode()  # they went out


def test_an_award_in_another_industry_stops_nothing(site, signed, plan) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading.models import Award

    order = _replaced(plan)
    Award.objects.filter(firm_id=order["firm_id"], ended_at=None).update(industry="elsewhere")
    site("leader").post(f"/alert/{signed.pk}/issue/", {"plan": plan.pk})
    assert signed.orders.count() == 120


def test_the_copy_changed_by_hand_says_it_too(site, signed, plan, draft) -> None:  # type: ignore[no-untyped-def]
    _replaced(plan)
    assert "本方案仍按原等级" not in site("district").get(f"/alert/{signed.pk}/").content.decode()
    page = site("leader").get(f"/alert/draft/{draft.pk}/")
    assert page.context["replaced"]
