"""What a grading table answers with: facts, requirements, rows and the table, all frozen.

The grading guide of 2020 (环办大气函〔2020〕340号) gives one table for each industry: rows of
indicators by dimension, and for each grade what the firm must show. A requirement without a
figure is for a person to judge; a requirement no source gives is absent and counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


UNKNOWN_SCHEME = ("ungraded",)
"""The scheme of an industry whose grades no source names."""


class FactKind(StrEnum):
    """What a fact's value is."""

    QUANTITY = "quantity"  # a decimal with a unit of its kind
    CHOICE = "choice"  # one of `choices`
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class FactDef:
    """One fact a table asks for.

    `unit` is a kernel symbol ("" for shares); `counted_in` is a label for what the kernel does
    not measure (万块/a, m, °C), accepted only as it stands. `low` and `high` bound what is
    plausible; outside them the value is refused as a likely slip of the unit.
    `o2_ref_pct` is the reference oxygen to which a measured concentration is converted.
    """

    fact_id: str
    name_zh: str
    name_en: str
    kind: FactKind
    unit: str = ""
    counted_in: str = ""
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
    NO = "no"


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

    def tests(self) -> Iterator[Test]:
        """Yield every test of the row, its condition first."""
        yield from self.when
        for requirement in self.levels.values():
            for way in requirement.any_of:
                yield from way


@dataclass(frozen=True, slots=True)
class Absent:
    """Rows of a table that no source gives: counted, never guessed."""

    dimensions: tuple[str, ...]
    grades: tuple[str, ...]
    subtypes: tuple[str, ...]  # empty: all
    note_zh: str

    @property
    def cells(self) -> int:
        """How many dimension and grade cells it stands for."""
        return max(1, len(self.dimensions)) * max(1, len(self.grades))


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
    absent: tuple[Absent, ...] = ()
    subject: str = "air"

    def rows_for(self, subtype: str) -> tuple[IndicatorRow, ...]:
        """Return the rows that concern a subtype."""
        return tuple(r for r in self.rows if not r.subtypes or subtype in r.subtypes)

    def facts_asked(self, subtype: str) -> frozenset[str]:
        """Return the ids of the facts that the rows of a subtype ask for."""
        return frozenset(test.fact_id for row in self.rows_for(subtype) for test in row.tests())

    @property
    def own_rows(self) -> tuple[IndicatorRow, ...]:
        """The rows that are not inherited from the general table."""
        return tuple(r for r in self.rows if not r.general)

    def statuses(self, subtype: str, grade: str) -> frozenset[Status]:
        """Return the marks of the requirements of one grade."""
        return frozenset(
            Status(row.levels[grade].ref.status)
            for row in self.rows_for(subtype)
            if grade in row.levels
        )


# --- cases -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One value of the fact of a case and the best grade that the row then reaches."""

    value: str
    reaches: str  # a grade, "C…A" (proven C, A still possible), or "refused"


@dataclass(frozen=True, slots=True)
class RowCase:
    """A golden case: one row, one fact taken through its limits, other facts held."""

    row_id: str
    subtype: str
    fact_id: str
    given: Mapping[str, str]
    steps: tuple[CaseStep, ...]
    clause: str


# --- schemes, processes, energy ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SchemeRule:
    """One rule of a scheme, by key (`weakest-indicator`, `lowest-industry`, `a-plus` …)."""

    key: str
    value: int | None
    text_zh: str
    text_en: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class GradingScheme:
    """The grades that exist on a day and how they are combined."""

    head: RuleHead
    grades: Mapping[str, tuple[str, ...]]  # kind of scheme: grades, best first
    rules: Mapping[str, SchemeRule]


@dataclass(frozen=True, slots=True)
class Batch:
    """One round of a year: when the city reports, when the province publishes (month, day)."""

    name_zh: str
    report_by: tuple[int, int]
    publish_by: tuple[int, int] | None
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground for a downgrade: to which grade, and the months before a new application.

    `to_grade` "lowest" is the lowest of the scheme, "proven" what the facts still prove, ""
    where no source says. `wait_months` None where no source says.
    """

    key: str
    name_zh: str
    name_en: str
    to_grade: str
    to_ref: RuleRef
    wait_months: int | None
    wait_ref: RuleRef | None
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class EnergyGate:
    """The energy level that each grade must reach: grade to `benchmark` or `baseline`.

    `products` maps an industry, or ``industry/subtype``, to groups of product ids of the energy
    table: of every group at least one figure must be there (a coking plant has ovens of one kind
    or the other; an integrated works has blast furnaces and converters).
    """

    needs: Mapping[str, str]
    capped_at: str  # the best grade left when no gated grade is reached
    products: Mapping[str, tuple[tuple[str, ...], ...]]
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class GradingProcess:
    """How one province grades: batches, deciders, gate, downgrade, in one edition."""

    province: str
    province_zh: str
    head: RuleHead
    batches: tuple[Batch, ...]
    decides: Mapping[str, str]  # grade: who decides, in Chinese
    steps_zh: tuple[str, ...]
    grounds: Mapping[str, Ground]
    gate: EnergyGate | None
    sectors: int | None
    publicity_days: int | None
    publicity_ref: RuleRef | None
    open_zh: tuple[str, ...]  # what no source gives


@dataclass(frozen=True, slots=True)
class EnergyLevel:
    """Benchmark and baseline of one product; lower is better. None where not found."""

    product_id: str
    area_zh: str
    product_zh: str
    unit: str
    benchmark: Fraction | None
    baseline: Fraction | None
    attested: str  # the reference's own word: attributed-to-policy, consistent-with-GB …
    ref: RuleRef
    note_zh: str = ""
    corrections: tuple[str, ...] = ()  # names of correction terms the product's standard has


@dataclass(frozen=True, slots=True)
class EnergyTable:
    """One edition of the energy levels."""

    head: RuleHead
    levels: Mapping[str, EnergyLevel]
