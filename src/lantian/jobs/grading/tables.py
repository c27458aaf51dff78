"""Grading tables looked at as a whole: compared, and held against their golden cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lantian.domain.grading.cases import CaseMiss, Uncovered, run_case, uncovered
from lantian.domain.grading.complaint import complain
from lantian.kernel.problem import LantianError, Place
from lantian.rulebook import load_rulebook
from lantian.rulebook.grading_tables import load_grading
from lantian.rulebook.grading_tables.coverage import CellChange, compare_tables
from lantian.rulebook.grading_tables.model import IndicatorTable
from lantian.rulebook.refusal import refuse


def diff_tables(
    industry: str, a: str | None, b: str | None, rules: Sequence[Path] = ()
) -> tuple[IndicatorTable, IndicatorTable, tuple[CellChange, ...]]:
    """Return two editions of a table and the cells in which they differ.

    Where a bureau's own edition bears the name of the packaged one, it is asked for with a ``*``.

    Raises
    ------
    LantianError
        G001 for an unknown industry, R031 for an edition that does not exist or where there is
        only one.
    """
    found = load_rulebook(*rules).find_industry(industry)
    if found is None:
        raise LantianError(complain("G001", Place(), detail=industry))
    editions: dict[str, IndicatorTable] = {}
    for table in load_grading(*rules).editions(found.slug):
        name = table.head.edition
        while name in editions:  # a bureau's own table may keep the name of the packaged one
            name += "*"
        editions[name] = table
    names = list(editions)
    chosen = [a or (names[-2] if len(names) > 1 else ""), b or names[-1]]
    for name in chosen:
        if name not in editions:
            detail = f"{found.slug} {name or '（只有一版 only one edition）'}"
            raise LantianError(refuse("R031", detail=detail, known=", ".join(names)))
    before, after = editions[chosen[0]], editions[chosen[1]]
    return before, after, compare_tables(before, after)


@dataclass(frozen=True, slots=True)
class CaseReport:
    """What the golden cases say of the tables, and what they leave untouched."""

    tables: int
    cases: int
    steps: int
    failed: tuple[CaseMiss, ...]
    gaps: tuple[Uncovered, ...]


def check_cases(industries: Sequence[str] = (), rules: Sequence[Path] = ()) -> CaseReport:
    """Run every case of the named tables, or of all, and list what none of them touches.

    Inherited rows count as touched where the cases of any table touch them.

    Raises
    ------
    LantianError
        G001 for an unknown industry; the refusals of a table that does not hold.
    """
    book, grading = load_rulebook(*rules), load_grading(*rules)
    slugs = []
    for name in industries:
        found = book.find_industry(name)
        if found is None:
            raise LantianError(complain("G001", Place(), detail=name))
        slugs.append(found.slug)
    tables = [pair for slug in slugs or grading.industries() for pair in grading.cases(slug)]
    failed = [miss for t, cases in tables for case in cases for miss in run_case(t, case)]
    gaps = [gap for t, cases in tables for gap in uncovered(t, cases)]
    if not industries:
        gaps += _inherited_gaps(tables)
    return CaseReport(
        tables=len(tables),
        cases=sum(len(cases) for _, cases in tables),
        steps=sum(len(case.steps) for _, cases in tables for case in cases),
        failed=tuple(failed),
        gaps=tuple(gaps),
    )


def _inherited_gaps(tables: Sequence[tuple[IndicatorTable, Sequence[object]]]) -> list[Uncovered]:
    """Return gaps of inherited rows that the cases of no table close."""
    left: dict[tuple[str, str], Uncovered] | None = None
    seen: set[str] = set()
    for table, cases in tables:
        rows = {row.row_id for row in table.rows if row.general}
        gaps = {
            (gap.row_id, gap.what_en): gap
            for gap in uncovered(table, cases, general=True)  # type: ignore[arg-type]
        }
        # What a table lacks the row for, it cannot close either.
        open_here = {k: v for k, v in (left or {}).items() if k in gaps or k[0] not in rows}
        fresh = {k: v for k, v in gaps.items() if k[0] not in seen}
        left = open_here | fresh
        seen |= rows
    return list((left or {}).values())
