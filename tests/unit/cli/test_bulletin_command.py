"""``lantian bulletin``: PDF, Word and JSON of each kind, and what keeps it from being made."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from docx import Document
from pypdf import PdfReader

from lantian.cli.main import main
from lantian.jobs.bulletin.complaint import COMPLAINTS

DATA = Path(__file__).parents[2] / "data"
TIANJIN = DATA / "air" / "tianjin_daily_2014_2022.csv"
SHANXI = DATA / "water" / "shanxi_4h_2021-04.csv"
SECTIONS = DATA / "water" / "sections.csv"
FIGURES = (
    "city,period,so2,no2,pm10,pm25,co_p95,o3_p90,good_days,heavy_days,days\n"
    "太原,2021,14,39,83,44,1.5,192,224,12,365\n"
    "太原,2022,12,40,83,44,1.4,175,241,4,365\n"
    "大同,2022,20,30,70,30,1.5,150,300,2,365\n"
)


def lantian(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(w) for w in words])


def told(*words: str | Path) -> dict[str, Any]:
    result = lantian(*words, "--json")
    assert result.exit_code in (0, 1), result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def pdf_text(path: Path) -> str:
    return (
        "".join(page.extract_text() for page in PdfReader(path).pages)
        .replace("\n", "")
        .replace(" ", "")
    )


def word_text(path: Path) -> str:
    document = Document(io.BytesIO(path.read_bytes()))
    parts = [p.text for p in document.paragraphs]
    parts += [c.text for t in document.tables for row in t.rows for c in row.cells]
    return "\n".join(parts)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "figures.csv"
    path.write_text(FIGURES, encoding="utf-8")
    return path


def test_the_year_of_taiyuan_in_pdf_word_and_json(published: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = told(
        "bulletin",
        "air-year",
        "--published",
        published,
        "--year",
        "2022",
        "--city",
        "太原",
        "--out",
        out,
    )
    names = sorted(p.name for p in out.iterdir())
    assert names == ["air-year-2022.en.docx", "air-year-2022.en.pdf", "air-year-2022.json",
                     "air-year-2022.zh.docx", "air-year-2022.zh.pdf"]  # fmt: skip
    shown = {f["key"]: f["shown"] for f in found["figures"]}
    assert (shown["air.composite_index"], shown["air.composite_index.change"]) == ("5.09", "2.9")
    for text in (pdf_text(out / "air-year-2022.zh.pdf"), word_text(out / "air-year-2022.zh.docx")):
        for piece in ("太原2022年环境空气质量公报", "241", "66.0", "5.09", "175", "附：数字来源"):
            assert piece in text, piece
    english = pdf_text(out / "air-year-2022.en.pdf")
    assert "241daysofgoodorexcellentair" in english.replace("24111", "241").replace("2411", "241")
    assert (
        json.loads((out / "air-year-2022.json").read_text("utf-8"))["zh"]["figures"]
        == found["figures"]
    )


def test_a_month_from_days_has_its_calendar(tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("bulletin", "air-month", TIANJIN, "--month", "2021-03", "--lang", "zh", "--out", out)
    result = lantian(*words)
    assert result.exit_code == 0, result.output
    assert "个数字，各有来源" in result.output
    values = json.loads((out / "air-month-2021-03.json").read_text("utf-8"))["zh"]
    charts = [b for s in values["sections"] for b in s["blocks"] if b["kind"] == "chart"]
    assert [c["chart"] for c in charts] == ["calendar", "bars"]
    assert len(charts[0]["data"]["months"][0]["cells"]) == 31
    document = Document(io.BytesIO((out / "air-month-2021-03.zh.docx").read_bytes()))
    assert len(document.inline_shapes) == 2


def test_the_month_of_the_rivers(tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = told(
        "bulletin",
        "water-month",
        SHANXI,
        "--sections",
        SECTIONS,
        "--month",
        "2021-04",
        "--out",
        out,
    )
    shown = {f["key"]: f["shown"] for f in found["figures"]}
    assert (shown["water.sections"], shown["water.share"]) == ("46", "73.9")
    assert "上兰" in pdf_text(out / "water-month-2021-04.zh.pdf")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    assert lantian("demo-city", folder / "city", "--firms", "120").exit_code == 0
    result = lantian(
        "plan",
        folder / "city" / "list.xlsx",
        "--all-levels",
        "--orders",
        "0",
        "--out",
        folder / "plan",
    )
    assert result.exit_code == 0, result.output
    return folder


def test_the_review_of_an_alert(city: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("bulletin", "alert-review", city / "plan" / "plan.json", "--level", "orange", "--from", "2021-12-01",
             "--to", "2021-12-05", "--days", TIANJIN, "--city", "示例市", "--invented", "--out", out)  # fmt: skip
    found = told(*words)
    plan = json.loads((city / "plan" / "plan.json").read_text("utf-8"))["levels"]["orange"]
    shown = {f["key"]: f["shown"] for f in found["figures"]}
    assert shown["alert.touched"] == str(plan["firms_touched"])
    assert shown["alert.PM.required"] == "20.00"
    text = pdf_text(out / "alert-review-2021-12-01.zh.pdf")
    assert "示例市橙色预警应急响应评估" in text
    assert "期间空气质量" in text
    assert "虚构演示数据" in word_text(out / "alert-review-2021-12-01.zh.docx")


def test_the_batch_of_grading(city: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("bulletin", "grading-batch", city / "city" / "applications.xlsx", "--on", "2022-12-31",
             "--province", "shanxi", "--unverified", "--lang", "zh", "--out", out)  # fmt: skip
    shown = {f["key"]: f["shown"] for f in told(*words)["figures"]}
    assert shown["grading.firms"] == "120"
    total = sum(int(shown[f"grading.{k}"]) for k in ("A", "B", "leading"))
    assert shown["grading.noticed"] == str(total)


def test_one_page_for_everything(published: Path, city: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("bulletin", "city-page", "--period", "2022", "--published", published, "--city", "太原",
             "--grading", city / "city" / "applications.xlsx", "--on", "2022-12-31", "--unverified",
             "--lang", "zh", "--out", out)  # fmt: skip
    keys = {f["key"].split(".")[0] for f in told(*words)["figures"]}
    assert keys == {"air", "grading"}


def cases(folder: Path, published: Path, city: Path) -> list[tuple[str, tuple[str | Path, ...]]]:
    plan = city / "plan" / "plan.json"
    other = folder / "plan.json"
    other.write_text('{"schema": "lantian-plan-1", "levels": {"red": {}}}', encoding="utf-8")
    blocked = folder / "blocked"
    blocked.write_text("", encoding="utf-8")
    review = ("--from", "2022-01-01", "--to", "2022-01-02", "--out", folder / "o")
    year = ("bulletin", "air-year", "--published", published, "--year")
    return [
        ("T001", ("bulletin", "alert-review", published, "--level", "red", *review)),
        ("T001", ("bulletin", "alert-review", folder / "none.json", "--level", "red", *review)),
        ("T002", ("bulletin", "alert-review", other, "--level", "orange", *review)),
        ("T003", (*year, "2022", "--out", folder / "o")),
        ("T004", (*year, "2022", "--city", "忻州", "--out", folder / "o")),
        ("T004", (*year, "2019", "--out", folder / "o")),
        ("T005", (*year, "2022", "--city", "太原", "--lang", "zh", "--out", blocked)),
        (
            "A001",
            ("bulletin", "air-year", folder / "none.csv", "--year", "2022", "--out", folder / "o"),
        ),
        (
            "B001",
            (
                "bulletin",
                "water-month",
                folder / "none.csv",
                "--month",
                "2022-03",
                "--out",
                folder / "o",
            ),
        ),
        (
            "T001",
            ("bulletin", "alert-review", plan.with_name("nothing.json"), "--level", "red", *review),
        ),
    ]


def test_what_keeps_a_bulletin_from_being_made(tmp_path: Path, published: Path, city: Path) -> None:
    seen = set()
    for code, words in cases(tmp_path, published, city):
        result = lantian(*words)
        assert result.exit_code == 2, (words, result.output)
        assert code in result.output, (words, result.output)
        assert not (tmp_path / "o").exists()
        seen.add(code)
    assert set(COMPLAINTS) <= seen


@pytest.mark.parametrize(
    "words",
    [
        ("air-year", "--year", "2022", "--out", "o"),
        ("city-page", "--period", "2022", "--out", "o"),
        ("city-page", "--period", "2022", "--grading", "a.xlsx", "--out", "o"),
        (
            "alert-review",
            "p.json",
            "--level",
            "red",
            "--from",
            "2022-01-02",
            "--to",
            "2022-01-01",
            "--out",
            "o",
        ),
    ],
)
def test_wrong_usage_is_exit_2(words: tuple[str, ...]) -> None:
    result = lantian("bulletin", *words)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
