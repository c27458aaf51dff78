"""The cover sheet: city, remarks, edition, and what the list does not collect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lantian.adapters.excel.cells import text_of
from lantian.adapters.excel.detect import normal
from lantian.adapters.excel.layout import Layout
from lantian.adapters.lake.source import SheetSource
from lantian.domain.inventory.model import Inventory
from lantian.kernel.pollutant import POLLUTANTS, Pollutant

EDITION = "编制日期："


@dataclass(frozen=True, slots=True)
class Cover:
    """What the cover says; the edition date is kept as a note."""

    city: str = ""
    notes: tuple[str, ...] = ()
    not_collected: frozenset[Pollutant] = frozenset()


def read_cover(layout: Layout, sources: Sequence[SheetSource]) -> Cover:
    """Return the cover of a list, empty where there is none."""
    wanted = normal(layout.cover_sheet)
    source = next((s for s in sources if wanted and normal(s.name) == wanted), None)
    if source is None:
        return Cover()
    labels = {normal(label): key for key, label in layout.cover_cells.items()}
    city, notes = "", []
    absent: set[Pollutant] = set()
    for row in source.preview():
        if len(row) < 2:
            continue
        key, value = labels.get(normal(text_of(row[0]))), text_of(row[1])
        if not value:
            continue
        if key == "city":
            city = value
        elif key == "label":
            notes.append(value)
        elif key == "edition":
            notes.append(EDITION + value)
        elif key == "not_collected":
            absent |= {p for p in POLLUTANTS if p in value.replace("，", "、").split("、")}
    return Cover(city, tuple(notes), frozenset(absent))


def cover_rows(layout: Layout, inventory: Inventory) -> list[tuple[str, str]]:
    """Return the label and value of every line of the cover, as `read_cover` reads them."""
    cells = layout.cover_cells
    rows: list[tuple[str, str]] = []
    for key in cells:
        if key == "city" and inventory.city:
            rows.append((cells[key], inventory.city))
        elif key == "layout":
            rows.append((cells[key], layout.name))
        elif key == "not_collected" and inventory.not_collected:
            absent = "、".join(p for p in POLLUTANTS if p in inventory.not_collected)
            rows.append((cells[key], absent))
    for note in inventory.notes:
        if note.startswith(EDITION) and "edition" in cells:
            rows.append((cells["edition"], note.removeprefix(EDITION)))
        elif "label" in cells:
            rows.append((cells["label"], note))
    return rows
