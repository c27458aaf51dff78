"""What a grading table answers with: facts, requirements, rows and the table, all frozen.

The grading guide of 2020 (环办大气函〔2020〕340号) gives one table for each industry: rows of
indicators by dimension, and for each grade what the firm must show. A requirement without a
figure is for a person to judge; a requirement no source gives is absent and counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from lantian.kernel.trace import RuleRef
from lantian.rulebook.model import RuleHead, Status

DIMENSIONS: Mapping[str, str] = {
    "energy": "能源类型",
    "materials": "原辅材料",
    "equipment": "装备水平",
    "process": "生产工艺",
    "treatment": "污染治理技术",
    "emission_limit": "排放限值",
    "fugitive": "无组织排放",
    "monitoring": "监测监控水平",
    "management": "环境管理水平",
    "transport": "运输方式",
    "transport_supervision": "运输监管",
}
"""Dimensions of a table in the order of the guide, with their Chinese names."""


class FactKind(StrEnum):
    """What a fact's value is."""

    QUANTITY = "quantity"  # a decimal with a unit of its kind
    CHOICE = "choice"  # one of `choices`
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class FactDef:
    """One fact a table asks for.

    `unit` is a kernel symbol ("" for plain counts and shares). `low` and `high` bound what is
    plausible in `unit`; outside them the value is refused as a likely slip of the unit.
    `o2_ref_pct` is the reference oxygen to which a measured concentration is converted.
    """

    fact_id: str
    name_zh: str
    name_en: str
    kind: FactKind
    unit: str = ""
    choices: Mapping[str, str] | None = None  # code: Chinese label
    low: Fraction | None = None
    high: Fraction | None = None
    o2_ref_pct: Fraction | None = None


class Op(StrEnum):
    """How a test compares its fact."""

    MAX = "max"  # at most; the limit itself holds
    MIN = "min"  # at least; the limit itself holds
    BELOW = "below"  # strictly less
    ABOVE = "above"  # strictly more
    ONE_OF = "one_of"
    YES = "yes"


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of one fact.

    `hours_share`: where hourly values are given, the share of them that must hold.
    """

    fact_id: str
    op: Op
    value: Fraction | None = None  # in the unit of the fact
    choices: frozenset[str] = frozenset()
    hours_share: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """What one row demands for one grade.

    `any_of` is a choice of ways, each way a conjunction of tests. Empty `any_of` with a text is
    for a person to judge; `nothing` says that the guide demands nothing here.
    """

    grade: str
    any_of: tuple[tuple[Test, ...], ...]
    nothing: bool
    text_zh: str
    ref: RuleRef
    certainty: str = ""  # high, medium, low; only for unverified

    @property
    def judged(self) -> bool:
        """Whether a person must judge it."""
        return not self.any_of and not self.nothing


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One row of a table: an indicator of one dimension, with its demand for each grade.

    A grade of the scheme that `levels` leaves out was not found in any source. The lowest
    grade demands nothing and never appears. `when` are tests that say whether the row concerns
    the firm at all; empty means always. `general` marks a row inherited by every table.
    """

    row_id: str
    dimension: str
    item_zh: str
    subtypes: frozenset[str]  # empty: all
    when: tuple[Test, ...]
    levels: Mapping[str, Requirement]
    general: bool = False


@dataclass(frozen=True, slots=True)
class IndicatorTable:
    """The grading table of one industry in one edition, general rows included.

    `complete` holds the (subtype, grade) pairs whose rows are all known (at any status);
    subtype "" stands for an industry without subtypes. `schemes` gives the grades of each
    subtype, best first, the lowest last.
    """

    industry: str
    head: RuleHead
    facts: Mapping[str, FactDef]
    rows: tuple[IndicatorRow, ...]
    schemes: Mapping[str, tuple[str, ...]]
    complete: frozenset[tuple[str, str]]
    absent_zh: tuple[str, ...] = ()  # what no source gives, in words
    supplements: tuple[str, ...] = ()

    def rows_for(self, subtype: str) -> tuple[IndicatorRow, ...]:
        """Return the rows that concern a subtype."""
        return tuple(r for r in self.rows if not r.subtypes or subtype in r.subtypes)

    def statuses(self, subtype: str, grade: str) -> frozenset[Status]:
        """Return the marks of the requirements of one grade."""
        return frozenset(
            Status(row.levels[grade].ref.status)
            for row in self.rows_for(subtype)
            if grade in row.levels
        )
