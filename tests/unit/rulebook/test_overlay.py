"""A bureau's own folder: adds and replaces rows of the same key, checked the same way."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from lantian.kernel.level import Level
from lantian.kernel.pollutant import Pollutant
from lantian.kernel.problem import LantianError
from lantian.rulebook import load_rulebook
from lantian.rulebook.model import FloorKind, Status

DAY = date(2026, 12, 1)
HEAD = """\
edition: {edition}
document: 某市重污染天气应急减排措施（2026年）
clause: 第三条
valid_from: {start}
source: [s1]
status: official
sources:
- {{id: s1, document: 某市政府文件, address: "http://example.invalid/1"}}
"""


def _head(edition: str = "city-2026", start: str = "2026-09-01") -> str:
    return HEAD.format(edition=edition, start=start)


def _write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    return folder


def _measures(hours: int, **head: str) -> str:
    return f"""\
kind: measures
place_zh: 某市
{_head(**head)}rows:
- industry: coking
  grade: C
  levels: {{red: {{kind: coking_hours, hours: {hours}}}}}
  source: [s1]
  status: official
"""


def test_own_rows_stand_from_their_day_and_the_book_s_elsewhere(tmp_path: Path) -> None:
    book = load_rulebook(_write(tmp_path / "city", "m.yaml", _measures(48)))
    rule = book.measure("coking", "", "C", Level.RED, DAY)
    assert (rule.kind, rule.hours, rule.general) == (FloorKind.COKING_HOURS, 48, False)
    assert rule.ref.status == "official"
    assert "某市" in rule.ref.document
    packaged = load_rulebook()
    for level, day in ((Level.ORANGE, DAY), (Level.RED, date(2026, 8, 31))):
        assert book.measure("coking", "", "C", level, day) == packaged.measure(
            "coking", "", "C", level, day
        )


def test_the_last_folder_wins(tmp_path: Path) -> None:
    first = _write(tmp_path / "province", "m.yaml", _measures(36))
    second = _write(tmp_path / "city", "m.yaml", _measures(60, edition="city"))
    assert load_rulebook(first, second).measure("coking", "", "C", Level.RED, DAY).hours == 60
    assert load_rulebook(second, first).measure("coking", "", "C", Level.RED, DAY).hours == 36


def test_one_file_is_enough(tmp_path: Path) -> None:
    path = _write(tmp_path / "city", "m.yaml", _measures(40)) / "m.yaml"
    assert load_rulebook(path).measure("coking", "", "C", Level.RED, DAY).hours == 40


def test_targets_switches_law_and_provisions_can_be_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "city"
    _write(
        folder,
        "targets.yaml",
        f"kind: targets\n{_head()}ratio:\n"
        "  yellow: {PM: 0.1, SO2: 0.1, NOx: 0.1, VOC: 0.1}\n"
        "  orange: {PM: 0.2, SO2: 0.2, NOx: 0.2, VOC: 0.2}\n"
        "  red: {PM: 0.35, SO2: 0.3, NOx: 0.3, VOC: 0.3}\n",
    )
    row = "  source: [s1]\n  status: official\n"
    _write(
        folder,
        "switches.yaml",
        f"kind: switches\n{_head()}rows:\n- key: small-micro-spared\n  clause: 第五条\n"
        f"  default: true\n  text_zh: 不停限产\n  text_en: spared\n{row}",
    )
    _write(
        folder,
        "provisions.yaml",
        f"kind: provisions\nsubject: procedure\n{_head()}rows:\n- key: dispatch\n"
        f"  clause: 第七条\n  value: 1\n  unit: h\n  text_zh: 一小时\n  text_en: one hour\n{row}",
    )
    _write(
        folder,
        "law.yaml",
        "kind: law\nedition: legal-officer\nlaw_zh: 排污许可管理条例\nlaw_en: Permit regulation\n"
        "valid_from: 2026-09-01\nsources:\n- {id: s1, document: 法制科意见, address: ''}\n"
        "rows:\n- duty: permit-breach\n  article: 第三十五条第二项\n  summary_zh: 已确认\n"
        f"  summary_en: confirmed\n{row}",
    )
    book = load_rulebook(folder)
    assert book.targets(DAY).ratio[Level.RED, Pollutant.PM] == Fraction(7, 20)
    assert book.targets(date(2026, 8, 1)).ratio[Level.RED, Pollutant.PM] == Fraction(3, 10)
    assert book.switch("small-micro-spared", DAY).enabled_by_default is True
    assert book.provision("dispatch", DAY).value == 1
    article = book.law("permit-breach", DAY)
    assert article.head.status is Status.OFFICIAL
    assert book.law("permit-breach", date(2026, 8, 20)).head.status is Status.UNVERIFIED


def test_a_whole_industry_can_be_replaced(tmp_path: Path) -> None:
    text = f"""\
kind: industry
no: 36
slug: furniture
name_zh: 家具制造
name_en: Furniture
{_head("2020-annex", "2026-10-01")}applies_to_zh: 家具制造
confidence: full
scheme: [A, D]
scheme_complete: true
cut: {{unit: line, reason_zh: 按生产线, source: [s1], status: official}}
measures:
- grade: A
  levels: {{yellow: {{kind: autonomous}}, orange: {{kind: autonomous}}, red: {{kind: autonomous}}}}
  source: [s1]
  status: official
- grade: D
  levels:
    yellow: {{kind: stop_share, share: 0.5}}
    orange: {{kind: stop_share, share: 0.5}}
    red: {{kind: stop_share, share: 1}}
  source: [s1]
  status: official
"""
    book = load_rulebook(_write(tmp_path / "city", "36-furniture.yaml", text))
    rule = book.measure("furniture", "", "ungraded", Level.YELLOW, DAY)
    assert (rule.share, rule.ref.status) == (Fraction(1, 2), "secondary")  # R30 is secondary
    assert book.industry("furniture", DAY).scheme_complete is True
    assert book.industry("furniture", date(2026, 9, 1)).scheme == ()
    found = book.find_industry("家具")
    assert found is not None
    assert found.scheme == ("A", "D")


def test_a_row_older_than_the_book_is_taken_for_what_it_is(tmp_path: Path) -> None:
    """No measure table is known before 2020, so an older row stands alone, unchecked for levels."""
    folder = _write(tmp_path / "old", "m.yaml", _measures(28, start="2015-01-01"))
    book = load_rulebook(folder)
    assert book.measure("coking", "", "C", Level.RED, DAY).hours == 28
    with pytest.raises(LantianError):
        book.measure("coking", "", "C", Level.RED, date(2016, 1, 1))


def test_the_packaged_book_is_read_once() -> None:
    assert load_rulebook() is load_rulebook()
