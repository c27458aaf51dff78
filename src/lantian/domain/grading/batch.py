"""A city's round of grading: which batch an application falls into, and what the notice counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lantian.domain.grading.grade import Grade
from lantian.domain.grading.result import Basis, FirmResult
from lantian.rulebook.grading_tables.model import Batch, GradingProcess

NOTICED = (Grade.A_PLUS, Grade.A, Grade.B, Grade.B_MINUS, Grade.LEADING)
"""Grades that a province publishes by name."""

KINDS: Mapping[str, tuple[Grade, ...]] = {
    "A": (Grade.A_PLUS, Grade.A),
    "B": (Grade.B, Grade.B_MINUS),
    "leading": (Grade.LEADING,),
}
"""How a notice counts: A, B with B-, leading."""


@dataclass(frozen=True, slots=True)
class Round:
    """One batch with the firms that the notice names."""

    batch: Batch | None  # None: firms that applied in no round of the process
    year: int
    firms: tuple[FirmResult, ...]  # best grade first, then by industry and name
    counts: Mapping[str, int]  # by kind: A, B (with B-), leading
    industries_zh: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many firms the batch names."""
        return sum(self.counts.values())

    @property
    def name_zh(self) -> str:
        """Name of the round."""
        return f"{self.year}年{self.batch.name_zh}" if self.batch else "未写申请日期"


@dataclass(frozen=True, slots=True)
class CitySummary:
    """A whole city: all grades counted, the noticed ones by batch."""

    firms: int
    by_grade: Mapping[str, int]  # grade code, "" for no grade
    by_basis: Mapping[str, int]
    rounds: tuple[Round, ...]
    provisional: int

    @property
    def noticed(self) -> int:
        """Firms that the notices of all rounds name."""
        return sum(one.total for one in self.rounds)

    def kind(self, name: str) -> int:
        """Return how many firms of one kind all rounds name."""
        return sum(one.counts.get(name, 0) for one in self.rounds)


def batch_of(process: GradingProcess, applied_on: date) -> tuple[Batch, int] | None:
    """Return the round an application falls into and its year.

    The first round whose reporting day is not before the application; after the last round of a
    year, the first of the next. None where the process knows no rounds.
    """
    if not process.batches:
        return None
    rounds = sorted(process.batches, key=lambda b: b.report_by)
    for one in rounds:
        if applied_on <= date(applied_on.year, *one.report_by):
            return one, applied_on.year
    return rounds[0], applied_on.year + 1


def summarise(results: Sequence[FirmResult], process: GradingProcess | None) -> CitySummary:
    """Return the counts of a city; only firms with a grade of `NOTICED` enter a round."""
    rounds: dict[tuple[int, tuple[int, int]], tuple[Batch | None, list[FirmResult]]] = {}
    for result in results:
        if result.grade not in {g.value for g in NOTICED}:
            continue
        found = None
        if process is not None and result.applied_on is not None:
            found = batch_of(process, result.applied_on)
        batch, year = found if found else (None, result.day.year)
        key = (year, batch.report_by if batch else (13, 0))
        rounds.setdefault(key, (batch, []))[1].append(result)
    return CitySummary(
        firms=len(results),
        by_grade=Counter(r.grade for r in results),
        by_basis=Counter(r.basis.value for r in results),
        rounds=tuple(
            _round(batch, year, firms)
            for (year, _), (batch, firms) in sorted(rounds.items(), key=lambda item: item[0])
        ),
        provisional=sum(r.provisional and r.basis is Basis.COMPUTED for r in results),
    )


def _round(batch: Batch | None, year: int, firms: list[FirmResult]) -> Round:
    ordered = sorted(firms, key=lambda r: (order_of(r.grade), r.parts[0].industry_zh, r.firm_id))
    counts = {
        kind: sum(r.grade in {g.value for g in grades} for r in firms)
        for kind, grades in KINDS.items()
    }
    names = Counter(p.industry_zh for r in firms for p in r.parts)
    return Round(
        batch, year, tuple(ordered), counts, tuple(name for name, _ in names.most_common())
    )


def order_of(grade: str) -> int:
    """Return the place of a grade in lists, best first; no grade last."""
    codes = [g.value for g in Grade]
    return codes.index(grade) if grade in codes else len(codes)


def sentence_zh(summary: CitySummary) -> tuple[str, ...]:
    """Return the sentences of the notice, every figure from the summary."""
    out = []
    for one in summary.rounds:
        parts = "、".join(_count_zh(one.counts, kind) for kind in KINDS if one.counts[kind])
        names = "、".join(one.industries_zh[:10]) + (
            "等行业" if len(one.industries_zh) > 10 else "行业"
        )
        out.append(f"{one.name_zh}：{parts}，共{one.total}家，涉及{names}。")
    share = summary.noticed * 100 / summary.firms if summary.firms else 0
    totals = "、".join(
        f"{_label(kind)}{summary.kind(kind)}家" for kind in KINDS if summary.kind(kind)
    )
    out.append(
        f"全市列入清单并评级企业{summary.firms}家，其中{totals or '无A级、B级、引领性企业'}，"
        f"合计{summary.noticed}家，占{share:.1f}%。"
    )
    return tuple(out)


def _label(kind: str) -> str:
    return {"A": "A级", "B": "B级（含B-级）", "leading": "引领性"}[kind]


def _count_zh(counts: Mapping[str, int], kind: str) -> str:
    return f"{_label(kind)}企业{counts[kind]}家"


def grades_in_order(summary: CitySummary) -> Iterable[tuple[str, int]]:
    """Return grade and count, best grade first, firms without a grade last."""
    return sorted(summary.by_grade.items(), key=lambda item: order_of(item[0]))
