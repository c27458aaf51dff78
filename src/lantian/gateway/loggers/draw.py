"""A city of loggers drawn from a seed: the same seed, the same city to the last digit."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Final

from lantian.gateway.loggers.faults import KINDS, Fault
from lantian.gateway.loggers.habits import VENDORS, habits_of
from lantian.gateway.loggers.plan import FactorPlan, Known, LoggerPlan

# code, code of 2005, decimals, running, stopped, by load, noise. Invented levels of ordinary plants.
_Row = tuple[str, str, int, float, float, float, float]
_GAS: Final[tuple[_Row, ...]] = (
    ("a21026", "02", 2, 18.0, 0.6, 0.5, 0.12),
    ("a21002", "03", 1, 62.0, 1.5, 0.4, 0.10),
    ("a34013", "01", 0, 7.0, 1.0, 0.3, 0.15),
    ("a19001", "S01", 1, 7.5, 20.9, -0.2, 0.02),
    ("a01011", "S02", 2, 11.0, 0.4, 0.6, 0.05),
    ("a01012", "S03", 1, 96.0, 24.0, 0.2, 0.02),
    ("a01013", "S08", 3, 0.45, 0.05, 0.3, 0.05),
    ("a01014", "S05", 1, 8.2, 2.0, 0.1, 0.04),
    ("a00000", "B02", 1, 58.0, 0.5, 0.6, 0.06),
)
_EXTRA_GAS: Final[tuple[_Row, ...]] = (
    ("a21005", "04", 3, 22.0, 0.1, 0.4, 0.2),
    ("a21024", "08", 3, 6.0, 0.1, 0.3, 0.2),
)
_WATER: Final[tuple[_Row, ...]] = (
    ("w01018", "011", 1, 32.0, 18.0, 0.4, 0.10),
    ("w21003", "060", 2, 1.80, 0.90, 0.4, 0.15),
    ("w21011", "101", 2, 0.24, 0.15, 0.3, 0.12),
    ("w21001", "065", 2, 9.60, 7.00, 0.3, 0.08),
    ("w01001", "001", 2, 7.30, 7.10, 0.0, 0.01),
    ("w00000", "B01", 2, 64.0, 0.0, 0.6, 0.05),
)

_INDUSTRIES: Final = (
    # key, medium, on from, to, rests on Sundays, weight
    ("thermal_power", "air", 0, 24, False, 3),
    ("cement", "air", 0, 24, False, 2),
    ("waste_incineration", "air", 0, 24, False, 1),
    ("boiler", "air", 5, 23, False, 4),
    ("foundry", "air", 8, 20, True, 4),
    ("ceramic", "air", 0, 24, False, 2),
    ("sewage_works", "water", 0, 24, False, 4),
    ("paper", "water", 0, 24, False, 2),
    ("dyeing", "water", 6, 22, True, 3),
    ("plating", "water", 8, 18, True, 3),
)
_NEED_QN: Final = {"resend", "reused-qn", "duplicate"}
"""Faults that show in answers, which a logger of 2005 without QN never gets."""
_VERSIONS: Final = (("2005", 10), ("2017", 65), ("2025", 25))


def draw_city(
    n: int,
    seed: int,
    begin: int,
    minutes: int,
    shares: Mapping[str, float],
    *,
    realtime_min: int = 10,
    minute_min: int = 10,
    known: Sequence[Known] | None = None,
) -> tuple[LoggerPlan, ...]:
    """Return a city of loggers.

    Parameters
    ----------
    n
        How many.
    begin, minutes
        The span faults are planted in, minutes of Beijing since 1970.
    shares
        Share of the loggers with each kind of fault (`faults.read_shares`).
    realtime_min, minute_min
        Periods of real-time and minute data; `minute_min` divides 60.
    known
        Loggers that are registered already, one for each of the `n`; they send in clear.
    """
    source = random.Random(f"{seed}-loggers")
    planted = _whose(n, shares, random.Random(f"{seed}-faults"))
    return tuple(
        _logger(
            i, seed, source, begin, minutes, planted.get(i, ""),
            _drawn(realtime_min, minute_min) if known is None else known[i],
        )
        for i in range(n)
    )  # fmt: skip


def _drawn(realtime_min: int, minute_min: int) -> Known:
    """Return a logger of which nothing but its periods is given."""
    return Known("", "", "", "", "", "", "", realtime_min, minute_min)


def _whose(n: int, shares: Mapping[str, float], source: random.Random) -> dict[int, str]:
    """Return which logger gets which fault: at least one of every kind asked for, where there is room."""
    order = list(range(n))
    source.shuffle(order)
    found: dict[int, str] = {}
    for kind in KINDS:
        share = shares.get(kind, 0.0)
        for _ in range(min(len(order), max(1, round(share * n))) if share > 0 else 0):
            found[order.pop()] = kind
    return found


def _logger(
    i: int, seed: int, source: random.Random, begin: int, minutes: int, kind: str,
    known: Known,
) -> LoggerPlan:  # fmt: skip
    wanted = {"": "", "32": "water", "21": "water"}.get(known.st, "air")
    trades = [row for row in _INDUSTRIES if wanted in {"", row[1]}]
    industry, medium, on_from, on_to, sunday, _ = source.choices(
        trades, [row[-1] for row in trades]
    )[0]
    version = source.choices([v for v, _ in _VERSIONS], [w for _, w in _VERSIONS])[0]
    version = known.version or version
    rows = list(_GAS if medium == "air" else _WATER)
    if industry == "waste_incineration":
        rows = list(_EXTRA_GAS) + rows
    vendor = source.choices(list(VENDORS), [12, *[2] * (len(VENDORS) - 1)])[0]
    factors = tuple(_factor(row, source) for row in rows)
    mn = f"{seed % 2**31:08X}{i:016X}" if version != "2005" else f"{seed % 1000:03d}{i:011d}"
    password = f"{source.randrange(10**6):06d}"
    minute_min, realtime_min = known.minute_min, known.realtime_min
    small, key = source.random(), f"{source.randrange(10**16):016d}"
    phase = source.randrange(1, max(2, min(minute_min, realtime_min)))
    habits = habits_of(vendor, version)
    splits = version != "2005" and (small > 0.92 or "pno-before-pnum" in habits)
    return LoggerPlan(
        number=i,
        mn=known.mn or mn,
        password=known.password or password,
        firm_id=known.firm_id or f"F{i // 2 + 1:05d}",
        firm_zh=known.firm_zh or f"虚构企业{i // 2 + 1}",
        outlet_id=known.outlet_id or f"{'DA' if medium == 'air' else 'DW'}{i % 2 + 1:03d}",
        industry=industry,
        medium=medium,
        st=known.st or ("31" if medium == "air" else "32"),
        version=version,
        vendor=vendor,
        factors=factors,
        realtime_min=realtime_min,
        minute_min=minute_min,
        phase_min=phase,
        on_from=on_from,
        on_to=on_to,
        rests_sunday=sunday,
        habits=habits,
        answers=version != "2005" or source.random() < 0.5 or kind in _NEED_QN,
        sm4_key=key
        if version == "2025" and small < 0.2 and kind != "wrong-mn" and not known.mn
        else "",
        packet_factors=4 if splits else len(factors),
        faults=(_fault(kind, factors, begin, minutes, minute_min, source),) if kind else (),
    )


def _factor(row: _Row, source: random.Random) -> FactorPlan:
    code, old, decimals, running, stopped, by_load, noise = row
    level = running * source.uniform(0.75, 1.25) if code not in {"w01001", "a19001"} else running
    drift = source.choice((0.0, 0.0, 0.001, -0.001, 0.004))
    return FactorPlan(code, old, decimals, level, stopped, by_load, noise, drift)


def _fault(
    kind: str, factors: tuple[FactorPlan, ...], begin: int, minutes: int, step: int,
    source: random.Random,
) -> Fault:  # fmt: skip
    """Return a fault within the middle of the span, whole periods long, at least six of them."""
    length = max(6 * step, int(minutes * source.uniform(0.1, 0.35)) // step * step)
    start = (begin + int(minutes * source.uniform(0.1, 0.5))) // step * step
    touched = [f.code for f in factors if f.code[1:] not in {"00000", "01012", "01013"}][:3]
    if kind not in {"constant", "cap", "copied-day"}:
        touched = []
    amount = {"cap": 0.9, "clock-drift": source.uniform(20, 50)}.get(kind, 0.0)
    letter = source.choice("FDCM") if kind == "mark" else ""
    return Fault(kind, start, start + length, tuple(touched), round(amount, 2), letter)
