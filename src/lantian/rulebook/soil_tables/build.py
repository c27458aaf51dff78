"""From checked files to the frozen rules of soil: limits, land use, survey method."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from lantian.kernel.trace import RuleRef
from lantian.rulebook.build import Shelf, Sources, head_of
from lantian.rulebook.files import Loc, RuleFile
from lantian.rulebook.model import RuleHead, Status
from lantian.rulebook.soil_tables.model import (
    LandClass,
    LandUse,
    LandUses,
    Reading,
    SoilItem,
    SoilLimits,
    SurveyMethod,
    SurveyValue,
    plain_name,
)
from lantian.rulebook.soil_tables.schema import (
    ItemRow,
    LandUseFile,
    SoilLimitsFile,
    SurveyFile,
)

READINGS = ("at_or_below_screening", "above_screening", "above_intervention", "background")
REQUIRED_VALUES = (
    "initial_small_area_m2", "initial_points_small", "initial_points_large", "detailed_cell_m2",
    "detailed_key_cell_m2", "digits_multiple", "digits_deviation_pct", "most_mg_kg",
)  # fmt: skip


def cited(
    head: RuleHead,
    sources: Sources,
    loc: Loc,
    ids: list[str] | None,
    status: Status | None,
    clause: str = "",
    rule_id: str = "",
) -> RuleRef:
    """Return the citation of a row; source and mark fall back on those of the file."""
    if ids is not None:
        sources.find(ids, loc)
    ref = head.ref(clause, status)
    return replace(ref, rule_id=f"{head.rule_id}.{rule_id}") if rule_id else ref


def build_limits(file: RuleFile, shelf: Shelf) -> SoilLimits:
    """Return one edition; refuses an item twice and figures that do not rise."""
    model: SoilLimitsFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, "soil.limits", sources, shelf=shelf)
    by_name: dict[str, SoilItem] = {}
    by_cas: dict[frozenset[str], SoilItem] = {}
    items = []
    for i, row in enumerate(model.rows):
        loc: Loc = ("rows", i)
        clause = f"表{row.table}第{row.number}项 {row.name_zh}"
        ref = cited(head, sources, loc, row.source, row.status, clause)
        item = _item(row, ref)
        for cls in LandClass:
            if item.screening[cls] > item.intervention[cls] or item.screening[cls] <= 0:
                shelf.refuse("R059", file, loc, detail=f"{row.name_zh} {cls.label_zh}")
        for pair in (item.screening, item.intervention):
            if pair[LandClass.FIRST] > pair[LandClass.SECOND]:
                shelf.refuse("R059", file, loc, detail=row.name_zh)
        items.append(item)
        for name in {plain_name(n) for n in (row.name_zh, row.name_en, *row.aliases)}:
            if name in by_name:
                shelf.refuse("R012", file, loc, detail=name)
            by_name[name] = item
        if row.cas:
            numbers = frozenset(row.cas)
            if numbers in by_cas:
                shelf.refuse("R012", file, loc, detail=" ".join(row.cas))
            by_cas[numbers] = item
    readings = {}
    for key in READINGS:
        one = getattr(model.reading, key)
        ref = cited(head, sources, ("reading", key), one.source, one.status, one.clause)
        readings[key] = Reading(one.text_zh, one.text_en, ref)
    return SoilLimits(head, tuple(items), by_name, by_cas, readings, tuple(model.open_zh))


def _item(row: ItemRow, ref: RuleRef) -> SoilItem:
    classes = tuple(LandClass)
    return SoilItem(
        table=row.table,
        number=row.number,
        name_zh=row.name_zh,
        name_en=row.name_en,
        cas=tuple(row.cas),
        aliases=tuple(row.aliases),
        group=row.group,
        screening=dict(zip(classes, row.screening, strict=True)),
        intervention=dict(zip(classes, row.intervention, strict=True)),
        background_note=row.background_note,
        unverified=tuple(row.unverified),
        ref=ref,
    )


def build_land_use(file: RuleFile, shelf: Shelf) -> LandUses:
    """Return the codes; refuses one twice, and one with neither a class nor a question."""
    model: LandUseFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, "soil.land-use", sources, shelf=shelf)
    by_code: dict[str, LandUse] = {}
    by_name: dict[str, LandUse] = {}
    for i, row in enumerate(model.rows):
        loc: Loc = ("rows", i)
        if row.code in by_code:
            shelf.refuse("R012", file, loc, detail=row.code)
        if (row.land_class is None) == (not row.ask_zh):
            shelf.refuse("R058", file, loc, detail=f"{row.code}: class / ask_zh")
        ref = cited(
            head, sources, loc, row.source, row.status, f"{row.scheme} {row.code} {row.name_zh}"
        )
        use = LandUse(
            row.code, row.scheme, row.name_zh,
            LandClass(row.land_class) if row.land_class else None,
            row.sensitive or "", row.ask_zh, ref,
        )  # fmt: skip
        by_code[row.code] = use
        # The same name may stand in both schemes; the first, GB 50137, is the one GB 36600 uses.
        by_name.setdefault(unicodedata.normalize("NFKC", row.name_zh).upper(), use)
    mixed = model.mixed
    ref = cited(head, sources, ("mixed",), mixed.source, mixed.status, mixed.text_zh)
    return LandUses(head, by_code, by_name, ref, tuple(model.open_zh))


def build_survey(file: RuleFile, shelf: Shelf) -> SurveyMethod:
    """Return the method of surveys; refuses one that lacks a number."""
    model: SurveyFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, "soil.survey", sources, shelf=shelf)
    values: dict[str, SurveyValue] = {}
    for i, row in enumerate(model.values):
        loc: Loc = ("values", i)
        if row.key in values:
            shelf.refuse("R012", file, loc, detail=row.key)
        ref = cited(head, sources, loc, row.source, row.status, row.clause, row.key)
        values[row.key] = SurveyValue(row.value, row.unit, row.text_zh, ref)
    for key in REQUIRED_VALUES:
        if key not in values:
            shelf.refuse("R058", file, ("values",), detail=key)
    return SurveyMethod(head, values, tuple(model.open_zh))
