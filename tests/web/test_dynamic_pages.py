"""Issue 4, sections 2.4 and 2.9: the draw of spot checks, downgrades, the firm's statement and appeal, the way up."""

from __future__ import annotations

import csv
import hashlib
import io
import math
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from lantian.kernel.problem import LantianError

PDF = b"%PDF-1.4\nrecord"
JPEG = b"\xff\xd8\xff\xe0photo"


@pytest.fixture
def drawn(site, person):  # type: ignore[no-untyped-def]
    """A draw of all firms at grade A and B, announced and drawn through the pages."""
    from lantian.office.dynamic.models import Draw

    air = site("air")
    air.post("/dynamic/draws/new/", {
        "name": "秋季抽查", "share": "10%", "seed_rule": "次日摇奖号码", "grades": ["A", "B"], "strata": "grade",
        "again_why": "测试",
    })  # fmt: skip
    made = Draw.objects.get(name="秋季抽查")
    assert made.drawn_at is None
    assert made.checks.count() == 0
    air.post(f"/dynamic/draws/{made.pk}/now/", {"seed": "20261129"})
    made.refresh_from_db()
    return made


def test_anybody_can_repeat_a_draw(site, drawn) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.models import Firm

    firms = list(
        Firm.objects.filter(edition=drawn.edition, grade__in=("A", "B")).values_list(
            "firm_id", "grade"
        )
    )
    expected = set()
    for grade in ("A", "B"):
        own = sorted(
            (hashlib.sha256(f"20261129|{i}".encode()).hexdigest(), i)
            for i, g in firms
            if g == grade
        )
        expected |= {i for _, i in own[: math.ceil(len(own) / 10)]}
    assert expected
    assert set(drawn.checks.values_list("firm_id", flat=True)) == expected
    assert (
        drawn.digest == hashlib.sha256("\n".join(sorted(i for i, _ in firms)).encode()).hexdigest()
    )
    text = site("air").get(f"/dynamic/draws/{drawn.pk}/order.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {r["企业编号"] for r in rows if r["抽中"] == "是"} == expected
    assert len(rows) == len(firms)


def test_a_draw_is_made_once_and_a_second_says_why(site, drawn) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.dynamic.models import Draw

    air = site("air")
    before = set(drawn.checks.values_list("pk", flat=True))
    page = air.post(f"/dynamic/draws/{drawn.pk}/now/", {"seed": "1"}, follow=True)
    assert "C052" in page.content.decode()
    assert set(drawn.checks.values_list("pk", flat=True)) == before
    asked = {
        "name": "再抽",
        "share": "10%",
        "seed_rule": "x",
        "grades": ["A", "B"],
        "strata": "grade",
    }
    assert "C053" in air.post("/dynamic/draws/new/", asked, follow=True).content.decode()
    assert not Draw.objects.filter(name="再抽").exists()
    page = air.post(
        "/dynamic/draws/new/", asked | {"again_why": "上次漏检"}, follow=True
    ).content.decode()
    assert "上次漏检" in page
    assert drawn.name in page


@pytest.mark.parametrize(
    ("change", "code"),
    [({"share": "0"}, "C051"), ({"share": "1e9"}, "C051"), ({"share": "101%"}, "C051"), ({"share": "1/0"}, "C051"),
     ({"seed_rule": " "}, "C054"), ({"grades": ["Z"]}, "C050"), ({"must": "没有这家"}, "C057")],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_in_words(site, change, code) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.dynamic.models import Draw

    n = Draw.objects.count()
    asked = {
        "name": "x",
        "share": "10%",
        "seed_rule": "y",
        "grades": ["A"],
        "again_why": "z",
    } | change
    assert code in site("air").post("/dynamic/draws/new/", asked, follow=True).content.decode()
    assert Draw.objects.count() == n


def files(**more):  # type: ignore[no-untyped-def]
    return {
        "protocol": SimpleUploadedFile("记录.pdf", PDF),
        "photos": SimpleUploadedFile("照片.jpg", JPEG),
    } | more


def test_a_finding_needs_its_indicator_protocol_and_photographs(site, drawn) -> None:  # type: ignore[no-untyped-def]
    check = drawn.checks.first()
    address, inspector = f"/dynamic/checks/{check.pk}/step/", site("inspector")
    base = {"step": "find", "version": "0", "reason": "治理设施停运"}
    page = inspector.post(address, base | files(), follow=True).content.decode()
    assert "C006" in page  # no indicator named
    page = inspector.post(
        address, base | {"indicator-1": "治理设施", "found-1": "停运"}, follow=True
    )
    assert "C004" in page.content.decode()  # no protocol
    page = inspector.post(
        address, base | {"indicator-1": "治理设施", "found-1": "停运"}
        | files(protocol=SimpleUploadedFile("a.exe", b"MZ")), follow=True,
    )  # fmt: skip
    assert "C016" in page.content.decode()
    check.case.refresh_from_db()
    assert check.case.state == "drawn"
    page = inspector.post(
        address, base | {"indicator-1": "治理设施", "found-1": "停运"} | files(), follow=True
    )
    check.case.refresh_from_db()
    assert check.case.state == "findings"
    assert "停运" in page.content.decode()
    link = next(h for h in page.content.decode().split('"') if "/files/1/" in h)
    assert b"".join(inspector.get(link).streaming_content) in (PDF, JPEG)
    again = inspector.post(
        address, base | {"indicator-1": "治理设施", "found-1": "停运"} | files(), follow=True
    )
    assert "C013" in again.content.decode()
    assert check.case.steps.count() == 1


def test_an_assigned_check_is_taken_by_nobody_else(site, drawn, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.people.models import User

    other = User.objects.create_user("second-inspector", role="inspector")
    check = drawn.checks.first()
    site("air").post(f"/dynamic/checks/{check.pk}/assign/", {"to": other.username})
    page = site("inspector").post(
        f"/dynamic/checks/{check.pk}/step/",
        {"step": "confirm", "version": "0"} | files(),
        follow=True,
    )
    assert "C055" in page.content.decode()
    check.case.refresh_from_db()
    assert check.case.state == "drawn"
    page = site("air").post(
        f"/dynamic/checks/{check.pk}/assign/", {"to": "demo-water"}, follow=True
    )
    assert "C056" in page.content.decode()


def test_a_district_officer_sees_the_checks_of_his_district_only(site, drawn, person) -> None:  # type: ignore[no-untyped-def]
    mine = person("district").district
    for check in drawn.checks.all():
        expected = 200 if check.district == mine else 404
        assert site("district").get(f"/dynamic/checks/{check.pk}/").status_code == expected


# --- downgrades ----------------------------------------------------------------------------


def graded(grade: str = "A") -> str:
    from lantian.office.dynamic.models import Downgrade
    from lantian.office.registry.figures import current
    from lantian.office.registry.models import Firm

    taken = Downgrade.objects.values_list("firm_id", flat=True)
    return (
        Firm.objects.filter(edition=current(), grade=grade)
        .exclude(firm_id__in=taken)
        .first()
        .firm_id
    )


def opened(site, own, **more):  # type: ignore[no-untyped-def]
    from lantian.office.dynamic.models import Downgrade

    given = {
        "firm": own,
        "ground": "order-not-carried-out",
        "found_on": f"{timezone.localdate()}",
        "facts": "未停产",
    }
    page = site("air").post("/dynamic/downgrades/new/", given | more, follow=True)
    return Downgrade.objects.filter(firm_id=own).first(), page.content.decode()


def as_firm(firm: str):  # type: ignore[no-untyped-def]
    from django.test import Client

    from lantian.office.people.models import User

    known = User.objects.filter(username=f"of-{firm}").first()
    user = known or User.objects.create_user(f"of-{firm}", role="enterprise", firm_id=firm)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def later(monkeypatch, days: int) -> None:  # type: ignore[no-untyped-def]
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(days=days))


def test_a_downgrade_from_its_ground_to_the_grade_and_back_by_appeal(site, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading.models import Award

    firm = graded()
    one, page = opened(site, firm)
    assert one.to_grade == "D"
    assert "未见条文" in page  # the mark of the rule is shown
    address = f"/dynamic/downgrades/{one.pk}/"
    own = as_firm(firm)
    assert own.get(address).status_code == 404  # not before it is informed
    site("air").post(f"{address}step/", {"step": "inform", "version": "0"})
    assert "陈述" in own.get(address).content.decode()
    own.post(
        f"{address}step/",
        {
            "step": "state-case",
            "version": "1",
            "reason": "当日检修",
            "papers": SimpleUploadedFile("a.pdf", PDF),
        },
    )
    leader = site("leader")
    early = leader.post(
        f"{address}step/", {"step": "decide", "version": "2", "reason": "属实"}, follow=True
    ).content.decode()
    assert "C008" in early  # the firm's time has not passed
    assert "C006" in early  # and its statement is unanswered
    later(monkeypatch, 20)
    leader, own = site("leader"), as_firm(firm)  # sessions end in the meantime
    unanswered = leader.post(
        f"{address}step/", {"step": "decide", "version": "2", "reason": "属实"}, follow=True
    )
    assert "C006" in unanswered.content.decode()
    site("enforcement").post(
        f"{address}step/", {"step": "answer", "version": "2", "reason": "检修不影响停产要求"}
    )
    assert not Award.objects.filter(firm_id=firm, ended_at=None, grade="D").exists()
    leader.post(f"{address}step/", {"step": "decide", "version": "3", "reason": "属实"})
    now = Award.objects.get(firm_id=firm, ended_at=None)
    assert (now.grade, now.document) == ("D", f"第{one.pk}号降级决定")
    assert f"第{one.pk}号降级决定" in site("air").get(f"/firms/firm/{firm}/").content.decode()
    home = own.get("/own/").content.decode()
    assert f"第{one.pk}号降级决定" in home
    own.post(f"{address}step/", {"step": "appeal", "version": "4", "reason": "电表故障"})
    leader.post(f"{address}step/", {"step": "uphold", "version": "5", "reason": "电表故障属实"})
    back = Award.objects.get(firm_id=firm, ended_at=None)
    assert back.grade == "A"
    one.case.refresh_from_db()
    assert one.case.state == "lifted"
    assert [s.answer for s in one.statements.all()] == ["检修不影响停产要求", "电表故障属实"]


def test_who_informed_the_firm_does_not_decide_and_roles_keep_to_their_steps(site, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.dynamic import downgrades

    one, _ = opened(site, graded())
    address = f"/dynamic/downgrades/{one.pk}/step/"
    assert (
        "C056"
        in site("air")
        .post(address, {"step": "decide", "version": "0", "reason": "x"}, follow=True)
        .content.decode()
    )
    assert (
        "C056"
        in site("leader")
        .post(address, {"step": "inform", "version": "0"}, follow=True)
        .content.decode()
    )
    for role in ("district", "inspector", "expert", "water"):
        assert site(role).post(address, {"step": "inform", "version": "0"}).status_code == 403
    one.case.refresh_from_db()
    assert one.case.version == 0
    with pytest.raises(LantianError, match="C056"):
        downgrades.state_own(person("enterprise"), one, "state-case", expect=0, text="x")


def test_the_second_of_two_officers_is_told_and_a_form_sent_twice_has_one_effect(site) -> None:  # type: ignore[no-untyped-def]
    one, _ = opened(site, graded())
    address = f"/dynamic/downgrades/{one.pk}/step/"
    site("air").post(address, {"step": "inform", "version": "0"})
    assert (
        "C012"
        in site("enforcement")
        .post(address, {"step": "drop", "version": "0", "reason": "y"}, follow=True)
        .content.decode()
    )
    assert (
        "C013"
        in site("air")
        .post(address, {"step": "inform", "version": "0"}, follow=True)
        .content.decode()
    )
    assert one.case.steps.count() == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [({"ground": "penalty", "named": "B"}, "C060"), ({"ground": "failed-check", "proven": "A"}, "C058"),
     ({"ground": "invented"}, "C061"), ({"found_on": "2999-01-01"}, "C063"), ({"found_on": "gestern"}, "C063"),
     ({"firm": "没有"}, "C057")],
)  # fmt: skip
def test_a_downgrade_that_the_rules_do_not_carry_is_refused(site, more, code) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.dynamic.models import Downgrade

    n = Downgrade.objects.count()
    _, page = opened(site, graded(), **more)
    assert code in page
    assert Downgrade.objects.count() == n


def test_a_ground_without_a_grade_needs_a_person_who_says_why(site) -> None:  # type: ignore[no-untyped-def]
    firm = graded()
    one, _ = opened(site, firm, ground="penalty")
    assert one.to_grade == ""
    address = f"/dynamic/downgrades/{one.pk}/step/"
    assert (
        "C006"
        in site("air")
        .post(address, {"step": "inform", "version": "0"}, follow=True)
        .content.decode()
    )
    assert "C059" in opened(site, firm)[1]
    site("air").post(address, {"step": "drop", "version": "0", "reason": "来源未规定"})
    two, _ = opened(site, firm, ground="penalty", named="B", named_why="情节较轻")
    assert (two.to_grade, two.named_why) == ("B", "情节较轻")


def test_the_way_up_names_what_lacks_and_a_firm_sees_its_own_only(site, person) -> None:  # type: ignore[no-untyped-def]
    own = person("enterprise").firm_id
    text = site("enterprise").get(f"/firms/way-up/{own}/").content.decode()
    assert "提级路径" in text
    assert "要求" in text or "最高等级" in text
    other = graded("B")
    assert site("enterprise").get(f"/firms/way-up/{other}/").status_code == 404
    text = site("air").get(f"/firms/way-up/{other}/").content.decode()
    assert "没有一项能判定已达到" in text
    assert "缺事实" in text


def test_the_own_page_says_what_to_do_until_when_and_why(site) -> None:  # type: ignore[no-untyped-def]
    text = site("enterprise").get("/own/").content.decode()
    for words in ("绩效等级", "提级路径", "现在没有需要执行的管控令", "本等级在预警时"):
        assert words in text
    english = site("enterprise")
    english.cookies.load({"django_language": "en"})
    assert "Our firm" in english.get("/own/").content.decode()


def test_the_record_tells_draws_checks_and_downgrades_about_the_firm(site, drawn) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import EventAbout

    firm = drawn.checks.first().firm_id
    kinds = set(
        EventAbout.objects.filter(subject=f"firm:{firm}").values_list("event__what", flat=True)
    )
    assert "draw.drawn" in kinds
