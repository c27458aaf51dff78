"""Invented parcels and results for the tests of soil."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from lantian.cli.main import main
from lantian.domain.soil.model import GivenResult
from lantian.jobs.soil.template import write_template
from lantian.kernel.problem import Place
from lantian.rulebook.soil_tables import load_soil

DAY = date(2026, 3, 5)
RULES = load_soil()
LIMITS, METHOD, USES = RULES.limits(DAY), RULES.survey(DAY), RULES.land_uses(DAY)
PROCESS, SPOT = RULES.process(DAY), RULES.spot_check(DAY)
PLACE = Place(file="soil.xlsx", sheet="检测结果", row=4)
Rows = Mapping[str, Sequence[Mapping[str, str]]]


def result(
    item: str, value: str, unit: str = "mg/kg", limit: str = "", cas: str = "", sample: str = "S1"
) -> GivenResult:
    return GivenResult(sample, "P1", item, cas, value, unit, limit, PLACE, PLACE, PLACE)


def workbook(path: Path, rows: Rows) -> Path:
    return write_template(path, DAY, rows=rows)


def lantian(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(w) for w in words])


def told(*words: str | Path) -> dict[str, Any]:
    done = lantian("soil", *words, "--json")
    assert done.exit_code in (0, 1), done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def codes(found: Mapping[str, Any]) -> set[str]:
    return {p["code"] for p in found["problems"]}
