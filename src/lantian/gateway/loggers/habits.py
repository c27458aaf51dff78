"""How vendors' loggers depart from the standard: each a change of the template or of the finished frame.

Every habit was seen in the standards' own examples or in public packets (reference of the codec's
tolerances); which logger of the invented city has which is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

_ALL: Final = ("2005", "2017", "2025")
_SINCE_2017: Final = ("2017", "2025")


def _comma_after_qn(template: str) -> str:
    return template.replace("QN=%s;", "QN=%s,", 1)


def _no_semicolon_before_cp(template: str) -> str:
    return template.replace(";CP=&&", "CP=&&", 1)


def _flag_apart(template: str) -> str:
    head, cp, body = template.partition("CP=&&")
    parts = body.split(",")
    for i, part in enumerate(parts):
        if "-Flag=" in part and i:
            name, _, rest = part.partition("=")
            parts[i] = f"\0Flag={rest}"
            del name
    return head + cp + ",".join(parts).replace(",\0", ";")


def _space_after_equals(template: str) -> str:
    return template.replace("-Avg=", "-Avg= ").replace("-Rtd=", "-Rtd= ")


def _milliseconds(template: str) -> str:
    return template.replace("DataTime=%s", "DataTime=%s000", 1)


def _pno_first(template: str) -> str:
    head, found, rest = template.partition("PNUM=")
    if not found:
        return template
    pnum, _, rest = rest.partition(";")
    pno, _, rest = rest.partition(";")
    return f"{head}{pno};PNUM={pnum};{rest}"


TEMPLATES: Final[Mapping[str, tuple[tuple[str, ...], Callable[[str], str]]]] = {
    "comma-after-qn": (_SINCE_2017, _comma_after_qn),
    "no-semicolon-before-cp": (_ALL, _no_semicolon_before_cp),
    "flag-apart": (_ALL, _flag_apart),
    "space-after-equals": (_ALL, _space_after_equals),
    "data-time-with-milliseconds": (_SINCE_2017, _milliseconds),
    "pno-before-pnum": (_SINCE_2017, _pno_first),
}
"""Habits that change the text, with the editions they are drawn for."""

FRAMES: Final[Mapping[str, tuple[tuple[str, ...], Callable[[bytes], bytes]]]] = {
    "crc-lower-case": (_ALL, lambda frame: frame[:-6] + frame[-6:].lower()),
    "line-feed-only": (_ALL, lambda frame: frame[:-2] + b"\n"),
}
"""Habits that change the finished frame."""

HABITS: Final = (*TEMPLATES, *FRAMES)

VENDORS: Final[Mapping[str, tuple[str, ...]]] = {
    "standard": (),
    "invented-a": ("comma-after-qn", "crc-lower-case"),
    "invented-b": ("no-semicolon-before-cp",),
    "invented-c": ("flag-apart", "space-after-equals"),
    "invented-d": ("data-time-with-milliseconds",),
    "invented-e": ("pno-before-pnum", "line-feed-only"),
}
"""Invented vendors, each with its habits."""


def habits_of(vendor: str, version: str) -> tuple[str, ...]:
    """Return the habits of a vendor that fit an edition."""
    both = {**TEMPLATES, **FRAMES}
    return tuple(h for h in VENDORS[vendor] if version in both[h][0])
