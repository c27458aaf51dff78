"""One row of a table against facts, in three-valued logic, explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from lantian.domain.grading.facts import Fact
from lantian.domain.grading.grade import label_of
from lantian.domain.grading.result import RowResult
from lantian.domain.grading.truth import Truth, every, of, some
from lantian.kernel.trace import RuleRef, Trace
from lantian.rulebook.grading_tables.model import (
    IndicatorRow,
    IndicatorTable,
    Op,
    Requirement,
    Test,
)
from lantian.rulebook.grading_tables.tests_text import number_zh, test_zh
from lantian.rulebook.model import Status

Judged = Mapping[tuple[str, str], bool]  # (row id, grade): what a person decided


@dataclass(frozen=True, slots=True)
class Settings:
    """How a table is read: whether the bureau switched unverified rows on."""

    use_unverified: bool = False


def holds(test: Test, fact: Fact | None) -> Truth:
    """Return whether a test holds; an absent fact is unknown.

    A limit that must hold in a share of the hours is proven by a single value only where even
    that value keeps it: a single value above it says nothing about the share.
    """
    if fact is None:
        return Truth.UNKNOWN
    if test.op in {Op.YES, Op.NO}:
        return of(fact.yes is (test.op is Op.YES))
    if test.op is Op.ONE_OF:
        return of(fact.choice in test.choices)
    assert test.value is not None
    assert fact.value is not None
    if not fact.hours:
        kept = compare(test.op, fact.value, test.value)
        return Truth.UNKNOWN if test.hours_share is not None and not kept else of(kept)
    kept_hours = sum(compare(test.op, hour, test.value) for hour in fact.hours)
    return of(Fraction(kept_hours, len(fact.hours)) >= (test.hours_share or 1))


def compare(op: Op, value: Fraction, limit: Fraction) -> bool:
    """Return whether one value keeps one limit."""
    if op is Op.MAX:
        return value <= limit
    if op is Op.MIN:
        return value >= limit
    return value < limit if op is Op.BELOW else value > limit


@dataclass
class _Reading:
    """What was met while a row was read."""

    missing: dict[str, None] = field(default_factory=dict)
    to_judge: list[str] = field(default_factory=list)
    unverified: dict[RuleRef, None] = field(default_factory=dict)


def evaluate_row(
    table: IndicatorTable,
    row: IndicatorRow,
    scheme: tuple[str, ...],
    facts: Mapping[str, Fact],
    *,
    judged: Judged,
    settings: Settings,
) -> RowResult:
    """Return what one row says about a firm.

    Parameters
    ----------
    table, row, scheme
        The table, its row, and the grades of the subtype, best first.
    facts
        Facts by id; an absent one is unknown.
    judged
        What a person decided on cells that are given in words.
    settings
        Whether unverified cells count.

    Returns
    -------
    RowResult
        A grade is reached where its own demand or that of a better grade holds; the lowest
        grade demands nothing. A row that does not concern the firm holds for every grade.
    """
    reading = _Reading()
    concerned = every(_tested(test, facts, reading) for test in row.when)
    steps: list[Trace] = []
    if row.when:
        words = "；".join(test_zh(table.facts[t.fact_id], t) for t in row.when)
        steps.append(Trace(f"适用条件：{words}", f"applies: {concerned.name}", concerned.label_zh))
    reaches: dict[str, Truth] = {}
    best = Truth.FALSE
    for grade in scheme[:-1]:
        if concerned is Truth.FALSE:
            reaches[grade] = Truth.TRUE
            continue
        demand, step = _demand(table, row, grade, facts, judged, settings, reading)
        steps.append(step)
        best = some((best, demand, ~concerned))
        reaches[grade] = best
    reaches[scheme[-1]] = Truth.TRUE
    proven = next(g for g in scheme if reaches[g] is Truth.TRUE)
    possible = next(g for g in scheme if reaches[g] is not Truth.FALSE)
    settled = proven == possible
    trace = Trace(
        what_zh=f"{row.item_zh}：可证 {label_of(proven)}，可能 {label_of(possible)}",
        what_en=f"{row.row_id}: proven {proven}, possible {possible}",
        value=proven,
        inputs=_inputs(row, facts),
        steps=tuple(steps),
    )
    return RowResult(
        row=row,
        reaches=reaches,
        proven=proven,
        possible=possible,
        missing=() if settled else tuple(reading.missing),
        to_judge=() if settled else tuple(reading.to_judge),
        unverified=tuple(reading.unverified),
        trace=trace,
    )


def _tested(test: Test, facts: Mapping[str, Fact], reading: _Reading) -> Truth:
    found = holds(test, facts.get(test.fact_id))
    if found is Truth.UNKNOWN:
        reading.missing[test.fact_id] = None
    return found


def _demand(
    table: IndicatorTable,
    row: IndicatorRow,
    grade: str,
    facts: Mapping[str, Fact],
    judged: Judged,
    settings: Settings,
    reading: _Reading,
) -> tuple[Truth, Trace]:
    """Return whether the demand of one grade holds, with its step."""
    requirement = row.levels.get(grade)
    if requirement is None:
        return Truth.UNKNOWN, Trace(
            f"{label_of(grade)}：没有来源给出该等级的要求", f"{grade}: absent", "未知"
        )
    if requirement.ref.status == Status.UNVERIFIED and not settings.use_unverified:
        step = Trace(
            f"{label_of(grade)}：{requirement.text_zh}（待核实，未启用）",
            f"{grade}: unverified, not used",
            "未知",
            rule=requirement.ref,
        )
        return Truth.UNKNOWN, step
    if requirement.ref.status == Status.UNVERIFIED:
        reading.unverified[requirement.ref] = None
    truth, steps = _met(table, row, requirement, facts, judged, reading)
    step = Trace(
        what_zh=f"{label_of(grade)}：{requirement.text_zh}",
        what_en=f"{grade}: {truth.name.lower()}",
        value=truth.label_zh,
        rule=requirement.ref,
        steps=steps,
    )
    return truth, step


def _met(
    table: IndicatorTable,
    row: IndicatorRow,
    requirement: Requirement,
    facts: Mapping[str, Fact],
    judged: Judged,
    reading: _Reading,
) -> tuple[Truth, tuple[Trace, ...]]:
    if requirement.nothing:
        return Truth.TRUE, ()
    if requirement.judged:
        decided = judged.get((row.row_id, requirement.grade))
        if decided is None:
            reading.to_judge.append(requirement.grade)
            return Truth.UNKNOWN, (Trace("须人工判断", "for a person to judge", "未知"),)
        return of(decided), (Trace("人工判定", "decided by a person", of(decided).label_zh),)
    ways: list[Truth] = []
    steps: list[Trace] = []
    for way in requirement.any_of:
        parts = []
        for test in way:
            truth = _tested(test, facts, reading)
            parts.append(truth)
            steps.append(_test_step(table, test, facts.get(test.fact_id), truth))
        ways.append(every(parts))
    return some(ways), tuple(steps)


def _test_step(table: IndicatorTable, test: Test, fact: Fact | None, truth: Truth) -> Trace:
    shown = fact.shown if fact else "未申报"
    if fact and fact.note_zh:
        shown += f"（{fact.note_zh}）"
    if fact and fact.hours and test.value is not None:
        kept = sum(compare(test.op, hour, test.value) for hour in fact.hours)
        share = Fraction(kept * 100, len(fact.hours))
        shown += f"；达到限值的小时 {kept}/{len(fact.hours)}（{float(share):.2f}%）"
        if test.hours_share is not None:
            shown += f"，要求 {number_zh(test.hours_share * 100)}%"
    words = test_zh(table.facts[test.fact_id], test)
    return Trace(words, test.fact_id, truth.label_zh, inputs={"值": shown})


def _inputs(row: IndicatorRow, facts: Mapping[str, Fact]) -> dict[str, str]:
    ids = dict.fromkeys(
        test.fact_id
        for tests in (row.when, *(w for r in row.levels.values() for w in r.any_of))
        for test in tests
    )
    return {facts[i].definition.name_zh: facts[i].shown for i in ids if i in facts}
