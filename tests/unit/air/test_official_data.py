"""Real data decides: published indices, bulletins and valid days come out as published.

Issue 5, section 1, last line; HJ 633-2012, HJ 663-2013. Sources: tests/data/air/SOURCES.md.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from lantian.domain.air.composite import composite_index
from lantian.domain.air.daily import day_means
from lantian.domain.air.exact import explained_index
from lantian.domain.air.scaled import from_floats
from lantian.jobs.air.aqi import run_aqi
from lantian.jobs.air.summary import row_as_dict, run_published, run_summary
from lantian.rulebook.air_tables import load_air

DATA = Path(__file__).parents[2] / "data" / "air"
TIANJIN = DATA / "tianjin_daily_2014_2022.csv"
AIR = load_air()


def unpacked(name: str, folder: Path) -> Path:
    """Return a packed file of the data folder as a plain one."""
    out = folder / name.removesuffix(".gz")
    with gzip.open(DATA / name, "rb") as packed:
        out.write_bytes(packed.read())
    return out


def tianjin_rows() -> Iterator[dict[str, str]]:
    with TIANJIN.open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [("2018-01-01", "2022-05-31", 1581), ("2016-01-01", "2016-12-31", 366)],
)
def test_every_tianjin_day_has_its_published_index(first: str, last: str, days: int) -> None:
    run = run_aqi(TIANJIN, keep=True)
    by_date = {r["date"]: r for r in run.records}
    compared = 0
    for row in tianjin_rows():
        if first <= row["date"] <= last and row["pm_masked"] == "0" and row["aqi"] != "0":
            compared += 1
            assert by_date[row["date"]]["aqi"] == int(float(row["aqi"])), row
    assert compared == days


def test_every_station_hour_has_its_published_index_and_class(tmp_path: Path) -> None:
    run = run_aqi(unpacked("station_hour_2020-04_A.csv.gz", tmp_path), hourly=True, keep=True)
    assert len(run.records) == 17574
    published = [r for r in run.records if r["aqi_given"]]
    wrong = [r for r in published if r["aqi"] != int(float(r["aqi_given"]))]
    # The file writes 优 … 严重 in its column of classes.
    names = {r["category"]: set() for r in published}
    for r in published:
        names[r["category"]].add(r["level_given"])
    assert (len(published), wrong) == (17574, [])
    assert all(len(found) == 1 for found in names.values()), names
    assert len(names) == 6


def test_station_hours_have_their_published_primary_pollutants(tmp_path: Path) -> None:
    run = run_aqi(unpacked("station_hour_2020-04_A.csv.gz", tmp_path), hourly=True, keep=True)

    written = {"颗粒物(PM10)": "PM10", "细颗粒物(PM2.5)": "PM2.5", "臭氧1小时": "O3",
               "二氧化氮": "NO2", "二氧化硫": "SO2", "一氧化碳": "CO"}  # fmt: skip

    def published(text: str) -> set[str]:
        return {written[p] for p in text.split("，") if p}

    def ours(text: str) -> set[str]:
        return {p for p in text.split("、") if p}

    differ = [r for r in run.records if ours(r["primary"]) != published(r["primary_given"])]
    # Two of the country's 145,513 rows name PM10 where its value is missing; none is in this part
    # beyond that.
    assert len(differ) <= 2
    assert all(not r["pm10"] for r in differ)


def test_the_same_values_by_fractions(tmp_path: Path) -> None:
    """The explained index, worked out with fractions, gives what the columns give."""
    run = run_aqi(TIANJIN, keep=True)
    seen = 0
    for record in run.records[::7]:
        if record["aqi"] == "NA":
            continue
        values = {
            p: Fraction(record[c]) if record[c] and record[c] != "0" else None
            for p, c in {"so2": "so2", "no2": "no2", "pm10": "pm10", "co": "co",
                         "o3": "o3_8h" if "o3_8h" in record else "o3", "pm25": "pm25"}.items()
        }  # fmt: skip
        day = date.fromisoformat(record["date"])
        found = explained_index(values, AIR.index(day))
        assert found.aqi == record["aqi"]
        seen += 1
    assert seen > 400


# --- bulletins ------------------------------------------------------------------------------

TAIYUAN = (
    "city,period,so2,no2,pm10,pm25,co_p95,o3_p90,good_days,heavy_days,days\n"
    "太原,2021,14,39,83,44,1.5,192,224,12,365\n"
    "太原,2022,12,40,83,44,1.4,175,241,4,365\n"
)


def test_the_line_of_taiyuan_2022_comes_out_whole(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text(TAIYUAN, encoding="utf-8")
    row = {r.judged.figures.period.label: row_as_dict(r) for r in run_published(path).rows}["2022"]
    printed = official("太原", "2022")
    change = row["change"]
    assert row["composite_index"] == printed["composite_index"][0] == "5.09"
    assert str(row["good_ratio_pct"]) == printed["good_ratio"][0]
    assert change["composite_index"] == float(printed["composite_index"][1])
    for column, metric in {
        "so2": "so2_mean", "no2": "no2_mean", "pm10": "pm10_mean", "pm25": "pm25_mean",
        "co_p95": "co_p95", "o3_p90": "o3_8h_p90", "good_days": "good_days",
        "heavy_days": "heavy_days",
    }.items():  # fmt: skip
        assert change[column] == float(printed[metric][1]), column
    assert row["main_pollutant"] == "PM2.5"


def official(city: str, period: str) -> dict[str, tuple[str, str]]:
    """Return the printed value and change by metric."""
    with (DATA / "official-figures.csv").open(encoding="utf-8") as file:
        return {
            r["metric"]: (r["value"], r["change"])
            for r in csv.DictReader(file)
            if r["city"] == city and r["period"] == period
        }


DIFFERENCES: dict[str, dict[str, tuple[str, str]]] = {
    "2020": {
        "composite_index": ("5.06", "5.10"),
        "good_days": ("245", "244"),
        "good_ratio": ("66.9", "66.7"),
    },
    "2020-06": {"composite_index": ("4.57", "4.70"), "pm25_mean": ("37", "38")},
    "2020-09": {"o3_8h_p90": ("162", "161")},
    "2020-Q3": {
        "composite_index": ("4.04", "4.06"),
        "pm10_mean": ("47", "48"),
        "good_days": ("61", "60"),
        "good_ratio": ("66.3", "65.2"),
    },
    "2020-12": {"composite_index": ("5.12", "5.09"), "pm25_mean": ("54", "53")},
    "2021-08": {},
}
"""Printed and computed where they differ, by period of Tianjin: real-time against final data.

docs/air.md explains each one; a change of the computation would show here.
"""

METRICS = {
    "composite_index": "composite_index", "pm25_mean": "pm25", "pm10_mean": "pm10",
    "no2_mean": "no2", "so2_mean": "so2", "good_days": "good_days", "heavy_days": "heavy_days",
    "o3_8h_p90": "o3_p90", "co_p95": "co_p95", "good_ratio": "good_ratio_pct",
}  # fmt: skip


@pytest.mark.parametrize("period", list(DIFFERENCES))
def test_tianjin_bulletins_differ_only_where_it_is_explained(period: str) -> None:
    printed, ours = official("天津", period), row_as_dict(run_summary(TIANJIN, period).rows[0])
    compared = {
        metric: (printed[metric][0], str(ours[own]))
        for metric, own in METRICS.items()
        if printed.get(metric, ("", ""))[0]
    }
    assert len(compared) >= 4
    differ = {k: v for k, v in compared.items() if Decimal(v[0]) != Decimal(v[1])}
    assert differ == DIFFERENCES[period]


def test_the_exceed_multiples_of_the_bulletin_of_2020() -> None:
    ours = row_as_dict(run_summary(TIANJIN, "2020").rows[0])
    multiples = {p: i["exceed_multiple"] for p, i in ours["items"].items()}
    assert (multiples["pm25"], multiples["o3"]) == (0.37, 0.19)


def test_single_indices_are_rounded_before_they_are_added() -> None:
    """December 2020 and Taiyuan 2021 fit the sum of the rounded only (decision 0061)."""
    limits, method = AIR.limits(date(2020, 12, 31)), AIR.method(date(2020, 12, 31))

    def of(*values: str) -> tuple[str, str]:
        names = ("so2", "no2", "pm10", "pm25", "co", "o3")
        found = composite_index(dict(zip(names, map(Decimal, values), strict=True)), limits, method)
        assert found is not None
        return str(found.published), f"{float(found.unrounded):.2f}"

    assert of("12", "56", "78", "54", "2.0", "59") == ("5.12", "5.13")
    assert of("14", "39", "83", "44", "1.5", "192") == ("5.24", "5.23")
    assert of("12", "40", "83", "44", "1.4", "175")[0] == "5.09"


# --- hours to days --------------------------------------------------------------------------


def test_valid_days_and_means_of_beijing_hours() -> None:
    """341, 354 and 358 days with at least 20 hours of PM2.5; means of valid days."""
    with gzip.open(DATA / "uci_aotizhongxin_hourly_2014_2016.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file))
    method = AIR.method(date(2015, 1, 1))
    found = []
    for year in ("2014", "2015", "2016"):
        own = [r["pm25"] for r in rows if r["date"].startswith(year)]
        hours, lost = from_floats(
            np.array([float("nan") if v in {"NA", ""} else float(v) for v in own])
        )
        assert not lost.any()
        shape = (len(own) // 24, 24)
        days = day_means(
            type(hours)(hours.values.reshape(shape), hours.present.reshape(shape), hours.scale),
            method,
        )
        means = days.numerator[days.valid] / days.denominator
        found.append((int(days.valid.sum()), round(float(means.mean()), 2)))
    assert found == [(341, 89.05), (354, 82.17), (358, 74.42)]
