"""What ``lantian demo-city`` writes: one list, one forecast, one README, each labelled invented."""

from __future__ import annotations

import csv
import json
import zipfile
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lantian.cli.demo_city import command
from lantian.demo.city import demo_day, make_city
from lantian.demo.parameters import load_parameters
from lantian.demo.write import aqi_class, write_city
from lantian.domain.inventory.model import Inventory
from lantian.jobs.alert import run_alert
from lantian.jobs.check import run_check
from lantian.jobs.lists import read_list
from lantian.kernel.level import Level
from lantian.kernel.problem import LantianError, Severity

FIRMS = 120


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("city")
    write_city(out, firms=FIRMS, seed=4)
    return out


def rows(inventory: Inventory) -> dict[str, Any]:
    """Everything but where it was read from."""
    from_file = {"layout", "source", "sha256", "notes"}
    return {
        f.name: getattr(inventory, f.name) for f in fields(inventory) if f.name not in from_file
    }


def test_the_list_read_back_is_the_city(written: Path) -> None:
    read = read_list(written / "list.xlsx")
    assert [p for p in read.problems if p.severity is Severity.ERROR] == []
    assert rows(read.inventory) == rows(make_city(FIRMS, 4))
    assert any("虚构" in note for note in read.inventory.notes)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_folder_holds_the_same_list(tmp_path: Path, form: str) -> None:
    done = write_city(tmp_path, firms=FIRMS, seed=4, form=form)
    assert done.list_path == tmp_path / "list"
    assert {p.suffix for p in done.list_path.iterdir()} >= {f".{form}"}
    assert rows(read_list(done.list_path).inventory) == rows(make_city(FIRMS, 4))


def test_beyond_the_rows_of_excel_the_list_is_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lantian.demo.write.MAX_EXCEL_ROWS", 300)
    done = write_city(tmp_path, firms=FIRMS)
    assert done.list_path.is_dir()
    assert max(done.rows.values()) >= 300
    assert {p.suffix for p in done.list_path.iterdir()} == {".parquet", ".csv"}  # cover is text


def test_two_runs_are_the_same_bytes(written: Path, tmp_path: Path) -> None:
    write_city(tmp_path, firms=FIRMS, seed=4)
    for name in ("list.xlsx", "forecast.csv", "README.md"):
        assert (tmp_path / name).read_bytes() == (written / name).read_bytes()
    with zipfile.ZipFile(written / "list.xlsx") as archive:
        assert b"1980-01-01T00:00:00Z" in archive.read("docProps/core.xml")
    write_city(tmp_path, firms=FIRMS, seed=5)
    assert (tmp_path / "list.xlsx").read_bytes() != (written / "list.xlsx").read_bytes()


def test_every_file_says_it_is_invented(written: Path) -> None:
    names = {p.name for p in written.iterdir()}
    assert names == {"list.xlsx", "applications.xlsx", "evidence", "forecast.csv", "README.md"}
    readme = (written / "README.md").read_text(encoding="utf-8")
    assert "虚构" in readme
    assert "No real firm" in readme
    with (written / "forecast.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert "虚构" in row["note"]
    label = load_parameters().label_zh
    for name in ("list.xlsx", "applications.xlsx"):
        with zipfile.ZipFile(written / name) as archive:
            assert label in archive.read("xl/sharedStrings.xml").decode()
    for path in (written / "evidence").iterdir():
        assert label in path.read_text("utf-8")


def test_the_list_has_no_error(written: Path) -> None:
    report = run_check(written / "list.xlsx", day=demo_day())
    assert [p.as_dict() for p in report.problems if p.severity is Severity.ERROR] == []


def test_the_forecast_calls_for_orange_and_not_red(written: Path) -> None:
    run = run_alert(written / "forecast.csv", on="2026-12-14 16")
    assert [p for p in run.problems if p.severity is Severity.ERROR] == []
    assert run.proposal is not None
    assert run.proposal.level is Level.ORANGE
    with (written / "forecast.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert [r["level"] for r in table] == [aqi_class(int(r["aqi"])) for r in table]
    assert {datetime.fromisoformat(r["issued_at"]).hour for r in table} == {16}


@pytest.mark.parametrize(
    ("aqi", "name"),
    [
        (50, "优"),
        (51, "良"),
        (100, "良"),
        (150, "轻度污染"),
        (200, "中度污染"),
        (201, "重度污染"),
        (301, "严重污染"),
    ],
)
def test_aqi_classes(aqi: int, name: str) -> None:
    assert aqi_class(aqi) == name


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(LantianError) as caught:
        write_city(tmp_path / "file" / "city", firms=5)
    assert caught.value.problems[0].code == "D001"


def test_command_prints_json_and_words(tmp_path: Path) -> None:
    runner = CliRunner()
    result = runner.invoke(command, [str(tmp_path), "--firms", "30", "--seed", "9", "--json"])
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert answer["invented"] is True
    assert answer["rows"]["firm"] == 30 == sum(answer["grades"].values())
    assert Path(answer["list"]).is_file()
    words = runner.invoke(command, [str(tmp_path), "--firms", "30", "--format", "csv"])
    assert words.exit_code == 0
    assert "虚构" in words.output
    assert (tmp_path / "list" / "企业.csv").is_file()


def test_command_refuses_no_firms_and_a_bad_place(tmp_path: Path) -> None:
    runner = CliRunner()
    assert runner.invoke(command, [str(tmp_path), "--firms", "0"]).exit_code == 2
    (tmp_path / "file").write_text("x")
    bad = runner.invoke(command, [str(tmp_path / "file" / "city"), "--firms", "3"])
    assert bad.exit_code == 2
    assert "D001" in bad.output
    assert "Traceback" not in bad.output
