"""What a grading table must satisfy beyond its schema."""

from __future__ import annotations

from itertools import pairwise

from lantian.rulebook.build import Shelf
from lantian.rulebook.files import RuleFile
from lantian.rulebook.grading_tables.model import (
    UNKNOWN_SCHEME,
    IndicatorRow,
    IndicatorTable,
    Op,
    Requirement,
    Test,
)


def check_table(table: IndicatorTable, file: RuleFile, shelf: Shelf) -> None:
    """Refuse rows outside the scheme, silent grades, unknown subtypes and widening limits."""
    schemes = table.schemes.values()
    if not table.schemes or any(len(s) < 2 and s != UNKNOWN_SCHEME for s in schemes):
        shelf.refuse("R049", file, ("schemes",), detail=table.industry)
        return
    for i, row in enumerate(table.own_rows):
        unknown = sorted(row.subtypes - set(table.schemes))
        if unknown:
            shelf.refuse("R048", file, ("rows", i, "subtypes"), detail=", ".join(unknown))
        subtypes = [s for s in table.schemes if not row.subtypes or s in row.subtypes]
        known = {grade for s in subtypes for grade in table.schemes[s][:-1]}
        for grade in row.levels:
            if grade not in known:
                loc = ("rows", i, "levels", grade)
                shelf.refuse("R044", file, loc, detail=f"{row.row_id} {grade}")
        for subtype in subtypes:
            _check_subtype(table, row, subtype, i, file, shelf)
    for i, absent in enumerate(table.absent):
        unknown = sorted(set(absent.subtypes) - set(table.schemes))
        if unknown:
            shelf.refuse("R048", file, ("absent", i), detail=", ".join(unknown))


def _check_subtype(
    table: IndicatorTable, row: IndicatorRow, subtype: str, i: int, file: RuleFile, shelf: Shelf
) -> None:
    scheme = table.schemes[subtype][:-1]
    for grade in scheme:
        declared = any(
            row.dimension in a.dimensions
            and grade in a.grades
            and (not a.subtypes or subtype in a.subtypes)
            for a in table.absent
        )
        if grade not in row.levels and not declared:
            detail = f"{row.row_id} {subtype} {grade}".replace("  ", " ")
            shelf.refuse("R045", file, ("rows", i, "levels"), detail=detail)
    for better, worse in pairwise(g for g in scheme if g in row.levels):
        for a, b in _pairs(row.levels[better], row.levels[worse]):
            if _wider(a, b):
                detail = f"{row.row_id} {a.fact_id} {better} / {worse}"
                shelf.refuse("R047", file, ("rows", i, "levels", better), detail=detail)


def _pairs(better: Requirement, worse: Requirement) -> list[tuple[Test, Test]]:
    """Return the tests of one fact in both, where each has a single way."""
    if len(better.any_of) != 1 or len(worse.any_of) != 1:
        return []
    mine = {(t.fact_id, t.op): t for t in better.any_of[0]}
    return [
        (mine[t.fact_id, t.op], t)
        for t in worse.any_of[0]
        if (t.fact_id, t.op) in mine and t.value is not None
    ]


def _wider(better: Test, worse: Test) -> bool:
    assert better.value is not None
    assert worse.value is not None
    if better.op in {Op.MAX, Op.BELOW}:
        return better.value > worse.value
    return better.value < worse.value
