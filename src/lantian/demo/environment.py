"""Invented air and water of the demonstration city: station hours, city days, samples, places.

Same seed, same files. Every figure is invented; the README of the city says so, and the site labels
every page.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from lantian.demo.parcels import write_parcels

LAST = date(2026, 12, 16)
"""The day before the alert of the demonstration begins."""

PAST_FORECAST = (90, 163, 214, 262, 231, 98, 80, 70)
"""Invented index of 5 December and the days after, as forecast on the 4th: an alert that has run its course."""

STATIONS = (  # code, name, district, lon, lat, reference
    ("S01", "示例公园", "示例区", 110.52, 36.08, False), ("S02", "城北", "示例区", 110.55, 36.14, False),
    ("S03", "河东", "河东区", 110.61, 36.09, False), ("S04", "高新", "河东区", 110.63, 36.04, False),
    ("S05", "钢城", "钢城区", 110.46, 36.10, False), ("S06", "南站", "钢城区", 110.50, 36.01, False),
    ("S07", "西山对照", "西山县", 110.33, 36.17, True),
)  # fmt: skip
SECTIONS = (  # name, river, district, body, target, lon, lat, level
    ("源头村", "示例河", "西山县", "river", 2, 110.31, 36.18, 0.5),
    ("西山水库", "示例河", "西山县", "lake", 3, 110.38, 36.15, 0.6),
    ("城北桥", "示例河", "示例区", "river", 3, 110.53, 36.13, 0.85),
    ("钢城桥", "示例河", "钢城区", "river", 4, 110.48, 36.04, 1.25),
    ("出境断面", "示例河", "钢城区", "river", 4, 110.47, 35.95, 1.4),
    ("东沟口", "东沟", "河东区", "river", 4, 110.60, 36.05, 1.7),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Environment:
    """The files that were written."""

    days: Path
    hours: Path
    samples: Path
    parcels: Path


def write_environment(folder: Path, *, seed: int = 1, hour_days: int = 30) -> Environment:
    """Write two years of city days, some days of station hours and two years of samples."""
    rng = np.random.default_rng([seed, 77])
    folder.mkdir(parents=True, exist_ok=True)
    found = Environment(
        folder / "air-days.csv", folder / "air-hours.csv", folder / "water-samples.csv",
        folder / "parcels.xlsx",
    )  # fmt: skip
    first = date(LAST.year - 1, 1, 1)
    days = [first + timedelta(days=i) for i in range((LAST - first).days + 1)]
    base = _city(days, rng)
    _write(found.days, ("date", "so2", "no2", "co", "o3_8h", "pm10", "pm25"), _day_rows(days, base))
    recent = days[-hour_days:]
    head = ("time", "station", "so2", "no2", "co", "o3", "pm10", "pm25", "minutes", "flag")
    _write(found.hours, head, _hour_rows(recent, base[-hour_days:], rng))
    columns = "section river type target date ph do codmn cod nh3n tp tn".split()  # noqa: SIM905
    _write(found.samples, columns, _sample_rows(first, rng))
    write_parcels(found.parcels, LAST)
    return found


def _city(days: Sequence[date], rng: np.random.Generator) -> np.ndarray:
    """Return daily city values: PM2.5 and gases high in winter, O3 in summer, slow episodes."""
    at = np.array([d.timetuple().tm_yday for d in days])
    winter = 0.5 * (1 + np.cos(2 * math.pi * (at - 10) / 365))
    years = np.array([(d.year - days[0].year) for d in days])
    noise = np.zeros(len(days))
    for i in range(1, len(days)):
        noise[i] = 0.75 * noise[i - 1] + rng.normal(0, 0.33)
    pm25 = np.exp(np.log(24 + 36 * winter) + noise) * (0.97**years)
    pm10 = pm25 * rng.normal(1.55, 0.12, len(days)).clip(1.15) + 18
    so2 = (7 + 10 * winter) * np.exp(0.35 * noise)
    no2 = (24 + 24 * winter) * np.exp(0.45 * noise)
    co = (0.5 + 0.8 * winter) * np.exp(0.4 * noise)
    o3 = (62 + 100 * (1 - winter)) * np.exp(rng.normal(0, 0.16, len(days)))
    return np.column_stack([so2, no2, co, o3, pm10, pm25]).clip(0.1)


def _day_rows(days: Sequence[date], base: np.ndarray) -> Iterable[tuple[str, ...]]:
    for day, (so2, no2, co, o3, pm10, pm25) in zip(days, base.tolist(), strict=True):
        whole = [f"{v:.0f}" for v in (so2, no2, o3, pm10, pm25)]
        yield (day.isoformat(), whole[0], whole[1], f"{co:.1f}", *whole[2:])


def _hour_rows(
    days: Sequence[date], base: np.ndarray, rng: np.random.Generator
) -> Iterable[tuple[str, ...]]:
    """Yield hours of every station, with gaps, flags and an hour of few minutes."""
    factors = rng.normal(1, 0.12, (len(STATIONS), 6)).clip(0.6)
    factors[-1] *= 0.55  # the reference site in the hills
    rhythm = 1 + 0.22 * np.cos(2 * math.pi * (np.arange(1, 25) - 22) / 24)
    noon = (1 + 0.75 * np.cos(2 * math.pi * (np.arange(1, 25) - 15) / 24)).clip(0.15)
    for k, day in enumerate(days):
        for s, (code, *_rest) in enumerate(STATIONS):
            broken = rng.random() < 0.05  # an analyser of this station is down for part of the day
            for hour in range(1, 25):
                own = base[k] * factors[s] * np.exp(rng.normal(0, 0.09, 6))
                own[[0, 1, 2, 4, 5]] *= rhythm[hour - 1]
                own[3] *= noon[hour - 1] * 0.72
                texts = [f"{v:.0f}" for v in own]
                texts[2] = f"{own[2]:.1f}"
                if broken and 6 <= hour <= 14:
                    texts[5] = ""
                minutes = "31" if rng.random() < 0.004 else "60"
                flag = "校零" if hour == 1 and rng.random() < 0.25 else ""
                if own[5] > own[4]:
                    texts[4] = f"{own[5] + 3:.0f}"
                yield (f"{day} {hour:02d}:00", code, *texts, minutes, flag)


def _sample_rows(first: date, rng: np.random.Generator) -> Iterable[tuple[str, ...]]:
    month = first.replace(day=6)
    while month <= LAST:
        warm = 0.5 * (1 - math.cos(2 * math.pi * (month.month - 1) / 12))
        for name, river, _district, body, target, _lon, _lat, level in SECTIONS:
            dirt = (
                level
                * float(np.exp(rng.normal(0, 0.16)))
                * (0.9 if month.year > first.year else 1.0)
            )
            oxygen = 11.5 - 4 * warm - 1.4 * level + float(rng.normal(0, 0.4))
            nh3n = max(0.02, 0.55 * dirt**1.8)
            tp = (0.03 if body == "lake" else 0.13) * dirt**1.3
            yield (
                name, river, body, str(target), month.isoformat(), f"{7.9 + float(rng.normal(0, 0.15)):.2f}",
                f"{oxygen:.2f}", f"{3.4 * dirt:.2f}", f"{13 * dirt:.1f}",
                "0.025L" if nh3n < 0.025 else f"{nh3n:.3f}", f"{tp:.3f}", f"{nh3n + 1.2 * dirt:.2f}",
            )  # fmt: skip
        month = (month.replace(day=28) + timedelta(days=10)).replace(day=6)


def _write(path: Path, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)
