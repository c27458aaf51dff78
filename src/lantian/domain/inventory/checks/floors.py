"""Whether what a firm has filed reaches the rulebook's floor for its industry and grade.

Covers: filed measure below the floor. The plan never goes below the floor anyway; this says
where the filed list does, so that the list can be put right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.checks.context import Context
from lantian.domain.inventory.checks.grounds import FLOOR
from lantian.domain.inventory.checks.measure_rows import level_texts
from lantian.domain.inventory.checks.rule import Finding, Found, check
from lantian.domain.inventory.model import CutUnit, Firm, Line, Measure
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.pollutant import POLLUTANTS
from lantian.kernel.problem import Severity
from lantian.rulebook.model import FloorKind, MeasureRule, Status

_SLACK = Fraction(1, 100)
_SOME = frozenset({FloorKind.LIMIT, FloorKind.STOP_SOME})
_FIGURED = frozenset({FloorKind.CUT_SHARE, FloorKind.STOP_SHARE})


@dataclass(frozen=True, slots=True)
class _Filed:
    """One line of a firm with its measure at a level."""

    line: Line
    measure: Measure
    share: Decimal
    base: tuple[int | None, ...]


@check(
    "L340",
    Severity.WARNING,
    "measure",
    "share",
    title=("填报措施低于最低要求", "filed measures below the floor"),
    message=(
        "企业“{firm}”（{industry}，{grade}）{level}填报减排比例{filed}，低于要求的{floor}（依据：{document}，{status}）",
        "firm “{firm}” ({industry}, {grade}) files {filed} at {level_en}; the floor is {floor} "
        "({document}, {status_en})",
    ),
    remedy=(
        "按要求提高措施；认为规则不适用的，请核对行业、分支和等级",
        "tighten the measure; if the rule does not fit, check industry, sub-type and grade",
    ),
    why=("地方可以加严，不能低于技术指南", "a locality may ask for more, never for less"),
    ground=FLOOR,
)
def below_floor(context: Context, found: Found) -> Iterator[Finding]:
    """Firms whose filed shares, by number of lines and by every mass, miss the floor."""
    rules: dict[tuple[str, str, str, Level], MeasureRule] = {}
    for firm in context.inventory.firms:
        industry = context.industry(firm)
        grade = firm.grade or (None if firm.grade_text.strip() else Grade.UNGRADED)
        if industry is None or grade is None or grade.autonomous or firm.guaranteed:
            continue
        lines = _cuttable(context, firm)
        if not lines:
            continue
        for level in LEVELS:
            filed = _filed(context, lines, level)
            if len(filed) < len(lines):
                continue
            key = (industry.slug, firm.subtype.strip(), grade.value, level)
            if key not in rules:
                rules[key] = context.rulebook.measure(*key, context.day)
            rule = rules[key]
            short = _short(rule, filed)
            if short is None:
                continue
            weakest = min(filed, key=lambda item: item.share)
            yield found(
                "measure",
                weakest.measure.row,
                "share",
                firm=firm.name,
                industry=industry.name_zh,
                grade=grade.label_zh,
                filed=short[0],
                floor=short[1],
                document=rule.ref.document,
                status=Status(rule.ref.status).label_zh,
                status_en=rule.ref.status,
                **level_texts(weakest.measure),
            )


def _cuttable(context: Context, firm: Firm) -> list[tuple[int, Line]]:
    """Return the firm's running lines, none if one of them cannot follow the rule's figure."""
    lines = context.inventory.lines
    own = [(i, lines[i]) for i in context.lines_by_firm.get(firm.firm_id, ())]
    running = [(i, line) for i, line in own if context.counts(line, firm)]
    if any(
        line.stoppable is False and line.cut_unit is not CutUnit.COKING_HOURS for _, line in running
    ):
        return []
    return running


def _filed(context: Context, lines: list[tuple[int, Line]], level: Level) -> list[_Filed]:
    """Return the lines that have exactly one usable share at `level`."""
    out = []
    for i, line in lines:
        own = context.measures_by_line.get((line.firm_id, line.line_id), ())
        at_level = [m for m in own if m.level is level]
        if len(at_level) == 1:
            share = at_level[0].share
            if share is not None and 0 <= share <= 1:
                out.append(_Filed(line, at_level[0], share, context.running[i]))
    return out


def _short(rule: MeasureRule, filed: list[_Filed]) -> tuple[str, str] | None:
    """Return filed and demanded share as text if the filed one is too small, else None."""
    if rule.kind in _SOME:
        return ("0", "> 0") if all(item.share == 0 for item in filed) else None
    if rule.kind in _FIGURED and rule.share is not None:
        if sum(item.share for item in filed) >= rule.share * len(filed):
            return None
        best = _best_share(filed)
        if best < rule.share - _SLACK:
            return _percent(best), _percent(rule.share)
        return None
    if rule.kind is FloorKind.COKING_HOURS and rule.hours is not None:
        return _short_hours(rule.hours, filed)
    return None


def _best_share(filed: list[_Filed]) -> Fraction:
    """Return the greatest share the filed measures can be read as: by lines or by any mass."""
    shares = [Fraction(sum(item.share for item in filed)) / len(filed)]
    for p in range(len(POLLUTANTS)):
        masses = [item.base[p] or 0 for item in filed]
        whole = sum(masses)
        if whole > 0:
            cut = sum(
                (Fraction(item.share) * mass for item, mass in zip(filed, masses, strict=True)),
                Fraction(0),
            )
            shares.append(cut / whole)
    return max(shares)


def _short_hours(hours: int, filed: list[_Filed]) -> tuple[str, str] | None:
    """Compare filed shares with ``1 - normal/hours``, hours limited to what the oven can do."""
    for item in filed:
        normal, longest = item.line.normal_coking_hours, item.line.longest_coking_hours
        if normal is None or normal <= 0:
            continue
        reach = min(Fraction(hours), Fraction(longest)) if longest is not None else Fraction(hours)
        wanted = 1 - Fraction(normal) / reach if reach > normal else Fraction(0)
        share = Fraction(item.share)
        if share < wanted - _SLACK:
            return _percent(share), f"{_percent(wanted)}（{hours} h）"
    return None


def _percent(share: Fraction) -> str:
    return f"{float(share):.1%}"
