"""``lantian monitor`` for an incinerator: dust in start-up, times in sum, days of a month.

Announcement 2019 No. 50, Order No. 10.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lantian.cli.main import main

OUTLET = """\
outlet: DA002
name_zh: 1号焚烧炉
medium: air
trade: waste_incineration
reference_o2_pct: 11
reference_o2_document: 排污许可证
limits:
- {factor: a21026, average: day, high: 80, converted: true, document: 排污许可证, valid_from: 2016-01-01}
- {factor: a34013, average: hour, high: 30, converted: true, document: 排污许可证, valid_from: 2016-01-01}
"""
MARKS = (
    "id,action,made_at,made_by,mark,from,to\n"
    "1,place,2026-01-05 04:00,李某,启炉,2026-01-05 00:00,2026-01-05 03:00\n"
)


@pytest.fixture
def answer(tmp_path: Path) -> dict[str, Any]:
    rows = ["time,a21026-Avg,a21026-Flag,a34013-Avg,a34013-Flag,a19001-Avg,a19001-Flag"]
    for day in range(5, 12):
        for hour in range(24):
            dust = {0: "140", 1: "160"}.get(hour, "10") if day == 5 else "10"
            rows.append(f"2026-01-{day:02d} {hour:02d}:00,90,N,{dust},N,11,N")
    (tmp_path / "hours.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "outlet.yaml").write_text(OUTLET, encoding="utf-8")
    (tmp_path / "marks.csv").write_text(MARKS, encoding="utf-8")
    words = ["monitor", "exceed", "hours.csv", "--outlet", "outlet.yaml", "--marks", "marks.csv"]
    paths = [str(tmp_path / w) if "." in w else w for w in words]
    result = CliRunner().invoke(main, [*paths, "--json"])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_dusty_hour_of_the_start_up_is_judged(answer: dict[str, Any]) -> None:
    assert [(m["effect"], m["start"][11:13]) for m in answer["marks"]] == [
        ("condition_mark", "00"), ("mark_dust", "01"), ("condition_mark", "02"),
    ]  # fmt: skip
    hours = [e for e in answer["events"] if e["kind"] == "hour"]
    assert [(e["start"][11:13], e["value"]) for e in hours] == [("01", "160")]
    use = answer["mark_budgets"][0]
    assert (use["budget"], use["used"], use["hours"]) == ("transient", "3.00", 60)


def test_more_than_five_days_of_a_month(answer: dict[str, Any]) -> None:
    kinds = [e["kind"] for e in answer["events"]]
    assert kinds.count("day") == 7
    month = next(e for e in answer["events"] if e["kind"] == "month_days")
    assert (month["value"], month["bound"], month["rule"]["status"]) == ("7", "5", "official")
    assert any("停炉时段" in text for text in answer["open_zh"])
