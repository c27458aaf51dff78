"""What is wrong, where, why, and what to do: the one shape of every complaint."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How bad a problem is; only errors stop an order from being signed."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"

    @property
    def label_zh(self) -> str:
        """Chinese label shown to officers."""
        return {"error": "错误", "warning": "警告", "hint": "提示"}[self.value]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem sits: file, sheet, cell, row and column, or byte offset.

    Every part is optional; `cell` is an Excel address such as ``"C17"``.
    """

    file: str = ""
    sheet: str = ""
    cell: str = ""
    row: int | None = None
    column: str = ""
    line: int | None = None
    offset: int | None = None

    def text(self) -> str:
        """Return the place as one short phrase, most general part first."""
        parts: list[str] = []
        if self.file:
            parts.append(self.file if self.line is None else f"{self.file}:{self.line}")
        if self.sheet:
            parts.append(f"{self.sheet}!{self.cell}" if self.cell else self.sheet)
        elif self.cell:
            parts.append(self.cell)
        if self.row is not None and not self.cell:
            parts.append(f"第{self.row}行")
        if self.column:
            parts.append(self.column)
        if self.offset is not None:
            parts.append(f"@{self.offset}")
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding a person can act on.

    Attributes
    ----------
    code
        Stable code, one letter for the subject and three digits (``L101``).
    severity
        Error, warning or hint.
    place
        Where it is.
    message_zh, message_en
        The cause, with the offending value in it.
    remedy_zh, remedy_en
        What to do about it.
    """

    code: str
    severity: Severity
    place: Place
    message_zh: str
    message_en: str
    remedy_zh: str
    remedy_en: str

    def as_dict(self) -> dict[str, Any]:
        """Return the flat dictionary that ``--json`` prints."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "file": self.place.file,
            "sheet": self.place.sheet,
            "cell": self.place.cell,
            "row": self.place.row,
            "column": self.place.column,
            "line": self.place.line,
            "message_zh": self.message_zh,
            "message_en": self.message_en,
            "remedy_zh": self.remedy_zh,
            "remedy_en": self.remedy_en,
        }


class LantianError(Exception):
    """An operation could not go on; carries the problems that say why.

    Raised instead of a library's own exception wherever a person will read the outcome.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{p.code} {p.place.text()} {p.message_en}" for p in problems))
        self.problems: tuple[Problem, ...] = problems


Words = tuple[Severity, str, str, str, str]
"""How bad, message and remedy: Chinese, English, Chinese, English, with ``{names}`` to fill in."""


def worded(code: str, words: Words, place: Place, **values: object) -> Problem:
    """Return the problem of one code with its wording filled in."""
    severity, zh, en, remedy_zh, remedy_en = words
    return Problem(
        code=code,
        severity=severity,
        place=place,
        message_zh=zh.format(**values),
        message_en=en.format(**values),
        remedy_zh=remedy_zh.format(**values),
        remedy_en=remedy_en.format(**values),
    )
