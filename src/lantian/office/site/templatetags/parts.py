"""Parts that pages share: both languages, classes of air and water, charts as SVG with a table twin.

Charts are templates in `site/charts`; the tags here only work out where things stand. Every page
shows the same figures in a table, so a chart is never the only way to read them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import get_language

from lantian.domain.process.clocks import end_text
from lantian.jobs.registry.labels import kg_text
from lantian.kernel.level import Level
from lantian.rulebook.model import Status

register = template.Library()

STEP = 24
"""Side of a day in the calendar, in the units of its drawing."""


def is_english() -> bool:
    """Whether the reader chose English."""
    return (get_language() or "zh").startswith("en")


@register.simple_tag(name="t")
def in_language(zh: str, en: str) -> str:
    """Return the Chinese or the English text: ``{% t "今日" "Today" %}``."""
    return en if is_english() else zh


@register.filter
def words(value: Any) -> str:
    """Return `Words` of a bulletin in the reader's language."""
    return str(value.of("en" if is_english() else "zh"))


@register.filter
def mark(status: str) -> str:
    """Return how surely a rule is known, in words."""
    known = Status(status)
    return known.value if is_english() else known.label_zh


@register.filter
def level(key: str) -> str:
    """Return the name of an alert level; what is none stays as it is."""
    found = next((one for one in Level if one.value == key), None)
    return key if found is None or is_english() else found.label_zh


@register.filter
def until(moment: datetime | None) -> str:
    """Return the end of a period as people write it, 24:00 for the close of a day; a dash for none."""
    return "—" if moment is None else end_text(moment)


@register.filter
def percent(share: float) -> str:
    """Return a share as a percentage without needless decimals."""
    return f"{float(share) * 100:.4g}%"


@register.filter
def at(rows: Sequence[Any], index: int) -> Any:
    """Return the row at a place."""
    return rows[index]


@register.filter
def pair(names: Sequence[str]) -> str:
    """Return the Chinese or the English of two texts."""
    return names[1] if is_english() else names[0]


@register.filter
def mass_kg(mg: int | None) -> str:
    """Return whole milligrams as kilograms with one decimal; a dash for unknown."""
    return kg_text(mg)


@register.filter
def get(mapping: Mapping[str, Any], key: str) -> Any:
    """Return a value of a mapping."""
    return mapping.get(key)


@register.inclusion_tag("site/parts/chip.html")
def chip(label: str, kind: str, number: int | None) -> dict[str, Any]:
    """Show a class as a word on its colour, never as colour alone; `kind` is air or water."""
    return {"label": label, "kind": kind, "number": number or 0}


@register.inclusion_tag("site/charts/calendar.html")
def calendar_chart(months: Sequence[Mapping[str, Any]], label: str) -> dict[str, Any]:
    """Show days as squares, one block a month, Monday first, the index in each."""
    across, gap = 4, 20
    block = 7 * STEP + gap
    placed, cells = [], []
    for i, month in enumerate(months):
        left, top = (i % across) * block, (i // across) * (6 * STEP + 34)
        placed.append({"x": left, "y": top + 13, "label": month["label"]})
        for cell in month["cells"]:
            at = month["cells"][0]["weekday"] + cell["day"] - 1
            x, y = left + (at % 7) * STEP, top + 20 + (at // 7) * STEP
            cells.append({
                "x": x, "y": y, "tx": x + STEP / 2 - 1, "ty": y + STEP / 2 + 3, "colour": cell["colour"],
                "shown": "–" if cell["aqi"] is None else cell["aqi"],
                "dark": cell["aqi"] is not None and cell["aqi"] > 200,  # white on the red of 151-200 is too faint
                "year": month["year"], "label": month["label"], "day": cell["day"],
            })  # fmt: skip
    rows = (len(months) + across - 1) // across
    return {"months": placed, "cells": cells, "width": min(len(months), across) * block - gap,
            "height": rows * (6 * STEP + 34), "side": STEP - 2, "title": label}  # fmt: skip


@register.inclusion_tag("site/charts/bars.html")
def bars_chart(bars: Sequence[Mapping[str, Any]], label: str) -> dict[str, Any]:
    """Show concentrations against their limits: now, the year before, the limit as a line."""
    most = max([1.0, *(b["now"] for b in bars), *(b["before"] or 0 for b in bars)]) * 1.08
    width, left, height = 640, 70, 30
    scale = (width - left - 150) / most
    rows = [
        {
            "y": i * height, "label": b["label"], "now": round(b["now"] * scale, 1),
            "before": round((b["before"] or 0) * scale, 1), "text": b["text"],
            "before_text": b["before_text"], "limit_text": b["limit_text"],
        }
        for i, b in enumerate(bars)
    ]  # fmt: skip
    return {"rows": rows, "left": left, "limit": round(left + scale, 1), "width": width,
            "text_at": width - 140, "height": len(rows) * height + 6, "title": label}  # fmt: skip


@register.inclusion_tag("site/charts/map.html")
def map_chart(points: Sequence[Mapping[str, Any]], label: str) -> dict[str, Any]:
    """Show places by longitude and latitude as labelled marks; the list beside it says the same."""
    if not points:
        return {"points": [], "title": label}
    lons, lats = [p["lon"] for p in points], [p["lat"] for p in points]
    west, north = min(lons), max(lats)
    span = max(max(lons) - west, (north - min(lats)) * 1.25, 0.01)
    width, height, edge = 640, 460, 50
    placed = [
        {
            **point,
            "x": round(edge + (point["lon"] - west) / span * (width - 2 * edge - 60)),
            "y": round(edge + (north - point["lat"]) * 1.25 / span * (height - 2 * edge)),
        }
        for point in points
    ]
    return {"points": placed, "width": width, "height": height, "title": label}
