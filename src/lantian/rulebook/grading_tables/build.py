"""From checked files to frozen grading tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lantian.kernel.problem import LantianError
from lantian.kernel.unit import unit as kernel_unit
from lantian.rulebook.build import Shelf, Sources, head_of, row_head
from lantian.rulebook.files import Loc, RuleFile
from lantian.rulebook.grading_tables.check import check_table
from lantian.rulebook.grading_tables.model import (
    Absent,
    FactDef,
    FactKind,
    IndicatorRow,
    IndicatorTable,
    Requirement,
    Test,
)
from lantian.rulebook.grading_tables.refusals import GRADING_REFUSALS, refuse_table
from lantian.rulebook.grading_tables.schema import (
    FactRow,
    IndicatorRowModel,
    IndicatorsFile,
    LevelRow,
    Marked,
)
from lantian.rulebook.grading_tables.tests_text import read_test, ways_zh
from lantian.rulebook.model import RuleHead, Status

GENERAL = "general"
Facts = dict[str, FactDef]


class TableShelf(Shelf):
    """A shelf that refuses in the words of the grading tables."""

    def refuse(self, code: str, file: RuleFile, loc: Sequence[str | int], **values: object) -> None:
        """Note a problem at a part of a file, from either catalogue of words."""
        if code in GRADING_REFUSALS:
            self.problems.append(refuse_table(code, file.place(loc), **values))
        else:
            super().refuse(code, file, loc, **values)


def build_table(file: RuleFile, shelf: Shelf, general: IndicatorTable | None) -> IndicatorTable:
    """Return the table of a file, the general rows of its edition included.

    Parameters
    ----------
    file
        A file of kind ``indicators``.
    shelf
        Where refusals are noted; a table with refusals is still returned, for further checks.
    general
        The general table of the same subject, None for that table itself.
    """
    model: IndicatorsFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, f"grading.{model.edition}.{model.industry}", sources, shelf=shelf)
    facts: Facts = dict(general.facts) if general else {}
    for i, row in enumerate(model.facts):
        if row.id in {r.id for r in model.facts[:i]}:
            shelf.refuse("R012", file, ("facts", i), detail=row.id)
        facts[row.id] = _fact(row, file, ("facts", i), shelf)
    schemes = {subtype: tuple(grades) for subtype, grades in model.schemes.items()}
    used = {grade for scheme in schemes.values() for grade in scheme[:-1]}
    rows: list[IndicatorRow] = []
    for i, row_model in enumerate(model.rows):
        if row_model.id in {r.row_id for r in rows}:
            shelf.refuse("R012", file, ("rows", i), detail=row_model.id)
        rows.append(_row(row_model, file, ("rows", i), facts, head, sources, shelf))
    if general is not None:
        rows += _inherited(general, model, used, file, shelf)
    absent = tuple(
        Absent(tuple(a.dimensions), tuple(a.grades), tuple(a.subtypes), a.note_zh)
        for a in model.absent
    )
    table = IndicatorTable(
        industry=model.industry,
        head=head,
        facts=facts,
        rows=tuple(rows),
        schemes=schemes,
        complete=frozenset(),
        absent=absent,
        subject=model.subject,
    )
    if model.industry != GENERAL:
        check_table(table, file, shelf)
    return replace(table, complete=_complete(table))


def _complete(table: IndicatorTable) -> frozenset[tuple[str, str]]:
    """Return the (subtype, grade) pairs whose every row is known."""
    found = set()
    for subtype, scheme in table.schemes.items():
        rows = table.rows_for(subtype)
        if all(row.general for row in rows):
            continue
        for grade in scheme[:-1]:
            gap = any(
                grade in a.grades and (not a.subtypes or subtype in a.subtypes)
                for a in table.absent
            )
            if not gap and all(grade in row.levels for row in rows):
                found.add((subtype, grade))
    return frozenset(found)


def _inherited(
    general: IndicatorTable, model: IndicatorsFile, used: set[str], file: RuleFile, shelf: Shelf
) -> list[IndicatorRow]:
    """Return the general rows a table takes over, cut down to its own grades."""
    known = {row.row_id for row in general.rows}
    for i, row_id in enumerate(model.without_general):
        if row_id not in known:
            shelf.refuse("R051", file, ("without_general", i), detail=row_id)
    own = {row.id for row in model.rows} | set(model.without_general)
    found = []
    for row in general.rows:
        if row.row_id in own:  # a row of the table's own replaces the general one
            continue
        levels = {g: r for g, r in row.levels.items() if g in used}
        if levels:
            found.append(replace(row, levels=levels, general=True))
    return found


def _fact(row: FactRow, file: RuleFile, loc: Loc, shelf: Shelf) -> FactDef:
    given = [
        name
        for name, is_given in (
            ("unit", row.unit is not None),
            ("counted_in", bool(row.counted_in)),
            ("choices", row.choices is not None),
            ("yes_no", row.yes_no is not None),
        )
        if is_given
    ]
    if len(given) != 1 or (row.o2_ref_pct is not None and row.unit is None):
        shelf.refuse("R040", file, loc, detail=f"{row.id} {' + '.join(given)}")
    unit = row.unit or ""
    if row.unit is not None:
        try:
            unit = kernel_unit(row.unit).symbol
        except LantianError:
            shelf.refuse("R040", file, (*loc, "unit"), detail=f"{row.id} {row.unit}")
    kind = FactKind.QUANTITY
    if row.choices is not None:
        kind = FactKind.CHOICE
    elif row.yes_no is not None:
        kind = FactKind.YES_NO
    return FactDef(
        fact_id=row.id,
        name_zh=row.zh,
        name_en=row.en,
        kind=kind,
        unit=unit,
        counted_in=row.counted_in,
        choices=row.choices,
        low=row.low,
        high=row.high,
        o2_ref_pct=row.o2_ref_pct,
    )


def _tests(
    texts: Mapping[str, str], facts: Facts, file: RuleFile, loc: Loc, shelf: Shelf
) -> tuple[Test, ...]:
    found = []
    for fact_id, text in texts.items():
        fact = facts.get(fact_id)
        if fact is None:
            shelf.refuse("R041", file, (*loc, fact_id), detail=fact_id)
            continue
        test = read_test(fact, text)
        if isinstance(test, str):
            shelf.refuse("R042", file, (*loc, fact_id), detail=test)
        else:
            found.append(test)
    return tuple(found)


def _row(
    row: IndicatorRowModel,
    file: RuleFile,
    loc: Loc,
    facts: Facts,
    head: RuleHead,
    sources: Sources,
    shelf: Shelf,
) -> IndicatorRow:
    cited = row_head(head, f"{head.rule_id}.{row.id}", _Cited(row, head, row.item_zh), sources, loc)
    levels = {}
    for grade, level in row.levels.items():
        place: Loc = (*loc, "levels", grade)
        levels[grade] = _requirement(grade, level, row, cited, file, place, facts, sources, shelf)
    return IndicatorRow(
        row_id=row.id,
        dimension=row.dimension,
        item_zh=row.item_zh,
        subtypes=frozenset(row.subtypes),
        when=_tests(row.when, facts, file, (*loc, "when"), shelf),
        levels=levels,
    )


def _requirement(
    grade: str,
    level: LevelRow,
    row: IndicatorRowModel,
    cited: RuleHead,
    file: RuleFile,
    loc: Loc,
    facts: Facts,
    sources: Sources,
    shelf: Shelf,
) -> Requirement:
    given = [name for name in ("tests", "any", "nothing") if getattr(level, name)]
    if len(given) > 1 or (not given and not level.text_zh):
        shelf.refuse("R043", file, loc, detail=f"{row.id} {grade}")
    ways: tuple[tuple[Test, ...], ...] = ()
    if level.tests:
        ways = (_tests(level.tests, facts, file, (*loc, "tests"), shelf),)
    elif level.any:
        ways = tuple(
            _tests(way, facts, file, (*loc, "any", i), shelf) for i, way in enumerate(level.any)
        )
    head = row_head(cited, cited.rule_id, _Cited(level, cited, ""), sources, loc)
    certainty = level.certainty or (row.certainty if level.status in (None, row.status) else "")
    if head.status is Status.UNVERIFIED and not certainty:
        shelf.refuse("R052", file, loc, detail=f"{row.id} {grade}")
    words = level.text_zh or ways_zh(facts, ways) or "不作要求"
    return Requirement(
        grade=grade,
        any_of=ways,
        nothing=bool(level.nothing),
        text_zh=words,
        ref=head.ref(f"{head.clause} {grade}"),
        certainty=certainty if head.status is Status.UNVERIFIED else "",
    )


class _Cited:
    """A mark that falls back on the head around it, in the shape `row_head` reads."""

    def __init__(self, row: Marked, around: RuleHead, item_zh: str) -> None:
        self.source = row.source if row.source is not None else around.source.split()
        self.status = row.status or around.status
        self.note = row.note
        self.clause = row.clause or f"{around.clause} {item_zh}".strip()
