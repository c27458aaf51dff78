"""What grading answers: per row, per industry, per firm, each with its trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lantian.domain.grading.truth import Truth
from lantian.kernel.problem import Problem
from lantian.kernel.trace import RuleRef, Trace
from lantian.rulebook.grading_tables.model import IndicatorRow, IndicatorTable


class Basis(StrEnum):
    """On what a grade rests."""

    PUBLISHED = "published"  # an official notice
    COMPUTED = "computed"  # the table, complete and proven
    DECIDED = "decided"  # an officer's recorded decision
    UNDECIDABLE = "undecidable"  # nothing of these

    @property
    def label_zh(self) -> str:
        """Label on a grade sheet."""
        return {
            "published": "公告公布",
            "computed": "按指标表计算",
            "decided": "人工认定",
            "undecidable": "指标表不能判定",
        }[self.value]


@dataclass(frozen=True, slots=True)
class RowResult:
    """One row: for each grade whether it is reached, and what is missing to know."""

    row: IndicatorRow
    reaches: Mapping[str, Truth]  # every grade of the scheme, best first
    proven: str
    possible: str
    missing: tuple[str, ...]  # ids of facts that would settle it
    to_judge: tuple[str, ...]  # grades that a person must judge
    unverified: tuple[RuleRef, ...]  # unverified cells that were used
    trace: Trace


@dataclass(frozen=True, slots=True)
class GateResult:
    """The energy gate of one part: for each gated grade whether its level is reached."""

    applies: bool
    reaches: Mapping[str, Truth]
    capped_at: str
    missing_zh: tuple[str, ...]
    unverified: tuple[RuleRef, ...]
    trace: Trace | None


@dataclass(frozen=True, slots=True)
class PartResult:
    """One industry of a firm.

    `proven` is the best grade shown by facts, `possible` the best that is not refuted.
    `grade` is the grade given and "" where there is none; `basis` says on what it rests.
    """

    industry: str
    industry_zh: str
    subtype: str
    table: IndicatorTable | None
    scheme: tuple[str, ...]
    rows: tuple[RowResult, ...]
    gate: GateResult | None
    proven: str
    possible: str
    computed: str  # grade by the table alone, "" where it is not decidable
    grade: str
    basis: Basis
    provisional: bool  # leans on unverified rows that the bureau switched on
    weakest: tuple[str, ...]  # ids of rows that hold the grade down
    missing: tuple[str, ...]  # ids of facts
    to_judge: tuple[tuple[str, str], ...]  # (row id, grade)
    notes_zh: tuple[str, ...]
    unverified: tuple[RuleRef, ...]
    trace: Trace


@dataclass(frozen=True, slots=True)
class FirmResult:
    """A firm: the lowest of its industries."""

    firm_id: str
    name: str
    day: date
    parts: tuple[PartResult, ...]
    grade: str
    basis: Basis
    provisional: bool
    decided_by_part: int | None  # which part is lowest
    problems: tuple[Problem, ...]
    unused: int  # facts that were handed in and could not be used
    trace: Trace
    credit_code: str = ""
    district: str = ""
    applied_on: date | None = None
    wants: str = ""
