"""The fields before CP: in one step in their usual form, else piece by piece with tolerances."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from lantian.domain.hj212.packet import FIELD_ORDER

_VALUE: Final = r"([^;,=&\x00-\x20\x7f-\uffff]*)"
USUAL: Final = re.compile(
    f"QN={_VALUE};ST={_VALUE};CN={_VALUE};PW={_VALUE};MN={_VALUE};Flag={_VALUE};"
    f"(?:PNUM={_VALUE};PNO={_VALUE};)?(?:RF={_VALUE};)?CP=&&(.*)&&"
)
"""Fields in their usual order and form; nothing in how they are joined needs a tolerance."""
_CP_START: Final = re.compile(r"(?:(?<=[;,\s\d])|^)CP\s*=", re.IGNORECASE)
_LOWER: Final[Mapping[str, str]] = {name.lower(): name for name in FIELD_ORDER}


class Head(NamedTuple):
    """The fields of a segment as read, and CP still in one piece.

    Attributes
    ----------
    fields
        Names (as the standard writes them) and values.
    cp
        The text between ``&&`` and ``&&``; None where there is no CP.
    cp_at
        Where that text begins, in characters of the segment.
    tolerances
        What had to be tolerated, in the order met.
    repeated
        Further values of names that stood before.
    """

    fields: dict[str, str]
    cp: str | None
    cp_at: int
    tolerances: list[str]
    repeated: list[tuple[str, str]]


def read_head(text: str) -> Head:
    """Return the fields of a segment in whatever form they are; nothing is dropped."""
    tolerances: list[str] = []
    before, cp, cp_at = _split_cp(text, tolerances)
    fields: dict[str, str] = {}
    repeated: list[tuple[str, str]] = []
    if "," in before:
        tolerances.append("separator-comma")
    for piece in re.split(r"[;,]", before) if before else []:
        if not piece.strip():
            tolerances.append("separator-doubled")
            continue
        name, equals, value = piece.partition("=")
        if name != name.strip() or value != value.strip():
            tolerances.append("field-space")
            name, value = name.strip(), value.strip()
        if not equals:
            tolerances.append("field-without-value")
        known = _LOWER.get(name.lower())
        if known is None:
            tolerances.append("field-unknown")
            known = name
        elif known != name:
            tolerances.append("field-case")
        if known in fields:
            tolerances.append("field-repeated")
            repeated.append((known, value))
        else:
            fields[known] = value
    order = [FIELD_ORDER.index(name) for name in fields if name in _LOWER.values()]
    if order != sorted(order):
        tolerances.append("field-order")
    return Head(fields, cp, cp_at, tolerances, repeated)


def _split_cp(text: str, tolerances: list[str]) -> tuple[str, str | None, int]:
    """Return the text before CP, the inside of CP and where it begins."""
    start = _CP_START.search(text)
    if start is None:
        tolerances.append("cp-missing")
        # Without CP the whole is fields; && at the end would be none of them.
        return text.removesuffix("&&").rstrip(";,"), None, len(text)
    name = text[start.start() : start.start() + 2]
    if name != "CP":
        tolerances.append("field-case")
    before = text[: start.start()]
    stripped = before.rstrip()
    if stripped != before:
        tolerances.append("field-space")
    if stripped.endswith(","):
        tolerances.append("separator-comma")
    elif stripped and not stripped.endswith(";"):
        tolerances.append("separator-missing")
    stripped = stripped[:-1] if stripped.endswith((";", ",")) else stripped
    at = start.end()
    rest = text[at:]
    if rest != (cut := rest.lstrip()):
        tolerances.append("field-space")
        at += len(rest) - len(cut)
        rest = cut
    inner = rest.rstrip()
    if len(inner) >= 4 and inner.startswith("&&") and inner.endswith("&&"):
        if inner != rest:
            tolerances.append("field-space")
        return stripped, inner[2:-2], at + 2
    tolerances.append("cp-delimiters")
    if inner.startswith("&&"):
        inner, at = inner[2:], at + 2
    return stripped, inner.removesuffix("&&"), at
