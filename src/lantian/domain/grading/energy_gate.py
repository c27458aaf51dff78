"""The energy gate: A at the benchmark, B at the baseline; a missing figure is unknown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction

from lantian.domain.grading.application import GivenEnergy, IndustryPart
from lantian.domain.grading.complaint import complain
from lantian.domain.grading.result import GateResult
from lantian.domain.grading.truth import Truth, every, of
from lantian.kernel.problem import Place, Problem
from lantian.kernel.trace import RuleRef, Trace
from lantian.rulebook.grading_tables.model import EnergyGate, EnergyLevel, EnergyTable
from lantian.rulebook.grading_tables.tests_text import number_zh
from lantian.rulebook.model import Status

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_KG_COAL = {"kgce/t": 1, "tce/t": 1000, "gce/kg": 1}
"""Spellings of coal equivalent per tonne of product; other units are taken as they stand."""


def apply_gate(
    gate: EnergyGate | None,
    energy: EnergyTable | None,
    part: IndustryPart,
    evidence: frozenset[str],
    *,
    use_unverified: bool,
    problems: list[Problem],
) -> GateResult | None:
    """Return what the energy gate says of one industry part, None where there is no gate.

    Parameters
    ----------
    gate, energy
        The gate of the province and the energy levels of the day.
    part
        The industry part with its energy figures; the worst product decides.
    evidence
        Ids of the evidence handed in; a correction without it is told and not used.
    use_unverified
        Whether unverified levels count; otherwise they are unknown.
    problems
        Where complaints are added.

    Notes
    -----
    晋环发〔2022〕20号 as reported (secondary): A must reach the benchmark (标杆水平), B the baseline
    (基准水平). Lower figures are better, negative ones (converters) included.
    """
    if gate is None or energy is None:
        return None
    groups = gate.products.get(f"{part.industry}/{part.subtype}") or gate.products.get(
        part.industry
    )
    if groups is None:
        return None
    products = [product for group in groups for product in group]
    given = {one.product_id: one for one in part.energy}
    for product_id, one in given.items():
        if product_id not in products:
            problems.append(
                complain("G021", one.place, detail=product_id, known=", ".join(products))
            )
    absent = [
        " / ".join(_name(energy, product) for product in group)
        for group in groups
        if not any(product in given for product in group)
    ]
    return _over_products(
        gate,
        energy,
        [given[p] for p in products if p in given],
        absent,
        evidence,
        use_unverified=use_unverified,
        problems=problems,
    )


def _over_products(
    gate: EnergyGate,
    energy: EnergyTable,
    given: Sequence[GivenEnergy],
    absent: Sequence[str],
    evidence: frozenset[str],
    *,
    use_unverified: bool,
    problems: list[Problem],
) -> GateResult:
    """Return the gate over every figure given; each group without one is unknown."""
    truths = {grade: [Truth.UNKNOWN] * len(absent) for grade in gate.needs}
    missing = list(absent)
    unverified: dict[RuleRef, None] = {}
    steps = [Trace(f"{words}：未申报", "energy figure missing", "未知") for words in absent]
    for one in given:
        level = energy.levels.get(one.product_id)
        value = _comparable(one, level, evidence, problems) if level else None
        usable = level is not None and (
            use_unverified or level.ref.status != Status.UNVERIFIED.value
        )
        if level is None or value is None or not usable:
            missing.append(_name(energy, one.product_id))
        if level is not None and usable and level.ref.status == Status.UNVERIFIED.value:
            unverified[level.ref] = None
        for grade, need in gate.needs.items():
            limit = (level.benchmark if need == "benchmark" else level.baseline) if level else None
            known = usable and value is not None and limit is not None
            truths[grade].append(of(value <= limit) if known else Truth.UNKNOWN)  # type: ignore[operator]
        steps.append(_step(one, level, value, usable=usable))
    reaches = {grade: every(parts) for grade, parts in truths.items()}
    summary = "，".join(f"{g} {t.label_zh}" for g, t in reaches.items())
    trace = Trace(f"能效：{summary}", "energy gate", rule=gate.ref, steps=tuple(steps))
    return GateResult(True, reaches, gate.capped_at, tuple(missing), tuple(unverified), trace)


def _step(
    one: GivenEnergy, level: EnergyLevel | None, value: Fraction | None, *, usable: bool
) -> Trace:
    if level is None:
        return Trace(f"{one.product_id}：能效表中没有", one.product_id, "未知")
    limits = "、".join(
        f"{name} {number_zh(limit)}" if limit is not None else f"{name} 未见"
        for name, limit in (("标杆", level.benchmark), ("基准", level.baseline))
    )
    note = "" if usable else "（待核实，未启用）"
    return Trace(
        f"{level.product_zh}：{limits} {level.unit}{note}",
        level.product_id,
        number_zh(value) if value is not None else "未知",
        inputs={"申报": f"{one.text} {one.unit}".strip(), "修正项": len(one.corrections)},
        rule=level.ref,
    )


def _comparable(
    one: GivenEnergy, level: EnergyLevel, evidence: frozenset[str], problems: list[Problem]
) -> Fraction | None:
    """Return the figure in the unit of the table, corrections with evidence taken off."""
    value = _number(one.text, one.unit, level, one.place, problems)
    if value is None:
        return None
    for correction in one.corrections:
        if correction.name not in level.corrections:
            known = "、".join(level.corrections) or "无"
            problems.append(complain("G023", correction.place, detail=correction.name, known=known))
            continue
        if not correction.evidence or not set(correction.evidence) <= evidence:
            problems.append(complain("G022", correction.place, detail=correction.name))
            continue
        part = _number(correction.text, one.unit, level, correction.place, problems)
        value -= part or 0
    return value


def _number(
    text: str, unit: str, level: EnergyLevel, place: Place, problems: list[Problem]
) -> Fraction | None:
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    number = _NUMBER.match(plain)
    if number is None or len(number[0]) > 40:
        problems.append(complain("G004", place, fact=level.product_zh, detail=text))
        return None
    given = plain[number.end() :].strip() or unicodedata.normalize("NFKC", unit).strip()
    wanted = unicodedata.normalize("NFKC", level.unit)
    value = Fraction(number[0])
    if given == wanted:
        return value
    if given in _KG_COAL and wanted in _KG_COAL:
        return value * _KG_COAL[given] / _KG_COAL[wanted]
    code = "G006" if given else "G005"
    problems.append(
        complain(code, place, fact=level.product_zh, detail=given or text, known=level.unit)
    )
    return None


def _name(energy: EnergyTable, product_id: str) -> str:
    level = energy.levels.get(product_id)
    return level.product_zh if level else product_id
