"""``lantian plan``: exit codes, JSON, files, and what stops a plan from being made.

Covers section 4 of the contract (command line, exit 3 when infeasible, a real list by a third
layout with PM and VOC unknown) and the rule that errors which touch no figure do not block.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

import lantian.jobs.plan as plan_job
from lantian.cli import main
from lantian.domain.inventory.model import Inventory
from lantian.domain.response.model import Violation
from lantian.jobs.lists import read_list
from lantian.kernel.level import Level

DAY = ("--on", "2026-12-01")
AMPD = Path(__file__).parents[2] / "data" / "emissions"


def run(*args: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args])


def planned(path: Path, *args: object) -> tuple[Result, dict[str, Any]]:
    result = run("plan", path, *DAY, "--json", *args)
    return result, json.loads(result.stdout)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("city")
    result = run("demo-city", out, "--firms", 60, "--seed", 3)
    assert result.exit_code == 0, result.output
    return out


@pytest.fixture(scope="module")
def source(folder: Path) -> Path:
    return folder / "list.xlsx"


@pytest.fixture(scope="module")
def inventory(source: Path) -> Inventory:
    return read_list(source).inventory


def damaged(source: Path, out: Path, sheet: str, header: str, value: object) -> Path:
    """Return a copy of the workbook with one cell under `header` overwritten."""
    book = openpyxl.load_workbook(source)
    page = book[sheet]
    for row in page.iter_rows(min_row=1, max_row=6):
        for cell in row:
            if cell.value is not None and str(cell.value).startswith(header):
                page.cell(cell.row + 1, cell.column, value)
                book.save(out)
                return out
    raise AssertionError(f"no column {header} in {sheet}")


@pytest.mark.slow
def test_all_levels_as_json_twice_the_same(source: Path) -> None:
    first, told = planned(source, "--all-levels")
    second, again = planned(source, "--all-levels")
    assert first.exit_code == second.exit_code == 0
    assert told == again
    assert told["feasible"] is True
    assert told["gap"] <= 0.001
    assert told["checker"] == {"ok": True, "violations": []}
    assert set(told["levels"]) == {"yellow", "orange", "red"}
    assert set(told["baselines"]) == {"filed", "uniform"}
    assert len(told["provenance"]["list_sha256"]) == 64
    for level in told["levels"].values():
        assert all(level["achieved"][p] >= level["required"][p] for p in level["required"])
    forced = [o for o in told["orders"] if o["grade"] in ("A", "leading") and o["share"] > 0]
    assert forced == []


def test_summary_is_chinese_deterministic_and_without_timings(source: Path) -> None:
    first = run("plan", source, *DAY, "--level", "橙色")
    assert first.exit_code == 0
    assert first.stdout == run("plan", source, *DAY, "--level", "orange").stdout
    for words in (
        "应急减排方案",
        "结论：可行 Feasible",
        "橙色预警",
        "独立核验 Checker  通过",
        "一刀切",
    ):
        assert words in first.stdout
    assert "秒" not in first.stdout


def test_out_writes_what_the_screen_says(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "orders"
    result = run("plan", source, *DAY, "--level", "red", "--out", out, "--orders", 1)
    assert result.exit_code == 0, result.output
    told = json.loads((out / "plan.json").read_text("utf-8"))
    assert (
        told["levels"]["red"]["cost_cny_day"]
        == planned(source, "--level", "red")[1]["levels"]["red"]["cost_cny_day"]
    )
    assert not [p for p in tmp_path.iterdir() if p != out]  # nothing half-written


def test_a_gap_not_reached_in_time_is_said_and_exit_stays_0(source: Path) -> None:
    result, told = planned(source, "--all-levels", "--gap", 0, "--time-limit", "0.2")
    assert result.exit_code == 0, result.output
    if told["gap"] > 0:  # a fast machine may prove the optimum in time
        text = "".join(told["remarks_zh"])
        assert "优化到0.2秒时限为止未达到所要求的认证差距" in text
        assert f"{told['gap']:.4%}" in text
    unlimited, free = planned(source, "--level", "yellow", "--time-limit", "0")
    assert unlimited.exit_code == 0
    assert not any("时限" in remark for remark in free["remarks_zh"])


def test_relative_paths_mean_the_folder_one_stands_in(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "list.xlsx").write_bytes(source.read_bytes())
    monkeypatch.chdir(tmp_path)
    result = run("plan", "list.xlsx", *DAY, "--level", "red", "--out", "orders", "--orders", 0)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "orders" / "plan.json").is_file()


def test_a_folder_that_cannot_be_written_is_exit_2_with_a_sentence(
    source: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    result = run("plan", source, *DAY, "--level", "red", "--out", tmp_path / "file" / "orders")
    assert result.exit_code == 2
    assert "W002" in result.output
    assert "Traceback" not in result.output
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_infeasible_is_exit_3_with_advice(source: Path, inventory: Inventory) -> None:
    district = inventory.firms[0].district
    result, told = planned(source, "--level", "red", "--district-cap", f"{district}=1")
    assert result.exit_code == 3
    assert told["feasible"] is False
    assert any(district in text for text in told["shortfall"]["advice_zh"])
    assert told["checker"]["ok"] is True


def test_a_refused_plan_is_exit_4_and_nothing_is_written(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = Violation("C08", Level.RED, "PM", "未达到减排比例要求", "target missed")
    monkeypatch.setattr(plan_job, "check_plan", lambda *a: (fault,))
    result = run("plan", source, *DAY, "--level", "red", "--out", tmp_path / "o")
    assert result.exit_code == 4
    assert "C08" in result.output
    assert not (tmp_path / "o").exists()
    _, told = planned(source, "--level", "red")
    assert "orders" not in told
    assert told["checker"]["ok"] is False


def test_errors_that_touch_figures_block_unless_forced(source: Path, tmp_path: Path) -> None:
    bad = damaged(source, tmp_path / "bad.xlsx", "企业", "绩效等级", "超级")
    result, told = planned(bad, "--level", "red")
    assert result.exit_code == 1
    assert told["reason"] == "list_errors"
    assert told["counts"]["error"] >= 1
    assert "未编制方案" in run("plan", bad, *DAY, "--level", "red").stdout
    forced, told = planned(bad, "--level", "red", "--force")
    assert forced.exit_code in (0, 3)
    assert any("不可靠" in r for r in told["remarks_zh"])


def test_errors_that_touch_no_figure_do_not_block(source: Path, tmp_path: Path) -> None:
    bad = damaged(source, tmp_path / "bad.xlsx", "企业", "统一社会信用代码", "123")
    assert run("check", bad, *DAY).exit_code == 1
    result, told = planned(bad, "--level", "red")
    assert result.exit_code == 0
    assert told["feasible"] is True


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((), "--level"),
        (("--level", "red", "--all-levels"), "--level"),
        (("--level", "purple"), "purple"),
        (("--all-levels", "--days", "1,2"), "1,2"),
        (("--all-levels", "--district-cap", "东区"), "东区"),
        (("--all-levels", "--gap", "2"), "--gap"),
        (("--all-levels", "--district-cap", "火星=5"), "P003"),
        (("--all-levels", "--spare", "NOBODY"), "P004"),
    ],
)
def test_wrong_usage_is_exit_2_and_says_what(
    source: Path, args: tuple[str, ...], words: str
) -> None:
    result = run("plan", source, *DAY, *args)
    assert result.exit_code == 2
    assert words in result.output
    assert "Traceback" not in result.output


def test_unreadable_list_is_exit_2(tmp_path: Path) -> None:
    fake = tmp_path / "list.xlsx"
    fake.write_bytes(b"%PDF-1.4")
    result = run("plan", fake, *DAY, "--all-levels")
    assert result.exit_code == 2
    assert "X00" in result.output


def test_forecast_decides_level_and_period(folder: Path, source: Path, tmp_path: Path) -> None:
    result, told = planned(source, "--forecast", folder / "forecast.csv")
    assert result.exit_code in (0, 3), result.output
    assert len(told["levels"]) == 1
    assert told["period"]
    calm = tmp_path / "calm.csv"
    calm.write_text("date,aqi,primary_pollutant\n2026-12-01,60,PM2.5\n2026-12-02,70,PM2.5\n")
    result, told = planned(source, "--forecast", calm)
    assert result.exit_code == 0
    assert told["reason"] == "no_alert"
    assert "不需要方案" in run("plan", source, "--forecast", calm).stdout


def test_exemption_and_switches_are_kept_in_provenance(source: Path, inventory: Inventory) -> None:
    spared = inventory.firms[5].firm_id
    _, told = planned(source, "--level", "red", "--spare", spared, "--exchange", "--no-fairness")
    switches = told["provenance"]["switches"]
    assert f"spare:{spared}" in switches
    assert "exchange" in switches
    assert "no-fairness" in switches
    assert told["checker"]["ok"] is True


def test_real_power_plants_plan_so2_and_nox_and_leave_the_rest_unknown() -> None:
    result, told = planned(AMPD, "--all-levels", "--layout", "ampd-1995")
    assert result.exit_code == 0
    assert told["unknown"] == ["PM", "VOC"]
    assert told["cost_basis"] == "size"
    for level in told["levels"].values():
        assert level["achieved"]["PM"] is None
        assert level["achieved"]["SO2"] >= level["required"]["SO2"]
        assert level["met"]["NOx"] is True
    assert any("不是元" in r for r in told["remarks_zh"])
    shown = run("plan", AMPD, "--layout", "ampd-1995", "--level", "red", *DAY).stdout
    assert "未知" in shown
    assert "万元" not in shown


def test_touching_figures_is_decided_by_field(inventory: Inventory) -> None:
    from lantian.kernel.problem import Place, Problem, Severity

    def problem(code: str, severity: Severity = Severity.ERROR) -> Problem:
        return Problem(code, severity, Place(), "", "", "", "")

    assert plan_job.touches_figures(problem("X031"))
    assert plan_job.touches_figures(problem("L150"))
    assert not plan_job.touches_figures(problem("L102"))
    assert not plan_job.touches_figures(problem("L150", Severity.WARNING))
    assert replace(inventory, firms=()).firms == ()
    with pytest.raises(plan_job.LantianError, match="P001"):
        plan_job._named_on_list(replace(inventory, firms=()), plan_job.Switches())
