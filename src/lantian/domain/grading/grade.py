"""Grades, their order, and the schemes that name which grades an industry may hold."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum


class Grade(StrEnum):
    """Performance grade 绩效等级; the value is the code used in JSON and rule files."""

    A_PLUS = "A+"
    A = "A"
    LEADING = "leading"
    B = "B"
    B_MINUS = "B-"
    C = "C"
    NON_LEADING = "non_leading"
    UNGRADED = "ungraded"
    D = "D"

    @property
    def label_zh(self) -> str:
        """Label used in Chinese workbooks, orders and pages."""
        return _LABEL_ZH.get(self.value, self.value)

    @property
    def rank(self) -> int:
        """Order of grades for fairness: 0 is best.

        A+, A and leading 0, B 1, B- 2, C, non-leading and ungraded 3, D 4.
        """
        return _RANK[self.value]

    @property
    def autonomous(self) -> bool:
        """Whether the firm decides its own reduction (自主减排) and is never forced."""
        return self.rank == 0

    @classmethod
    def parse(cls, text: str) -> Grade | None:
        """Return the grade written in a workbook cell, or None if it is not one.

        Accepts codes, Chinese labels, a trailing ``级`` or ``级企业``, full-width characters and any minus sign.
        """
        return _BY_TEXT.get(_normal(text))


def label_of(code: str) -> str:
    """Return the Chinese label of a grade's code, "" for none."""
    return _LABEL_ZH.get(code, code)


_LABEL_ZH = {
    "leading": "引领性",
    "non_leading": "非引领性",
    "ungraded": "未评级",
}
_RANK = {
    "A+": 0,
    "A": 0,
    "leading": 0,
    "B": 1,
    "B-": 2,
    "C": 3,
    "non_leading": 3,
    "ungraded": 3,
    "D": 4,
}


def _normal(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).upper()
    plain = re.sub(r"\s", "", plain).translate({0x2212: "-", 0x2013: "-", 0x2014: "-"})
    return plain.removesuffix("企业").removesuffix("级")


_BY_TEXT: dict[str, Grade] = {_normal(g.value): g for g in Grade}
_BY_TEXT |= {_normal(g.label_zh): g for g in Grade}
_BY_TEXT |= {
    _normal(text): grade
    for text, grade in {
        "引领": Grade.LEADING,
        "非引领": Grade.NON_LEADING,
        "未分级": Grade.UNGRADED,
        "未定级": Grade.UNGRADED,
        "未参评": Grade.UNGRADED,
    }.items()
}
