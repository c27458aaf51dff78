"""Stand-in for the rulebook while its room is being built; removed when it lands."""

from __future__ import annotations

from datetime import date

from lantian.demo.parameters import load_parameters
from lantian.domain.grading.grade import Grade
from lantian.kernel.level import Level
from lantian.kernel.trace import RuleRef
from lantian.rulebook.model import FloorKind, Industry, MeasureRule, RuleHead, Status

_REF = RuleRef("interim", "interim", "", "", "design")
_HEAD = RuleHead("interim", "interim", "", "", date(2020, 1, 1), None, "", Status.DESIGN)
_KIND = {0: FloorKind.AUTONOMOUS, 1: FloorKind.LIMIT, 2: FloorKind.LIMIT}


class Book:
    """General rule by grade only."""

    def industries(self) -> tuple[Industry, ...]:
        """Return the profiles' industries with their word as name."""
        seen = {p.slug: p for p in load_parameters().profiles}
        return tuple(
            Industry(i, s, p.word, s, (), (), False, (), {}, "line", p.continuous, "thin", _HEAD)
            for i, (s, p) in enumerate(seen.items())
        )

    def measure(
        self, industry: str, subtype: str, grade: str, level: Level, day: date
    ) -> MeasureRule:
        """Return the general rule of the grade."""
        kind = _KIND.get(Grade(grade).rank, FloorKind.STOP_SOME)
        if Grade(grade) is Grade.D:
            kind = FloorKind.STOP_SHARE
        share = None
        if kind is FloorKind.STOP_SHARE:
            from fractions import Fraction

            share = Fraction(1)
        return MeasureRule(
            industry, subtype, grade, level, kind, share, None, False, "", "", "", True, _REF
        )
