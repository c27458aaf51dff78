"""The words of choice columns: what a template writes for yes, a level, a kind, a season."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from lantian.adapters.excel.fields import SECTORS, Kind
from lantian.adapters.excel.layout import Column
from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import CutUnit, MeasureKind, Season
from lantian.kernel.level import LEVELS, Level

_SEASON = re.compile(
    r"^(?:每年)?(\d{1,2})[-./月](\d{1,2})日?(?:~|至|到|-{1,2}|—{1,2}|–)(?:次年|翌年)?(\d{1,2})[-./月](\d{1,2})日?$"
)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_TRUE = frozenset(("是", "y", "yes", "1", "true", "√", "✓", "✔", "☑", "有", "t", "对"))
_FALSE = frozenset(("否", "n", "no", "0", "false", "×", "✗", "✘", "☐", "f", "不是", "无", "错"))


def choices(column: Column) -> tuple[str, ...]:
    """Return the words a choice column accepts, as the template writes them."""
    written = {code: word for word, code in reversed(list(column.values.items()))}
    options: Mapping[Kind, Mapping[str, str]] = {
        Kind.LEVEL: {v.value: v.label_zh for v in LEVELS},
        Kind.MEASURE_KIND: {k.value: k.label_zh for k in MeasureKind},
        Kind.CUT_UNIT: {u.value: u.label_zh for u in CutUnit},
        Kind.GRADE: {g.value: g.label_zh for g in Grade},
        Kind.SECTOR: SECTORS,
        Kind.BOOL: {"true": "是", "false": "否"},
    }
    found = options.get(column.spec.kind, {})
    return tuple(written.get(code, label) for code, label in found.items())


def _coded(column: Column, text: str) -> str:
    return column.values.get(text, text)


def _bool(column: Column, text: str) -> bool | None:
    word = _coded(column, text).lower()
    return True if word in _TRUE else False if word in _FALSE else None


def _season(_column: Column, text: str) -> Season | None:
    match = _SEASON.match(text.replace(" ", ""))
    if match is None:
        return None
    first, second, third, fourth = (int(g) for g in match.groups())
    for month, day in ((first, second), (third, fourth)):
        if not (1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]):
            return None
    return Season(first, second, third, fourth)


def _level(column: Column, text: str) -> Level | None:
    word = _coded(column, text).lower().removesuffix("预警").removesuffix("级")
    return _LEVELS.get(word)


def _measure_kind(column: Column, text: str) -> MeasureKind | None:
    return _KINDS.get(_coded(column, text).lower())


def _cut_unit(column: Column, text: str) -> CutUnit | None:
    return _CUT_UNITS.get(_coded(column, text).lower())


def sector(column: Column, text: str) -> str:
    """Return the code of a sector, or the text itself where it is none of them."""
    word = _coded(column, text)
    return _SECTORS.get(word.lower(), word)


_LEVELS: dict[str, Level] = {}
for _v in LEVELS:
    for _word in (
        _v.value,
        _v.label_zh,
        _v.label_zh[0],
        _v.roman,
        {"Ⅲ": "iii", "Ⅱ": "ii", "Ⅰ": "i"}[_v.roman],
    ):
        _LEVELS[_word] = _v
_KINDS = {k.value: k for k in MeasureKind} | {k.label_zh: k for k in MeasureKind}
_KINDS |= {"停": MeasureKind.STOP, "限": MeasureKind.LIMIT, "自主": MeasureKind.AUTONOMOUS}
_CUT_UNITS = {u.value: u for u in CutUnit} | {u.label_zh: u for u in CutUnit}
_SECTORS = {code: code for code in SECTORS} | {label: code for code, label in SECTORS.items()}
_SECTORS |= {
    "工业": "industry",
    "扬尘": "dust",
    "移动": "mobile",
    "机动车": "mobile",
    "生活": "residential",
    "民用": "residential",
    "其它": "other",
}

PARSERS: Mapping[Kind, Callable[[Column, str], Any]] = {
    Kind.BOOL: _bool,
    Kind.SEASON: _season,
    Kind.LEVEL: _level,
    Kind.MEASURE_KIND: _measure_kind,
    Kind.CUT_UNIT: _cut_unit,
}
