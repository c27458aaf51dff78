"""A break below the trigger inside one episode is told (decision 0006), and local rules reach the alert."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from lantian.cli.alert import command
from lantian.cli.plan import command as plan_command
from lantian.jobs import plan as plan_job
from lantian.jobs.alert import run_alert
from lantian.kernel.problem import LantianError


def _forecast(folder: Path, *aqi: int) -> Path:
    path = folder / "f.csv"
    rows = [f"2026-01-{10 + i},{v},PM2.5" for i, v in enumerate(aqi)]
    path.write_text("date,aqi,primary_pollutant\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_trace_and_terminal_say_that_a_clear_day_was_bridged(tmp_path):
    path = _forecast(tmp_path, 60, 151, 100, 151, 60, 60)
    run = run_alert(path, edition="national-2024")
    told = json.dumps(run.proposal.as_dict(), ensure_ascii=False, default=str)
    assert "其间1天低于触发条件，每段不足36小时，按同一过程计" in told
    assert "1 d between lie below the trigger" in told
    shown = CliRunner().invoke(command, [str(path), "--rules", "national-2024"])
    assert shown.exit_code == 0
    assert "其间1天" in shown.output.replace("\n", "").replace(" ", "")


def test_nothing_is_said_without_a_break(tmp_path):
    run = run_alert(_forecast(tmp_path, 60, 151, 151, 60, 60), edition="national-2024")
    assert "其间" not in json.dumps(run.proposal.as_dict(), ensure_ascii=False, default=str)


def test_a_bad_rule_folder_is_refused_by_alert_and_by_plan_forecast(tmp_path):
    path, rules = _forecast(tmp_path, 60, 60), tmp_path / "nowhere"
    with pytest.raises(LantianError):
        run_alert(path, rulebook=(rules,))
    assert CliRunner().invoke(command, [str(path), "--rulebook", str(rules)]).exit_code == 2


def test_plan_hands_its_rule_folders_to_the_alert(tmp_path, monkeypatch):
    seen = {}

    def fake(path, **given):
        seen.update(given)
        raise LantianError()

    monkeypatch.setattr(plan_job, "run_alert", fake)
    with pytest.raises(LantianError):
        plan_job.run_plan(
            tmp_path / "list.xlsx",
            plan_job.PlanOptions(),
            day=date(2026, 1, 10),
            forecast=tmp_path / "f.csv",
            rules=(tmp_path / "local",),
        )
    assert seen["rulebook"] == (tmp_path / "local",)


def test_the_optimiser_has_a_limit_unless_told_otherwise():
    option = next(p for p in plan_command.params if p.name == "time_limit")
    assert option.default == 120
