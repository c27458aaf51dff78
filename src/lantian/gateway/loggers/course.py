"""What an outlet's factors do, minute by minute: load of the day, stops, scatter, creep, planted values.

A value is a function of seed, logger and minute alone. A logger asked for history therefore says what it
said, and a mean of an hour is that of its minutes.
"""

from __future__ import annotations

import math
import random
from typing import Final

from lantian.gateway.loggers.plan import FactorPlan, LoggerPlan

DAY: Final = 1440
"""Minutes."""
_SCATTER: Final = 4096
_SLOTS_KEPT: Final = 8
_HOURS_KEPT: Final = 30

Means = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
"""Minimum, mean and maximum of every factor, in counts of its last decimal."""


def scatter(seed: int) -> tuple[float, ...]:
    """Return the noise every course of a city draws from, of mean 0 and deviation about 1."""
    source = random.Random(seed)
    return tuple(max(-3.0, min(3.0, source.gauss(0, 1))) for _ in range(_SCATTER))


def _day_curve() -> tuple[float, ...]:
    """Load over a day in steps of ten minutes: least at four in the morning, most in the afternoon."""
    return tuple(1 + 0.25 * math.sin((i / 144 - 0.42) * 2 * math.pi) for i in range(144))


_CURVE: Final = _day_curve()


class Course:
    """The values of one outlet.

    Parameters
    ----------
    plan
        The logger; minutes are Beijing's since 1970.
    noise
        `scatter` of the city.
    begin
        Minute from which instruments creep.
    """

    __slots__ = ("_begin", "_faults", "_hours", "_noise", "_off", "_on", "_plan", "_slots")

    def __init__(self, plan: LoggerPlan, noise: tuple[float, ...], begin: int) -> None:
        self._plan, self._noise, self._begin = plan, noise, begin
        rows = list(enumerate(plan.factors))
        self._on = [_running(f, plan.number, i) for i, f in rows]
        self._off = [_standing(f, plan.number, i) for i, f in rows]
        index = {f.code: i for i, f in rows}
        self._faults = [
            (f, [index[c] for c in f.factors])
            for f in plan.faults
            if f.kind in {"constant", "cap", "copied-day"}
        ]
        self._slots: dict[int, Means] = {}
        self._hours: dict[int, Means] = {}

    def running(self, minute: int) -> bool:
        """Whether the plant runs."""
        plan = self._plan
        hour = minute % DAY / 60
        if plan.rests_sunday and minute // DAY % 7 == 3:  # 1970-01-01 was a Thursday
            return False
        return plan.on_from <= hour < plan.on_to

    def at(self, minute: int) -> list[int]:
        """Return the values of an instant, planted faults in them."""
        values = self._true(minute)
        for fault, factors in self._faults:
            if not fault.begin <= minute < fault.end:
                continue
            if fault.kind == "constant":
                other = self._true(fault.begin)
            elif fault.kind == "copied-day":
                other = self._true(minute - DAY)
            else:
                plan = self._plan.factors
                other = [
                    min(v, int(fault.amount * f.running * 10**f.decimals))
                    for v, f in zip(values, plan, strict=True)
                ]
            for i in factors:
                values[i] = other[i]
        return values

    def _true(self, minute: int) -> list[int]:
        noise, day = self._noise, (minute - self._begin) / DAY
        if not self.running(minute):
            return [
                max(0, int(level * (1 + wide * noise[(minute * step + at) & 4095])))
                for level, wide, step, at in self._off
            ]
        load = _CURVE[minute % DAY // 10] - 1
        return [
            max(0, int(level * (1 + by * load) * (1 + creep * day)
                       * (1 + wide * noise[(minute * step + at) & 4095])))
            for level, by, wide, creep, step, at in self._on
        ]  # fmt: skip

    def slot(self, minute: int) -> Means:
        """Return minimum, mean and maximum of the minute data's period that begins at `minute`."""
        found = self._slots.get(minute)
        if found is None:
            a, b = self.at(minute), self.at(minute + self._plan.minute_min // 2)
            low = tuple(x if x < y else y for x, y in zip(a, b, strict=True))
            high = tuple(y if x < y else x for x, y in zip(a, b, strict=True))
            mean = tuple((x + y) // 2 for x, y in zip(a, b, strict=True))
            found = (low, mean, high)
            if len(self._slots) >= _SLOTS_KEPT:
                self._slots.clear()
            self._slots[minute] = found
        return found

    def hour(self, minute: int) -> Means:
        """Return the same of the hour that begins at `minute`."""
        found = self._hours.get(minute)
        if found is None:
            step = self._plan.minute_min
            found = _together([self.slot(m) for m in range(minute, minute + 60, step)])
            if len(self._hours) >= _HOURS_KEPT:
                self._hours.clear()
            self._hours[minute] = found
        return found

    def day(self, minute: int) -> Means:
        """Return the same of the day that begins at `minute`."""
        return _together([self.hour(m) for m in range(minute, minute + DAY, 60)])


def _together(parts: list[Means]) -> Means:
    low = tuple(map(min, zip(*(p[0] for p in parts), strict=True)))
    mean = tuple(sum(v) // len(v) for v in zip(*(p[1] for p in parts), strict=True))
    high = tuple(map(max, zip(*(p[2] for p in parts), strict=True)))
    return low, mean, high


def _running(
    factor: FactorPlan, number: int, i: int
) -> tuple[float, float, float, float, int, int]:
    level = factor.running * 10**factor.decimals
    step, at = 2 * ((number * 7 + i * 13) % 97) + 1, number * 131 + i * 577
    return level, factor.by_load, factor.noise, factor.drift_per_day, step, at


def _standing(factor: FactorPlan, number: int, i: int) -> tuple[float, float, int, int]:
    level = factor.stopped * 10**factor.decimals
    return level, factor.noise, 2 * ((number + i) % 83) + 1, number * 37 + i * 211
