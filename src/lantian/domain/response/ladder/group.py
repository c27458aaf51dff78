"""The group: one firm in one industry, its running lines in stopping order, its way of cutting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import CutUnit, Firm, Line
from lantian.domain.response.ladder.units import (
    EVEN_UNITS,
    FULL,
    Share,
    Step,
    StepKind,
    known_hours,
    line_share,
    mean_share,
)
from lantian.kernel.level import Level
from lantian.rulebook.model import Industry, MeasureRule


class Mode(StrEnum):
    """How a group is cut."""

    IDLE = "idle"  # no running line
    AUTONOMOUS = "autonomous"  # the firm decides
    WHOLE = "whole"  # whole lines, one after the other
    EVEN = "even"  # the same share of load for every line
    HOURS = "hours"  # the same coking time for every oven


@dataclass(frozen=True, slots=True)
class FloorNote:
    """The floor of one level and what bent it.

    `step` counts within the group. `clip` is ``""``, ``"guaranteed"`` (task keeps the load),
    ``"technical"`` (cannot stop at short notice), ``"small_micro"`` or ``"raised"`` (a lower
    level asks for more). `own_figure` is True where the rule gives no figure and the share is
    Lantian's (status design).
    """

    step: int
    clip: str = ""
    own_figure: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """One firm in one industry, ready to be cut.

    Attributes
    ----------
    grade
        The firm's grade; a missing one counts as ungraded.
    lines, idle
        Running lines in stopping order, and lines that stand still.
    base_mg
        Daily base per running line; unknown masses are 0 here and counted elsewhere.
    limits
        Greatest share each running line may lose (guaranteed task).
    free
        Leading lines of the order that carry no guaranteed task.
    quick
        Leading lines of the order that can stop at short notice.
    steps, shares
        The ladder: what each step is, and the group's share at it.
    floors, caps
        Least (with its reason) and greatest step per level, yellow to red.
    capped_by
        What keeps the group from a full stop at each level: ``"nothing"`` runs,
        ``"autonomous"``, ``"guaranteed"``, ``"spared"``, ``"small_micro"``, ``"technical"``; empty
        where its cap is the full stop.
    value_fen, restart_fen
        Loss of a day's full stop and cost of a restart per running line.
    """

    firm: Firm
    industry: Industry
    grade: Grade
    mode: Mode
    lines: tuple[Line, ...]
    idle: tuple[Line, ...]
    base_mg: tuple[tuple[int, int, int, int], ...]
    limits: tuple[Share, ...]
    free: int
    quick: int
    steps: tuple[Step, ...]
    shares: tuple[Share, ...]
    rules: Mapping[Level, MeasureRule]
    floors: Mapping[Level, FloorNote]
    caps: Mapping[Level, int]
    capped_by: Mapping[Level, str]
    value_fen: tuple[int, ...]
    restart_fen: tuple[int, ...]
    cost_estimated: bool

    @property
    def guaranteed(self) -> bool:
        """Whether a supply task limits the group."""
        return any(limit != FULL for limit in self.limits)

    def line_shares(self, step: int) -> list[Share]:
        """Return the share each running line loses at `step`, in stopping order."""
        return shares_at(self.steps[step], self.lines, self.limits)

    def reduction_mg(self, step: int) -> list[tuple[int, int, int, int]]:
        """Return the reduction of each running line at `step`, floored to whole mg."""
        return self.reduction_of(self.line_shares(step))

    def reduction_of(self, shares: list[Share]) -> list[tuple[int, int, int, int]]:
        """Return the reduction of each running line at these shares, floored to whole mg."""
        out = []
        for base, (num, den) in zip(self.base_mg, shares, strict=True):
            out.append(
                (
                    base[0] * num // den,
                    base[1] * num // den,
                    base[2] * num // den,
                    base[3] * num // den,
                )
            )
        return out

    def cost_fen(self, step: int) -> int:
        """Return the cost of `step` in fen a day: lost value, and restarts of stopped lines."""
        return self.cost_of(self.line_shares(step))

    def cost_of(self, shares: list[Share]) -> int:
        """Return the cost of these line shares in fen a day."""
        total = 0
        for value, restart, (num, den) in zip(
            self.value_fen, self.restart_fen, shares, strict=True
        ):
            total += -(-value * num // den)
            if num == den:
                total += restart
        return total


def shares_at(step: Step, lines: tuple[Line, ...], limits: tuple[Share, ...]) -> list[Share]:
    """Return the share of each line at `step`."""
    return [
        line_share(step, line, i, limit)
        for i, (line, limit) in enumerate(zip(lines, limits, strict=True))
    ]


def group_share(step: Step, lines: tuple[Line, ...], limits: tuple[Share, ...]) -> Share:
    """Return the share of the group's load that `step` cuts: the mean over its lines.

    Whole lines need no arithmetic; only mixed units, hours and tasks are averaged line by line.
    """
    if step.kind is StepKind.LINES:
        return min(step.num, len(lines)), len(lines)
    if step.kind is StepKind.PART:
        return step.num, step.den * len(lines)
    return mean_share(shares_at(step, lines, limits))


def has_task(firm: Firm) -> bool:
    """Whether the firm supplies under guarantee; an unanswered flag with a task counts as yes."""
    return firm.guaranteed is not False


def task_limits(firm: Firm, lines: list[Line]) -> list[Share]:
    """Return what each line may lose beside its guaranteed task.

    A guaranteed firm that files no task for any line keeps everything: how much its heat or
    power is needed is unknown, and unknown is not zero. Where some lines carry a task, the
    others follow the grade (livelihood rule, status unverified).
    """
    if not has_task(firm):
        return [FULL] * len(lines)
    tasks = [line.task_share for line in lines]
    if firm.guaranteed and all(task is None for task in tasks):
        return [(0, 1)] * len(lines)
    return [FULL if task is None else _rest(task) for task in tasks]


def _rest(task: Decimal) -> Share:
    rest = 1 - Fraction(min(max(task, Decimal(0)), Decimal(1)))
    return rest.numerator, rest.denominator


def can_stop(line: Line, industry: Industry) -> bool:
    """Whether the line can stop at short notice; the industry's nature answers for a blank.

    A kiln kept hot (hot hold) can: that is what the unit means.
    """
    if line.cut_unit is CutUnit.HOT_HOLD:
        return True
    return line.stoppable if line.stoppable is not None else not industry.continuous


def mode_of(lines: list[Line], industry: Industry, limits: list[Share]) -> Mode:
    """Return how running lines are cut: by hours, evenly by load, or as whole lines."""
    if all(known_hours(line) for line in lines):
        return Mode.HOURS
    if len(lines) == 1 or all(line.cut_unit in EVEN_UNITS for line in lines):
        return Mode.EVEN
    if not any(
        can_stop(line, industry) and limit == FULL
        for line, limit in zip(lines, limits, strict=True)
    ):
        return Mode.EVEN
    return Mode.WHOLE
