"""From the draft of an application to what the domain says of it: indicator by indicator, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lantian.domain.grading.application import (
    Application as Given,
)
from lantian.domain.grading.application import (
    GivenEnergy,
    GivenEvidence,
    GivenFact,
    IndustryPart,
)
from lantian.domain.grading.assess import Assessor
from lantian.domain.grading.evaluate import Settings
from lantian.domain.grading.result import Basis, FirmResult, PartResult, RowResult
from lantian.domain.grading.truth import Truth
from lantian.domain.grading.way_up import WHY_ZH, WayStep, ways_up
from lantian.kernel.problem import Place, Problem
from lantian.office.grading.models import Application, Document
from lantian.office.site.models import Setting
from lantian.rulebook import load_rulebook
from lantian.rulebook.grading_tables import load_grading
from lantian.rulebook.grading_tables.model import FactDef, IndicatorTable, Requirement

GATE = "energy-gate"
"""Id under which evidence of the energy figures is kept."""
WHY_EN = {
    "fails": "fails", "missing": "a fact is missing", "judge": "for a person to judge",
    "unverified": "clause not verified", "absent": "no source",
}  # fmt: skip


def settings() -> Settings:
    """Return how tables are read: setting `grading_unverified` = 1 where the bureau switched unverified rows on."""
    return Settings(use_unverified=Setting.read().get("grading_unverified") == "1")


def province() -> str:
    """Return whose rule applies: setting `province`, Shanxi's (the packaged process) where it is not set."""
    return Setting.read().get("province", "shanxi")


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is still missing.

    `kind` is fact, evidence, fails, judge, unverified, absent, problem; `row` the indicator, "" for none. Only
    `blocks` keeps an application from being handed in.
    """

    kind: str
    row: str
    zh: str
    en: str
    blocks: bool


@dataclass(frozen=True, slots=True)
class FactCell:
    """One fact as the form asks for it."""

    definition: FactDef
    given: Mapping[str, Any]
    unit: str
    first: bool  # asked for here; elsewhere only shown


@dataclass(frozen=True, slots=True)
class IndicatorRowView:
    """One indicator: what the wanted grade demands, what was given, whether it holds, and why."""

    result: RowResult
    demand: Requirement | None
    facts: tuple[FactCell, ...]
    documents: tuple[Document, ...]
    truth: Truth

    @property
    def row_id(self) -> str:
        """Id of the indicator."""
        return self.result.row.row_id

    @property
    def state(self) -> str:
        """How it stands to the wanted grade: met, short, or open."""
        return {Truth.TRUE: "met", Truth.FALSE: "short"}.get(self.truth, "open")


@dataclass(frozen=True, slots=True)
class Assessment:
    """An application as the domain sees it today."""

    application: Application
    result: FirmResult
    part: PartResult
    rows: tuple[IndicatorRowView, ...]
    products: tuple[tuple[str, str, str, Mapping[str, Any]], ...]
    gate_documents: tuple[Document, ...]
    lacks: tuple[Lack, ...]

    def of(self, kind: str) -> tuple[Lack, ...]:
        """Return what is missing of one kind."""
        return tuple(one for one in self.lacks if one.kind == kind)

    @property
    def open(self) -> tuple[Lack, ...]:
        """What does not keep it from being handed in, yet is short of the wanted grade or not known."""
        return tuple(one for one in self.lacks if not one.blocks)

    @property
    def facts_complete(self) -> bool:
        """Whether every fact is given and could be read."""
        return not any(one.blocks for one in self.lacks if one.kind != "evidence")

    @property
    def evidence_complete(self) -> bool:
        """Whether every indicator that rests on facts has its evidence."""
        return not self.of("evidence")

    @property
    def blocking(self) -> int:
        """How many things keep it from being handed in."""
        return sum(one.blocks for one in self.lacks)


def assess(application: Application, documents: Sequence[Document] | None = None) -> Assessment:
    """Return what the domain says of an application, by the tables of its day.

    Parameters
    ----------
    documents
        Its evidence; read from the application where left out.

    Raises
    ------
    LantianError
        Where no rule of grading is in force on that day.
    """
    if documents is None:
        documents = list(application.documents.filter(taken_back_at=None).select_related("file"))
    assessor = assessor_of(application)
    given = given_of(application, documents)
    result = assessor.firm(given)
    part = result.parts[0]
    # What has to be handed in is asked of every row, verified or not; only what it proves depends on the switch.
    whole = part if assessor.settings.use_unverified else _whole(application, given)
    by_row: dict[str, list[Document]] = {}
    for one in documents:
        by_row.setdefault(one.row, []).append(one)
    rows = tuple(_rows(application, part, by_row))
    products = tuple(_products(application, assessor))
    gate_documents = tuple(by_row.get(GATE, ()))
    lacks = tuple(
        _lacks(application, part, whole, rows, result.problems, bool(products), gate_documents)
    )
    return Assessment(application, result, part, rows, products, gate_documents, lacks)


def assessor_of(application: Application, read: Settings | None = None) -> Assessor:
    """Return the assessor of the day and province of an application."""
    return Assessor(
        load_rulebook(), load_grading(), application.day, province(), read or settings()
    )


def _whole(application: Application, given: Given) -> PartResult:
    return assessor_of(application, Settings(use_unverified=True)).firm(given).parts[0]


def table_of(application: Application) -> IndicatorTable:
    """Return the table of the industry on the day of the application."""
    return load_grading().table(application.industry, application.day)


def given_of(application: Application, documents: Iterable[Document]) -> Given:
    """Return the application as the domain reads it; a file proves every fact of its indicator."""
    table = table_of(application)
    proofs: dict[str, list[str]] = {}
    evidence = []
    rows = {row.row_id: row for row in table.rows_for(application.subtype)}
    for one in documents:
        key = f"E{one.pk}"
        evidence.append(
            GivenEvidence(
                key, one.name, one.file_id, one.by, f"{one.at:%Y-%m-%d}", one.row, Place()
            )
        )
        if one.row in rows:
            for test in rows[one.row].tests():
                proofs.setdefault(test.fact_id, []).append(key)
    facts = tuple(
        _given_fact(key, values, tuple(proofs.get(key, ())))
        for key, values in application.facts.items()
    )
    energy = tuple(
        GivenEnergy(key, values.get("value", ""), values.get("unit", ""), Place(column=key))
        for key, values in application.energy.items()
        if values.get("value")
    )
    part = IndustryPart(
        application.industry, application.subtype, Place(), facts=facts, energy=energy
    )
    return Given(
        application.firm_id, application.firm_name, Place(), (part,), tuple(evidence),
        application.credit_code, application.district, application.day.isoformat(), application.wants,
    )  # fmt: skip


def _given_fact(key: str, values: Mapping[str, Any], evidence: tuple[str, ...]) -> GivenFact:
    return GivenFact(
        key, values.get("value", ""), Place(column=key), values.get("unit", ""), values.get("o2", ""),
        bool(values.get("converted")), tuple((v, o) for v, o in values.get("hours", ())),
        values.get("date", ""), evidence,
    )  # fmt: skip


def as_granted(application: Application, result: FirmResult) -> FirmResult:
    """Return a result with the grade that the meeting came to; the computed one stays in its parts."""
    if not application.granted:
        return result
    computed = result.parts[0].computed
    basis = Basis.COMPUTED if computed == application.granted else Basis.DECIDED
    return replace(result, grade=application.granted, basis=basis)


def refuted(part: PartResult, grade: str) -> bool | None:
    """Return whether the facts rule a grade out; None for a grade that is not in the scheme."""
    if grade not in part.scheme:
        return None
    return bool(part.possible) and part.scheme.index(grade) < part.scheme.index(part.possible)


# --- inside --------------------------------------------------------------------------------


def _rows(
    application: Application, part: PartResult, by_row: Mapping[str, list[Document]]
) -> Iterable[IndicatorRowView]:
    if part.table is None:
        return
    seen: set[str] = set()
    for one in part.rows:
        ids = dict.fromkeys(test.fact_id for test in one.row.tests())
        cells = []
        for key in ids:
            definition = part.table.facts[key]
            given = application.facts.get(key, {})
            unit = given.get("unit") or definition.unit or definition.counted_in
            cells.append(FactCell(definition, given, unit, key not in seen))
            seen.add(key)
        yield IndicatorRowView(
            one, one.row.levels.get(application.wants), tuple(cells),
            tuple(by_row.get(one.row.row_id, ())),
            one.reaches.get(application.wants, Truth.UNKNOWN),
        )  # fmt: skip


def _products(
    application: Application, assessor: Assessor
) -> Iterable[tuple[str, str, str, Mapping[str, Any]]]:
    """Yield id, name, unit and what was given of the products the energy gate asks for."""
    gate = assessor.process.gate if assessor.process else None
    if gate is None or assessor.energy is None or application.wants not in gate.needs:
        return
    groups = gate.products.get(f"{application.industry}/{application.subtype}")
    for group in groups or gate.products.get(application.industry, ()):
        for key in group:
            level = assessor.energy.levels.get(key)
            name, unit = (level.product_zh, level.unit) if level else (key, "")
            yield key, name, unit, application.energy.get(key, {})


def _lacks(
    application: Application, part: PartResult, whole: PartResult, rows: tuple[IndicatorRowView, ...],
    problems: tuple[Problem, ...], gated: bool, gate_documents: tuple[Document, ...],
) -> Iterable[Lack]:  # fmt: skip
    for one in problems:
        if one.severity.value == "error":
            yield Lack("problem", "", f"{one.code} {one.message_zh}。{one.remedy_zh}",
                       f"{one.code} {one.message_en} {one.remedy_en}", True)  # fmt: skip
    every = {one.row.row_id: one for one in whole.rows}
    for row in rows:
        full = every[row.row_id]
        unsettled = full.reaches.get(application.wants, Truth.UNKNOWN) is Truth.UNKNOWN
        asked = [c.definition for c in row.facts if c.definition.fact_id in full.missing]
        if asked and unsettled:
            item = row.result.row.item_zh
            zh, en = "、".join(d.name_zh for d in asked), ", ".join(d.name_en for d in asked)
            yield Lack("fact", row.row_id, f"{item}：缺 {zh}", f"{item}: {en}", True)
        given = [cell for cell in row.facts if cell.given.get("value") or cell.given.get("hours")]
        if given and not row.documents and row.demand is not None and not row.demand.nothing:
            yield Lack("evidence", row.row_id, f"{row.result.row.item_zh}：缺佐证材料",
                       f"{row.result.row.item_zh}: no evidence", True)  # fmt: skip
    if gated and not any(one.get("value") for one in application.energy.values()):
        yield Lack("fact", GATE, "能效：缺单位产品能耗", "energy figure", True)
    elif gated and not gate_documents:
        yield Lack("evidence", GATE, "能效：缺佐证材料", "energy: no evidence", True)
    way = next((w for w in ways_up(part) if w.target == application.wants), None)
    yield from (_open(step) for step in (way.steps if way else ()) if step.why != "missing")


def _open(step: WayStep) -> Lack:
    words = "；".join(step.lacking_zh) or step.demand_zh
    zh = f"{step.item_zh}（{WHY_ZH[step.why]}）：{words}"
    return Lack(step.why, step.row_id, zh, f"{step.item_zh} ({WHY_EN[step.why]}): {words}", False)
