"""From typed columns to the rows of the list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields as dataclass_fields
from itertools import repeat
from typing import Any

from lantian.adapters.excel.layout import TableLayout
from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import (
    CityTotal,
    DustSource,
    Firm,
    Line,
    Measure,
    MobileSource,
)
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.pollutant import POLLUTANTS

MODELS: Mapping[str, type[Any]] = {
    "firm": Firm,
    "line": Line,
    "measure": Measure,
    "dust": DustSource,
    "mobile": MobileSource,
    "total": CityTotal,
}
_TEXT_DEFAULTS = {"firm_id", "line_id", "source_id", "sector"}
_EMPTY: Mapping[Any, Any] = {}
_MAPPINGS: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("line", "annual_t"): {p.value: p for p in POLLUTANTS},
    ("line", "daily_kg"): {p.value: p for p in POLLUTANTS},
    ("measure", "reduction_kg"): {p.value: p for p in POLLUTANTS},
    ("total", "daily_kg"): {p.value: p for p in POLLUTANTS},
    ("dust", "measures"): {v.value: v for v in LEVELS},
    ("dust", "reduction_pm_kg"): {v.value: v for v in LEVELS},
    ("mobile", "measures"): {v.value: v for v in LEVELS},
    ("mobile", "reduction_kg"): {f"{v}.{p}": (v, p) for v in LEVELS for p in POLLUTANTS},
}

Columns = Mapping[str, Sequence[Any]]


class LevelRow(int):
    """The source row of a measure in a wide sheet, which knows the level it was read for.

    Three measures share the row; the level lets `locate` name the right one of its cells.
    """

    level: Level

    def __new__(cls, row: int, level: Level) -> LevelRow:
        """Return `row` marked with `level`."""
        made = super().__new__(cls, row)
        made.level = level
        return made


def build(
    table: TableLayout,
    numbers: Sequence[int],
    columns: Columns,
    grade: Callable[[str], Grade | None],
) -> list[Any]:
    """Return the model rows of one block; `columns` maps column keys to typed values."""
    if table.wide:
        return _wide(table, numbers, columns)
    return list(_objects(table.name, numbers, columns, grade))


def _objects(
    name: str, numbers: Sequence[int], columns: Columns, grade: Callable[[str], Grade | None]
) -> Iterator[Any]:
    model = MODELS[name]
    n = len(numbers)
    sources: list[Any] = []
    for item in dataclass_fields(model):
        attribute = item.name
        if attribute == "row":
            sources.append(numbers)
        elif attribute == "grade":
            known: dict[str, Grade | None] = {}
            texts = columns.get("grade", [""] * n)
            for text in texts:
                if text not in known:
                    known[text] = grade(text) if text else None
            sources.append([known[text] for text in texts])
        elif attribute == "grade_text":
            sources.append(columns.get("grade", repeat("", n)))
        elif (name, attribute) in _MAPPINGS:
            sources.append(_mapping(columns, attribute, _MAPPINGS[name, attribute], n))
        elif attribute in columns:
            sources.append(columns[attribute])
        else:
            default = "" if attribute in _TEXT_DEFAULTS else item.default
            sources.append(repeat(default, n))
    return map(model, *sources)


def _mapping(
    columns: Columns, attribute: str, keys: Mapping[str, Any], n: int
) -> Sequence[Mapping[Any, Any]]:
    present = [
        (key, columns[f"{attribute}.{part}"])
        for part, key in keys.items()
        if f"{attribute}.{part}" in columns
    ]
    if not present:
        return [_EMPTY] * n
    names = [key for key, _ in present]
    out: list[Mapping[Any, Any]] = []
    for values in zip(*(column for _, column in present), strict=True):
        if None in values or "" in values:
            kept = {k: v for k, v in zip(names, values, strict=True) if v is not None and v != ""}
            out.append(kept or _EMPTY)
        else:
            out.append(dict(zip(names, values, strict=True)))
    return out


def _wide(table: TableLayout, numbers: Sequence[int], columns: Columns) -> list[Measure]:
    """Return up to three measures a row: one for each level with anything filled in."""
    shared = {c.spec.key for c in table.columns if c.level is None}
    per_level: list[list[Measure | None]] = []
    for level in LEVELS:
        own = {
            key.removesuffix(f".{level}"): values
            for key, values in columns.items()
            if key.endswith(f".{level}")
        }
        if not own:
            continue
        filled = [
            any(v is not None and v != "" for v in row) for row in zip(*own.values(), strict=True)
        ]
        together = own | {k: v for k, v in columns.items() if k in shared}
        together["level"] = [level] * len(numbers)
        marked = [LevelRow(r, level) for r in numbers]
        made = _objects("measure", marked, together, Grade.parse)
        per_level.append([m if keep else None for m, keep in zip(made, filled, strict=True)])
    return [m for row in zip(*per_level, strict=True) for m in row if m is not None]
