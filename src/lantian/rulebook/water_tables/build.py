"""From checked files to the frozen rules of surface water."""

from __future__ import annotations

from itertools import pairwise

from lantian.rulebook.build import Shelf, Sources, head_of
from lantian.rulebook.files import RuleFile
from lantian.rulebook.method import read_values
from lantian.rulebook.water_tables.model import (
    INFERIOR,
    Body,
    Direction,
    Limits,
    RiverWord,
    SourceItem,
    TrophicItem,
    TrophicWord,
    WaterClass,
    WaterItem,
    WaterLimits,
    WaterMethod,
)
from lantian.rulebook.water_tables.schema import ItemRow, WaterLimitsFile, WaterMethodFile

REQUIRED = (
    "ratio_method_sections", "main_pollutants", "exceed_class", "below_detection_share",
    "year_months", "quarter_samples", "class_from_unrounded", "do_saturation",
    "saturation_numerator", "saturation_offset", "saturation_pct", "trend_periods",
    "change_clear_points", "change_some_points", "cwqi_class", "cwqi_ph_low", "cwqi_ph_high",
    "cwqi_ph_neutral", "digits_ratio_pct", "digits_change_pct", "digits_multiple", "digits_index",
    "digits_tli",
)  # fmt: skip


def build_limits(file: RuleFile, shelf: Shelf) -> WaterLimits:
    """Return one edition of the limits; refuses limits that do not get laxer from I to V."""
    model: WaterLimitsFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, "water.limits", sources, shelf=shelf)
    items: dict[str, WaterItem] = {}
    names: dict[str, str] = {}
    for i, row in enumerate(model.items):
        for name in {row.key, row.name_zh, *row.also}:
            if names.setdefault(name.casefold(), row.key) != row.key:
                shelf.refuse("R012", file, ("items", i), detail=name)
        if row.key in items:
            shelf.refuse("R012", file, ("items", i), detail=row.key)
        ref = head.ref(f"表1 第{row.no}项 {row.name_zh}")
        items[row.key] = WaterItem(
            row.key, row.no, row.name_zh, row.name_en, tuple(row.also), row.unit,
            Direction(row.rule), _limits(row, i, file, shelf), row.digits_raw, row.digits,
            row.assessed, row.multiple, row.first, ref,
        )  # fmt: skip
    source_items: dict[str, SourceItem] = {}
    for i, own in enumerate(model.source_items):
        if own.key in source_items or own.key in items:
            shelf.refuse("R012", file, ("source_items", i), detail=own.key)
        ref = head.ref(f"表{own.table} 第{own.no}项 {own.name_zh}")
        source_items[own.key] = SourceItem(
            own.key, own.table, own.no, own.name_zh, own.name_en, tuple(own.also), own.unit,
            own.limit, ref, own.note,
        )  # fmt: skip
    return WaterLimits(head, items, source_items)


def _limits(row: ItemRow, i: int, file: RuleFile, shelf: Shelf) -> dict[Body, Limits]:
    found: dict[Body, Limits] = {}
    for body, given in row.limits.items():
        pairs = [isinstance(one, list) for one in given]
        whole = all(pairs) if row.rule == "range" else not any(pairs)
        own = tuple(tuple(one) if isinstance(one, list) else one for one in given)
        if not whole or not _laxer(row.rule, own):
            shelf.refuse("R059", file, ("items", i, "limits"), detail=f"{row.key} {body}")
        for one in list(Body) if body == "all" else [Body(body)]:
            found[one] = own  # type: ignore[assignment]
    if bool(found) is (row.rule == "none"):
        shelf.refuse("R059", file, ("items", i, "limits"), detail=row.key)
    return found


def _laxer(rule: str, own: tuple[object, ...]) -> bool:
    """Whether no class asks for more than the better one before it."""
    if rule == "ge":
        return all(a >= b for a, b in pairwise(own))  # type: ignore[operator]
    if rule == "le":
        return all(a <= b for a, b in pairwise(own))  # type: ignore[operator]
    return all(pair[0] < pair[1] for pair in own)  # type: ignore[index]


def build_method(file: RuleFile, shelf: Shelf) -> WaterMethod:
    """Return one edition of the method; refuses one that lacks a class, a word or a number."""
    model: WaterMethodFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, "water.method", sources, shelf=shelf)
    numbers = [row.number for row in model.classes]
    if numbers != list(range(1, INFERIOR + 1)):
        shelf.refuse("R059", file, ("classes",), detail=str(numbers))
    if model.river_words[-1].inferior_below is not None or model.river_words[-1].good_at_least:
        shelf.refuse("R059", file, ("river_words",), detail=model.river_words[-1].word_zh)
    last = model.trophic_words[-1]
    if last.below is not None or last.up_to is not None:
        shelf.refuse("R059", file, ("trophic_words",), detail=last.word_zh)
    return WaterMethod(
        head=head,
        values=read_values(file, model.values, REQUIRED, head, sources, shelf),
        open_zh=tuple(model.open_zh),
        classes=tuple(
            WaterClass(c.number, c.name_zh, c.quality_zh, c.quality_en, tuple(c.colour))  # type: ignore[arg-type]
            for c in model.classes
        ),
        river_words=tuple(
            RiverWord(w.good_at_least, w.inferior_below, w.word_zh, w.word_en)
            for w in model.river_words
        ),
        trophic_items=tuple(
            TrophicItem(t.item, t.r, t.constant, t.slope, t.unit) for t in model.trophic_items
        ),
        trophic_words=tuple(
            TrophicWord(w.below, w.up_to, w.word_zh, w.word_en) for w in model.trophic_words
        ),
    )
