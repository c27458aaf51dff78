"""Plan a small list in memory with the real optimiser."""

from __future__ import annotations

from typing import Any

from plan_book import FakeBook
from plan_cities import DAY

from lantian.adapters.solver import HighsSolver
from lantian.domain.inventory.model import Inventory
from lantian.domain.response.model import Order, Plan
from lantian.domain.response.settings import Switches
from lantian.jobs.plan import PlanOptions, make_plan
from lantian.kernel.level import LEVELS, Level


def planned(
    inventory: Inventory,
    book: FakeBook | None = None,
    levels: tuple[Level, ...] = LEVELS,
    **switches: Any,
) -> Plan:
    """Return the verified plan of a list."""
    options = PlanOptions(levels=levels, gap=0.0, switches=Switches(**switches))
    return make_plan(inventory, book or FakeBook(), DAY, options, solver=HighsSolver())


def order_of(plan: Plan, firm_id: str, level: Level = Level.RED) -> Order:
    """Return one order of a plan."""
    return next(o for o in plan.orders if o.firm_id == firm_id and o.level is level)
