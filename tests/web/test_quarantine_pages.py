"""Packets put aside: shown with why, released or rejected once, then in the lake (issue 6, decision 0176)."""

from __future__ import annotations

import html
import json
import re
import shutil
from datetime import timedelta
from urllib.parse import urlencode

import pytest

pytestmark = pytest.mark.django_db

OWN_MN, STRANGER = "0F0000000000000000000001", "0F0000000000000000000777"
LIST, DECIDE = "/monitoring/quarantine/", "/monitoring/quarantine/decide/"


@pytest.fixture
def home(filled, settings, tmp_path):  # type: ignore[no-untyped-def]
    """Return a copy of the demonstration's gateway: its lake is not rolled back with the database."""
    shutil.copytree(settings.GATEWAY_HOME, tmp_path / "gateway")
    settings.GATEWAY_HOME = tmp_path / "gateway"
    return settings.GATEWAY_HOME


def group(mn: str = OWN_MN, reason: str = "address", **more: object) -> str:
    return f"{LIST}group/?{urlencode({'mn': mn, 'reason': reason} | more)}"


def text(response) -> str:  # type: ignore[no-untyped-def]
    assert response.status_code == 200, response.status_code
    return html.unescape(response.content.decode())


def form_of(page: str) -> dict[str, str]:
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    found.pop("csrfmiddlewaretoken", None)
    return found


def sent(client, address: str, capture, **more: str):  # type: ignore[no-untyped-def]
    """Send the form of a group's page and let what follows the commit be done."""
    values = form_of(text(client.get(address))) | {
        "act": "release",
        "why": "物联网卡已更换，现场核实",
    }
    with capture(execute=True):
        return client.post(DECIDE, values | more, follow=True)


def test_the_list_says_what_waits_and_what_was_decided(site, home) -> None:  # type: ignore[no-untyped-def]
    page = text(site("monitoring").get(LIST))
    waiting, decided = page.split("<h2>已处理</h2>")
    rows = re.findall(r'<tr><th scope="row">.*?</tr>', waiting, re.S)
    assert len(rows) == 2
    stranger, own = rows
    assert (STRANGER in stranger, "MN未登记" in stranger, ">5<" in stranger) == (True, True, True)
    assert ("来源地址不在允许范围" in own, "窑尾排口" in own) == (True, True)
    assert ("office-1" in decided, "驳回" in decided, "已要求企业补传" in decided) == (True,) * 3
    assert "隔离的报文 (10)" in text(site("monitoring").get("/monitoring/"))


def test_a_group_shows_its_frames_and_what_stands_against_each(site, home) -> None:  # type: ignore[no-untyped-def]
    page = text(site("monitoring").get(group()))
    assert page.count('<pre class="raw">') == page.count("可以放行") == 5
    assert "PW=123456" in page
    masked = text(site("leader").get(group()))
    assert ("PW=123456" in masked, "••••••" in masked) == (False, True)
    assert DECIDE not in masked
    stranger = text(site("monitoring").get(group(STRANGER, "unregistered")))
    assert stranger.count("J504") == stranger.count("现在不能放行") == 5


def test_released_packets_come_into_the_lake_and_their_day_is_worked_out(
    site, home, django_capture_on_commit_callbacks
) -> None:  # type: ignore[no-untyped-def]
    from lantian.gateway.ingest import ingest
    from lantian.office.audit.models import Event
    from lantian.office.monitoring import lake, worker
    from lantian.office.monitoring.marking import now_beijing
    from lantian.office.monitoring.models import Outlet, Progress, Release

    own = Outlet.objects.get(loggers__mn=OWN_MN)
    Progress.objects.update(backlog=[], looked_at=now_beijing())
    rows = lake.rows_at([OWN_MN], now_beijing() - timedelta(days=60), now_beijing())
    before = {(r.cn, r.time, r.factor) for r in rows}
    client = site("monitoring")
    page = text(sent(client, group(), django_capture_on_commit_callbacks))
    row = Release.objects.get(mn=OWN_MN, act="release")
    assert f"已放行 5 条（{row.reference}）" in page
    assert row.told_at is not None
    event = json.loads(Event.objects.filter(what="monitoring.quarantine").last().event)
    assert "物联网卡已更换，现场核实" in json.dumps(event, ensure_ascii=False)
    assert row.packets.count() == 5
    assert "等待入库 5" in text(client.get(LIST))
    assert ingest(home).released == {"kept": 5}
    assert "已入库 5" in text(client.get(LIST))
    rows = [
        r
        for r in lake.rows_at([OWN_MN], now_beijing() - timedelta(days=60), now_beijing())
        if (r.cn, r.time, r.factor) not in before
    ]
    assert len(rows) == 5
    last = rows[-1].time + timedelta(minutes=1)
    packets = lake.packets_of([r.record for r in rows], last)
    assert {(p["outcome"], p["release"]) for p in packets} == {("kept", row.reference)}
    raw = text(
        client.get(
            f"/monitoring/outlet/{own.pk}/packets/?from={rows[0].time:%Y-%m-%dT%H:%M}&to={last:%Y-%m-%dT%H:%M}"
        )
    )
    assert raw.count(f"隔离后放行 {row.reference}") == 5
    progress = Progress.objects.get(outlet=own)
    days = worker._released([OWN_MN], progress)
    assert days == {r.time.date() for r in rows}
    assert worker._released([OWN_MN], progress) == set(), "each release is looked at once"


def test_a_rejected_packet_stays_put_aside(site, home, django_capture_on_commit_callbacks) -> None:  # type: ignore[no-untyped-def]
    from lantian.gateway.ingest import ingest

    client = site("monitoring")
    address = group(STRANGER, "unregistered")
    page = text(sent(client, address, django_capture_on_commit_callbacks, act="reject"))
    assert "已驳回 5 条" in page
    done = ingest(home)
    assert (done.rows, done.released) == (0, {})
    assert "没有待处理的报文" in text(client.get(address))


def test_the_form_twice_and_two_officers_have_one_effect(
    site, home, person, django_capture_on_commit_callbacks
) -> None:  # type: ignore[no-untyped-def]
    from lantian.jobs.gateway.quarantine import Selection
    from lantian.kernel.problem import LantianError
    from lantian.office.audit.models import Event
    from lantian.office.monitoring.marking import now_beijing
    from lantian.office.monitoring.models import Release, ReleasedPacket
    from lantian.office.monitoring.releases import decide_packets

    first, second = site("monitoring"), site("monitoring")
    stale = form_of(text(second.get(group()))) | {"act": "reject", "why": "来源不明"}
    before = Event.objects.filter(what="monitoring.quarantine").count()
    sent(first, group(), django_capture_on_commit_callbacks)
    page = text(second.post(DECIDE, stale, follow=True))
    assert "J507" in page
    # and while the gateway has not been told yet
    chosen = Selection(STRANGER, "unregistered", upto=10**6, waiting=True)
    decide_packets(person("monitoring"), chosen, "reject", "来源不明", 5, now_beijing())
    with pytest.raises(LantianError, match="Z018"):
        decide_packets(person("monitoring"), chosen, "reject", "也不认识", 5, now_beijing())
    assert Event.objects.filter(what="monitoring.quarantine").count() == before + 2
    assert Release.objects.filter(mn=STRANGER).count() == 1
    assert ReleasedPacket.objects.filter(release__mn=OWN_MN, release__act="release").count() == 5


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"why": " "}, "J508"), ({"seen": "4"}, "Z019"), ({"act": "burn"}, "Z020"), ({"upto": ""}, "Z020"),
        ({"reason": "none"}, "Z020"), ({"mn": STRANGER, "reason": "unregistered"}, "J504"),
        ({"upto": "one less"}, "Z019"), ({"from": "2030-01-01T00:00"}, "J507"),
    ],
)  # fmt: skip
def test_what_cannot_be_decided_is_told_and_changes_nothing(
    site, home, change, code, django_capture_on_commit_callbacks
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.models import Release

    if change.get("mn"):
        last = form_of(text(site("monitoring").get(group(STRANGER, "unregistered"))))["upto"]
        change = change | {"upto": last}
    if change.get("upto") == "one less":
        newest = form_of(text(site("monitoring").get(group())))["upto"]
        change = {"upto": str(int(newest) - 1)}
    before = Release.objects.count()
    page = text(sent(site("monitoring"), group(), django_capture_on_commit_callbacks, **change))
    assert code in page
    assert Release.objects.count() == before


def test_a_frame_that_is_not_whole_offers_no_release(site, home) -> None:  # type: ignore[no-untyped-def]
    from lantian.gateway.ingest import ingest
    from lantian.jobs.gateway.home import Home
    from lantian.jobs.gateway.spool import address_bytes, refused_status
    from lantian.jobs.gateway.spool_write import Entry, SpoolWriter

    writer = SpoolWriter(Home(home))
    status = refused_status("unparsable")
    writer.append(
        [
            Entry(
                1_796_000_000_000,
                status,
                9,
                address_bytes("10.1.1.1"),
                b"<script>alert(1)</script>",
            )
        ]
    )
    writer.close()
    ingest(home)
    page = site("monitoring").get(group("", "unparsable")).content.decode()
    assert "<script>alert" not in page
    plain = html.unescape(page)
    assert ("J501" in plain, "补传" in plain) == (True, True)
    assert ('value="release"' in plain, 'value="reject"' in plain) == (False, True)


def test_only_the_monitoring_room_decides(site, home) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.models import Release

    before = Release.objects.count()
    form = form_of(text(site("monitoring").get(group()))) | {"act": "release", "why": "x"}
    for role in ("leader", "enforcement", "auditor", "district", "enterprise", "operator", "air"):
        assert site(role).post(DECIDE, form).status_code == 403, role
    for role in ("district", "enterprise", "air", "expert"):
        assert site(role).get(group()).status_code == 403, role
    assert Release.objects.count() == before


def test_a_gateway_that_cannot_be_told_is_told_later(
    site, home, monkeypatch, django_capture_on_commit_callbacks
) -> None:  # type: ignore[no-untyped-def]
    from lantian.gateway.ingest import ingest
    from lantian.jobs.gateway import release
    from lantian.jobs.gateway.complaint import complain
    from lantian.kernel.problem import LantianError
    from lantian.office.monitoring import releases
    from lantian.office.monitoring.marking import now_beijing

    def broken(*_args, **_more):  # type: ignore[no-untyped-def]
        raise LantianError(complain("J001", detail="disk"))

    real = release.decide
    monkeypatch.setattr(release, "decide", broken)
    client = site("monitoring")
    assert "已放行 5 条" in text(sent(client, group(), django_capture_on_commit_callbacks))
    assert "有决定尚未送达网关" in text(client.get(LIST))
    monkeypatch.setattr(release, "decide", real)
    assert releases.settle(now_beijing()) == 1
    assert releases.settle(now_beijing()) == 0
    assert ingest(home).released == {"kept": 5}
    assert "有决定尚未送达网关" not in text(client.get(LIST))


def test_a_decision_of_the_command_comes_into_the_record_and_the_first_one_holds(
    site, home, person, django_capture_on_commit_callbacks
) -> None:  # type: ignore[no-untyped-def]
    from lantian.jobs.gateway import release
    from lantian.jobs.gateway.quarantine import Selection
    from lantian.office.audit.models import Event
    from lantian.office.monitoring import releases
    from lantian.office.monitoring.marking import now_beijing
    from lantian.office.monitoring.models import Release

    now = now_beijing()
    chosen = Selection(STRANGER, "unregistered", waiting=True)
    numbers = [a.record for a in release.waiting(home, chosen)]
    releases.decide_packets(person("monitoring"), chosen, "reject", "来源不明", 5, now)
    # the command was quicker than the word from here
    release.decide(home, numbers[:2], "release", why="现场", by="root", at=now, reference="cli-1")
    assert releases.settle(now) == 2
    met = Event.objects.filter(what="monitoring.quarantine_met").last()
    assert releases.ranges(numbers[:2]) in met.event
    outside = Event.objects.filter(what="monitoring.quarantine_outside").last()
    assert "cli-1" in outside.event
    assert Release.objects.filter(outside="cli-1").count() == 1
    assert releases.settle(now) == 0
    page = text(site("auditor").get(LIST))
    assert ("cli-1" in page, "网关命令" in page) == (True, True)
