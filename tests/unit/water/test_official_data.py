"""Real data decides: official labels, displayed values, the newspaper's water line.

Issue 5, section 2. Sources: tests/data/water/SOURCES.md.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from water_tools import LIMITS

from lantian.domain.water.reading import displayed
from lantian.jobs.water.answer import summary_as_dict
from lantian.jobs.water.classes import ClassRun, run_class
from lantian.jobs.water.summary import run_summary
from lantian.kernel.rounding import round_fraction

DATA = Path(__file__).parents[2] / "data" / "water"
STATIONS = DATA / "auto_station_2020-05_2020-12.csv.gz"
SECTIONS = DATA / "sections.csv"


@pytest.fixture(scope="module")
def stations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("water") / "stations.csv"
    with gzip.open(STATIONS, "rb") as packed:
        path.write_bytes(packed.read())
    return path


@pytest.fixture(scope="module")
def judged(stations: Path) -> ClassRun:
    return run_class(stations, sections=SECTIONS)


def test_official_labels_agree_on_unrounded_values(judged: ClassRun) -> None:
    assert (judged.rows, judged.labelled, len(judged.differing)) == (19931, 17455, 4)
    assert 1 - len(judged.differing) / judged.labelled > 0.999


def test_each_disagreement_names_the_item(judged: ClassRun) -> None:
    found = {(d.section, d.given, d.computed): d.determining for d in judged.differing}
    assert found == {
        # Labels of the platform that its own values do not give: stale readings.
        ("三岔口", "Ⅱ", "Ⅰ"): (("氨氮", "0.14"),),
        ("大屈", "Ⅲ", "Ⅴ"): (("高锰酸盐指数", "12.52"),),
        ("王江泾", "Ⅳ", "Ⅱ"): (("高锰酸盐指数", "3.844"),),
        ("宗关", "Ⅱ", "Ⅲ"): (("高锰酸盐指数", "4.73"),),
    }


def test_displayed_values_agree_less(stations: Path, tmp_path: Path) -> None:
    """Without the unrounded columns the labels agree less: the class comes from unrounded values."""
    path = tmp_path / "shown.csv"
    with stations.open(encoding="utf-8") as file, path.open("w", encoding="utf-8") as out:
        reader = csv.DictReader(file)
        names = [n for n in reader.fieldnames or () if not n.endswith("_raw")]
        writer = csv.DictWriter(out, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(reader)
    run = run_class(path, sections=SECTIONS)
    share = 1 - len(run.differing) / run.labelled
    assert 0.99 < share < 0.999


def test_all_sections_taken_as_rivers_agree_less(stations: Path, tmp_path: Path) -> None:
    path = tmp_path / "rivers.csv"
    with SECTIONS.open(encoding="utf-8") as file, path.open("w", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["province", "section", "type"])
        writer.writerows([r["province"], r["section"], "river"] for r in csv.DictReader(file))
    run = run_class(stations, sections=path)
    assert 0.90 < 1 - len(run.differing) / run.labelled < 0.97


def shown_and_raw() -> Iterator[tuple[str, str, Fraction]]:
    with gzip.open(STATIONS, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for key in ("ph", "do", "codmn", "nh3n", "tp", "tn"):
                if row[key] and row[f"{key}_raw"]:
                    yield key, row[key], Fraction(row[f"{key}_raw"])


def test_half_even_gives_what_the_platform_shows() -> None:
    even, up, whole = 0, 0, 0
    for key, shown, raw in shown_and_raw():
        digits = LIMITS.items[key].digits_raw
        assert digits is not None
        whole += 1
        even += Decimal(shown) == Decimal(displayed(raw, digits))
        half_up = int(raw * 10**digits + Fraction(1, 2))
        up += Decimal(shown) == Decimal(half_up).scaleb(-digits)
    assert whole > 90_000
    assert even / whole > 0.996
    assert even > up


# --- the newspaper's water line -------------------------------------------------------------


def newspaper(folder: Path) -> dict[str, object]:
    """Return the summary of six invented sections whose means are those that were printed."""
    names = ("汾河水库出口", "上兰", "河西村", "温南社", "韩武村", "迎泽桥")
    nh3n = {"2021": ["0.1", "0.2", "0.9", "2.4", "2.026", "1.4"],
            "2022": ["0.1", "0.12", "0.5", "0.95", "0.978", "1.0"]}  # fmt: skip
    tp = {"2021": ["0.02", "0.03", "0.2", "0.35", "0.3149", "0.25"],
          "2022": ["0.09", "0.1718", "0.2", "0.2", "0.2", "0.2"]}  # fmt: skip
    lines = ["section,city,type,date,nh3n,tp"]
    for year in ("2021", "2022"):
        for i, name in enumerate(names):
            lines += [
                f"{name},太原,river,{year}-{m:02d},{nh3n[year][i]},{tp[year][i]}"
                for m in range(1, 13)
            ]
    path = folder / "samples.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return summary_as_dict(run_summary(path, "2022"))


def test_changes_of_water_come_from_unrounded_means(tmp_path: Path) -> None:
    found = newspaper(tmp_path)
    city = next(g for g in found["groups"] if g["by"] == "city")  # type: ignore[attr-defined]
    change = city["change"]
    assert (change["means_before"]["nh3n"], city["means"]["nh3n"]) == ("1.171", "0.608")
    assert change["means_pct"]["nh3n"] == -48.08
    assert round_fraction(
        (Fraction("0.608") - Fraction("1.17")) * 100 / Fraction("1.17"), 2
    ) == Decimal("-48.03")
    assert (change["means_before"]["tp"], city["means"]["tp"]) == ("0.194", "0.177")
    assert change["means_pct"]["tp"] == -8.85
    assert change["means_pct_of_shown"]["tp"] == -8.76
    json.dumps(found)


def test_six_sections_of_taiyuan_class_by_class(tmp_path: Path) -> None:
    found = newspaper(tmp_path)
    assert [s["class"] for s in found["sections"]] == ["Ⅱ", *["Ⅲ"] * 5]  # type: ignore[attr-defined]
    whole = found["groups"][0]  # type: ignore[index]
    assert (whole["sections"], whole["good_share_pct"], whole["word_zh"]) == (6, 100.0, "优")
