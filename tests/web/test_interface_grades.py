"""Grades for other systems: awards beside the list, batches, downgrades, appeals (issue 4, section 3; 0179)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from grading_steps import pass_time, to_notice
from interface_parts import with_scopes

OWN = "虚构-00001"


@pytest.fixture
def effective(complete_draft, person):  # type: ignore[no-untyped-def]
    """Return the batch by which the demonstration's firm became leading."""
    from lantian.office.grading import batch_actions

    batch = to_notice(complete_draft, person)
    pass_time(30)
    return batch_actions.take_effect(person("air"), batch)


def accepted(edition, at) -> None:  # type: ignore[no-untyped-def]
    """Let an edition of the list have been accepted at a moment."""
    type(edition).objects.filter(pk=edition.pk).update(at=at)


def test_an_award_stands_beside_the_list_and_both_are_told(effective) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading.models import Award
    from lantian.office.registry.figures import current
    from lantian.office.registry.models import Firm

    ask, edition = with_scopes("grades:read"), current()
    award = Award.objects.get(firm_id=OWN, ended_at=None)
    accepted(edition, award.at - timedelta(days=1))
    found = ask("GET", f"/grades/{OWN}").json()
    assert found["grade"] == found["list_says"]["grade"] == "non_leading"
    assert (found["list_says"]["edition"], found["list_says"]["current"]) == (edition.number, True)
    held = {"grade": "leading", "basis": "award", "award": award.pk, "agreement": "list_older"}
    assert held.items() <= found["in_force"].items()
    (told,) = found["awards"]
    assert (told["basis"], told["until"], told["in_force"]) == ("batch", None, True)
    assert told["batch"]["number"] == effective.pk
    assert told["batch"]["published_at"] < told["batch"]["effective_at"] == told["since"]
    item = next(g for g in _all(ask, "/grades?limit=500") if g["firm_id"] == OWN)
    assert item == {"firm_id": OWN, "grade": "non_leading", "in_force": found["in_force"]}

    # an edition accepted afterwards that says otherwise does not wait for the next one
    accepted(edition, award.at + timedelta(days=1))
    assert ask("GET", f"/grades/{OWN}").json()["in_force"]["agreement"] == "list_newer"
    Firm.objects.filter(firm_id=OWN, edition=edition).update(grade="leading")
    assert ask("GET", f"/grades/{OWN}").json()["in_force"]["agreement"] == "same"


def _all(ask, path: str) -> list[dict]:  # type: ignore[no-untyped-def, type-arg]
    found, following = [], ""
    while following is not None:
        mark = "&" if "?" in path else "?"
        part = ask("GET", path + (f"{mark}cursor={following}" if following else "")).json()
        found, following = found + part["items"], part["next"]
    return found


def test_without_an_award_the_list_says_it_and_a_firm_that_left_is_told(filled, db) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading.models import Award
    from lantian.office.registry.figures import current
    from lantian.office.registry.models import Firm, FirmDetail, Line

    ask = with_scopes("grades:read")
    given = set(Award.objects.values_list("firm_id", flat=True))
    firm = Firm.objects.filter(edition=current()).exclude(firm_id__in=given).first()
    held = ask("GET", f"/grades/{firm.firm_id}").json()["in_force"]
    none = {"basis": "list", "since": None, "award": None, "agreement": "no_award"}
    assert held == none | {"grade": firm.grade}
    Line.objects.filter(firm=firm).delete()
    FirmDetail.objects.filter(firm=firm).delete()
    firm.delete()
    found = ask("GET", f"/grades/{firm.firm_id}").json()
    assert found["list_says"]["current"] is False
    assert found["in_force"]["agreement"] == "not_on_list"


def test_an_award_in_another_industry_does_not_speak_for_the_list(effective) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading.models import Award

    ask = with_scopes("grades:read")
    Award.objects.filter(firm_id=OWN).update(industry="lime")
    found = ask("GET", f"/grades/{OWN}").json()
    assert (found["in_force"]["basis"], found["in_force"]["grade"]) == ("list", "non_leading")
    assert [a["industry"] for a in found["awards"]] == ["lime"]


def test_a_downgrade_and_its_upheld_appeal_are_three_awards(effective, person) -> None:  # type: ignore[no-untyped-def]
    from django.utils import timezone

    from lantian.office.dynamic import downgrades
    from lantian.office.dynamic.models import Downgrade

    ask, now = with_scopes("grades:read"), timezone.now()
    Downgrade.objects.filter(firm_id=OWN).delete()  # that of the demonstration is under way
    opening = downgrades.Opening(OWN, "order-not-carried-out", now.date(), "未停产")
    one = downgrades.open_downgrade(person("enforcement"), opening, at=now)
    assert len(ask("GET", f"/grades/{OWN}").json()["awards"]) == 1  # a case is no grade
    downgrades.officer_step(person("enforcement"), one, "inform", expect=0, at=now)
    then = now + timedelta(days=20)
    downgrades.decide(person("leader"), one, "decide", expect=1, reason="属实", at=then)
    lower, first = ask("GET", f"/grades/{OWN}").json()["awards"]
    assert (lower["basis"], lower["grade"], lower["batch"]) == ("downgrade", one.to_grade, None)
    case = lower["downgrade"]
    assert (case["number"], case["ground"]) == (one.pk, "order-not-carried-out")
    assert case["to_grade"] == one.to_grade
    assert case["decided_at"] == lower["since"] == first["until"]
    assert {r["status"] for r in case["rules"]} <= {"official", "secondary", "unverified"}
    assert case["rules"]

    downgrades.state_own(person("enterprise"), one, "appeal", expect=2, text="电表故障", at=then)
    after = then + timedelta(days=1)
    downgrades.decide(person("leader"), one, "uphold", expect=3, reason="属实", at=after)
    again, lower, first = ask("GET", f"/grades/{OWN}").json()["awards"]
    assert (again["basis"], again["grade"], again["in_force"]) == ("appeal", "leading", True)
    assert again["downgrade"]["number"] == one.pk
    assert again["since"] == lower["until"]
    assert lower["ended_why"]
    assert [a["number"] for a in _all(ask, f"/awards?firm={OWN}&limit=1")] == [
        first["number"], lower["number"], again["number"],
    ]  # fmt: skip
    assert [a["number"] for a in _all(ask, f"/awards?firm={OWN}&in_force=yes")] == [again["number"]]
    day = timezone.localdate(after).isoformat()
    assert {a["number"] for a in _all(ask, f"/awards?firm={OWN}&changed_since={day}")} == {
        lower["number"], again["number"],
    }  # fmt: skip


def test_awards_are_seen_as_far_as_firms_are(effective) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading.models import Award

    other = Award.objects.exclude(firm_id=OWN).exclude(district="示例区").first()
    for role, expected in (
        ("enterprise", {OWN}),
        (
            "district",
            set(Award.objects.filter(district="示例区").values_list("firm_id", flat=True)),
        ),
    ):
        ask = with_scopes("grades:read", role=role)
        assert {a["firm_id"] for a in _all(ask, "/awards")} == expected
        assert ask("GET", f"/awards/{other.pk}").json()["code"] == "I008"
        assert ask("GET", "/batches").json()["code"] == "I006"  # no part of theirs
    bureau = with_scopes("grades:read")
    assert bureau("GET", f"/awards/{other.pk}").json()["firm_id"] == other.firm_id
    assert bureau("GET", "/awards?grade=A&industry=nothing").json()["items"] == []


def test_a_batch_with_its_firms_notice_and_document(effective) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.vault import path_of
    from lantian.office.grading.models import Batch

    ask = with_scopes("grades:read")
    rows = _all(ask, "/batches?limit=1")
    assert [b["number"] for b in rows] == list(Batch.objects.values_list("pk", flat=True))
    assert {"published", "in_force"} <= {b["state"] for b in rows}
    one = ask("GET", f"/batches/{effective.pk}").json()
    assert [(x["firm_id"], x["grade"]) for x in one["listed"]] == [(OWN, "leading")]
    assert one["objections"] == {"all": 0, "open": 0, "upheld": 0}
    paper = ask("GET", f"/batches/{effective.pk}/document")
    assert paper.content == path_of(one["document_hash"]).read_bytes()
    assert ask("GET", f"/batches/{effective.pk}/document?form=docx").content.startswith(b"PK")


def test_the_queries_of_a_walk_do_not_grow_with_its_parts(
    filled, db, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    ask = with_scopes("grades:read")
    ask("GET", "/grades?limit=1")
    with django_assert_max_num_queries(6):
        ask("GET", "/grades?limit=500")
    with django_assert_max_num_queries(6):
        ask("GET", "/awards?limit=500")


def test_reads_of_grades_have_an_etag_that_changes_with_them(effective) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading.models import Award

    ask = with_scopes("grades:read")
    first = ask("GET", "/awards")
    assert ask("GET", "/awards", **{"If-None-Match": first["ETag"]}).status_code == 304
    Award.objects.filter(firm_id=OWN).update(grade="A")
    assert ask("GET", "/awards", **{"If-None-Match": first["ETag"]}).status_code == 200


def test_the_firm_page_says_when_the_list_is_the_newer_one(effective, site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading.models import Award
    from lantian.office.registry.figures import current

    award = Award.objects.get(firm_id=OWN, ended_at=None)
    for days, words in ((-1, "待新版清单更新"), (1, "在其后才受理")):
        accepted(current(), award.at + timedelta(days=days))
        assert words in site("air").get(f"/firms/firm/{OWN}/").content.decode()
