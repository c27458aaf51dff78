"""A firm's application to its grade: per industry, then the lowest of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from lantian.domain.grading.application import Application, IndustryPart
from lantian.domain.grading.complaint import complain
from lantian.domain.grading.decisions import Decided, read_decisions
from lantian.domain.grading.energy_gate import apply_gate
from lantian.domain.grading.evaluate import Settings, evaluate_row
from lantian.domain.grading.facts import Fact, FactReader
from lantian.domain.grading.grade import Grade, label_of
from lantian.domain.grading.result import Basis, FirmResult, GateResult, PartResult, RowResult
from lantian.domain.grading.truth import Truth, every
from lantian.kernel.problem import LantianError, Problem
from lantian.kernel.trace import Trace
from lantian.rulebook.book import Rulebook
from lantian.rulebook.grading_tables import GradingRules
from lantian.rulebook.grading_tables.model import EnergyTable, GradingScheme, IndicatorTable
from lantian.rulebook.model import Industry
from lantian.rulebook.names import plain_name

NO_GRADE = Grade.UNGRADED.value
"""Ends a scheme whose lowest grade no source gives."""


@dataclass
class Assessor:
    """Grades applications under the rules of one day and one province.

    Parameters
    ----------
    book, rules
        The rulebook (industries) and the grading rules.
    day
        The day of grading; it chooses every edition.
    province
        Whose process applies ("" for none: no energy gate).
    settings
        Whether the bureau switched unverified rows on.
    subject
        What is graded: "air", or another subject whose tables exist.
    """

    book: Rulebook
    rules: GradingRules
    day: date
    province: str = ""
    settings: Settings = field(default_factory=Settings)
    subject: str = "air"

    def __post_init__(self) -> None:
        self.process = self.rules.process(self.province, self.day) if self.province else None
        self.scheme: GradingScheme = self.rules.scheme(self.day)
        self.energy = _energy_of(self.rules, self.day)

    def firm(self, application: Application) -> FirmResult:
        """Return the grade of a firm; every complaint stands in its `problems`."""
        problems: list[Problem] = []
        if not application.parts:
            detail = application.name or application.firm_id
            problems.append(complain("G025", application.place, detail=detail))
        evidence = frozenset(e.evidence_id for e in application.evidence)
        parts = []
        unused = 0
        for part in application.parts:
            # A form's empty line is no fact handed in.
            given = tuple(f for f in part.facts if f.text.strip() or f.hours)
            result, used = self._part(replace(part, facts=given), evidence, problems)
            unused += len(given) - used
            parts.append(result)
        lowest = lowest_part(parts)
        grade = parts[lowest].grade if lowest is not None else ""
        basis = parts[lowest].basis if lowest is not None else Basis.UNDECIDABLE
        rule = self.scheme.rules.get("lowest-industry")
        trace = Trace(
            what_zh=f"{application.name or application.firm_id}：{grade_zh(grade) or '不能判定'}",
            what_en=f"firm: {grade or 'undecidable'}",
            value=grade,
            rule=rule.ref if rule and len(parts) > 1 else None,
            steps=tuple(p.trace for p in parts),
        )
        return FirmResult(
            firm_id=application.firm_id,
            name=application.name,
            day=self.day,
            parts=tuple(parts),
            grade=grade,
            basis=basis,
            provisional=any(p.provisional for p in parts),
            decided_by_part=lowest,
            problems=tuple(problems),
            unused=unused,
            trace=trace,
            credit_code=application.credit_code,
            district=application.district,
            applied_on=_date_of(application, self.day, problems),
            wants=application.wants,
        )

    # --- one industry --------------------------------------------------------------------

    def _part(
        self, part: IndustryPart, evidence: frozenset[str], problems: list[Problem]
    ) -> tuple[PartResult, int]:
        industry = self.book.find_industry(part.industry)
        if industry is None:
            problems.append(complain("G001", part.place, detail=part.industry))
            return _empty(part, part.industry, "不认识的行业"), 0
        try:
            table = self.rules.table(industry.slug, self.day, self.subject)
        except LantianError as error:
            if any(p.code != "R053" for p in error.problems):
                raise
            # Outside the tables: only a published grade or an officer's decision speaks.
            known = (*(industry.scheme or ()), NO_GRADE)
            decided = read_decisions(part, None, known, self.day, evidence, problems)
            return _without_table(part, industry, decided), 0
        subtype = _subtype(table, industry, part.subtype)
        if subtype is None:
            known_zh = "、".join(table.schemes)
            problems.append(
                complain("G002", part.place, detail=part.subtype or "（空）", known=known_zh)
            )
            return _empty(part, industry.name_zh, "子类未指明"), 0
        reader = FactReader(table, self.day, evidence, subtype)
        facts = reader.read(part.facts)
        problems.extend(reader.problems)
        return self._graded(part, industry, table, subtype, facts, evidence, problems), len(facts)

    def _graded(
        self,
        part: IndustryPart,
        industry: Industry,
        table: IndicatorTable,
        subtype: str,
        facts: Mapping[str, Fact],
        evidence: frozenset[str],
        problems: list[Problem],
    ) -> PartResult:
        scheme = table.schemes[subtype]
        decided = read_decisions(part, table, scheme, self.day, evidence, problems)
        rows = tuple(
            evaluate_row(table, row, scheme, facts, judged=decided.rows, settings=self.settings)
            for row in table.rows_for(subtype)
        )
        gate = apply_gate(
            self.process.gate if self.process else None,
            self.energy,
            part if part.industry == industry.slug else _renamed(part, industry.slug, subtype),
            evidence,
            use_unverified=self.settings.use_unverified,
            problems=problems,
        )
        reaches = combine(scheme, rows, gate)
        proven = next(g for g in scheme if reaches[g] is Truth.TRUE)
        possible = next(g for g in scheme if reaches[g] is not Truth.FALSE)
        computed = automatic(table, subtype, scheme, proven, possible)
        grade, basis = _given(computed, decided)
        weakest = _weakest(rows, scheme, proven)
        unverified = tuple(
            dict.fromkeys(r for row in rows for r in row.unverified)
            | dict.fromkeys(gate.unverified if gate else ())
        )
        notes = _notes(table, subtype, computed, decided, proven, possible)
        return PartResult(
            industry=industry.slug,
            industry_zh=industry.name_zh,
            subtype=subtype,
            table=table,
            scheme=scheme,
            rows=rows,
            gate=gate,
            proven=proven,
            possible=possible,
            computed=computed,
            grade=grade,
            basis=basis,
            provisional=bool(unverified) and basis is Basis.COMPUTED,
            weakest=weakest,
            missing=tuple(dict.fromkeys(m for row in rows for m in row.missing)),
            to_judge=tuple((r.row.row_id, g) for r in rows for g in r.to_judge),
            notes_zh=notes,
            unverified=unverified,
            trace=self._trace(industry, subtype, rows, gate, grade, basis, table, decided),
        )

    def _trace(
        self,
        industry: Industry,
        subtype: str,
        rows: tuple[RowResult, ...],
        gate: GateResult | None,
        grade: str,
        basis: Basis,
        table: IndicatorTable,
        decided: Decided,
    ) -> Trace:
        steps = [row.trace for row in rows]
        if gate is not None and gate.trace is not None:
            steps.append(gate.trace)
        inputs: dict[str, str] = {"指标表": f"{table.head.document} {table.head.edition}"}
        if decided.published is not None:
            inputs["公告"] = decided.published.notice
        if decided.whole is not None:
            inputs["认定"] = f"{decided.whole.by} {decided.whole.on_text}"
        weakest = self.scheme.rules.get("weakest-indicator")
        name = industry.name_zh + (f"（{subtype}）" if subtype else "")
        return Trace(
            what_zh=f"{name}：{grade_zh(grade) or '不能判定'}（{basis.label_zh}）",
            what_en=f"{industry.slug} {subtype}: {grade or 'undecidable'} ({basis.value})",
            value=grade,
            inputs=inputs,
            rule=weakest.ref if weakest else None,
            steps=tuple(steps),
        )


def combine(
    scheme: tuple[str, ...], rows: tuple[RowResult, ...], gate: GateResult | None
) -> dict[str, Truth]:
    """Return for each grade whether all rows and the gate reach it (the weakest decides)."""
    reaches = {g: every(row.reaches[g] for row in rows) for g in scheme}
    if gate is None:
        return reaches
    # A gated grade, or any grade better than the cap, needs its level; a grade reached at a
    # stricter level is also reached at a wider one.
    order = {g: i for i, g in enumerate(scheme)}
    cap = order.get(gate.capped_at, len(scheme) - 1)
    for grade in scheme[:cap]:
        reaches[grade] = every((reaches[grade], gate.reaches.get(grade, Truth.UNKNOWN)))
    return reaches


def automatic(
    table: IndicatorTable, subtype: str, scheme: tuple[str, ...], proven: str, possible: str
) -> str:
    """Return the grade that the table gives by itself, "" where it is not decidable.

    A proven grade above the lowest needs a table whose rows for that grade are all known. The
    lowest grade is given only where every better grade is refuted.
    """
    if proven == scheme[-1]:
        return "" if proven == NO_GRADE or possible != proven else proven
    return proven if (subtype, proven) in table.complete else ""


def lowest_part(parts: list[PartResult]) -> int | None:
    """Return which part has the lowest grade; None where one of them has no grade."""
    if not parts or any(not part.grade for part in parts):
        return None
    return max(range(len(parts)), key=lambda i: _rank(parts[i].grade))


def _energy_of(rules: GradingRules, day: date) -> EnergyTable | None:
    try:
        return rules.energy(day)
    except LantianError:  # no edition of that day: nothing to hold a figure against
        return None


def _rank(grade: str) -> int:
    return Grade(grade).rank


def grade_zh(grade: str) -> str:
    """Return how a grade is written to a firm."""
    if not grade:
        return ""
    label = Grade(grade).label_zh
    return f"{label}级" if len(label) <= 2 and label.isascii() else label


def _given(computed: str, decided: Decided) -> tuple[str, Basis]:
    """Return the grade and its basis: published before computed before decided."""
    if decided.published is not None:
        return decided.published.grade, Basis.PUBLISHED
    if computed:
        return computed, Basis.COMPUTED
    if decided.whole is not None:
        return decided.whole.grade, Basis.DECIDED
    return "", Basis.UNDECIDABLE


def _weakest(rows: tuple[RowResult, ...], scheme: tuple[str, ...], proven: str) -> tuple[str, ...]:
    """Return the rows that keep the next better grade from being proven."""
    at = scheme.index(proven)
    if at == 0:
        return ()
    better = scheme[at - 1]
    return tuple(row.row.row_id for row in rows if row.reaches[better] is not Truth.TRUE)


def _subtype(table: IndicatorTable, industry: Industry, text: str) -> str | None:
    name = industry.subtype_aliases.get(plain_name(text), text) if text else ""
    if name in table.schemes:
        return name
    if not text and len(table.schemes) == 1:
        return next(iter(table.schemes))
    return None


def _renamed(part: IndustryPart, slug: str, subtype: str) -> IndustryPart:
    return replace(part, industry=slug, subtype=subtype)


def _notes(
    table: IndicatorTable,
    subtype: str,
    computed: str,
    decided: Decided,
    proven: str,
    possible: str,
) -> tuple[str, ...]:
    notes = []
    if not computed:
        notes.append("本指标表不能判定等级：所需事实、来源或人工判断不全")
        for absent in table.absent:
            if not absent.subtypes or subtype in absent.subtypes:
                notes.append(f"指标表缺失：{absent.note_zh}")
    if decided.published is not None:
        found = (
            f"{grade_zh(computed)}"
            if computed
            else f"可证 {label_of(proven)}、可能 {label_of(possible)}"
        )
        if computed != decided.published.grade:
            notes.append(
                f"公布等级 {grade_zh(decided.published.grade)}（{decided.published.notice}）"
                f"与按指标表计算的结果不同：{found}；以公布等级为准"
            )
    return tuple(notes)


def _date_of(application: Application, day: date, problems: list[Problem]) -> date | None:
    text = application.applied_on_text.strip()[:10]
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        problems.append(complain("G010", application.place, detail=text))
        return None
    if found > day:
        problems.append(complain("G011", application.place, detail=text))
        return None
    return found


def _empty(part: IndustryPart, name: str, why: str) -> PartResult:
    return PartResult(
        industry=part.industry,
        industry_zh=name,
        subtype=part.subtype,
        table=None,
        scheme=(),
        rows=(),
        gate=None,
        proven="",
        possible="",
        computed="",
        grade="",
        basis=Basis.UNDECIDABLE,
        provisional=False,
        weakest=(),
        missing=(),
        to_judge=(),
        notes_zh=(why,),
        unverified=(),
        trace=Trace(f"{name}：{why}", f"{part.industry}: undecidable"),
    )


def _without_table(part: IndustryPart, industry: Industry, decided: Decided) -> PartResult:
    grade, basis = _given("", decided)
    empty = _empty(part, industry.name_zh, "该行业在评级日没有分级指标表")
    trace = Trace(
        f"{industry.name_zh}：{grade_zh(grade) or '不能判定'}（{basis.label_zh}）",
        f"{industry.slug}: {grade or 'undecidable'} ({basis.value})",
        grade,
    )
    return replace(empty, industry=industry.slug, grade=grade, basis=basis, trace=trace)
