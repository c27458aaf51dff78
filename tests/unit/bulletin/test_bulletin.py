"""Nothing in a bulletin is typed: every number is a figure with its computation (issue 5, section 4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lantian.jobs.bulletin.document import ABSENT, Bulletin, Words, as_values, paragraph
from lantian.jobs.bulletin.make import AirInput, Made, make_air, make_page, make_water
from lantian.jobs.bulletin.words import PERCENT, change_part, period_words
from lantian.jobs.water.summary import run_summary
from lantian.kernel.period import parse_period

AIR_HEAD = "date,city,so2,no2,co,o3_8h,pm10,pm25\n"


def air_file(folder: Path, **changed: str) -> Path:
    """Return two Februaries of daily values; `changed` gives other PM2.5 by date (d20220205)."""
    lines = []
    for year, base in ((2021, 50), (2022, 44)):
        for day in range(1, 29):
            date = f"{year}-02-{day:02d}"
            pm25 = changed.get("d" + date.replace("-", ""), str(base + day))
            lines.append(f"{date},太原,{10 + day % 3},40,1.{day % 5},{90 + day},{80 + day},{pm25}")
    path = folder / f"days{len(changed)}.csv"
    path.write_text(AIR_HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def water_file(folder: Path, nh3n: str = "0.9") -> Path:
    lines = [
        "section,river,type,target,date,codmn,nh3n,tp",
        "上兰,汾河,river,2,2021-02,2.0,0.20,0.05",
        "上兰,汾河,river,2,2022-02,2.2,0.15,0.05",
        "温南社,汾河,river,3,2021-02,6.0,2.50,0.30",
        f"温南社,汾河,river,3,2022-02,5.0,{nh3n},0.18",
    ]
    path = folder / f"water{nh3n}.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def texts(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a bulletin with where it stands; marks are left out."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key != "mark":
                yield from texts(inner, f"{at}.{key}")
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from texts(inner, f"{at}[{i}]")
    else:
        yield at, str(value)


def figures(made: Made) -> dict[str, str]:
    return {f.key: f.shown for f in made.bulletin.figures.values()}


def air(folder: Path, **changed: str) -> Made:
    return make_air("air-month", AirInput(air_file(folder, **changed), None), "2022-02")


def places_of(made: Made, keys: set[str], language: str) -> set[str]:
    """Return where the figures of some keys stand in sentences and tables."""
    marks = {f.mark for f in made.bulletin.figures.values() if f.key in keys}
    found = set()
    values = as_values(made.bulletin, language)

    def walk(value: Any, at: str) -> None:
        if isinstance(value, dict):
            if value.get("mark") in marks:
                found.add(f"{at}.text")
            for key, inner in value.items():
                walk(inner, f"{at}.{key}")
        elif isinstance(value, list):
            for i, inner in enumerate(value):
                walk(inner, f"{at}[{i}]")

    walk(values["sections"], ".sections")
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_changed_input_changes_its_places_and_no_others(language: str, tmp_path: Path) -> None:
    """PM2.5 of one day from 49 (a tie with PM10) to 99: its own figures, and nothing else."""
    before, after = air(tmp_path), air(tmp_path, d20220205="99")
    old, new = figures(before), figures(after)
    differ = {k for k in old if old[k] != new.get(k)} | set(new) - set(old)
    assert differ == {
        "air.good_days", "air.good_ratio_pct", "air.good_ratio_pct.change", "air.composite_index",
        "air.composite_index.change", "air.pm25.value", "air.pm25.change", "air.pm25.multiple",
        "air.pm25.index", "air.level.2", "air.level.3", "air.primary.PM10", "air.good_days.change",
    } & (set(old) | set(new))  # fmt: skip
    a, b = (dict(texts(as_values(m.bulletin, language))) for m in (before, after))
    assert a.keys() == b.keys()
    changed = {
        at for at in a if a[at] != b[at] and at.startswith(".sections") and ".data" not in at
    }
    assert changed == places_of(after, differ, language)
    # In the charts only that day of the calendar and the bar of PM2.5.
    charts = {at for at in a if a[at] != b[at] and ".data" in at}
    assert charts
    assert all("cells[4]" in at or "bars[0]" in at for at in charts), charts


def test_every_number_of_a_sentence_is_a_figure(tmp_path: Path) -> None:
    """Texts around figures hold no digit, save in names of pollutants, statistics and dates."""
    names = re.compile(r"PM2\.5|PM10|SO2|NO2|O3|第95百分位数|第90百分位数|日最大8小时|2022年(2月)?|"
                       r"2022|\d\d\w\w percentile|daily 8 h|µg/m³|mg/m³|grade 2")  # fmt: skip
    made = [
        air(tmp_path),
        make_water("w", water_file(tmp_path), "2022-02"),
    ]
    for one in made:
        for language in ("zh", "en"):
            for section in as_values(one.bulletin, language)["sections"]:
                for block in section["blocks"]:
                    if block["kind"] == "text":
                        for run in block["runs"]:
                            if "mark" not in run:
                                assert not re.search(r"\d", names.sub("", run["text"])), run


def test_every_figure_stands_in_the_appendix_with_its_computation(tmp_path: Path) -> None:
    values = as_values(air(tmp_path).bulletin, "zh")
    marks = [f["mark"] for f in values["figures"]]
    assert marks == list(range(1, len(marks) + 1))
    assert all(f["how"] for f in values["figures"])
    own = {f["key"]: f for f in values["figures"]}
    assert own["air.pm25.value"]["how"] == "28 个有效日均值的平均 58.5000，修约一次"
    assert own["air.pm25.value"]["shown"] == "58"
    assert "先逐项修约再相加" in own["air.composite_index"]["how"]
    assert "【待核实】" in own["air.composite_index"]["rule"]
    assert own["air.good_ratio_pct"]["how"] == f"{own['air.good_days']['shown']} / 28 × 100"


def sentence(made: Made, language: str = "zh", section: int = 0, block: int = 0) -> str:
    runs = as_values(made.bulletin, language)["sections"][section]["blocks"][block]["runs"]
    return "".join(r["text"] for r in runs)


def test_words_follow_the_figures(tmp_path: Path) -> None:
    text = sentence(air(tmp_path), section=1)
    assert "细颗粒物（PM2.5）浓度58 µg/m³，同比下降9.4%，超过二级标准限值（35）0.66倍。" in text
    assert "二氧化氮（NO2）浓度40 µg/m³，同比持平，达到二级标准（40）。" in text
    english = sentence(air(tmp_path), "en", section=1)
    assert "PM2.5: 58 µg/m³ (down 9.4%), above the grade 2 limit (35) by 0.66 times." in english
    assert "NO2: 40 µg/m³ (unchanged), within grade 2 (40)." in english


def test_without_a_year_before_nothing_is_compared(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text(AIR_HEAD + "2022-02-01,太原,12,40,1.4,90,83,44\n", encoding="utf-8")
    made = make_air("a", AirInput(path, None), "2022-02")
    assert "同比" not in sentence(made) + sentence(made, section=1)
    assert "year before" not in sentence(made, "en")


def test_water_words_and_multiples(tmp_path: Path) -> None:
    made = make_water("w", water_file(tmp_path, "1.2"), "2022-02")
    text = sentence(made)
    assert text == (
        "2022年2月，评价断面2个，Ⅰ—Ⅲ类1个，占50.0%，同比持平；劣Ⅴ类0个，占0.0%，同比下降50.0个百分点；"
        "总体水质为良好。有目标的断面2个，达标50.0%。"
    )
    rows = as_values(made.bulletin, "zh")["sections"][1]["blocks"][1]["rows"]
    assert "".join(r["text"] for r in rows[1][-1]) == "氨氮(0.20)"
    means = sentence(made, section=1, block=2)
    assert "氨氮平均浓度0.675 mg/L，同比下降50.00%。" in means


def test_one_page_for_grading_air_and_water(tmp_path: Path) -> None:
    water = run_summary(water_file(tmp_path), "2022-02")
    made = make_page(
        "page",
        city="太原",
        period="2022-02",
        air=AirInput(air_file(tmp_path), None),
        water=water,
        grading=None,
    )
    titles = [s.title.zh for s in made.bulletin.sections]
    assert titles == ["环境空气", "水质总体情况", "断面水质"]
    assert made.bulletin.title.zh == "太原2022年2月生态环境质量"
    keys = set(figures(made))
    assert {"air.composite_index", "water.share"} <= keys


# --- the document itself --------------------------------------------------------------------


def test_a_key_stands_for_one_figure() -> None:
    bulletin = Bulletin("x", Words("题", "title"), Words("", ""))
    first = bulletin.put("a", 5, "算", "how")
    assert bulletin.put("a", 5, "算", "how") is first
    with pytest.raises(ValueError, match="a: 5 and 6"):
        bulletin.put("a", 6, "算", "how")


def test_what_is_absent_takes_its_brackets_with_it() -> None:
    made = paragraph(("{a}天[，同比{b}]。", "{a} days[ ({b})]."), a="3", b=ABSENT)
    assert ["".join(str(p) for p in made.parts[x]) for x in ("zh", "en")] == ["3天。", "3 days."]
    with pytest.raises(KeyError):
        paragraph(("{a}", "{b}"), a="3")


@pytest.mark.parametrize(
    ("change", "words"),
    [("-2.9", "下降2.9%"), ("2.6", "上升2.6%"), ("0", "持平"), ("0.0", "持平"), (None, "")],
)
def test_words_of_change(change: str | None, words: str) -> None:
    bulletin = Bulletin("x", Words("", ""), Words("", ""))
    parts = change_part(
        bulletin, "k", None if change is None else float(change), PERCENT, ("", "")
    ).parts("c")
    text = "".join(p.zh if isinstance(p, Words) else getattr(p, "shown", p) for p in parts.values())
    assert text == words
    assert len(bulletin.figures) == (change not in (None, "0", "0.0"))


@pytest.mark.parametrize(
    ("period", "zh", "en"),
    [("2022", "2022年", "2022"), ("2022-03", "2022年3月", "March 2022"),
     ("2022-Q4", "2022年第四季度", "quarter 4 of 2022"), ("2022-H1", "2022年上半年", "the first half of 2022"),
     ("2022-01-01..2022-01-05", "2022-01-01至2022-01-05", "2022-01-01 to 2022-01-05")],
)  # fmt: skip
def test_words_of_periods(period: str, zh: str, en: str) -> None:
    assert period_words(parse_period(period)) == Words(zh, en)
