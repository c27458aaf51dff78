"""A written plan taken up again: its ladders as choices, changes by hand checked, and what goes out.

The plan is made again from the list it names and compared share for share (`domain.response.adjust`);
a list or rulebook that is not the one of the plan is refused, never mixed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from lantian.adapters.paper.order_page import Issued, order_basis, order_values
from lantian.adapters.paper.press import Press
from lantian.domain.response.adjust import (
    Base,
    HandCut,
    Rung,
    StrangeCutError,
    adjusted,
    recovered,
    rungs,
)
from lantian.domain.response.checker.check import check_plan
from lantian.domain.response.make_plan import PlanInputs, draft_plan
from lantian.domain.response.model import Plan
from lantian.domain.response.report import plan_as_dict
from lantian.domain.response.settings import Switches
from lantian.domain.response.severity import Broken, judged
from lantian.jobs.lists import read_list
from lantian.jobs.plan_switches import switches_in_force
from lantian.kernel.collector import no_collection
from lantian.kernel.level import Level
from lantian.kernel.problem import LantianError, Place, Problem, Severity
from lantian.rulebook import load_rulebook

__all__ = ["HandCut", "Rung", "StrangeCutError", "TakenUp", "Tried", "take_up"]

FEN_PER_YUAN = 100


@dataclass(frozen=True, slots=True)
class Tried:
    """A plan with changes by hand, checked."""

    plan: Plan
    broken: tuple[Broken, ...]

    @property
    def errors(self) -> tuple[Broken, ...]:
        """What forbids it to go out."""
        return tuple(b for b in self.broken if b.error)

    @property
    def warnings(self) -> tuple[Broken, ...]:
        """What asks for a reason."""
        return tuple(b for b in self.broken if not b.error)

    def summary(self) -> dict[str, Any]:
        """Return its figures without the orders, with what is broken."""
        told = plan_as_dict(self.plan)
        kept = {
            k: v for k, v in told.items() if k not in ("orders", "fairness_exceptions", "checker")
        }
        return kept | {"broken": [b.as_dict() for b in self.broken]}


@dataclass(frozen=True, slots=True)
class TakenUp:
    """A written plan that may be changed, shown as choices and printed."""

    base: Base

    def rungs(self, firm_id: str, level: Level) -> tuple[Rung, ...]:
        """Return the ladder of a firm as choices."""
        return rungs(self.base, firm_id, level)

    def tried(self, cuts: Sequence[HandCut]) -> Tried:
        """Return the plan with changes by hand, checked.

        Raises
        ------
        StrangeCutError
            For a firm, line or share there is none of.
        """
        inputs = self.base.draft.inputs
        with no_collection():
            plan = adjusted(self.base, cuts)
            found = check_plan(plan, inputs.inventory, inputs.rulebook, inputs.day, inputs.switches)
            return Tried(replace(plan, violations=found), judged(self.base, plan, found))

    def document(
        self, tried: Tried, written: Mapping[str, Any], told: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return plan.json of a plan changed by hand.

        Parameters
        ----------
        written
            The plan as it was worked out: its provenance, remarks and marginal costs are kept.
        told
            Who changed what and why, and why what is broken is accepted; stands under ``adjusted``.
        """
        out = plan_as_dict(tried.plan, traces=True)
        zh = f"本方案由算出的方案经人工调整{len(told['changes'])}处而成，逐处的人员和理由见 adjusted。"
        en = f"Changed by hand in {len(told['changes'])} places; who and why stands under `adjusted`."
        kept = ("provenance", "duals", "period", "rules", "unverified_rules")
        out |= {key: written[key] for key in kept if key in written}
        out["remarks_zh"] = [zh, *written["remarks_zh"]]
        out["remarks_en"] = [en, *written["remarks_en"]]
        out["adjusted"] = dict(told)
        return out

    def order_pdf(
        self, plan: Plan, firm_id: str, level: Level, period: tuple[datetime, datetime], issued: Issued | None,
    ) -> bytes:  # fmt: skip
        """Return one order as a page.

        Raises
        ------
        LantianError
            W001 where it cannot be set; O013 where the plan has no such order.
        """
        inputs = self.base.draft.inputs
        basis = order_basis(plan, inputs.inventory, inputs.rulebook, inputs.day, period)
        numbers: dict[str, int] = {}
        for order in plan.orders:
            number = numbers.setdefault(order.firm_id, len(numbers) + 1)
            if order.firm_id == firm_id and order.level is level:
                return Press().pdf(
                    "order.typ", {"order": order_values(order, number, basis, issued)}
                )
        raise LantianError(strange(firm_id))


def take_up(
    path: Path, written: Mapping[str, Any], day: date, rules: Sequence[Path] = (), name: str = ""
) -> TakenUp:
    """Return a written plan, made again from its list.

    Parameters
    ----------
    name
        What the list is called on paper; the name of the file where left out.

    Raises
    ------
    LantianError
        X codes where the list cannot be read; O013 where it is not the list of the plan.
    """
    inventory = read_list(path).inventory
    inventory = replace(inventory, source=name or inventory.source)
    rulebook = load_rulebook(*rules)
    levels = tuple(Level(key) for key in written["levels"])
    switches = switches_in_force(rulebook, day, Switches(), {})
    told: dict[tuple[str, Level], list[tuple[str, Fraction]]] = {}
    for order in written["orders"]:
        lines = [(a["line_id"], Fraction(a["share_exact"])) for a in order["actions"]]
        told[order["firm_id"], Level(order["level"])] = lines
    bound = written["bound_cny_day"]
    fen = None if bound is None else float(Decimal(str(bound)) * FEN_PER_YUAN)
    with no_collection():
        draft = draft_plan(PlanInputs(inventory, rulebook, day, levels, switches))
        try:
            return TakenUp(recovered(draft, told, fen))
        except StrangeCutError as error:
            raise LantianError(strange(error.what)) from None


def strange(what: str) -> Problem:
    """Return the complaint about a firm, line or share that the plan does not have."""
    return Problem(
        "O013", Severity.ERROR, Place(),
        f"方案中没有“{what}”，或比例不在0到100%之间", f"the plan has no “{what}”, or the share is not 0 to 100 %",
        "刷新页面后重选；清单或规则已变的，请重新计算方案",
        "reload the page and choose again; work the plan out anew where list or rules changed",
    )  # fmt: skip
