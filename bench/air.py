"""The index of 10⁷ station-hours and 10⁶ city-days, summaries of 168 cities over ten years.

``python -m bench.air [--hours 10000000] [--write]``: ours, a bare float interpolation as the floor,
and two packages from the registry in an environment of their own, all in one run; agreement with
the published indices of `tests/data/air`. Peak memory of ``lantian air aqi`` at two sizes.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import subprocess
import tempfile
import time
import venv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from bench.report import LANTIAN, child, machine, median, publish, table
from lantian.domain.air.index import NONE, ORDER, index_columns
from lantian.domain.air.scaled import Scaled
from lantian.domain.air.statistics import CityDays, summarise
from lantian.kernel.period import parse_period
from lantian.rulebook.air_tables import load_air

DATA = Path(__file__).parent.parent / "tests" / "data" / "air"
AIR = load_air()
PEERS = ("python-aqi", "aqi-hub")
Row = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Official:
    """Rows with the index that was published for them."""

    name: str
    hourly: bool
    rows: list[Row]
    aqi: list[int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=int, default=10_000_000)
    parser.add_argument("--days", type=int, default=1_000_000)
    parser.add_argument("--sample", type=int, default=20_000, help="rows for the peers")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    args = parser.parse_args()
    head = machine()
    official = [station_hours(), tianjin_days()]
    with tempfile.TemporaryDirectory(prefix="lantian-bench-") as folder:
        flat = memory(Path(folder))  # first: a child's peak is at least what its parent holds
        python = peers_home(Path(folder))
        parts = [
            speed(official[0], args.hours, args.sample, python, Path(folder)),
            speed(official[1], args.days, args.sample, python, Path(folder)),
            agreement(official, python, Path(folder)),
            summaries(),
            flat,
        ]
    publish("air", "\n\n".join([head, *parts]), write=args.write)


# --- data ---------------------------------------------------------------------------------------


def _number(text: str) -> float | None:
    return float(text) if text else None


def station_hours() -> Official:
    names = ("so2", "no2", "pm10", "co", "o3_1h", "pm25")
    with gzip.open(DATA / "station_hour_2020-04_A.csv.gz", "rt", encoding="utf-8") as file:
        read = list(csv.DictReader(file))
    rows = [tuple(_number(r[n]) for n in names) for r in read]
    return Official("station-hours", True, rows, [int(float(r["aqi"])) for r in read])


def tianjin_days() -> Official:
    names = ("so2", "no2", "pm10", "co", "o3_8h", "pm25")
    with (DATA / "tianjin_daily_2014_2022.csv").open(encoding="utf-8") as file:
        read = [
            r for r in csv.DictReader(file)
            if r["date"][:4] not in {"2014", "2015", "2017"} and r["pm_masked"] == "0" and r["aqi"] != "0"
        ]  # fmt: skip
    rows = [tuple(_number(r[n]) for n in names) for r in read]
    return Official("city-days", False, rows, [int(r["aqi"]) for r in read])


def drawn(source: Official, size: int) -> dict[str, Scaled]:
    """Return rows drawn from the real ones, as columns."""
    rng = np.random.default_rng(1)
    at = rng.integers(len(source.rows), size=size)
    found = {}
    for k, pollutant in enumerate(ORDER):
        own = np.array([np.nan if r[k] is None else r[k] for r in source.rows])[at]
        scale = 10 if pollutant == "co" else 1
        present = np.isfinite(own)
        values = np.where(present, np.rint(np.nan_to_num(own) * scale), 0).astype(np.int64)
        found[pollutant] = Scaled(values, present, scale)
    return found


# --- speed --------------------------------------------------------------------------------------


def timed(run: Callable[[], object], times: int = 3) -> float:
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - began)
    return median(seconds)


def speed(source: Official, size: int, sample: int, python: Path, folder: Path) -> str:
    columns = drawn(source, size)
    index = AIR.index(date(2022, 1, 1))
    ours = size / timed(lambda: index_columns(columns, index, hourly=source.hourly))
    floats = {p: np.where(c.present, c.values / c.scale, np.nan) for p, c in columns.items()}
    floor = size / timed(lambda: bare(floats, index.table(hourly=source.hourly)))
    rows = [
        ["Lantian: sub-indices, index, class, primary and exceeding pollutants, exact", f"{size:,}",
         f"{ours:,.0f}", "1.0 ×"],
        ["bare float interpolation: index only, not exact", f"{size:,}", f"{floor:,.0f}",
         f"{ours / floor:.2f} ×"],
    ]  # fmt: skip
    few = [source.rows[i % len(source.rows)] for i in range(sample)]
    for peer in PEERS:
        seconds, _ = asked(peer, few, source.hourly, python, folder)
        rate = sample / seconds
        rows.append([peer, f"{sample:,}", f"{rate:,.0f}", f"{ours / rate:,.0f} ×"])
    return table([f"index of {source.name}", "rows", "rows a second", "Lantian is faster"], rows)


def bare(floats: Mapping[str, np.ndarray], breakpoints: Mapping) -> np.ndarray:  # type: ignore[type-arg]
    best = np.zeros(len(floats["so2"]))
    for pollutant, own in floats.items():
        one = breakpoints[pollutant]
        limits = [float(v) for v in one.limits]
        best = np.fmax(best, np.ceil(np.interp(own, limits, one.points)))
    return best


def peers_home(folder: Path) -> Path:
    home = folder / "env"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", *PEERS], check=True)
    return python


def asked(
    peer: str, rows: list[Row], hourly: bool, python: Path, folder: Path
) -> tuple[float, list[int | None]]:
    path = folder / "rows.json"
    path.write_text(json.dumps({"hourly": hourly, "rows": rows}), "utf-8")
    script = Path(__file__).with_name("air_peers.py")
    done = subprocess.run([python, script, peer, path], check=True, capture_output=True, text=True)
    answer = json.loads(done.stdout)
    return answer["seconds"], answer["aqi"]


# --- agreement ----------------------------------------------------------------------------------


def agreement(official: list[Official], python: Path, folder: Path) -> str:
    rows = []
    for source in official:
        columns = columns_of(source)
        counts = []
        for edition in ("2012", "2026"):
            index = AIR.index(AIR.day_of(edition))
            found = index_columns(columns, index, hourly=source.hourly).aqi.tolist()
            counts.append([None if v == NONE else v for v in found])
        floats = {p: np.where(c.present, c.values / c.scale, np.nan) for p, c in columns.items()}
        index = AIR.index(AIR.day_of("2012"))
        floor = [int(v) for v in bare(floats, index.table(hourly=source.hourly))]
        whole = len(source.rows)
        rows.append([source.name, "Lantian", _share(counts[0], source.aqi, whole), ""])
        rows.append([source.name, "bare float interpolation", _share(floor, source.aqi, whole), ""])
        for peer in PEERS:
            _, theirs = asked(peer, source.rows, source.hourly, python, folder)
            rows.append([source.name, peer, _share(theirs, source.aqi, whole),
                         _share(theirs, counts[1], whole)])  # fmt: skip
    return table(
        ["rows", "", "equal to the published index (2012)", "equal to ours under 2026"], rows
    )


def columns_of(source: Official) -> dict[str, Scaled]:
    found = {}
    for k, pollutant in enumerate(ORDER):
        scale = 10 if pollutant == "co" else 1
        own = [r[k] for r in source.rows]
        values = np.array([0 if v is None else round(v * scale) for v in own], dtype=np.int64)
        found[pollutant] = Scaled(values, np.array([v is not None for v in own]), scale)
    return found


def _share(found: list[int | None], wanted: list[int | None], whole: int) -> str:
    same = sum(a == b for a, b in zip(found, wanted, strict=True))
    return f"{same:,} of {whole:,} ({same / whole:.1%})"


# --- summaries and memory -----------------------------------------------------------------------


def summaries(cities: int = 168, years: int = 10) -> str:
    source = tianjin_days()
    first = date(2013, 1, 1)
    stamps = tuple(first + timedelta(days=i) for i in range(years * 365))
    index = AIR.index(date(2022, 1, 1))
    columns = drawn(source, cities * len(stamps))
    found = index_columns(columns, index)
    made = []
    for k in range(cities):
        own = slice(k * len(stamps), (k + 1) * len(stamps))
        made.append(
            CityDays(f"{k}", stamps, {p: c.pick(own) for p, c in columns.items()},
                     found.aqi[own], found.level[own], found.primary[own])
        )  # fmt: skip
    periods = [parse_period(str(first.year + i)) for i in range(years)]
    limits, method = AIR.limits(date(2022, 1, 1)), AIR.method(date(2022, 1, 1))

    def run() -> None:
        for city in made:
            for period in periods:
                summarise(city, period, limits, method)

    seconds = timed(run)
    rows = [[f"{cities} cities × {years} years, each year with every statistic and its trace",
             f"{cities * years:,}", f"{seconds:.1f} s", f"{cities * years / seconds:,.0f}"]]  # fmt: skip
    return table(["summary", "city-years", "median", "city-years a second"], rows)


def memory(folder: Path) -> str:
    rows = []
    source = station_hours()
    for size in (100_000, 1_000_000):
        path = folder / "hours.csv"
        with path.open("w", encoding="utf-8") as file:
            file.write("time,station,so2,no2,pm10,co,o3,pm25\n")
            start = date(2020, 1, 1)
            for i in range(size):
                values = ["" if v is None else f"{v:g}" for v in source.rows[i % len(source.rows)]]
                day = start + timedelta(days=i // 24 % 366)
                file.write(f"{day} {i % 24 + 1:02d}:00,S{i // 8784},{','.join(values)}\n")
        run = child([*LANTIAN, "air", "aqi", str(path), "--hourly", "--out", str(folder / "o.csv")])
        rows.append(
            [
                f"{size:,}",
                f"{run.wall_s:.1f} s",
                f"{size / run.wall_s:,.0f}",
                f"{run.peak_gb * 1000:.0f} MB",
            ]
        )
    return table(
        [
            "`lantian air aqi --hourly`, rows of a CSV",
            "whole command",
            "rows a second",
            "peak memory",
        ],
        rows,
    )


if __name__ == "__main__":
    main()
