"""Invented automatic monitoring: three outlets, weeks of minutes, planted faults. Nothing in it is real.

Times end at the moment it is made for, so that pages of the present have something to show; the
values depend on the seed alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
PASSWORD = "123456"


@dataclass(frozen=True, slots=True)
class Run:
    """One factor from one command: when, which digits, how many decimals, which flags."""

    cn: str
    factor: str
    at_ms: Numbers
    digits: Mapping[str, Numbers]
    decimals: Mapping[str, int]
    flags: list[str]


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark the invented firm made."""

    kind: str
    start: datetime
    end: datetime
    cause: str


@dataclass(frozen=True, slots=True)
class Monitor:
    """One outlet with its logger, its readings and what the firm marked."""

    firm: str
    mn: str
    st: str
    minute_interval: int
    description: str
    runs: list[Run]
    marks: list[Marked] = field(default_factory=list)


_LIMIT = (
    "- {{factor: {factor}, average: {average}, high: {high}, converted: true, document: 排污许可证（虚构）, "
    "clause: 表3, valid_from: 2024-01-01}}\n"
)
_LIMITS = (
    ("a21002", "hour", 100),
    ("a21002", "day", 100),
    ("a21026", "hour", 35),
    ("a34013", "hour", 10),
)
_KILN = """# 虚构示范数据
outlet: DA001
name_zh: {name}
medium: air
trade: cement
plant: cement
reference_o2_pct: 10
reference_o2_document: 排污许可证（虚构）
flow_unit: m3/h
limits:
{limits}"""
_DRAIN = """# 虚构示范数据
outlet: DW001
name_zh: 废水总排口
medium: water
trade: food
flow_unit: L/s
limits:
- {factor: w01018, average: day, high: 50, document: 排污许可证（虚构）, clause: 表5, valid_from: 2024-01-01}
- {factor: w21003, average: day, high: 5, document: 排污许可证（虚构）, clause: 表5, valid_from: 2024-01-01}
- {factor: w01001, average: day, high: 9, low: 6, document: 排污许可证（虚构）, clause: 表5, valid_from: 2024-01-01}
"""


def monitors(now: datetime, *, seed: int = 1, days: int = 14) -> list[Monitor]:
    """Return the invented outlets with readings of whole days up to `now`."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    rng = np.random.default_rng([seed, 212])
    start = hour.replace(hour=0) - timedelta(days=days - 1)
    kiln = _kiln(rng, start, now, hour)
    other = _steady_kiln(rng, hour.replace(hour=0) - timedelta(days=min(days, 10) - 1), now, hour)
    drain = _drain(rng, start, hour - timedelta(hours=9))
    return [
        Monitor("虚构-00001", "0F0000000000000000000001", "31", 1,
                _description("窑尾排口"), kiln, _marks(hour)),
        Monitor("虚构-00013", "0F0000000000000000000013", "31", 1,
                _description("窑头排口"), other, _many_marks(hour)),
        Monitor("虚构-00011", "0F0000000000000000000011", "32", 10, _DRAIN, drain),
    ]  # fmt: skip


def _description(name: str) -> str:
    limits = (_LIMIT.format(factor=f, average=a, high=h) for f, a, h in _LIMITS)
    return _KILN.format(name=name, limits="".join(limits))


def _minutes(start: datetime, end: datetime, step: int = 1) -> Numbers:
    first, last = round(start.timestamp()), round(end.timestamp())
    return np.arange(first, last, 60 * step, dtype=np.int64) * 1000


def _wave(
    rng: np.random.Generator, at_ms: Numbers, mean: float, swing: float, noise: float
) -> NDArray[np.float64]:
    """Return a daily swing with a slow walk and noise around a mean, never below nothing."""
    hours = at_ms / 3.6e6 + 8
    walk = np.cumsum(rng.normal(0, noise * 0.15, len(at_ms)))
    walk -= np.linspace(0, walk[-1], len(walk)) if len(walk) else 0
    value = (
        mean
        + swing * np.sin(hours / 24 * 2 * np.pi)
        + 0.1 * walk
        + rng.normal(0, noise, len(at_ms))
    )
    return np.maximum(value, 0.02 * mean)


def _between(at_ms: Numbers, start: datetime, hours: float) -> NDArray[np.bool_]:
    first = start.timestamp() * 1000
    return (at_ms >= first) & (at_ms < first + hours * 3.6e6)


def _gas(
    at_ms: Numbers,
    values: Mapping[str, NDArray[np.float64]],
    flags: list[str],
    keep: NDArray[np.bool_],
) -> list[Run]:
    """Return minutes as a logger sends them, with its own converted values."""
    oxygen = np.round(values["a19001"], 2)
    kept = [f for f, k in zip(flags, keep.tolist(), strict=True) if k]
    runs = []
    for code, value in values.items():
        digits = {"Avg": np.round(value * 100).astype(np.int64)}
        decimals = {"Avg": 2}
        if code not in ("a19001", "a00000"):
            digits["ZsAvg"] = np.round(np.round(value, 2) * 11 / (21 - oxygen) * 100).astype(
                np.int64
            )
            decimals["ZsAvg"] = 2
        runs.append(
            Run("2051", code, at_ms[keep], {k: d[keep] for k, d in digits.items()}, decimals, kept)
        )
    return runs


def _hours(
    minutes: list[Run], trimmed: Mapping[str, tuple[datetime, int, float]], hour: datetime
) -> Iterator[Run]:
    """Return the logger's own hours; some of them are planted lower than its minutes give."""
    for run in minutes:
        number = run.at_ms // 3_600_000
        good = np.array([f == "N" for f in run.flags])
        starts = np.flatnonzero(np.diff(number, prepend=-1))
        count = np.add.reduceat(good.astype(np.int64), starts)
        digits = {}
        for name, values in run.digits.items():
            sums = np.add.reduceat(np.where(good, values, 0), starts)
            digits[name] = np.round(sums / np.maximum(count, 1)).astype(np.int64)
        at = number[starts] * 3_600_000
        if run.factor in trimmed:
            first, hours, factor = trimmed[run.factor]
            low = _between(at, first, hours)
            digits = {
                k: np.where(low, np.round(v * factor).astype(np.int64), v)
                for k, v in digits.items()
            }
        whole = (count >= 45) & (at < hour.timestamp() * 1000)
        yield Run("2061", run.factor, at[whole], {k: v[whole] for k, v in digits.items()}, run.decimals,
                  ["N"] * int(whole.sum()))  # fmt: skip


def _kiln(rng: np.random.Generator, start: datetime, now: datetime, hour: datetime) -> list[Run]:
    """Return a kiln with an excess of five hours, a marked start-up, calibrations and a broken line."""
    at = _minutes(start, now)
    values = {
        "a21002": _wave(rng, at, 62, 9, 5), "a21026": _wave(rng, at, 14, 3, 2.2),
        "a34013": _wave(rng, at, 4.2, 0.8, 0.5),
        "a19001": _wave(rng, at, 9.6, 0.6, 0.25), "a00000": _wave(rng, at, 210_000, 16_000, 6_000),
    }  # fmt: skip
    above = _between(at, hour - timedelta(hours=14), 5)
    values["a21002"][above] *= 2.6  # above the limit in the lowest hours of the day too
    cold = _between(at, hour - timedelta(hours=40), 6)
    values["a21002"][cold] *= 1.9
    values["a19001"][cold] += 4
    values["a34013"][_between(at, hour - timedelta(hours=20), 1)] *= 3.4
    local = at // 60_000 + 8 * 60
    check = (local % 1440 >= 9 * 60) & (local % 1440 < 9 * 60 + 12)
    fault = _between(at, hour - timedelta(hours=140), 3)
    flags = np.where(check, "C", np.where(fault, "D", "N")).tolist()
    keep = ~_between(at, hour - timedelta(hours=102), 4.5)
    minutes = _gas(at, values, flags, keep)
    trimmed = {"a21002": (hour - timedelta(hours=14), 5, 0.6)}
    return [*minutes, *_hours(minutes, trimmed, hour)]


def _steady_kiln(
    rng: np.random.Generator, start: datetime, now: datetime, hour: datetime
) -> list[Run]:
    """Return a kiln whose NOx stands just below its limit day and night."""
    at = _minutes(start, now)
    values = {
        "a21002": _wave(rng, at, 84, 0.6, 0.5), "a21026": _wave(rng, at, 9, 1, 0.8),
        "a34013": _wave(rng, at, 3.1, 0.2, 0.2),
        "a19001": _wave(rng, at, 9.9, 0.05, 0.04), "a00000": _wave(rng, at, 180_000, 4_000, 2_000),
    }  # fmt: skip
    keep = ~_between(at, hour - timedelta(hours=3), 0.4)
    minutes = _gas(at, values, ["N"] * len(at), keep)
    return [*minutes, *_hours(minutes, {}, hour)]


def _drain(rng: np.random.Generator, start: datetime, end: datetime) -> list[Run]:
    """Return a drain that fell silent: flow every ten minutes, analysers every hour."""
    ten, hours = _minutes(start, end, 10), _minutes(start, end, 60)
    runs = [_plain(rng, "2051", "w00000", ten, 21, 4, 1.5, 2)]
    for code, mean, swing, noise, decimals in (
        ("w01018", 31, 5, 3, 1), ("w21003", 1.9, 0.4, 0.25, 2), ("w01001", 7.6, 0.1, 0.05, 2),
    ):  # fmt: skip
        runs.append(_plain(rng, "2061", code, hours, mean, swing, noise, decimals))
    return runs


def _plain(
    rng: np.random.Generator,
    cn: str,
    code: str,
    at: Numbers,
    mean: float,
    swing: float,
    noise: float,
    decimals: int,
) -> Run:
    digits = np.round(_wave(rng, at, mean, swing, noise) * 10**decimals).astype(np.int64)
    return Run(cn, code, at, {"Avg": digits}, {"Avg": decimals}, ["N"] * len(at))


def _marks(hour: datetime) -> list[Marked]:
    start = hour - timedelta(hours=40)
    return [
        Marked("start_up", start, start + timedelta(hours=6), "检修后冷启动（虚构）"),
        Marked(
            "device_fault",
            hour - timedelta(hours=140),
            hour - timedelta(hours=137),
            "采样泵故障，已更换（虚构）",
        ),
    ]


def _many_marks(hour: datetime) -> list[Marked]:
    """Return a habit: the monitor is under maintenance six hours of every day."""
    return [
        Marked("device_maintenance", hour - timedelta(hours=24 * n + 8), hour - timedelta(hours=24 * n + 2),
               "例行维护（虚构）")
        for n in range(6)
    ]  # fmt: skip
