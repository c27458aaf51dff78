"""Rules of quality control: how far a monitor may drift or differ, and how often it is looked after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from lantian.kernel.trace import RuleRef
from lantian.rulebook.build import Shelf, Sources, head_of
from lantian.rulebook.files import RuleFile
from lantian.rulebook.grading_tables.schema import Number
from lantian.rulebook.model import RuleHead
from lantian.rulebook.schema import Cited, Dated, Text

CheckName = Literal["drift", "whole_path", "standard", "comparison"]


class LimitRow(Cited):
    """How far one check may be off; `from` and `to` hold their ends, `above` and `below` do not."""

    key: Text
    check: CheckName
    factors: list[Text] = Field(min_length=1)
    of: Literal["full_scale", "relative", "absolute", "stated_accuracy"]
    limit: Number
    unit: str | None = None
    from_: Number | None = Field(default=None, alias="from")
    above: Number | None = None
    to: Number | None = None
    below: Number | None = None
    out_times: Annotated[int, Field(ge=2, le=10)] | None = None
    clause: Text


class IntervalRow(Cited):
    """How often checks are due: within so many days, or once a month or quarter."""

    key: Text
    checks: list[Literal["zero", "span", "whole_path", "standard", "comparison"]] = Field(
        min_length=1
    )
    factors: list[Text] = Field(min_length=1)
    days: Annotated[int, Field(gt=0, le=400)] | None = None
    monthly: bool = False
    quarterly: bool = False
    clause: Text

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.days is not None) + self.monthly + self.quarterly != 1:
            raise ValueError("days, monthly 或 quarterly 只写一个 exactly one of them")
        return self


class PairsRow(Cited):
    """How many pairs a comparison has, and whether each of them is judged."""

    least: Annotated[int, Field(gt=0, le=100)] | None
    each: bool
    clause: Text


class QualityFile(Dated):
    """`kind: monitoring-quality-gas`, `monitoring-quality-water`."""

    kind: Literal["monitoring-quality-gas", "monitoring-quality-water"]
    limits: list[LimitRow] = Field(min_length=1)
    intervals: list[IntervalRow] = Field(min_length=1)
    pairs: PairsRow
    open_zh: list[Text] = Field(default_factory=list)


class Of(StrEnum):
    """What a limit is a share or a difference of."""

    FULL_SCALE = "full_scale"  # per cent of the range
    RELATIVE = "relative"  # per cent of the reference
    ABSOLUTE = "absolute"  # in the unit of the value
    STATED_ACCURACY = "stated_accuracy"  # relative accuracy in per cent, as the report states it


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far one check may be off within a band of the reference value."""

    key: str
    check: str
    factors: frozenset[str]
    of: Of
    limit: Fraction
    unit: str | None
    from_: Fraction | None
    above: Fraction | None
    to: Fraction | None
    below: Fraction | None
    out_times: int | None
    ref: RuleRef

    def covers(self, reference: Fraction) -> bool:
        """Whether a reference value lies in the band."""
        return (
            (self.from_ is None or reference >= self.from_)
            and (self.above is None or reference > self.above)
            and (self.to is None or reference <= self.to)
            and (self.below is None or reference < self.below)
        )


@dataclass(frozen=True, slots=True)
class Interval:
    """How often checks of a factor are due; `days` is None for once a calendar month or quarter."""

    key: str
    checks: frozenset[str]
    factors: tuple[str, ...]
    days: int | None
    months: int | None
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class QualityRules:
    """One edition of the rules of quality control for one medium."""

    head: RuleHead
    tolerances: tuple[Tolerance, ...]
    intervals: tuple[Interval, ...]
    least_pairs: int | None
    each_pair: bool
    pairs_ref: RuleRef
    open_zh: tuple[str, ...]

    def tolerances_of(self, check: str, factor: str) -> tuple[Tolerance, ...]:
        """Return every band for a check of a factor."""
        return tuple(t for t in self.tolerances if t.check == check and factor in t.factors)


def build_quality(file: RuleFile, shelf: Shelf) -> QualityRules:
    """Return one edition; refuses a key twice and bands of one check that overlap."""
    model: QualityFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, model.kind.replace("-", ".", 1), sources, shelf=shelf)
    seen: Mapping[str, int] = {}

    def cited(part: str, i: int, row: LimitRow | IntervalRow) -> RuleRef:
        nonlocal seen
        if row.key in seen:
            shelf.refuse("R012", file, (part, i), detail=row.key)
        seen = {**seen, row.key: i}
        sources.find(row.source, (part, i))
        ref = head.ref(row.clause, row.status)
        return RuleRef(
            f"{head.rule_id}.{row.key}", ref.edition, ref.clause, ref.document, ref.status
        )

    tolerances = tuple(
        Tolerance(
            row.key, row.check, frozenset(row.factors), Of(row.of), row.limit, row.unit, row.from_,
            row.above, row.to, row.below, row.out_times, cited("limits", i, row),
        )
        for i, row in enumerate(model.limits)
    )  # fmt: skip
    for i, one in enumerate(tolerances):
        for other in tolerances[:i]:
            shared = one.check == other.check and one.factors & other.factors
            ends = (one.from_, one.to, one.above, one.below, other.from_, other.to, Fraction(0))
            if shared and any(one.covers(e) and other.covers(e) for e in ends if e is not None):
                shelf.refuse("R059", file, ("limits", i), detail=f"{other.key} / {one.key}")
    intervals = tuple(
        Interval(
            row.key, frozenset(row.checks), tuple(row.factors), row.days,
            1 if row.monthly else 3 if row.quarterly else None, cited("intervals", i, row),
        )
        for i, row in enumerate(model.intervals)
    )  # fmt: skip
    pairs = model.pairs
    sources.find(pairs.source, ("pairs",))
    return QualityRules(
        head, tolerances, intervals, pairs.least, pairs.each, head.ref(pairs.clause, pairs.status),
        tuple(model.open_zh),
    )  # fmt: skip
