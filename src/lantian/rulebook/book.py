"""The rulebook: every question takes a day and gets the rule in force on that day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from lantian.kernel.level import Level
from lantian.kernel.problem import LantianError
from lantian.kernel.trace import RuleRef
from lantian.rulebook.model import (
    AlertRuleSet,
    ExchangeRule,
    FloorKind,
    Industry,
    LawArticle,
    LocalMeasure,
    MeasureRule,
    Provision,
    ReductionTargets,
    RuleHead,
    Status,
    SwitchRule,
)
from lantian.rulebook.names import plain_name
from lantian.rulebook.refusal import refuse
from lantian.rulebook.schema import AUTONOMOUS_GRADES, GRADES
from lantian.rulebook.timeline import Series, pick

_ORDER = {grade: i for i, grade in enumerate(GRADES)}
OTHER = "other"
"""Slug of every firm outside the key industries."""


@dataclass(frozen=True)
class Rulebook:
    """All dated rules, packaged ones and a bureau's own.

    Built by `lantian.rulebook.load_rulebook`; every method raises `LantianError` with an
    R-problem where there is no rule to give, never a guess.
    """

    laws: Mapping[str, Series[LawArticle]]
    alert_series: Mapping[str, Series[AlertRuleSet]]
    targets_series: Series[ReductionTargets]
    exchange_series: Series[ExchangeRule]
    switch_series: Mapping[str, Series[SwitchRule]]
    provision_series: Mapping[str, Series[Provision]]
    industry_series: Mapping[str, Series[Industry]]
    table: Mapping[tuple[str, str, str, Level], Series[MeasureRule]]
    by_grade: Mapping[tuple[str, Level], Series[MeasureRule]]
    ungraded: Mapping[str, Series[RuleRef]]
    heads: tuple[RuleHead, ...]
    _catalogue: tuple[Industry, ...] = field(default=(), repr=False)
    _names: dict[str, Industry] = field(default_factory=dict, repr=False)
    _memo: dict[tuple[str, str, str, Level, date], MeasureRule] = field(
        default_factory=dict, repr=False
    )

    # --- alerts, targets, law ------------------------------------------------------------

    def alert_rules(self, day: date, series: str = "national") -> AlertRuleSet:
        """Return the alert rule set in force on `day` (response reference 1.1)."""
        return pick(self.alert_series, series).on(day)

    def alert_rules_named(self, edition: str) -> AlertRuleSet:
        """Return the rule set of an edition such as ``"national-2018"``.

        Raises
        ------
        LantianError
            R031 naming the editions there are.
        """
        found: dict[str, AlertRuleSet] = {}
        for series in self.alert_series.values():
            for entry in series.entries:
                found[entry.head.edition] = entry.value
        if edition not in found:
            raise LantianError(refuse("R031", detail=edition, known=", ".join(found)))
        return found[edition]

    def targets(self, day: date) -> ReductionTargets:
        """Return the city-level reduction targets (response reference 1.6)."""
        return self.targets_series.on(day)

    def exchange(self, day: date) -> ExchangeRule:
        """Return the SO2 and NOx exchange rule (response reference 1.6, unverified)."""
        return self.exchange_series.on(day)

    def switch(self, key: str, day: date) -> SwitchRule:
        """Return a switch with its default."""
        return pick(self.switch_series, key).on(day)

    def switches(self, day: date) -> tuple[SwitchRule, ...]:
        """Return every switch there is on `day`."""
        return tuple(series.on(day) for series in self.switch_series.values())

    def law(self, duty: str, day: date) -> LawArticle:
        """Return the article behind a duty on `day`; the law of its day (law reference)."""
        return pick(self.laws, duty).on(day)

    def duties(self) -> tuple[str, ...]:
        """Return the keys that `law` knows."""
        return tuple(self.laws)

    def provision(self, key: str, day: date) -> Provision:
        """Return a provision such as ``"sign-red"`` or ``"several-lines"``."""
        return pick(self.provision_series, key).on(day)

    def provisions(self, day: date) -> tuple[Provision, ...]:
        """Return every provision in force on `day`."""
        return tuple(
            entry.value
            for series in self.provision_series.values()
            for entry in series.entries
            if entry.head.in_force(day)
        )

    # --- industries ----------------------------------------------------------------------

    def industries(self) -> tuple[Industry, ...]:
        """Return the 39 key industries in the guide's order, then ``other`` (no 0)."""
        return self._catalogue

    def find_industry(self, text: str) -> Industry | None:
        """Return the industry written as slug, Chinese or English name or alias, else None."""
        return self._names.get(plain_name(text))

    def industry_slug(self, text: str) -> str:
        """Return the slug of an industry as a list writes it; the text itself where there is none."""
        found = self.find_industry(text)
        return found.slug if found is not None else text

    def industry(self, slug: str, day: date) -> Industry:
        """Return an industry in the edition in force on `day`.

        Raises
        ------
        LantianError
            R032 for an unknown slug, R030 for a day before the first edition.
        """
        series = self.industry_series.get(slug)
        if series is None:
            raise LantianError(refuse("R032", detail=slug))
        return series.on(day)

    # --- measures ------------------------------------------------------------------------

    def measure(
        self, industry: str, subtype: str, grade: str, level: Level, day: date
    ) -> MeasureRule:
        """Return the floor for one industry, sub-type, grade and level on `day`.

        The row of the sub-type goes before the row without one, both before the rule by grade
        (section 3 of the response reference; ``general=True``). Ungraded firms take the lowest
        grade of their industry's scheme, D where the scheme is not known.

        Parameters
        ----------
        industry
            Slug, as in `Industry.slug`.
        subtype
            Name or alias of a sub-type, or ``""``.
        grade
            Grade code, as in `domain.grading.Grade`.
        level
            Alert level.
        day
            Day of the alert.

        Raises
        ------
        LantianError
            R032 unknown industry, R009 unknown grade, R030 day before the first edition.
        """
        key = (industry, subtype, grade, level, day)
        found = self._memo.get(key)
        if found is None:
            if grade not in _ORDER:
                raise LantianError(refuse("R009", detail=grade))
            found = self._memo[key] = self._measure(industry, subtype, grade, level, day)
        return found

    def _measure(self, slug: str, subtype: str, grade: str, level: Level, day: date) -> MeasureRule:
        industry = self.industry(slug, day)
        name = industry.subtype_aliases.get(plain_name(subtype), subtype) if subtype else ""
        if name in industry.subtype_rated_under:
            return self.measure(industry.subtype_rated_under[name], "", grade, level, day)
        if grade == "ungraded":
            return self._ungraded(industry, name, level, day)
        row = self._row(slug, name, grade, level, day)
        if row is not None:
            return row
        general = self.by_grade[grade, level].on(day)
        return replace(general, industry=slug, subtype=name)

    def _row(
        self, slug: str, subtype: str, grade: str, level: Level, day: date
    ) -> MeasureRule | None:
        for name in dict.fromkeys((subtype, "")):
            for code in (grade,) if grade in AUTONOMOUS_GRADES else (grade, "any"):
                series = self.table.get((slug, name, code, level))
                if series is None:
                    continue
                for entry in reversed(series.entries):
                    if entry.head.in_force(day):
                        return replace(entry.value, grade=grade) if code == "any" else entry.value
        return None

    def _ungraded(self, industry: Industry, subtype: str, level: Level, day: date) -> MeasureRule:
        own = self._row(industry.slug, subtype, "ungraded", level, day)
        if own is not None:
            return own
        if industry.slug == OTHER:
            ref = self.ungraded["ungraded_other"].on(day)
            base = self.by_grade["D", level].on(day)
            return replace(
                base,
                industry=OTHER,
                subtype=subtype,
                grade="ungraded",
                kind=FloorKind.NONE,
                share=None,
                what_zh="",
                text_zh="",
                ref=ref,
            )
        lowest = lowest_grade(industry, subtype)
        rule = self.measure(industry.slug, subtype, lowest or "D", level, day)
        if lowest:
            why = self.ungraded["ungraded"].on(day)
            weakest = weaker(rule.ref.status, why.status)
        else:
            why = self.ungraded["ungraded_scheme_unknown"].on(day)
            weakest = weaker(rule.ref.status, why.status)
        clause = f"{rule.ref.clause}（{why.clause}）"
        return replace(rule, grade="ungraded", ref=replace(rule.ref, clause=clause, status=weakest))

    def local_measures(self, industry: str, day: date) -> tuple[LocalMeasure, ...]:
        """Return what single places ordered; examples only, never applied by `measure`."""
        return self.industry(industry, day).local_measures

    # --- everything ----------------------------------------------------------------------

    def rules(self) -> tuple[RuleHead, ...]:
        """Return the head of every rule in the book."""
        return self.heads


def lowest_grade(industry: Industry, subtype: str = "") -> str | None:
    """Return the lowest grade of the scheme, None where the whole scheme is not known."""
    if subtype in industry.subtypes_complete:
        scheme = industry.subtype_scheme[subtype]
    elif industry.scheme_complete:
        scheme = industry.scheme
    else:
        return None
    return max((g for g in scheme if g != "ungraded"), key=_ORDER.__getitem__)


_WEAKNESS = (
    Status.OFFICIAL.value,
    Status.SECONDARY.value,
    Status.DESIGN.value,
    Status.UNVERIFIED.value,
)


def weaker(a: str, b: str) -> str:
    """Return the status that attests less."""
    return max(a, b, key=_WEAKNESS.index)
