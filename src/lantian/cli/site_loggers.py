"""The invented city's loggers as they go on: at which level, from when, and what they say at a minute."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lantian.gateway.loggers.plan import FactorPlan, Known, LoggerPlan

_LEVEL_FROM: Final = timedelta(hours=24)
"""A logger goes on at the level of its last day."""
_SILENT_AFTER: Final = timedelta(hours=2)
"""One that fell silent so long before the others stays silent: it is planted."""
_MOST_MISSED_MIN: Final = 24 * 60
_SEED, _BY_LOAD, _MOST_NOISE = 1, 0.1, 0.15
_HOUR_MIN: Final = 60
_OFFSET_MIN: Final = 8 * 60
"""Minutes are Beijing's since 1970, as in the loggers' plans."""
_OXYGEN, _AIR_O2_PCT = "a19001", 21.0
_FLAG_OF: Final = {"2005": "", "2017": "Flag=4;", "2025": "Flag=8;"}
"""No answer is asked for: nothing is kept here that could be sent again."""


@dataclass(slots=True)
class Going:
    """One logger: what it is, the first period and the first live value it has not sent, the next minute.

    `over_o2` is 21 minus the reference oxygen (in per cent) that its converted values were worked out with, by
    factor; a factor without converted values is not in it.
    """

    plan: LoggerPlan
    begin: int
    live_from: int
    over_o2: dict[str, float] = field(default_factory=dict)
    next: int = field(init=False)

    def __post_init__(self) -> None:
        self.next = min(self.begin, self.live_from)


def minute_of(moment: datetime) -> int:
    """Return the minute of a moment."""
    return int(moment.timestamp()) // 60 + _OFFSET_MIN


def going_on(folder: Path, register: Path, now: datetime) -> list[Going]:
    """Return the loggers of a register that have minutes in the lake and had not fallen silent.

    Raises
    ------
    LantianError
        J003 where there is no lake, J101 to J107 for the register.
    """
    from lantian.gateway.loggers.papers import read_known
    from lantian.jobs.gateway.hot import latest

    newest: dict[tuple[str, str], datetime] = {}
    for one in latest(folder, cns=("2051", "2011")):
        key = (one.mn, one.cn)
        newest[key] = max(one.time, newest.get(key, one.time))
    last = max(newest.values(), default=now)
    first = minute_of(now) - _MOST_MISSED_MIN
    found = []
    for number, known in enumerate(read_known(register)):
        at = newest.get((known.mn, "2051"))
        if at is None or last - at > _SILENT_AFTER:
            continue
        factors, over_o2 = levels_of(folder, known.mn, at)
        if factors:
            begin = max(minute_of(at) + known.minute_min, first)
            live = newest.get((known.mn, "2011"))
            live_from = begin if live is None else max(minute_of(live) + 1, first)
            found.append(Going(_plan(number, known, factors), begin, live_from, over_o2))
    return found


def levels_of(
    folder: Path, mn: str, newest: datetime
) -> tuple[tuple[FactorPlan, ...], dict[str, float]]:
    """Return each factor of a logger at the mean and scatter of its last day, and how it converts.

    Values the instrument flagged say nothing of either.
    """
    from lantian.gateway.loggers.plan import FactorPlan
    from lantian.jobs.gateway import lake

    table = lake.frame(
        folder, mns=(mn,), start=newest - _LEVEL_FROM, end=newest + timedelta(minutes=1), cns=("2051",),
        columns=("factor", "time", "flag", "avg", "avg_d", "zs_avg", "zs_avg_d"),
    )  # fmt: skip
    decimals: dict[str, int] = {}
    values: dict[str, list[float]] = {}
    converted: list[tuple[str, datetime, float]] = []
    oxygen: dict[datetime, float] = {}
    for code, at, flag, digits, places, own, own_places in table.iter_rows():
        if digits is None or flag not in (None, "", "N"):
            continue
        value = digits / 10 ** (places or 0)
        values.setdefault(code, []).append(value)
        decimals[code] = max(places or 0, decimals.get(code, 0))
        if code == _OXYGEN:
            oxygen[at] = value
        elif own is not None and value:
            converted.append((code, at, own / 10 ** (own_places or 0) / value))
    found = []
    for code in sorted(values):
        level = statistics.fmean(values[code])
        noise = min(statistics.pstdev(values[code]) / level, _MOST_NOISE) if level else 0.0
        found.append(FactorPlan(code, code, decimals[code], level, 0.0, _BY_LOAD, noise / 2, 0.0))
    return tuple(found), _over_o2(converted, oxygen)


def _over_o2(
    converted: Sequence[tuple[str, datetime, float]], oxygen: dict[datetime, float]
) -> dict[str, float]:
    """Return 21 minus the reference oxygen of each factor, as its converted values show it."""
    seen: dict[str, list[float]] = {}
    for code, at, ratio in converted:
        if at in oxygen:
            seen.setdefault(code, []).append(ratio * (_AIR_O2_PCT - oxygen[at]))
    return {code: round(statistics.median(found), 1) for code, found in seen.items()}


def _plan(number: int, known: Known, factors: tuple[FactorPlan, ...]) -> LoggerPlan:
    from lantian.gateway.loggers.plan import LoggerPlan

    water = known.st in {"21", "32"}
    return LoggerPlan(
        number=number, mn=known.mn, password=known.password, firm_id=known.firm_id, firm_zh=known.firm_zh,
        outlet_id=known.outlet_id, industry="", medium="water" if water else "air", st=known.st or "31",
        version=known.version or "2017", vendor="", factors=factors, realtime_min=known.realtime_min,
        minute_min=known.minute_min, phase_min=0, on_from=0, on_to=24, rests_sunday=False, habits=(),
        answers=False, sm4_key="", packet_factors=len(factors),
    )  # fmt: skip


class Voice:
    """What one logger says at a minute; a value is a function of logger and minute alone."""

    def __init__(self, going: Going) -> None:
        from lantian.gateway.loggers.course import Course, scatter

        self.going = going
        self._course = Course(going.plan, scatter(_SEED), going.begin)
        self._qn_ms = 0

    def due(self, now: int) -> bytes:
        """Return the packets of every minute up to `now` that were not sent yet, and count them as sent."""
        out: list[bytes] = []
        while self.going.next <= now:
            out += self._of(self.going.next)
            self.going.next += 1
        return b"".join(out)

    def _of(self, minute: int) -> Iterator[bytes]:
        plan = self.going.plan
        if minute % plan.realtime_min == 0 and minute >= self.going.live_from:
            yield self._frame("2011", minute, {"Rtd": self._course.at(minute)})
        for cn, period, means in (
            ("2051", plan.minute_min, self._course.slot),
            ("2061", _HOUR_MIN, self._course.hour),
        ):
            start = minute - period
            # An hour that began before is not its own: part of it is in the lake already.
            if minute % period == 0 and start >= self.going.begin:
                low, mean, high = means(start)
                yield self._frame(cn, start, {"Min": low, "Avg": mean, "Max": high})

    def _frame(self, cn: str, minute: int, values: dict[str, Sequence[int]]) -> bytes:
        from lantian.gateway.loggers.writer import framed, minute_text

        plan = self.going.plan
        names = [f.code for f in plan.factors]
        shown = {
            name: [v / 10**f.decimals for v, f in zip(own, plan.factors, strict=True)]
            for name, own in values.items()
        }
        groups = [
            ",".join([*self._values(i, names, shown), f"{code}-Flag=N"])
            for i, code in enumerate(names)
        ]
        text = (
            f"QN={self._qn()};ST={plan.st};CN={cn};PW={plan.password};MN={plan.mn};{_FLAG_OF[plan.version]}"
            f"CP=&&DataTime={minute_text(minute)}00;{';'.join(groups)}&&"
        )
        return framed(text.encode("ascii"))

    def _values(self, i: int, names: Sequence[str], shown: dict[str, list[float]]) -> Iterator[str]:
        """Yield the values of a factor, the converted one of its instant or mean beside them."""
        code, places = names[i], self.going.plan.factors[i].decimals
        for name, own in shown.items():
            yield f"{code}-{name}={own[i]:.{places}f}"
            over = self.going.over_o2.get(code)
            if over is not None and name in ("Rtd", "Avg") and _OXYGEN in names:
                left = _AIR_O2_PCT - own[names.index(_OXYGEN)]
                if left > 0:
                    yield f"{code}-Zs{name}={own[i] * over / left:.{places}f}"

    def _qn(self) -> str:
        from lantian.gateway.loggers.writer import moment_text

        self._qn_ms = max(self._qn_ms + 1, int(time.time() * 1000) + _OFFSET_MIN * 60_000)
        return moment_text(self._qn_ms)
