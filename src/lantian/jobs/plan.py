"""The main job: from the city's list to a checked plan with an order for every firm and line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

from lantian.adapters.paper.outputs import Written, write_outputs
from lantian.adapters.solver import HighsSolver
from lantian.domain.inventory.checks import check_list, rule_of
from lantian.domain.inventory.model import Inventory
from lantian.domain.response.alert.model import AlertProposal
from lantian.domain.response.checker.check import check_plan
from lantian.domain.response.make_plan import Draft, PlanInputs, draft_plan, finish_plan
from lantian.domain.response.model import CutSolution, Plan, Shortfall
from lantian.domain.response.optimise import LinearSolver, optimise
from lantian.domain.response.settings import Switches
from lantian.domain.response.wording import Words
from lantian.jobs.alert import AlertRun, run_alert
from lantian.jobs.check import in_order
from lantian.jobs.lists import ReadList, read_list
from lantian.jobs.plan_problems import PROBLEMS
from lantian.jobs.plan_provenance import provenance
from lantian.jobs.plan_switches import switches_in_force
from lantian.jobs.plan_what_if import firms_of, with_targets
from lantian.kernel.collector import no_collection
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.pollutant import Pollutant
from lantian.kernel.problem import LantianError, Problem, Severity
from lantian.rulebook import Rulebook, load_rulebook

Progress = Callable[[str, int, int], None]
"""(stage, done, of): ``"read"``, ``"check"``, ``"ladders"``, ``"optimise"``, ``"verify"``."""

FIGURE_FIELDS = frozenset(
    {
        "firm_id", "line_id", "industry", "subtype", "grade", "season", "long_stopped", "stopped",
        "guaranteed", "task_share", "small_micro", "operating_days", "annual_t", "daily_kg",
        "capacity", "output", "cut_unit", "cut_units_total", "normal_coking_hours",
        "longest_coking_hours", "stoppable", "daily_value_cny", "restart_cost_cny",
        "daily_electricity_kwh", "sector", "source_id", "daily_pm_kg", "reduction_pm_kg",
    }
)  # fmt: skip
"""Fields a plan's figures are made from; an error elsewhere is told but does not stop it."""

DRIVING_TABLES = frozenset({"firm", "line", "dust", "mobile", "total"})
"""Filed measures only order the lines and make a baseline: their errors do not stop a plan."""


@dataclass(frozen=True, slots=True)
class Supposed:
    """What a what-if supposes; empty for a plan.

    `targets` stand in for those of the rulebook; firms of `district` and `industry` are spared.
    """

    targets: Mapping[Pollutant, Fraction] = field(default_factory=dict)
    district: str = ""
    industry: str = ""


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What an officer asks of a plan."""

    levels: tuple[Level, ...] = LEVELS
    gap: float = 0.001
    seed: int = 0
    time_limit_s: float | None = None
    force: bool = False
    switches: Switches = field(default_factory=Switches)
    rule_switches: Mapping[str, bool] = field(default_factory=dict)  # rulebook key: on or off
    supposed: Supposed = field(default_factory=Supposed)


@dataclass(frozen=True, slots=True)
class PlanRun:
    """A plan with everything that went into it.

    `plan` is None when the list has errors that touch its figures (`blocking`), or when the
    forecast calls for no alert.
    """

    plan: Plan | None
    read: ReadList
    problems: tuple[Problem, ...]
    blocking: tuple[Problem, ...]
    day: date
    options: PlanOptions
    rulebook: Rulebook
    alert: AlertRun | None = None

    @property
    def period(self) -> tuple[datetime, datetime] | None:
        """Start and end of the alert that the forecast calls for."""
        proposal = self.alert.proposal if self.alert is not None else None
        if proposal is None or proposal.start is None or proposal.end is None:
            return None
        return proposal.start, proposal.end

    @property
    def no_alert(self) -> bool:
        """Whether the plan was to follow a forecast that calls for no alert."""
        return self.alert is not None and (
            self.alert.proposal is None or self.alert.proposal.level is None
        )


def run_plan(
    path: Path,
    options: PlanOptions,
    *,
    day: date,
    layout: str | Path | None = None,
    forecast: Path | None = None,
    issued: date | None = None,
    rules: Sequence[Path] = (),
    solver: LinearSolver | None = None,
    progress: Progress | None = None,
) -> PlanRun:
    """Read and check a list, plan it, and have the plan verified.

    Parameters
    ----------
    path
        Workbook, or folder of CSV or Parquet files.
    day
        Day of the alert: decides rules in force and seasons. With `forecast`, the first day of
        the proposed alert takes its place.
    forecast
        Plan the level that this forecast calls for, in place of `options.levels`.
    issued
        Day on which the forecast is read; days before it are past and call for nothing.
    solver
        HiGHS unless another is given.

    Raises
    ------
    LantianError
        When list, forecast or rules cannot be read (X, F, R codes), when a district or firm
        named in the options is not on the list (P003, P004), or when no plan was found in time
        (P002).
    """
    alert = (
        run_alert(forecast, on=issued.isoformat() if issued else None, rulebook=rules)
        if forecast is not None
        else None
    )
    proposal = alert.proposal if alert else None
    if proposal is not None and proposal.level is not None:
        options = replace(options, levels=(proposal.level,))
        day = proposal.start.date() if proposal.start is not None else day
    rulebook = with_targets(load_rulebook(*rules), day, options.supposed.targets)
    options = replace(
        options,
        switches=switches_in_force(rulebook, day, options.switches, options.rule_switches),
    )
    read = read_list(path, layout=layout, progress=_reading(progress))
    found = check_list(
        read.inventory, rulebook, day, read.locate, progress=_stage(progress, "check")
    )
    problems = in_order((*read.problems, *found))
    blocking = tuple(p for p in problems if touches_figures(p))
    options = _spared(read.inventory, options)
    bare = PlanRun(None, read, problems, blocking, day, options, rulebook, alert)
    if bare.no_alert or (blocking and not options.force):
        return bare
    _named_on_list(read.inventory, options.switches)
    plan = make_plan(
        read.inventory, rulebook, day, options, solver=solver or HighsSolver(), progress=progress
    )
    more = tuple(_remarks(plan, problems, blocking, options))
    plan = replace(
        plan,
        remarks_zh=(*plan.remarks_zh, *(w.zh for w in more)),
        remarks_en=(*plan.remarks_en, *(w.en for w in more)),
        period=_period(proposal),
        provenance={**provenance(read.inventory, rulebook, day, options), **plan.provenance},
    )
    return replace(bare, plan=plan)


def _remarks(
    plan: Plan, problems: Sequence[Problem], blocking: Sequence[Problem], options: PlanOptions
) -> Iterator[Words]:
    """Yield what a reader must know of how the plan came about."""
    if blocking:
        yield Words(
            f"清单有{len(blocking)}条影响数值的错误，经人员要求仍出方案，结果不可靠。",
            f"Planned on demand despite {len(blocking)} errors that touch its figures.",
        )
    beside = [p for p in problems if p.severity is Severity.ERROR and p not in blocking]
    if beside:
        first = f"{beside[0].code} {beside[0].place.text()}"
        yield Words(
            f"清单另有{len(beside)}条不影响数值的错误（如{first}），用 lantian check 逐条查看。",
            f"The list has {len(beside)} errors that touch no figure, e.g. {first}; see lantian check.",
        )
    if plan.feasible and plan.gap > options.gap and options.time_limit_s is not None:
        limit = f"{options.time_limit_s:g}"
        yield Words(
            f"优化到{limit}秒时限为止未达到所要求的认证差距{options.gap:.4%}，"
            f"现为{plan.gap:.4%}；可加大 --time-limit（0为不限时）。",
            f"The gap asked, {options.gap:.4%}, was not reached in {limit} s; it is {plan.gap:.4%}. "
            "Allow a longer --time-limit (0: none).",
        )


def write_plan(
    run: PlanRun, out: Path, *, orders: int | None = None, progress: Progress | None = None
) -> Written:
    """Write orders, sign boards, report and ``plan.json`` of a plan, all or nothing.

    Parameters
    ----------
    orders
        Print the order pages of at most so many firms.

    Raises
    ------
    ValueError
        If the run has no plan, or one that the checker refused.
    LantianError
        If a page cannot be set (W001) or the folder cannot be written (W002).
    """
    if run.plan is None or run.plan.violations:
        raise ValueError("only a plan that passed the checker is written")
    return write_outputs(
        run.plan,
        run.read.inventory,
        run.rulebook,
        out,
        day=run.day,
        period=run.period,
        orders_limit=orders,
        progress=progress,
    )


def make_plan(
    inventory: Inventory,
    rulebook: Rulebook,
    day: date,
    options: PlanOptions,
    *,
    solver: LinearSolver,
    progress: Progress | None = None,
) -> Plan:
    """Plan a list that is already in memory, verified by the independent checker."""
    tell = progress or _silent
    tell("ladders", 0, 1)
    inputs = PlanInputs(inventory, rulebook, day, options.levels, options.switches)
    with no_collection():
        draft = draft_plan(inputs)
    tell("ladders", 1, 1)
    answer = _solve(draft, options, solver, tell)
    tell("verify", 0, 1)
    with no_collection():
        plan = finish_plan(draft, answer)
        violations = check_plan(plan, inventory, rulebook, day, options.switches)
    plan = replace(
        plan,
        violations=violations,
        provenance={**plan.provenance, "solver": getattr(solver, "name", "unknown")},
    )
    tell("verify", 1, 1)
    return plan


def touches_figures(problem: Problem) -> bool:
    """Whether an error-level problem could change a figure of the plan.

    Reading errors do; list checks do where they look at a field the plan is made from.
    """
    if problem.severity is not Severity.ERROR:
        return False
    if not problem.code.startswith("L"):
        return True
    rule = rule_of(problem.code)
    if rule is None:  # a check nobody knows: rather stop than guess
        return True
    return bool(
        DRIVING_TABLES.intersection(rule.tables) and FIGURE_FIELDS.intersection(rule.fields)
    )


def _solve(
    draft: Draft, options: PlanOptions, solver: LinearSolver, tell: Progress
) -> CutSolution | Shortfall:
    rounds = 0

    def watch(_value: int, _bound: float, _gap: float) -> None:
        nonlocal rounds
        rounds += 1
        tell("optimise", rounds, 0)

    tell("optimise", 0, 0)
    try:
        return optimise(
            draft.problem,
            solver,
            gap=options.gap,
            seed=options.seed,
            time_limit_s=options.time_limit_s,
            progress=watch,
        )
    except TimeoutError:
        raise LantianError(PROBLEMS["P002"](str(options.time_limit_s))) from None


def _spared(inventory: Inventory, options: PlanOptions) -> PlanOptions:
    """Return the options with the firms of a spared district or industry named."""
    asked = options.supposed
    if not asked.district and not asked.industry:
        return options
    spared = firms_of(inventory, options.switches.spared, asked.district, asked.industry)
    return replace(options, switches=replace(options.switches, spared=spared))


def _named_on_list(inventory: Inventory, switches: Switches) -> None:
    """Refuse districts and firms that the list does not know: a typing slip must not pass."""
    problems = []
    districts = {firm.district for firm in inventory.firms}
    firms = {firm.firm_id for firm in inventory.firms}
    if not firms:
        problems.append(PROBLEMS["P001"](""))
    problems += [PROBLEMS["P003"](d) for d in switches.district_cap_cny if d not in districts]
    problems += [PROBLEMS["P004"](f) for f in sorted(switches.spared - firms)]
    if problems:
        raise LantianError(*problems)


def _period(proposal: AlertProposal | None) -> str:
    if proposal is None or proposal.start is None:
        return ""
    end = proposal.end.isoformat(" ", "hours") if proposal.end is not None else ""
    return f"{proposal.start.isoformat(' ', 'hours')} ~ {end}"


def _reading(progress: Progress | None) -> Progress | None:
    if progress is None:
        return None

    def step(_table: str, done: int, of: int) -> None:
        progress("read", done, of)

    return step


def _stage(progress: Progress | None, stage: str) -> Callable[[int, int], None] | None:
    if progress is None:
        return None

    def step(done: int, of: int) -> None:
        progress(stage, done, of)

    return step


def _silent(_stage_name: str, _done: int, _of: int) -> None:
    """Tell nobody."""
