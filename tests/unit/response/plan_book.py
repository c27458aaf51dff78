"""A rulebook stand-in that answers with the measures a test sets, else the general rule."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from lantian.kernel.level import LEVELS, Level
from lantian.kernel.pollutant import POLLUTANTS
from lantian.kernel.trace import RuleRef
from lantian.rulebook.model import (
    ExchangeRule,
    FloorKind,
    Industry,
    LawArticle,
    MeasureRule,
    Provision,
    ReductionTargets,
    RuleHead,
    Status,
    SwitchRule,
)

HEAD = RuleHead(
    "fake", "e1", "测试文件", "第一条", date(2000, 1, 1), None, "test", Status.SECONDARY
)
_GENERAL = {
    "A+": (FloorKind.AUTONOMOUS, None),
    "A": (FloorKind.AUTONOMOUS, None),
    "leading": (FloorKind.AUTONOMOUS, None),
    "B": (FloorKind.LIMIT, None),
    "B-": (FloorKind.LIMIT, None),
    "C": (FloorKind.STOP_SOME, None),
    "non_leading": (FloorKind.STOP_SOME, None),
    "ungraded": (FloorKind.STOP_SHARE, Fraction(1)),
    "D": (FloorKind.STOP_SHARE, Fraction(1)),
}


class FakeBook:
    """Answers like `lantian.rulebook.Rulebook` for the parts a plan asks."""

    def __init__(
        self,
        measures: dict[tuple[str, str, Level], tuple[FloorKind, object]] | None = None,
        *,
        continuous: frozenset[str] = frozenset(),
        schemes: dict[str, tuple[str, ...]] | None = None,
    ) -> None:
        self._measures = measures or {}
        self._continuous = continuous
        self._schemes = schemes or {}

    def find_industry(self, text: str) -> Industry | None:
        if text == "unheard-of":
            return None
        scheme = self._schemes.get(text, ("A", "B", "C", "D"))
        return Industry(
            1 if text != "other" else 0,
            text,
            f"行业{text}" if text != "other" else "其他",
            text,
            (),
            scheme,
            True,
            (),
            {},
            "line",
            text in self._continuous,
            "test",
            HEAD,
        )

    def measure(
        self, industry: str, subtype: str, grade: str, level: Level, day: date
    ) -> MeasureRule:
        own = self._measures.get((industry, grade, level))
        kind, figure = own if own is not None else _GENERAL[grade]
        hours = figure if isinstance(figure, int) and not isinstance(figure, bool) else None
        share = figure if isinstance(figure, Fraction) else None
        ref = RuleRef("fake.measure", "e1", f"{industry} {grade}", "测试文件", "unverified")
        return MeasureRule(
            industry, subtype, grade, level, kind, share, hours, False, "", "", "", own is None, ref
        )

    def provision(self, key: str, day: date) -> Provision:
        return Provision(HEAD, key, None, "", key, key)

    def switch(self, key: str, day: date) -> SwitchRule:
        return SwitchRule(HEAD, key, False, key, key)

    def law(self, duty: str, day: date) -> LawArticle:
        return LawArticle(duty, "测试法", "Test Law", "第一条", "", "", HEAD)

    def rules(self) -> tuple[RuleHead, ...]:
        return (HEAD,)

    def targets(self, day: date) -> ReductionTargets:
        return ReductionTargets(
            HEAD, {(x, p): Fraction(k + 1, 10) for k, x in enumerate(LEVELS) for p in POLLUTANTS}
        )

    def exchange(self, day: date) -> ExchangeRule:
        return ExchangeRule(HEAD, False, Fraction(7, 10))
