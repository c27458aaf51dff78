"""``lantian rules``: status, show, check. Requirement: JSON shape of issue 3 section 1."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lantian.cli.rules import command


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


def test_status_json() -> None:
    result = _run("status", "--json")
    assert result.exit_code == 0
    industries = json.loads(result.output)["industries"]
    assert len(industries) == 40
    for row in industries:
        assert {"no", "slug", "name_zh", "scheme", "rows", "missing"} <= set(row)
        assert set(row["rows"]) == {"official", "secondary", "unverified", "design"}


def test_status_table_shows_each_industry_whole() -> None:
    output = _run("status").output
    for name in (
        "长流程联合钢铁",
        "玻璃钢(纤维增强塑料制品)",
        "塑料人造革与合成革制造",
        "A/B/C/D/引领/非引领…",
    ):
        assert name in output
    assert "\x1b[" not in output  # no colours into a pipe


def test_show_an_industry() -> None:
    result = _run("show", "水泥", "--on", "2026-12-01")
    assert result.exit_code == 0
    assert "限产 20%" in result.output
    assert "停止公路运输" in result.output
    found = json.loads(_run("show", "cement", "--on", "2026-12-01", "--json").output)
    rows = [m for m in found["measures"] if m["subtype"] == "水泥熟料" and m["grade"] == "B"]
    assert [(m["level"], m["share"]) for m in rows] == [
        ("yellow", None),
        ("orange", 0.2),
        ("red", 1.0),
    ]


@pytest.mark.parametrize(
    ("day", "law"),
    [
        ("2026-08-14", "《大气污染防治法》第九十六条"),
        ("2026-08-15", "《生态环境法典》第二百六十四条"),
    ],
)
def test_show_a_law_on_its_day(day: str, law: str) -> None:
    result = _run("show", "law.emergency-measures", "--on", day)
    assert result.exit_code == 0
    assert law in result.output
    assert "来源" in result.output


@pytest.mark.parametrize(
    "key",
    ["response.alert", "response.targets", "response.exchange", "response.switch", "response.procedure",
     "response.counting", "response.measures.general", "grading.general", "other", "glass"],
)  # fmt: skip
def test_show_everything(key: str) -> None:
    result = _run("show", key, "--on", "2026-12-01")
    assert result.exit_code == 0, result.output
    assert (
        json.loads(_run("show", key, "--on", "2026-12-01", "--json").output)["day"] == "2026-12-01"
    )


def test_show_says_what_is_near() -> None:
    result = _run("show", "glas")
    assert result.exit_code == 2
    assert "R033" in result.stderr
    assert "glass" in result.stderr


def test_show_before_the_first_edition() -> None:
    result = _run("show", "response.targets", "--on", "2010-01-01", "--json")
    assert result.exit_code == 2
    assert json.loads(result.output)["problems"][0]["code"] == "R030"


def test_check_is_quiet_about_good_rules_and_exits_1_on_bad(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _run("check").exit_code == 0
    (tmp_path / "x.yaml").write_text("kind: targets\n", "utf-8")
    result = _run("check", str(tmp_path), "--json")
    assert result.exit_code == 1
    problems = json.loads(result.output)["problems"]
    assert {p["code"] for p in problems} >= {"R004", "R005", "R006", "R007"}
    assert {Path(p["file"]).name for p in problems} == {"x.yaml"}
    monkeypatch.chdir(tmp_path)
    assert "x.yaml:1" in _run("check", ".").output
