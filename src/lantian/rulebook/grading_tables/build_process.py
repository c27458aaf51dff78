"""From checked files to frozen schemes, provincial processes, energy tables and cases."""

from __future__ import annotations

from typing import Any

from lantian.kernel.trace import RuleRef
from lantian.rulebook.build import Shelf, Sources, head_of, row_head
from lantian.rulebook.files import Loc, RuleFile
from lantian.rulebook.grading_tables.model import (
    Batch,
    CaseStep,
    EnergyGate,
    EnergyLevel,
    EnergyTable,
    GradingProcess,
    GradingScheme,
    Ground,
    IndicatorTable,
    RowCase,
    SchemeRule,
)
from lantian.rulebook.grading_tables.schema import CasesFile
from lantian.rulebook.grading_tables.schema_process import (
    EnergyFile,
    GroundRow,
    ProcessFile,
    SchemeFile,
)
from lantian.rulebook.model import RuleHead

REFUSED = "refused"
"""What a case expects of a value that the reader must refuse."""


def build_scheme(file: RuleFile, shelf: Shelf) -> GradingScheme:
    """Return the scheme of a file."""
    model: SchemeFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, "grading.scheme", sources, shelf=shelf)
    rules = {}
    for i, row in enumerate(model.rows):
        ref = row_head(head, f"grading.scheme.{row.key}", row, sources, ("rows", i)).ref()
        rules[row.key] = SchemeRule(row.key, row.value, row.text_zh, row.text_en, ref)
    grades = {kind: tuple(codes) for kind, codes in model.grades.items()}
    return GradingScheme(head, grades, rules)


def build_process(file: RuleFile, shelf: Shelf) -> GradingProcess:
    """Return the process of one province."""
    model: ProcessFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, f"grading.process.{model.province}", sources, shelf=shelf)

    def ref(name: str, row: Any, loc: Loc) -> RuleRef:
        return row_head(head, f"{head.rule_id}.{name}", row, sources, loc).ref()

    batches = []
    for i, row in enumerate(model.batches):
        publish = _month_day(row.publish_by) if row.publish_by else None
        cited = ref("batch", row, ("batches", i))
        batches.append(Batch(row.name_zh, _month_day(row.report_by), publish, cited))
    grounds = {
        row.key: _ground(row, head, sources, ("grounds", i)) for i, row in enumerate(model.grounds)
    }
    gate = None
    if model.energy_gate is not None:
        products = {k: _groups(v) for k, v in model.energy_gate.products.items()}
        cited = ref("energy-gate", model.energy_gate, ("energy_gate",))
        needs: dict[str, str] = dict(model.energy_gate.needs)
        gate = EnergyGate(needs, model.energy_gate.capped_at, products, cited)
    days = model.publicity_days
    return GradingProcess(
        province=model.province,
        province_zh=model.province_zh,
        head=head,
        batches=tuple(batches),
        decides=model.decides,
        steps_zh=tuple(model.steps_zh),
        grounds=grounds,
        gate=gate,
        sectors=model.sectors,
        publicity_days=days.value if days else None,
        publicity_ref=ref("publicity", days, ("publicity_days",)) if days else None,
        open_zh=tuple(model.open_zh),
    )


def _groups(listed: list[str] | list[list[str]]) -> tuple[tuple[str, ...], ...]:
    """Return groups of alternatives: a plain list is one group."""
    groups = [tuple(one) for one in listed if isinstance(one, list)]
    plain = tuple(one for one in listed if isinstance(one, str))
    return (*groups, plain) if plain else tuple(groups)


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


def _ground(row: GroundRow, head: RuleHead, sources: Sources, loc: Loc) -> Ground:
    rule_id = f"{head.rule_id}.ground.{row.key}"
    wait = row.wait_months
    return Ground(
        key=row.key,
        name_zh=row.name_zh,
        name_en=row.name_en,
        to_grade=row.to.grade,
        to_ref=row_head(head, f"{rule_id}.to", row.to, sources, (*loc, "to")).ref(),
        wait_months=wait.value if wait else None,
        wait_ref=(
            row_head(head, f"{rule_id}.wait", wait, sources, (*loc, "wait_months")).ref()
            if wait
            else None
        ),
        ref=row_head(head, rule_id, row, sources, loc).ref(),
    )


def build_energy(file: RuleFile, shelf: Shelf) -> EnergyTable:
    """Return one edition of the energy levels; refuses a benchmark above its baseline."""
    model: EnergyFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, f"grading.energy.{model.edition}", sources, shelf=shelf)
    levels: dict[str, EnergyLevel] = {}
    for i, row in enumerate(model.rows):
        loc: Loc = ("rows", i)
        if row.id in levels:
            shelf.refuse("R012", file, loc, detail=row.id)
        both = row.benchmark is not None and row.baseline is not None
        if both and row.benchmark > row.baseline:  # type: ignore[operator]
            shelf.refuse("R056", file, loc, detail=f"{row.id} {row.benchmark} > {row.baseline}")
        cited = row_head(
            head,
            f"{head.rule_id}.{row.id}",
            _ClausedRow(row, f"{row.area_zh} {row.product_zh}"),
            sources,
            loc,
        )
        levels[row.id] = EnergyLevel(
            product_id=row.id,
            area_zh=row.area_zh,
            product_zh=row.product_zh,
            unit=row.unit,
            benchmark=row.benchmark,
            baseline=row.baseline,
            attested=row.attested,
            ref=cited.ref(),
            note_zh=row.note,
            corrections=tuple(row.corrections),
        )
    return EnergyTable(head, levels)


class _ClausedRow:
    """A row without a clause of its own, given one."""

    def __init__(self, row: Any, clause: str) -> None:
        self.source, self.status, self.note, self.clause = row.source, row.status, row.note, clause


def build_cases(
    file: RuleFile, table: IndicatorTable, general: IndicatorTable | None, shelf: Shelf
) -> tuple[RowCase, ...]:
    """Return the cases of a table; what it does not know is refused."""
    model: CasesFile = file.model
    rows = {row.row_id: row for row in table.rows}
    if general is not None:
        rows |= {row.row_id: row for row in general.rows if row.row_id not in rows}
    found = []
    for i, case in enumerate(model.cases):
        loc: Loc = ("cases", i)
        facts = {case.fact, *case.given}
        unknown = sorted(facts - set(table.facts))
        scheme = table.schemes.get(case.subtype, ())
        if case.row not in rows:
            unknown.append(case.row)
        if not scheme:
            unknown.append(case.subtype or "subtype")
        steps = []
        for step in case.steps:
            if len(step) != 1:
                unknown.append(str(step))
                continue
            ((value, grade),) = step.items()
            # "C…A": proven C, and A not refuted
            if scheme and not set(grade.split("…")) <= {*scheme, REFUSED}:
                unknown.append(grade)
            steps.append(CaseStep(value, grade))
        for word in unknown:
            shelf.refuse("R051", file, loc, detail=word)
        if not unknown:
            clause = f"{model.clause} {rows[case.row].item_zh}"
            found.append(
                RowCase(case.row, case.subtype, case.fact, case.given, tuple(steps), clause)
            )
    return tuple(found)
