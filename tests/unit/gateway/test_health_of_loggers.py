"""Issue 6, section 2: last seen, completeness by period, delay, clock, errors; /health and /metrics; nothing else."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import date, datetime, timedelta

import pytest

from lantian.gateway.ingest import ingest
from lantian.jobs.gateway.health import expected_on, health, metrics
from lantian.jobs.gateway.registry import Logger
from lantian.jobs.gateway.spool import refused_status
from lantian.kernel.calendar import BEIJING

MINUTE = timedelta(minutes=1)


def fill(kit) -> None:
    midnight = kit.NOON.replace(hour=0)
    for m in range(0, 600):
        if m % 10:  # one in ten is missing
            at = midnight + m * MINUTE
            kit.keep(kit.upload(at), at=at + MINUTE + timedelta(seconds=2))
    kit.keep(kit.upload(), status=refused_status("password"), at=midnight + 600 * MINUTE)


@pytest.fixture
def filled(kit):
    from lantian.jobs.gateway.spool_write import Entry, SpoolWriter

    entries = []

    def keep(*frames, at, status=0):
        ms = round(at.timestamp() * 1000)
        entries.extend(Entry(ms, status, 1, bytes(16), f) for f in frames)

    real, kit.keep = kit.keep, keep
    fill(kit)
    kit.keep = real
    writer = SpoolWriter(kit.home, clock=kit.NOON.timestamp)
    writer.append(entries)
    writer.close()
    ingest(kit.home)
    return kit


def of(found, mn: str):
    return next(x for x in found.loggers if x["mn"] == mn)


def test_completeness_is_what_was_due_and_is_over(filled) -> None:
    ten = filled.NOON.replace(hour=10)
    one = of(health(filled.home, now=ten), filled.MN)
    assert one["completeness"]["2051"] == {"expected": 600, "received": 540, "pct": "90.00"}
    assert one["completeness"]["2061"] == {"expected": 10, "received": 0, "pct": "0.00"}
    assert one["errors"] == {"password": 1}


def test_states_follow_the_last_that_was_heard(filled) -> None:
    ten = filled.NOON.replace(hour=10)
    states = [of(health(filled.home, now=ten + m * MINUTE), filled.MN)["state"] for m in (0, 9, 11)]
    assert states == ["ok", "ok", "silent"]
    found = health(filled.home, now=ten)
    assert of(found, filled.OTHER)["state"] == "never"
    assert found.totals == {
        "loggers": 2,
        "ok": 1,
        "late": 0,
        "silent": 0,
        "never": 1,
        "inactive": 0,
    }


def test_delay_and_clock_are_told(kit) -> None:
    at = kit.NOON
    qn = kit.stamp(at + 90 * MINUTE, 0)  # its clock is 28 min ahead of the arrival
    kit.keep(kit.upload(at, qn=qn), at=at + 62 * MINUTE)
    ingest(kit.home)
    one = of(health(kit.home, now=at + 62 * MINUTE), kit.MN)
    assert (one["delay_s"], one["clock_offset_s"], one["state"]) == (3660.0, 1680.0, "late")


@pytest.mark.parametrize(
    ("cn", "period_s"), [("2011", 0), ("2051", 60), ("2061", 3600), ("2031", 86400)]
)
def test_delay_is_counted_from_the_end_of_the_period(kit, cn: str, period_s: int) -> None:
    over = kit.NOON + timedelta(seconds=period_s)
    kit.keep(kit.upload(kit.NOON, cn=cn), at=over + timedelta(seconds=5))
    ingest(kit.home)
    one = of(health(kit.home, now=over + MINUTE), kit.MN)
    assert (one["delay_s"], one["state"]) == (5.0, "ok")


def test_a_logger_that_is_not_active_is_no_silent_one(kit) -> None:
    kit.register(Logger(kit.MN, "123456", "D", "F", active=False))
    assert health(kit.home, now=kit.NOON).totals["inactive"] == 1


def test_what_is_due_of_a_day() -> None:
    day = date(2026, 11, 30)
    start = datetime(2026, 11, 30, tzinfo=BEIJING)
    due = [expected_on(600, day, start + timedelta(minutes=m)) for m in (-5, 0, 9, 10, 1440, 9999)]
    assert due == [0, 0, 0, 1, 144, 144]


def test_a_server_that_wrote_long_ago_does_not_run(kit) -> None:
    async def run() -> None:
        async with kit.running() as gateway:
            gateway.desk.write_state()

    asyncio.run(run())
    state = json.loads(kit.home.server_state.read_text("utf-8"))
    assert state["running"] is False  # it was stopped in good order
    kit.home.server_state.write_text(json.dumps(state | {"running": True}), "utf-8")
    said = datetime.fromisoformat(state["at"])
    assert health(kit.home, now=said + timedelta(seconds=30)).sound
    assert not health(kit.home, now=said + timedelta(seconds=90)).sound
    kit.home.server_state.write_text("{", "utf-8")
    assert not health(kit.home, now=said).sound


def test_metrics_are_well_formed_and_hold_the_counts(filled) -> None:
    text = metrics(health(filled.home, now=filled.NOON))
    for line in text.splitlines():
        assert re.fullmatch(
            r'# (HELP|TYPE) \w+ .+|lantian_gateway_\w+(\{\w+="[\w-]+"\})? -?[\d.]+', line
        ), line
    assert 'lantian_gateway_quarantined_total{reason="password"} 1' in text
    assert 'lantian_gateway_loggers{state="silent"} 1' in text


async def fetch(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    found = await asyncio.wait_for(reader.read(), 8)
    writer.close()
    return found


def test_the_two_pages_and_nothing_else(kit) -> None:
    async def run() -> None:
        async with kit.running(http_port=0) as gateway:
            client = await gateway.client()
            await client.send(kit.upload())
            assert "CN=9014" in await client.line()
            port = gateway.gateway._http.port
            get = lambda p: fetch(port, f"GET {p} HTTP/1.1\r\nHost: x\r\n\r\n".encode())  # noqa: E731
            answer = await get("/health")
            assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
            found = json.loads(answer.partition(b"\r\n\r\n")[2])
            assert found["server"]["acknowledged"] == 1
            assert "password" not in answer.decode().replace('"password": 0', "")
            assert b"123456" not in answer
            assert b"lantian_gateway_acknowledged_total 1" in await get("/metrics")
            assert (await get("/../loggers.yaml")).startswith(b"HTTP/1.1 404")
            for request in (b"POST /health HTTP/1.1\r\n\r\n", b"\xff\xfe\r\n\r\n"):
                assert (await fetch(port, request)).startswith(b"HTTP/1.1 405")
            assert await fetch(port, b"GET /" + b"x" * 20_000) == b""  # no end: closed
            disk_full = gateway.desk.keeper
            disk_full.error = "No space left on device"
            gateway.gateway._http._made = None
            assert (await get("/health")).startswith(b"HTTP/1.1 503")
            disk_full.error = ""

    asyncio.run(run())
