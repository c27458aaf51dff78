"""What a form or a workbook says, turned into the draft of an application; nothing is dropped in silence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lantian.domain.grading.application import Application as Given
from lantian.domain.grading.application import GivenFact, IndustryPart
from lantian.domain.grading.complaint import complain
from lantian.domain.grading.facts import names_of
from lantian.jobs.grading.run import read_applications
from lantian.kernel.problem import LantianError, Place, Problem
from lantian.office.grading.models import Application
from lantian.rulebook import load_rulebook
from lantian.rulebook.grading_tables.model import FactKind, IndicatorTable

OWN_NUMBER = "1"
"""What the empty form calls the firm; a firm that fills it in need not know its own number."""
MOST_TEXT = 200

Facts = dict[str, dict[str, Any]]


def facts_of_form(table: IndicatorTable, subtype: str, post: Mapping[str, str]) -> Facts:
    """Return the facts of a posted form by id; an empty field is no fact."""
    found: Facts = {}
    for key in sorted(table.facts_asked(subtype)):
        definition = table.facts[key]
        value = post.get(f"fact-{key}", "").strip()[:MOST_TEXT]
        if not value:
            continue
        one: dict[str, Any] = {"value": value}
        if definition.kind is FactKind.QUANTITY:
            one["unit"] = definition.unit or definition.counted_in
            if not one["unit"] and value[-1:] not in "%％":
                one["unit"] = "%"
            if definition.o2_ref_pct is not None:
                one["o2"] = post.get(f"o2-{key}", "").strip()[:20]
                one["converted"] = post.get(f"converted-{key}") == "1"
        found[key] = one
    return found


def keep_hours(new: Facts, old: Facts) -> Facts:
    """Return the facts of a form with the hourly values that only a workbook can bring."""
    for key, one in new.items():
        before = old.get(key, {})
        if before.get("hours") and before.get("value", "") == one["value"]:
            one["hours"] = before["hours"]
        if before.get("date") and before.get("value") == one["value"]:
            one["date"] = before["date"]
    return new


def energy_of_form(products: Mapping[str, str], post: Mapping[str, str]) -> Facts:
    """Return the energy figures of a posted form; `products` gives the unit of each."""
    return {
        key: {"value": value, "unit": unit}
        for key, unit in products.items()
        if (value := post.get(f"energy-{key}", "").strip()[:40])
    }


def read_draft(
    path: Path, application: Application, table: IndicatorTable
) -> tuple[Facts, Facts, list[Problem]]:
    """Return facts, energy figures and complaints of a filled workbook.

    Raises
    ------
    LantianError
        X codes where it is no such workbook; G025 where it holds another firm, G001 another industry.
    """
    read, problems = read_applications(path, load_rulebook())
    part = _own_part(read, application, path.name)
    facts: Facts = {}
    by_name = _names(table, application.subtype)
    for one in part.facts:
        if not one.text.strip() and not one.hours:
            continue
        key = _key(one.fact_id, table, by_name)
        if key is None:
            problems.append(
                complain("G003", one.place, detail=one.fact_id, known="用本行业的申报表")
            )
            continue
        if key in facts:
            problems.append(complain("G014", one.place, detail=table.facts[key].name_zh))
            continue
        facts[key] = _as_dict(one)
    energy = {e.product_id: {"value": e.text, "unit": e.unit} for e in part.energy}
    return facts, energy, problems


def _own_part(read: list[Given], application: Application, path_name: str) -> IndustryPart:
    own = [a for a in read if a.firm_id == application.firm_id]
    if not own and len(read) == 1 and read[0].firm_id in ("", OWN_NUMBER):
        own = read
    if not own:
        names = "、".join(a.firm_id for a in read[:5]) or "—"
        place = read[0].place if read else Place(file=path_name)
        raise LantianError(complain("G025", place, detail=f"{names} ≠ {application.firm_id}"))
    for part in own[0].parts:
        if part.industry == application.industry:
            return part
    raise LantianError(
        complain("G001", own[0].place, detail="、".join(p.industry for p in own[0].parts) or "—")
    )


def _names(table: IndicatorTable, subtype: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    asked = table.facts_asked(subtype)
    for key, definition in table.facts.items():
        for name in names_of(definition):
            found[name].append(key)
    return {name: [k for k in keys if k in asked] or keys for name, keys in found.items()}


def _key(name: str, table: IndicatorTable, by_name: Mapping[str, list[str]]) -> str | None:
    plain = name.strip()
    if plain in table.facts:
        return plain
    keys = by_name.get(plain, [])
    return keys[0] if len(set(keys)) == 1 else None


def _as_dict(one: GivenFact) -> dict[str, Any]:
    found: dict[str, Any] = {"value": one.text, "unit": one.unit}
    if one.o2_text or one.converted:
        found |= {"o2": one.o2_text, "converted": one.converted}
    if one.date_text:
        found["date"] = one.date_text
    if one.hours:
        found["hours"] = [list(hour) for hour in one.hours]
    return found
