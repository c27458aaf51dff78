"""Marks by the firm, late marks, alarms, loggers and seals (issue 6, section 3; 2022 No. 21)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from lantian.kernel.calendar import BEIJING
from lantian.kernel.problem import LantianError

pytestmark = pytest.mark.django_db
OWN, OTHER = "虚构-00001", "虚构-00013"


@pytest.fixture
def outlet(filled):  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.models import Outlet

    return lambda firm=OWN: Outlet.objects.get(firm_id=firm)


@pytest.fixture
def now() -> datetime:
    from lantian.office.monitoring.marking import now_beijing

    return now_beijing()


def wanted(start: datetime, hours: float = 1, **more):  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.actions import Wanted

    values = {"kind": "device_fault", "cause": "采样管堵塞"} | more
    return Wanted(
        values.pop("kind"), start, start + timedelta(hours=hours), values.pop("cause"), **values
    )


def over_hour(outlet):  # type: ignore[no-untyped-def]
    """Return the start of the newest hour judged above its limit."""
    from lantian.office.monitoring import lake

    for day in outlet.days.filter(factor="a21002", over_hours__gt=0).order_by("-day"):
        h = max(c["h"] for c in day.hours if c["over"])
        return lake.day_bounds(day.day)[0] + timedelta(hours=h)
    raise AssertionError("the demonstration has no hour above its limit")


def test_a_mark_in_time_takes_the_hour_out_of_the_judgement(person, outlet, now) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event
    from lantian.office.monitoring.actions import place_mark

    own = outlet()
    start = over_hour(own)
    row = own.days.get(factor="a21002", day=start.date())
    before, cell = row.over_hours, next(c for c in row.hours if c["h"] == start.hour)
    mark = place_mark(person("enterprise"), own, wanted(start), start + timedelta(hours=2))
    row.refresh_from_db()
    after = next(c for c in row.hours if c["h"] == start.hour)
    assert row.over_hours == before - 1
    assert after["marks"] == [str(mark.pk)]
    assert (after["v"], after["c"], after["flags"]) == (cell["v"], cell["c"], cell["flags"]), (
        "raw stays as it was"
    )
    assert (after["over"], after["jok"], after["jwhy"]) == (None, False, "device_mark")
    event = Event.objects.order_by("-number").first()
    assert event.what == "monitoring.marked"
    assert f"firm:{OWN}" in set(event.about.values_list("subject", flat=True))


@pytest.mark.parametrize(("minutes", "late"), [(-1, False), (0, False), (1, True)])
def test_noon_of_the_next_day_is_the_end(person, outlet, now, minutes: int, late: bool) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.actions import place_mark
    from lantian.office.monitoring.marking import effects
    from lantian.office.monitoring.models import Mark

    day = now.date()
    start = datetime(day.year, day.month, day.day, 9, tzinfo=BEIJING)
    noon = start.replace(hour=12) + timedelta(days=1, minutes=minutes)
    count = Mark.objects.count()
    if not late:
        mark = place_mark(person("enterprise"), outlet(), wanted(start), noon)
        spans = [s for s in effects(outlet()).spans if s.entry_id == str(mark.pk)]
        assert [s.exempts for s in spans] == [True]
        return
    with pytest.raises(LantianError) as error:
        place_mark(person("enterprise"), outlet(), wanted(start), noon)
    told = error.value.problems[0]
    assert told.code == "Z001"
    assert f"{noon:%Y-%m-%d} 12:00" in told.message_zh
    assert "2022年第21号" in told.message_zh
    assert Mark.objects.count() == count


def test_a_mark_over_two_days_is_late_by_its_first(person, outlet, now) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.actions import place_mark

    day = now.date() - timedelta(days=3)
    start = datetime(day.year, day.month, day.day, 22, tzinfo=BEIJING)
    with pytest.raises(LantianError, match="Z001"):
        place_mark(person("enterprise"), outlet(), wanted(start, 6), start + timedelta(hours=20))


@pytest.mark.parametrize(
    ("change", "code"),
    [({"hours": 0}, "Z002"), ({"hours": -1}, "Z002"), ({"kind": "holiday"}, "Z003"), ({"hours": 3}, "Z004"),
     ({"cause": "  "}, "Z005"), ({"factors": ("w01018",)}, "Z007"), ({"factors": ("zz",)}, "Z007"),
     ({"hours": 24 * 41}, "Z017")],
)  # fmt: skip
def test_a_mark_that_cannot_be_one_is_refused_with_words(person, outlet, now, change, code) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.actions import place_mark

    given = {"hours": 1} | change
    start = now - timedelta(hours=2)
    with pytest.raises(LantianError) as error:
        place_mark(person("enterprise"), outlet(), wanted(start, given.pop("hours"), **given), now)
    assert [p.code for p in error.value.problems] == [code]
    assert error.value.problems[0].remedy_zh


def test_before_there_were_rules_nothing_can_be_marked(person, outlet) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.actions import place_mark

    start = datetime(2019, 5, 1, tzinfo=BEIJING)
    with pytest.raises(LantianError, match="Z016"):
        place_mark(person("enterprise"), outlet(), wanted(start), start + timedelta(hours=2))


def test_a_firm_marks_its_own_outlets_only_and_nobody_else_marks(person, outlet, now) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.actions import place_mark
    from lantian.office.monitoring.models import Mark, Outlet

    count = Mark.objects.count()
    with pytest.raises(Outlet.DoesNotExist):
        place_mark(person("enterprise"), outlet(OTHER), wanted(now - timedelta(hours=2)), now)
    for role in ("monitoring", "leader", "district", "operator"):
        with pytest.raises(PermissionDenied):
            place_mark(person(role), outlet(), wanted(now - timedelta(hours=2)), now)
    assert Mark.objects.count() == count


def test_a_clock_set_back_does_not_break_the_history(person, outlet, now) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.actions import place_mark
    from lantian.office.monitoring.marking import history

    first = place_mark(person("enterprise"), outlet(), wanted(now - timedelta(hours=2)), now)
    second = place_mark(
        person("enterprise"), outlet(), wanted(now - timedelta(hours=2)), now - timedelta(minutes=9)
    )
    assert second.made_at == first.made_at
    assert [e.entry_id for e in history(outlet()).entries][-2:] == [str(first.pk), str(second.pk)]


def test_marks_are_never_overwritten(person, outlet, now) -> None:  # type: ignore[no-untyped-def]
    from django.db import IntegrityError, transaction

    from lantian.office.monitoring.actions import place_mark, withdraw_mark
    from lantian.office.monitoring.models import Mark

    firm, own = person("enterprise"), outlet()
    start = over_hour(own)
    made = start + timedelta(hours=2)
    mark = place_mark(firm, own, wanted(start), made)
    mark.cause = "另一个原因"
    with pytest.raises(IntegrityError), transaction.atomic():
        mark.save()
    with pytest.raises(TypeError):
        mark.delete()
    taken = withdraw_mark(firm, own, mark.pk, "填错", made + timedelta(minutes=1))
    assert (taken.act, taken.target_id) == ("withdraw", mark.pk)
    assert Mark.objects.get(pk=mark.pk).cause == "采样管堵塞"
    row = own.days.get(factor="a21002", day=start.date())
    cell = next(c for c in row.hours if c["h"] == start.hour)
    assert (cell["marks"], cell["over"]) == ([], True), "judged again as before"
    with pytest.raises(LantianError, match="Z006"):
        withdraw_mark(firm, own, mark.pk, "再次", made + timedelta(minutes=2))


def test_a_late_mark_waits_for_an_officer(site, person, outlet, now) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.actions import ask_late_mark, decide_late_mark
    from lantian.office.monitoring.models import LateMark, Mark

    own, firm = outlet(), person("enterprise")
    start = over_hour(own)
    late = start + timedelta(days=3)
    with pytest.raises(LantianError, match="Z010"):
        ask_late_mark(firm, own, wanted(start), start + timedelta(hours=2))
    count = Mark.objects.count()
    asked = ask_late_mark(firm, own, wanted(start), late)
    assert Mark.objects.count() == count
    assert (
        "待审批" in site("enterprise").get(f"/monitoring/outlet/{own.pk}/marks/").content.decode()
    )
    with pytest.raises(PermissionDenied):
        decide_late_mark(firm, asked, True, "自批", late)
    with pytest.raises(LantianError, match="Z005"):
        decide_late_mark(person("monitoring"), asked, True, " ", late)
    assert LateMark.objects.get(pk=asked.pk).state == "waiting"
    page = site("enforcement").post(f"/monitoring/late/{asked.pk}/", {"decision": "approve", "why": "现场核实属实"},
                                    follow=True).content.decode()  # fmt: skip
    assert "已登记审批结果" in page
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by, asked.mark.approved_by) == (
        "approved",
        "demo-enforcement",
        "demo-enforcement",
    )
    row = own.days.get(factor="a21002", day=start.date())
    cell = next(c for c in row.hours if c["h"] == start.hour)
    assert (cell["marks"], cell["over"]) == ([str(asked.mark_id)], None)
    with pytest.raises(LantianError, match="Z009"):
        decide_late_mark(person("monitoring"), asked, False, "再审", late)


def test_a_refused_late_mark_marks_nothing(person, outlet) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.actions import ask_late_mark, decide_late_mark
    from lantian.office.monitoring.models import Mark

    own = outlet()
    start = over_hour(own)
    asked = ask_late_mark(person("enterprise"), own, wanted(start), start + timedelta(days=3))
    count = Mark.objects.count()
    decide_late_mark(person("monitoring"), asked, False, "无证明", start + timedelta(days=3))
    asked.refresh_from_db()
    assert (asked.state, asked.mark, Mark.objects.count()) == ("refused", None, count)


def test_the_form_of_the_firm_marks_and_says_what_is_late(site, outlet, now) -> None:  # type: ignore[no-untyped-def]
    own = outlet()
    client = site("enterprise")
    start = now.replace(minute=0) - timedelta(hours=1)
    fields = {"kind": "device_fault", "from": f"{start:%Y-%m-%dT%H:%M}", "to": f"{now:%Y-%m-%dT%H:%M}",
              "cause": "校准漂移", "factor": ["a21002"]}  # fmt: skip
    page = client.post(
        f"/monitoring/outlet/{own.pk}/marks/place/", fields, follow=True
    ).content.decode()
    assert "已标记（第" in page
    early = start - timedelta(days=5)
    fields |= {
        "from": f"{early:%Y-%m-%dT%H:%M}",
        "to": f"{early + timedelta(hours=1):%Y-%m-%dT%H:%M}",
    }
    page = client.post(
        f"/monitoring/outlet/{own.pk}/marks/place/", fields, follow=True
    ).content.decode()
    assert "Z001 逾期" in page
    assert "申请补记" in page
    page = client.post(
        f"/monitoring/outlet/{own.pk}/marks/place/", fields | {"late": "1"}, follow=True
    ).content.decode()
    assert "已提交补记申请" in page
    page = client.post(
        f"/monitoring/outlet/{own.pk}/marks/place/", fields | {"from": "明天"}, follow=True
    ).content.decode()
    assert "Z008" in page


def test_evidence_of_a_mark_is_read_by_those_who_see_the_outlet(site, person, outlet, now) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.vault import store
    from lantian.office.monitoring.actions import place_mark

    own = outlet()
    file = store("照片.jpg", b"\xff\xd8 mark")
    place_mark(
        person("enterprise"),
        own,
        wanted(now - timedelta(hours=2), files={file.name: file.hash}),
        now,
    )
    address = f"/monitoring/outlet/{own.pk}/file/{file.hash}/"
    for role in ("monitoring", "district", "enterprise"):
        assert b"".join(site(role).get(address).streaming_content) == b"\xff\xd8 mark"
    assert (
        site("monitoring")
        .get(f"/monitoring/outlet/{outlet(OTHER).pk}/file/{file.hash}/")
        .status_code
        == 404
    )
    assert (
        site("enterprise").get(f"/monitoring/outlet/{own.pk}/file/{own.file_id}/").status_code
        == 404
    )


def test_the_own_page_names_hours_reasons_and_the_time_left(site, outlet) -> None:  # type: ignore[no-untyped-def]
    page = site("enterprise").get("/monitoring/own/").content.decode()
    assert "还剩" in page
    assert "已截止" in page
    assert "超标" in page
    assert "窑头排口" not in page


def test_an_alarm_goes_its_way(site, person, outlet, now) -> None:  # type: ignore[no-untyped-def]
    from django.core.files.uploadedfile import SimpleUploadedFile

    from lantian.office.audit.models import Event
    from lantian.office.monitoring.models import Alarm

    alarm = Alarm.objects.get(outlet=outlet(), factor="a21002")
    assert alarm.state == "open"
    assert alarm.level >= 2, "more than three hours in a row raise it"
    address = f"/monitoring/alarm/{alarm.pk}/"
    firm = site("enterprise")
    assert (
        firm.post(address + "decide/", {"decision": "dismissed", "text": "自己结案"}).status_code
        == 403
    )
    assert "M054" in firm.post(address + "explain/", {"text": "  "}, follow=True).content.decode()
    proof = SimpleUploadedFile("照片.jpg", b"\xff\xd8 proof")
    page = firm.post(
        address + "explain/", {"text": "脱硝喷枪堵塞", "files": [proof]}, follow=True
    ).content.decode()
    assert "脱硝喷枪堵塞" in page
    alarm.refresh_from_db()
    assert alarm.state == "explained"
    note = alarm.notes.get(notice="explained")
    sent = site("monitoring").get(f"{address}evidence/{note.pk}/0/")
    assert b"".join(sent.streaming_content) == b"\xff\xd8 proof"
    assert site("monitoring").get(f"{address}evidence/{note.pk}/1/").status_code == 404
    officer = site("monitoring")
    assert (
        "请选择处理决定"
        in officer.post(address + "decide/", {"text": "x"}, follow=True).content.decode()
    )
    page = officer.post(
        address + "decide/", {"decision": "confirmed", "text": "立案"}, follow=True
    ).content.decode()
    assert "确认超标：立案" in page
    alarm.refresh_from_db()
    assert alarm.state == "closed"
    assert "M054" in firm.post(address + "explain/", {"text": "补充"}, follow=True).content.decode()
    kinds = list(Event.objects.order_by("-number").values_list("what", flat=True)[:2])
    assert kinds == ["monitoring.decided", "monitoring.explained"]


def test_an_alarm_that_is_not_explained_is_raised_once_a_day(outlet, now) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.alarms import pass_time
    from lantian.office.monitoring.models import Alarm

    alarm = Alarm.objects.get(outlet=outlet(), factor="a21002")
    Alarm.objects.filter(pk=alarm.pk).update(level=1)
    due = alarm.waits_since + timedelta(hours=24)
    pass_time(max(due, alarm.last_event_at) - timedelta(seconds=1))
    pass_time(due + timedelta(minutes=1))
    pass_time(due + timedelta(minutes=2))
    alarm.refresh_from_db()
    assert alarm.level == 2
    assert alarm.notes.filter(notice="escalated", text__contains="未说明").count() == 1


def test_rolling_a_day_again_changes_nothing_and_raises_nothing(outlet, now) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event
    from lantian.office.monitoring.models import Alarm, AlarmNote
    from lantian.office.monitoring.rolled import roll_day

    own = outlet()
    day = over_hour(own).date()
    before = list(
        own.days.filter(day=day)
        .order_by("factor")
        .values("factor", "hours", "mean", "fed", "over_hours")
    )
    counts = (Alarm.objects.count(), AlarmNote.objects.count(), Event.objects.count())
    rolled_at = own.days.filter(day=day).first().rolled_at
    roll_day(own, day, rolled_at.astimezone(BEIJING))
    after = list(
        own.days.filter(day=day)
        .order_by("factor")
        .values("factor", "hours", "mean", "fed", "over_hours")
    )
    assert after == before
    assert (Alarm.objects.count(), AlarmNote.objects.count(), Event.objects.count()) == counts


def test_days_that_become_known_later_raise_alarms_of_their_own(outlet, now) -> None:  # type: ignore[no-untyped-def]
    from fractions import Fraction

    from lantian.domain.monitoring.exceed import Outcome
    from lantian.domain.monitoring.model import Average
    from lantian.office.monitoring.alarms import feed_late
    from lantian.office.monitoring.models import Alarm

    own = outlet()
    newest = Alarm.objects.get(outlet=own, factor="a21002")
    start = now.replace(minute=0, second=0, microsecond=0) - timedelta(days=9)
    late = [Outcome(start + timedelta(hours=n), Fraction(120), n < 2) for n in range(4)]
    feed_late(own, "a21002", Average.HOUR, late)
    found = Alarm.objects.get(outlet=own, factor="a21002", opened_at=start)
    assert (found.periods, found.ended, found.state) == (2, True, "open")
    again = Alarm.objects.get(pk=newest.pk)
    assert (again.periods, again.last_event_at) == (newest.periods, newest.last_event_at)


def test_a_new_logger_reaches_the_gateways_register_and_no_page_shows_its_password(
    site, person, outlet
) -> None:  # type: ignore[no-untyped-def]
    from lantian.jobs.gateway.registry import read_registry
    from lantian.office.audit.models import Event
    from lantian.office.monitoring import lake
    from lantian.office.monitoring.models import Logger

    own, client = outlet(), site("monitoring")
    form = {
        "outlet": own.pk,
        "mn": "0F0000000000000000009999",
        "password": "geheim77",
        "st": "31",
        "addresses": "10.1.0.0/16",
    }
    assert (
        "已登记数采仪"
        in client.post("/monitoring/register/logger/", form, follow=True).content.decode()
    )
    row = Logger.objects.get(mn=form["mn"])
    assert "geheim77" not in row.password
    assert not Event.objects.filter(event__contains="geheim77").exists()
    assert "geheim77" not in client.get("/monitoring/register/").content.decode()
    before = (lake.home() / "loggers.yaml").read_bytes()
    try:
        assert (
            "名册已写入"
            in client.post("/monitoring/register/export/", follow=True).content.decode()
        )
        path = lake.home() / "loggers.yaml"
        assert path.stat().st_mode & 0o077 == 0
        found = read_registry(path).of(form["mn"])
        assert found is not None
        assert (found.password, found.outlet, found.firm) == ("geheim77", str(own.pk), OWN)
        client.post(
            "/monitoring/register/logger/", form | {"password": "", "name": "备用"}, follow=True
        )
        client.post("/monitoring/register/export/")
        changed = read_registry(path).of(form["mn"])
        assert changed is not None
        assert (changed.password, changed.name) == ("geheim77", "备用")
    finally:
        (lake.home() / "loggers.yaml").write_bytes(before)


@pytest.mark.parametrize(
    ("change", "said"),
    [({"mn": "a b"}, "Z011"), ({"password": "a;b"}, "Z011"), ({"password": ""}, "Z011"),
     ({"minute_interval": "7"}, "Z011"),
     ({"addresses": "10.1.0.0/99"}, "Z011"), ({"mn": "0F0000000000000000000013", "password": "1"}, "Z012")],
)  # fmt: skip
def test_a_logger_the_gateway_would_refuse_is_refused_here(
    site, outlet, change: dict[str, str], said: str
) -> None:  # type: ignore[no-untyped-def]
    form = {
        "outlet": outlet().pk,
        "mn": "0F0000000000000000008888",
        "password": "geheim77",
    } | change
    page = (
        site("monitoring").post("/monitoring/register/logger/", form, follow=True).content.decode()
    )
    assert said in page
    assert "geheim77" not in page


def test_a_password_that_cannot_be_opened_is_told(person, outlet) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.models import Logger
    from lantian.office.monitoring.register import export_registry

    Logger.objects.filter(outlet=outlet()).update(password="gAAAAbroken")
    with pytest.raises(LantianError, match="Z013"):
        export_registry(person("monitoring"))


def test_an_outlet_is_registered_by_its_description(site, outlet) -> None:  # type: ignore[no-untyped-def]
    from django.core.files.uploadedfile import SimpleUploadedFile

    from lantian.office.monitoring.models import Outlet

    client = site("monitoring")

    def send(firm: str, text: str) -> str:
        file = SimpleUploadedFile("outlet.yaml", text.encode())
        return client.post(
            "/monitoring/register/outlet/", {"firm": firm, "file": file}, follow=True
        ).content.decode()

    good = "outlet: DA009\nname_zh: 备用排口\nmedium: air\ntrade: cement\n"
    assert "已登记 DA009" in send(OWN, good)
    assert Outlet.objects.get(firm_id=OWN, code="DA009").name_zh == "备用排口"
    assert "已登记 DA009" in send(OWN, good.replace("备用", "应急"))
    found = Outlet.objects.get(firm_id=OWN, code="DA009")
    assert found.name_zh == "应急排口"
    page = client.get(f"/monitoring/outlet/{found.pk}/").content.decode()
    assert "没有登记因子" in page
    assert "Z014" in send("没有这家", good)
    assert "Z015" in send(OWN, good.replace("DA009", "a/b"))
    assert "M011" in send(OWN, good.replace("air", "fire"))
    assert (
        "请选择文件"
        in client.post("/monitoring/register/outlet/", {"firm": OWN}, follow=True).content.decode()
    )


def test_a_sealed_day_stands_in_the_ledger_and_an_altered_seal_is_found(
    site, tmp_path, settings, now
) -> None:  # type: ignore[no-untyped-def]
    import shutil

    from lantian.office.audit.models import Event
    from lantian.office.monitoring import worker
    from lantian.office.monitoring.models import Seal

    shutil.copytree(settings.GATEWAY_HOME, tmp_path / "gateway")
    settings.GATEWAY_HOME = tmp_path / "gateway"
    assert worker.seal(now) > 0
    count = Seal.objects.count()
    assert worker.seal(now) == 0
    assert Seal.objects.count() == count
    newest = Seal.objects.first()
    assert newest.sm3 in Event.objects.get(number=newest.event).event
    assert worker.broken_seals() == []
    path = settings.GATEWAY_HOME / "seals" / f"{newest.day}.json"
    path.write_bytes(path.read_bytes().replace(b'"rows"', b'"Rows"', 1))
    assert worker.broken_seals() == [newest.day.isoformat()]
    page = site("monitoring").get("/monitoring/register/").content.decode()
    assert f"封存清单与台账不符或缺失：{newest.day}" in page


def test_the_worker_rolls_up_what_waits_and_then_rests(filled, now) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.models import Outlet, Progress
    from lantian.office.monitoring.worker import refresh

    drain = Outlet.objects.get(code="DW001")
    days = set(drain.days.values_list("day", flat=True))
    waiting = Progress.objects.get(outlet=drain).backlog
    assert waiting
    for row in Progress.objects.exclude(
        outlet=drain
    ):  # the kilns take seconds a day: let them rest
        row.backlog, row.looked_at = [], now
        row.save()
    refresh(now, budget_s=60)
    assert Progress.objects.get(outlet=drain).backlog == []
    assert set(drain.days.values_list("day", flat=True)) == days | {
        type(now.date()).fromisoformat(d) for d in waiting
    }
    before = list(drain.days.order_by("pk").values("pk", "day", "hours", "fed"))
    refresh(now)
    assert list(drain.days.order_by("pk").values("pk", "day", "hours", "fed")) == before


def test_only_an_hour_that_ended_or_late_data_are_worked_out(filled, now, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.monitoring import lake, worker
    from lantian.office.monitoring.models import Outlet, Progress

    own = Outlet.objects.get(firm_id=OWN)
    hour = now.replace(minute=0, second=0, microsecond=0)
    progress = Progress.objects.get(outlet=own)
    progress.newest, progress.looked_at = hour, hour + timedelta(minutes=18)
    assert worker._changed(own, progress, hour + timedelta(minutes=40)) == set(), (
        "the hour still runs"
    )
    assert worker._changed(own, progress, hour + timedelta(minutes=71)) != set(), (
        "it ended, ten minutes ago"
    )
    late = {"record": progress.record + 1, "cn": "2051", "time": hour - timedelta(days=3)}
    monkeypatch.setattr(lake, "arrived", lambda *_: [late])
    progress.looked_at = hour + timedelta(minutes=18)
    assert worker._changed(own, progress, hour + timedelta(minutes=40)) == {late["time"].date()}
    assert worker._changed(own, progress, hour + timedelta(minutes=41)) == set(), (
        "a packet is looked at once"
    )


def test_an_incinerator_shows_its_times_in_sum(site, person, outlet, now) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.vault import store
    from lantian.office.monitoring.actions import place_mark
    from lantian.office.monitoring.register import register_outlet

    text = "outlet: DA010\nname_zh: 焚烧炉\nmedium: air\ntrade: waste_incineration\n"
    furnace = register_outlet(person("monitoring"), OWN, store("furnace.yaml", text.encode()), now)
    start = now - timedelta(hours=8)
    place_mark(person("enterprise"), furnace, wanted(start, 3, kind="cems_maintenance"), now)
    for address in ("/monitoring/own/", f"/monitoring/outlet/{furnace.pk}/marks/"):
        page = site("enterprise").get(address).content.decode()
        assert "CEMS维护" in page
        assert "27.00" in page, "30 h a quarter less 3"
