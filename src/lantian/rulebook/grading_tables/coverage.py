"""What the grading tables hold and lack, and how two editions of one differ."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from lantian.rulebook.grading_tables.load import GradingRules
from lantian.rulebook.grading_tables.model import IndicatorTable, Requirement
from lantian.rulebook.model import Status


def table_coverage(rules: GradingRules) -> list[dict[str, Any]]:
    """Return for each industry its latest table: cells by status, absent cells, complete grades.

    A cell is one row at one grade; inherited rows are counted apart, for they are written once.
    """
    return [_row(rules.editions(industry)[-1]) for industry in rules.industries()]


def _row(table: IndicatorTable) -> dict[str, Any]:
    own: Counter[str] = Counter()
    judged = 0
    for row in table.own_rows:
        for requirement in row.levels.values():
            own[requirement.ref.status] += 1
            judged += requirement.judged
    inherited = sum(len(row.levels) for row in table.rows if row.general)
    return {
        "industry": table.industry,
        "edition": table.head.edition,
        "schemes": {subtype: list(grades) for subtype, grades in table.schemes.items()},
        "indicator_rows": len(table.own_rows),
        "cells": {status.value: own[status.value] for status in Status},
        "inherited_cells": inherited,
        "judged_cells": judged,
        "absent": sum(a.cells for a in table.absent),
        "absent_zh": [a.note_zh for a in table.absent],
        "complete": [
            {"subtype": subtype, "grade": grade}
            for subtype, scheme in table.schemes.items()
            for grade in scheme[:-1]
            if (subtype, grade) in table.complete
        ],
    }


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell that two editions of a table say differently; "" where one has none."""

    row_id: str
    item_zh: str
    grade: str
    before_zh: str
    after_zh: str
    before_status: str
    after_status: str


def compare_tables(before: IndicatorTable, after: IndicatorTable) -> tuple[CellChange, ...]:
    """Return the cells in which two editions differ, row by row, in the order of the newer."""
    old = {row.row_id: row for row in before.rows}
    new = {row.row_id: row for row in after.rows}
    found = []
    for row_id in (*new, *(r for r in old if r not in new)):
        mine, theirs = old.get(row_id), new.get(row_id)
        grades = dict.fromkeys((*(theirs.levels if theirs else ()), *(mine.levels if mine else ())))
        item = (theirs or mine).item_zh  # type: ignore[union-attr]
        for grade in grades:
            a = mine.levels.get(grade) if mine else None
            b = theirs.levels.get(grade) if theirs else None
            if _said(a) == _said(b):
                continue
            found.append(
                CellChange(
                    row_id,
                    item,
                    grade,
                    a.text_zh if a else "",
                    b.text_zh if b else "",
                    a.ref.status if a else "",
                    b.ref.status if b else "",
                )
            )
    return tuple(found)


def _said(requirement: Requirement | None) -> object:
    if requirement is None:
        return None
    return (
        requirement.any_of,
        requirement.nothing,
        requirement.text_zh if requirement.judged else "",
        requirement.ref.status,
    )
