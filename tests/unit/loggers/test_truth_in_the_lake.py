"""The simulated city through a real gateway into the lake: what was planted is what is found (issue 6, both ends).

Server and ingest are processes of their own; the truth is the plan and its courses, computed anew here.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from lantian.gateway.loggers.course import Course, scatter
from lantian.gateway.loggers.draw import draw_city
from lantian.gateway.loggers.faults import Fault, read_shares
from lantian.gateway.loggers.papers import write_registry
from lantian.gateway.loggers.plan import LoggerPlan
from lantian.gateway.loggers.run import City, Outcome, Settings
from lantian.jobs.gateway import lake
from lantian.jobs.gateway.rows import Row
from lantian.kernel.calendar import BEIJING

pytestmark = pytest.mark.slow

SEED, SPEED, SECONDS = 11, 120.0, 10.0
MAIN = "from lantian.cli import main; main()"


@dataclass
class Found:
    """What is left of a run."""

    home: Path
    plans: tuple[LoggerPlan, ...]
    begin: int
    outcome: Outcome
    ingested: dict[str, object]

    def of(self, kind: str) -> tuple[LoggerPlan, Fault]:
        """Return the logger with a fault."""
        return next((p, f) for p in self.plans for f in p.faults if f.kind == kind)

    def rows(self, plan: LoggerPlan, cn: str = "2051") -> dict[tuple[int, str], Row]:
        """Return the lake's rows of a logger by minute and factor."""
        return {
            (minute_of(r.time), r.factor): r for r in lake.read(self.home, mns=[plan.mn], cns=[cn])
        }

    def course(self, plan: LoggerPlan) -> Course:
        """Return what the logger measured."""
        return Course(plan, scatter(SEED), self.begin)


def minute_of(moment: datetime) -> int:
    return int(moment.timestamp() + 8 * 3600) // 60


def code_of(plan: LoggerPlan, i: int) -> str:
    return plan.factors[i].code_2005 if plan.version == "2005" else plan.factors[i].code


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    folder = tmp_path_factory.mktemp("city")
    span = int(SPEED * SECONDS)
    begin = (int(time.time() + 8 * 3600) // 60 - span) // 60 * 60
    plans = draw_city(56, SEED, begin, span, read_shares("all"))
    keys = write_registry(plans, folder / "loggers.yaml")
    command = [sys.executable, "-c", MAIN, "gateway"]
    home = folder / "home"
    registry = str(folder / "loggers.yaml")
    serve = [*command, "serve", "--home", str(home), "--registry", registry, "--port", "0", "--json",
             "--keys", str(keys)]  # fmt: skip
    server = subprocess.Popen(serve, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        port = json.loads(server.stdout.readline())["port"]
        settings = Settings("127.0.0.1", port, begin, SPEED, SECONDS, SEED, 8.0)
        outcome = asyncio.run(City(plans, settings).run())
    finally:
        server.terminate()
        server.wait(30)
    told = subprocess.run(
        [*command, "ingest", "--home", str(home), "--json"], check=True, stdout=subprocess.PIPE
    )
    return Found(home, plans, begin, outcome, json.loads(told.stdout))


def test_every_packet_is_answered_or_planted(found: Found) -> None:
    tally = found.outcome.tally
    assert tally.given_up[""] == 0
    assert tally.acknowledged + sum(tally.given_up.values()) == tally.asking
    assert {k for k, n in tally.given_up.items() if n} <= {"bad-crc", "wrong-length", "wrong-mn"}
    assert found.outcome.unsent == 0


def test_what_was_put_aside_is_what_was_planted(found: Found) -> None:
    aside = dict(found.ingested["quarantined"])  # type: ignore[call-overload]
    assert {"unregistered", "qn-reused"} <= set(aside)
    assert {"checksum", "unparsable"} & set(aside)  # a spoilt frame is either, by what is spoilt
    assert set(aside) <= {"checksum", "unparsable", "unregistered", "qn-reused"}
    assert found.ingested["conflicts"] == 0


def test_loggers_without_a_fault_are_in_the_lake_to_the_last_digit(found: Found) -> None:
    plain = [p for p in found.plans if not p.faults]
    assert len(plain) > 40
    for plan in plain:
        course, rows = found.course(plan), found.rows(plan)
        minutes = sorted({m for m, _ in rows})
        assert minutes == list(range(minutes[0], minutes[-1] + 1, plan.minute_min))
        assert (
            minutes[-1] - minutes[0] >= 0.8 * SPEED * SECONDS - 60
            or found.outcome.minutes < SPEED * SECONDS
        )
        for minute in minutes:
            low, mean, high = course.slot(minute)
            for i, factor in enumerate(plan.factors):
                values = rows[minute, code_of(plan, i)].values
                want = [Decimal(v).scaleb(-factor.decimals) for v in (low[i], mean[i], high[i])]
                assert [values["Min"], values["Avg"], values["Max"]] == want


def test_silence_is_a_gap_and_an_outage_is_none(found: Found) -> None:
    plan, fault = found.of("silence")
    minutes = {m for m, _ in found.rows(plan)}
    inside = {m for m in range(fault.begin, fault.end) if m % plan.minute_min == 0}
    assert len(minutes & inside) <= 2  # what was on its way at the ends
    plan, fault = found.of("late")
    if fault.end < found.begin + found.outcome.minutes:
        minutes = {m for m, _ in found.rows(plan)}
        assert {m for m in range(fault.begin, fault.end) if m % plan.minute_min == 0} <= minutes


@pytest.mark.parametrize("kind", ["duplicate", "resend", "half-open", "clock-drift"])
def test_what_comes_twice_or_late_is_there_once(found: Found, kind: str) -> None:
    plan, _ = found.of(kind)
    course = found.course(plan)
    rows = lake.read(found.home, mns=[plan.mn], cns=["2051"])
    assert len({(r.time, r.factor) for r in rows}) == len(rows) > 100
    index = {code_of(plan, i): i for i in range(len(plan.factors))}
    for row in rows:
        i = index[row.factor]
        want = Decimal(course.slot(minute_of(row.time))[1][i]).scaleb(-plan.factors[i].decimals)
        assert row.values["Avg"] == want


def test_false_values_and_marks_are_where_the_truth_file_says(found: Found) -> None:
    plan, fault = found.of("constant")
    codes = {plan_code(plan, code) for code in fault.factors}
    rows = found.rows(plan)
    inside = [r.values["Avg"] for (m, c), r in rows.items() if fault.covers(m) and c in codes]
    assert len(inside) >= 6
    assert len(set(inside)) == len(fault.factors)
    plan, fault = found.of("mark")
    flags = {m: r.flag for (m, _), r in found.rows(plan, "2011").items()}
    assert {m for m, flag in flags.items() if flag == fault.letter} == {
        m for m in flags if fault.covers(m)
    }


def plan_code(plan: LoggerPlan, code: str) -> str:
    return next(code_of(plan, i) for i, f in enumerate(plan.factors) if f.code == code)


def test_times_are_those_of_now(found: Found) -> None:
    now = datetime.now(UTC)
    latest = max(r.time for r in lake.read(found.home, cns=["2061"]))
    assert now - timedelta(hours=4) < latest.astimezone(BEIJING) <= now
