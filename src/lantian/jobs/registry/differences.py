"""What differs between two editions of one firm, field by field, line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Values = Mapping[str, Any]
MeasureKey = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs.

    Attributes
    ----------
    line_id
        The line, "" for a field of the firm.
    level
        The alert level of a measure, "" otherwise.
    field
        Name of the field; ``+`` or ``-`` where the whole line or measure is new or gone.
    before, after
        As written, "" where nothing was.
    """

    line_id: str
    level: str
    field: str
    before: str
    after: str

    def as_list(self) -> list[str]:
        """Return the parts in order, as they are stored."""
        return [self.line_id, self.level, self.field, self.before, self.after]


@dataclass(frozen=True, slots=True)
class FirmDocument:
    """What an edition says of a firm: its values, and by line id values and measures."""

    values: Values
    lines: Mapping[str, tuple[Values, Sequence[Values]]]


def differences(before: FirmDocument, after: FirmDocument) -> list[Difference]:
    """Return every difference: the firm's own fields first, then line by line."""
    found = _fields("", "", before.values, after.values)
    for line_id in sorted({*before.lines, *after.lines}):
        old, new = before.lines.get(line_id), after.lines.get(line_id)
        if old is None or new is None:
            sign = "+" if old is None else "-"
            named = new or old
            assert named is not None
            name = str(named[0].get("name", ""))
            found.append(_whole(line_id, "", sign, name))
            continue
        found += _fields(line_id, "", old[0], new[0])
        found += _measures(line_id, old[1], new[1])
    return found


def _whole(line_id: str, level: str, sign: str, name: str) -> Difference:
    return Difference(
        line_id, level, sign, name if sign == "-" else "", name if sign == "+" else ""
    )


def _measures(line_id: str, before: Sequence[Values], after: Sequence[Values]) -> list[Difference]:
    old, new = _by_level(before), _by_level(after)
    found: list[Difference] = []
    for key in sorted({*old, *new}):
        was, is_now = old.get(key), new.get(key)
        if was is None or is_now is None:
            named = was or is_now or {}
            found.append(
                _whole(line_id, key[0], "+" if was is None else "-", str(named.get("text", "")))
            )
        else:
            found += _fields(line_id, key[0], was, is_now)
    return found


def _by_level(measures: Sequence[Values]) -> dict[MeasureKey, Values]:
    """Return measures by level and their place among those of the level."""
    found: dict[MeasureKey, Values] = {}
    count: dict[str, int] = {}
    for measure in measures:
        level = str(measure.get("level", ""))
        found[level, count.get(level, 0)] = measure
        count[level] = count.get(level, 0) + 1
    return found


def _fields(line_id: str, level: str, before: Values, after: Values) -> list[Difference]:
    return [
        Difference(line_id, level, name, shown(before.get(name)), shown(after.get(name)))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def shown(value: Any) -> str:
    """Return a stored value as text: flags as 是 and 否, nothing as ""."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)
