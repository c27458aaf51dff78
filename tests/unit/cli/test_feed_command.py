"""The invented city's loggers go on from where the lake left them (design, section 4; decision 0180)."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from lantian.cli import site_feed
from lantian.cli.site_loggers import Going, Voice, going_on, minute_of
from lantian.gateway.ingest import ingest
from lantian.jobs.gateway import lake
from lantian.jobs.gateway.home import Home
from lantian.jobs.gateway.hot import latest
from lantian.jobs.gateway.loggers import write_loggers
from lantian.jobs.gateway.registry import read_registry
from lantian.jobs.gateway.rows import Columns
from lantian.jobs.gateway.spool import ACCEPTED, address_bytes
from lantian.jobs.gateway.spool_write import Entry, SpoolWriter
from lantian.kernel.calendar import BEIJING

NOW = datetime(2026, 11, 28, 14, 30, 20, tzinfo=BEIJING)
LIVE, SILENT = "0F0000000000000000000001", "0F0000000000000000000011"
REGISTER = """kind: gateway-loggers
loggers:
  - {mn: 0F0000000000000000000001, password: "123456", outlet: DA001, firm: F1, st: "31", minute_interval: 1}
  - {mn: 0F0000000000000000000011, password: "123456", outlet: DW001, firm: F2, st: "32"}
  - {mn: 0F0000000000000000000012, password: "123456", outlet: DW002, firm: F3, st: "32"}
"""


def minutes(mn: str, end: datetime, factor: str, values: list[int], flag: str = "N") -> Columns:
    """Return minutes up to `end` as the lake keeps them, two decimals each."""
    columns = Columns()
    n, last = len(values), int(end.timestamp() * 1000)
    own = {
        "mn": [mn] * n, "cn": ["2051"] * n, "factor": [factor] * n, "about": [""] * n,
        "time": [last - 60_000 * (n - 1 - i) for i in range(n)], "flag": [flag] * n, "rf": [False] * n,
        "version": ["2017"] * n, "record": [0] * n, "avg": values, "avg_d": [2] * n,
    }  # fmt: skip
    for name, column in columns.columns.items():
        column.extend(own.get(name) or [None] * n)
    return columns


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a gateway whose first logger sent until a minute ago, whose second fell silent in the morning."""
    folder = tmp_path / "gateway"
    folder.mkdir()
    (folder / "loggers.yaml").write_text(REGISTER, "utf-8")
    newest = NOW.replace(second=0) - timedelta(minutes=1)
    write_loggers(Home(folder), read_registry(folder / "loggers.yaml"), None)
    for columns in (
        minutes(LIVE, newest, "a21002", [6100, 6300] * 60),
        minutes(LIVE, newest - timedelta(hours=3), "a21026", [90_000] * 5, flag="D"),
        minutes(SILENT, newest - timedelta(hours=9), "w00000", [2100] * 60),
    ):
        lake.write_columns(folder, columns)
    return folder


def test_it_goes_on_at_the_level_of_its_last_day_and_a_silent_one_stays_silent(home: Path) -> None:
    (going,) = going_on(home, home / "loggers.yaml", NOW)
    assert going.plan.mn == LIVE
    (factor,) = going.plan.factors  # flagged values say nothing of the level
    assert (factor.code, factor.decimals, factor.running) == ("a21002", 2, 62.0)
    assert going.begin == minute_of(NOW)


def test_converted_values_go_on_by_the_oxygen_they_were_converted_with(home: Path) -> None:
    newest = NOW.replace(second=0) - timedelta(minutes=1)
    lake.write_columns(home, minutes(LIVE, newest, "a19001", [900, 1100] * 60))
    nox = minutes(LIVE, newest - timedelta(hours=4), "a34013", [500] * 2)
    at = nox.columns["time"]
    nox.columns["zs_avg"][:], nox.columns["zs_avg_d"][:] = (
        [550, 550],
        [2, 2],
    )  # 21 − 10 over 21 − 11
    lake.write_columns(home, nox)
    oxygen = minutes(LIVE, newest - timedelta(hours=4), "a19001", [1100] * 2)
    assert oxygen.columns["time"] == at
    lake.write_columns(home, oxygen)
    (going,) = going_on(home, home / "loggers.yaml", NOW)
    assert going.over_o2 == {"a34013": 11.0}
    text = Voice(going).due(minute_of(NOW)).decode()
    own, converted, o2 = (
        float(re.findall(rf"{name}=([\d.]+)", text)[0]) for name in ("a34013-Rtd", "a34013-ZsRtd", "a19001-Rtd")
    )  # fmt: skip
    assert converted == pytest.approx(own * 11 / (21 - o2), abs=0.005)
    assert "a21002-ZsRtd" not in text  # it never sent one


def test_no_period_comes_twice_and_none_that_began_before(home: Path) -> None:
    (going,) = going_on(home, home / "loggers.yaml", NOW)
    voice = Voice(going)
    first = voice.due(minute_of(NOW))
    assert re.findall(rb"CN=(\d+)", first) == [b"2011"]  # the minute before is in the lake
    assert voice.due(minute_of(NOW)) == b""
    hours = voice.due(minute_of(NOW + timedelta(hours=2)))
    starts = re.findall(rb"CN=2051.*?DataTime=(\d{12})", hours)
    assert starts[0] == b"202611281430"
    assert len(starts) == len(set(starts)) == 120
    assert re.findall(rb"CN=2061.*?DataTime=(\d{12})", hours) == [b"202611281500"]


def test_what_was_missed_is_sent_at_most_a_day(home: Path) -> None:
    late = NOW + timedelta(days=3)
    (going,) = going_on(home, home / "loggers.yaml", late)
    assert going.begin == minute_of(late - timedelta(days=1))
    soon = NOW + timedelta(hours=5)
    (going,) = going_on(home, home / "loggers.yaml", soon)
    assert going.begin == minute_of(NOW)


def test_the_gateway_keeps_every_packet_and_the_next_start_goes_on_after_it(home: Path) -> None:
    (going,) = going_on(home, home / "loggers.yaml", NOW)
    until = NOW + timedelta(minutes=90)
    frames = [f + b"\r\n" for f in Voice(going).due(minute_of(until)).split(b"\r\n") if f]
    at = int(until.timestamp() * 1000)
    writer = SpoolWriter(Home(home))
    writer.append([Entry(at, ACCEPTED, 40_000, address_bytes("127.0.0.1"), f) for f in frames])
    writer.close()
    done = ingest(home, now=until)
    assert (done.outcomes, done.quarantined, done.conflicts) == ({"kept": len(frames)}, {}, 0)
    newest = {x.cn: x for x in latest(home, (LIVE,)) if x.factor == "a21002"}
    assert newest["2011"].time == until.replace(second=0)
    assert newest["2051"].time == until.replace(second=0) - timedelta(minutes=1)
    assert Decimal(50) < newest["2011"].values["Rtd"] < Decimal(75)
    (again,) = going_on(home, home / "loggers.yaml", until)
    assert (again.begin, again.live_from) == (minute_of(until), minute_of(until) + 1)


def test_a_lost_connection_is_made_anew_and_nothing_due_is_forgotten(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (going,) = going_on(home, home / "loggers.yaml", NOW)
    clock, came = [NOW], list[bytes]()
    monkeypatch.setattr(site_feed, "_AGAIN_S", 0.05)

    class Clock:
        @staticmethod
        def now(zone: object) -> datetime:
            return clock[0]

    monkeypatch.setattr(site_feed, "datetime", Clock)

    async def drive(voice: Voice) -> None:
        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            came.append(await reader.readuntil(b"\r\n"))
            clock[0] += timedelta(minutes=1)
            writer.close()  # the gateway goes away after the first packet

        server = await asyncio.start_server(accept, "127.0.0.1", 0)
        task = asyncio.ensure_future(
            site_feed._one(voice, "127.0.0.1", server.sockets[0].getsockname()[1])
        )
        while len(came) < 3:
            await asyncio.sleep(0.02)
        task.cancel()
        server.close()

    asyncio.run(asyncio.wait_for(drive(Voice(going)), 20))
    times = [re.search(rb"CN=2011.*?DataTime=(\d{12})", x) for x in came]
    assert [m.group(1) for m in times if m] == [b"202611281430", b"202611281431", b"202611281432"]


def test_only_the_invented_city_is_fed(tmp_path: Path) -> None:
    own = {k: v for k, v in os.environ.items() if not k.startswith(("LANTIAN_", "DJANGO_"))}
    main = [sys.executable, "-c", "from lantian.cli import main; main()", "site"]

    def run(command: str) -> subprocess.CompletedProcess[str]:
        call = [*main, command, "--home", str(tmp_path)]
        return subprocess.run(call, check=False, capture_output=True, text=True, env=own)

    assert run("migrate").returncode == 0
    done = run("feed")
    assert done.returncode == 2
    assert "虚构的示范城市" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_course_begun_anew_says_the_same(home: Path) -> None:
    (going,) = going_on(home, home / "loggers.yaml", NOW)
    other = Going(going.plan, going.begin, going.live_from)
    until = minute_of(NOW + timedelta(minutes=70))
    values = [re.findall(rb"CP=&&.*?&&", Voice(x).due(until)) for x in (going, other)]
    assert values[0] == values[1]
    assert values[0]
