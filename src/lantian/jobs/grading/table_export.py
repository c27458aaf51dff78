"""A grading table written as the workbook that `table_book` reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from lantian.adapters.excel.form import write_form
from lantian.domain.grading.complaint import complain
from lantian.jobs.grading.table_book import HEAD_KEYS
from lantian.jobs.grading.table_form import KINDS, SHEETS
from lantian.kernel.problem import LantianError, Place
from lantian.rulebook import load_rulebook
from lantian.rulebook.grading_tables import load_grading
from lantian.rulebook.grading_tables.load import TableSource
from lantian.rulebook.grading_tables.model import DIMENSIONS
from lantian.rulebook.grading_tables.schema import CasesFile, FactRow, IndicatorsFile, Marked
from lantian.rulebook.grading_tables.tests_text import number_zh

_KIND_ZH = {code: label for label, code in KINDS.items()}


def export_table(path: Path, industry: str, day: date, rules: Sequence[Path] = ()) -> TableSource:
    """Write the table of an industry on a day, with its cases, and return its files.

    Raises
    ------
    LantianError
        G001 for an unknown industry, R053 where no table is in force.
    """
    found = load_rulebook(*rules).find_industry(industry)
    if found is None:
        raise LantianError(complain("G001", Place(), detail=industry))
    source = load_grading(*rules).source(found.slug, day)
    model, cases = source.indicators, source.cases
    rows: dict[str, list[dict[str, str]]] = {
        "head": _head(model),
        "source": [
            {"id": s.id, "document": s.document, "address": s.address, "covers": s.covers}
            for s in model.sources
        ],
        "scheme": [
            {"subtype": subtype, "grades": ", ".join(grades)}
            for subtype, grades in model.schemes.items()
        ],
        "fact": [_fact(f) for f in model.facts],
        "row": [],
        "level": [],
        "absent": [
            {
                "dimensions": ", ".join(DIMENSIONS[d] for d in a.dimensions),
                "grades": ", ".join(a.grades),
                "subtypes": "|".join(a.subtypes),
                "note": a.note_zh,
            }
            for a in model.absent
        ],
        "case": _cases(cases),
    }
    for row in model.rows:
        rows["row"].append(
            {
                "id": row.id,
                "dimension": DIMENSIONS[row.dimension],
                "item": row.item_zh,
                "subtypes": "|".join(row.subtypes),
                "when": _tests(row.when),
                **_marks(row),
            }
        )
        for grade, level in row.levels.items():
            ways = [level.tests] if level.tests else (level.any or [])
            rows["level"].append(
                {
                    "row": row.id,
                    "grade": grade,
                    "tests": " 或 ".join(_tests(way) for way in ways),
                    "nothing": "是" if level.nothing else "",
                    "text": level.text_zh,
                    **_marks(level),
                }
            )
    write_form(path, f"{found.name_zh} 绩效分级指标表", SHEETS, rows)
    return source


def _head(model: IndicatorsFile) -> list[dict[str, str]]:
    rows = []
    for label, key in HEAD_KEYS.items():
        value: Any = getattr(model, key)
        if isinstance(value, list):
            value = ", ".join(value)
        text = value.isoformat() if isinstance(value, date) else str(value or "")
        if text:
            rows.append({"key": label, "value": text})
    return rows


def _fact(fact: FactRow) -> dict[str, str]:
    kind = "yes_no" if fact.yes_no else "choice" if fact.choices else "quantity"
    choices = "; ".join(f"{code}={label}" for code, label in (fact.choices or {}).items())
    return {
        "id": fact.id,
        "zh": fact.zh,
        "en": fact.en,
        "kind": _KIND_ZH[kind],
        "unit": fact.unit or "",
        "counted_in": fact.counted_in,
        "choices": choices,
        **{key: _number(getattr(fact, key)) for key in ("low", "high", "o2_ref_pct")},
    }


def _number(value: Any) -> str:
    return "" if value is None else number_zh(value)


def _marks(row: Marked) -> dict[str, str]:
    return {
        "clause": row.clause,
        "source": ", ".join(row.source or ()),
        "status": row.status.value if row.status else "",
        "certainty": row.certainty,
        "note": row.note,
    }


def _tests(tests: dict[str, str]) -> str:
    return "; ".join(f"{fact_id} {test}" for fact_id, test in tests.items())


def _cases(cases: CasesFile | None) -> list[dict[str, str]]:
    if cases is None:
        return []
    return [
        {
            "row": case.row,
            "subtype": case.subtype,
            "fact": case.fact,
            "given": "; ".join(f"{k}={v}" for k, v in case.given.items()),
            "steps": "; ".join(
                f"{value}: {grade}" for step in case.steps for value, grade in step.items()
            ),
        }
        for case in cases.cases
    ]
