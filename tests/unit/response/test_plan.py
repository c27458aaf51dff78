"""Whole plans of hand-made cities: targets, reasons, baselines, unknowns, infeasibility.

Covers section 4 of the contract: floors never weakened, A and leading never forced, cheapest
further cuts, exchange switch, unknown pollutants, advice when nothing reaches the targets.
"""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from plan_book import HEAD, FakeBook
from plan_cities import city, filed, firm, line, masses
from plan_help import order_of, planned

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import Inventory, MeasureKind
from lantian.domain.response.report import plan_as_dict
from lantian.domain.response.summary import figures
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.pollutant import POLLUTANTS, Pollutant
from lantian.rulebook.model import FloorKind

PM, SO2, NOX, VOC = Pollutant


def two_firms(dear: int = 50_000) -> Inventory:
    """Cheap and dear C firm of one line each, 100 kg of everything; the city emits 400 kg."""
    return city(
        [firm("F1", Grade.C), firm("F2", Grade.C)],
        [line("F1"), line("F2", daily_value_cny=Decimal(dear))],
        masses(400, 400, 400, 400),
    )


def test_cheapest_line_takes_what_floors_leave_open() -> None:
    plan = planned(two_firms())
    assert plan.feasible
    assert plan.violations == ()
    got = {
        (o.firm_id, o.level): o.share for o in plan.orders
    }  # floors .2 each cut 40 kg: yellow 40, orange 80, red 120 kg are asked
    assert got["F1", Level.YELLOW] == got["F2", Level.YELLOW] == Fraction(1, 5)
    assert (got["F1", Level.ORANGE], got["F2", Level.ORANGE]) == (1, Fraction(1, 5))
    assert (got["F1", Level.RED], got["F2", Level.RED]) == (1, Fraction(1, 5))
    assert order_of(plan, "F1").reason == "cheapest"
    assert order_of(plan, "F1").trace.steps[-1].rule == HEAD.ref()  # of the targets
    assert order_of(plan, "F2").reason == "floor"
    assert plan.achieved_mg[Level.RED, PM] == 120_000_000
    assert plan.cost_fen[Level.YELLOW] == 1_200_000


def test_floors_above_the_target_are_not_weakened_and_it_says_so() -> None:
    inventory = city([firm("F1", Grade.D)], [line("F1")], masses(200, 200, 200, 200))
    plan = planned(inventory)
    assert order_of(plan, "F1", Level.YELLOW).share == 1
    assert sum("不放松" in r for r in plan.remarks_zh) == 3


def test_worse_graded_firm_is_pulled_along_by_a_better_one() -> None:
    rule = {("cement", "B", x): (FloorKind.CUT_SHARE, Fraction(1, 2)) for x in LEVELS}
    inventory = city(
        [firm("F1", Grade.B), firm("F2", Grade.C)], [line("F1"), line("F2")], masses(*[500] * 4)
    )
    plan = planned(inventory, FakeBook(rule), levels=(Level.YELLOW,))
    assert order_of(plan, "F2", Level.YELLOW).share == Fraction(1, 2)
    assert order_of(plan, "F2", Level.YELLOW).reason == "fairness"
    loose = planned(inventory, FakeBook(rule), levels=(Level.YELLOW,), fairness=False)
    assert order_of(loose, "F2", Level.YELLOW).share == Fraction(1, 5)
    assert order_of(loose, "F2", Level.YELLOW).reason == "floor"


def test_a_and_leading_are_never_cut_even_when_targets_fail() -> None:
    inventory = city(
        [firm("F1", Grade.A), firm("F2", Grade.LEADING), firm("F3", Grade.C)],
        [line("F1", "1", 500, 500, 500, 500), line("F2"), line("F3")],
        masses(*[700] * 4),
    )
    plan = planned(inventory)
    assert not plan.feasible
    assert {o.share for o in plan.orders if o.firm_id in ("F1", "F2")} == {0}
    assert plan.violations == ()
    told = plan_as_dict(plan)
    assert told["feasible"] is False
    assert told["gap"] is None
    assert told["levels"]["red"]["short_kg_day"]["PM"] == 110.0  # 210 asked, 100 can be cut
    assert "110千克" in "".join(plan.advice_zh)
    assert "15%" not in plan.advice_zh[-1]


def test_infeasible_by_guarantee_names_who_to_release() -> None:
    inventory = city(
        [firm("F1", Grade.C, guaranteed=True, name="热电厂"), firm("F2", Grade.C)],
        [
            line("F1", "1", 300, 300, 300, 300, task_share=Decimal(1)),
            line("F2", "1", 50, 50, 50, 50),
        ],
        masses(*[400] * 4),
    )
    plan = planned(inventory, levels=(Level.RED,))
    assert not plan.feasible
    assert plan.shortfall is not None
    assert plan.shortfall.short_mg[Level.RED, SO2] == 70_000_000
    text = "\n".join(plan.advice_zh)
    assert "热电厂" in text
    assert "即可达标" in text
    assert "保障" in text


def test_district_cap_that_cannot_hold_is_named() -> None:
    plan = planned(two_firms(), levels=(Level.RED,), district_cap_cny={"东区": 100})
    assert not plan.feasible
    assert any("东区" in a for a in plan.advice_zh)


def test_unknown_pollutants_have_no_target_and_are_not_met() -> None:
    inventory = city(
        [firm("F1", Grade.C)],
        [line("F1", "1", None, 100, 100, None)],
        masses(None, 400, 400, None),
        not_collected=frozenset({PM, VOC}),
    )
    told = plan_as_dict(planned(inventory, levels=(Level.YELLOW,)))
    assert told["feasible"] is True
    assert told["unknown"] == ["PM", "VOC"]
    level = told["levels"]["yellow"]
    assert level["achieved"]["PM"] is None
    assert level["met"]["VOC"] is None
    assert level["required"]["SO2"] == 0.1
    assert told["checker"] == {"ok": True, "violations": []}


def test_exchange_is_off_by_default_and_lets_one_stand_in_for_the_other() -> None:
    inventory = city(
        [firm("F1", Grade.C), firm("F2", Grade.C)],
        [
            line("F1", "1", 0, 150, 0, 0, daily_value_cny=Decimal(1000)),
            line("F2", "1", 0, 0, 80, 0, daily_value_cny=Decimal(900_000)),
        ],
        masses(0, 400, 200, 0),
    )
    apart = planned(inventory, levels=(Level.YELLOW,))
    swapped = planned(inventory, levels=(Level.YELLOW,), exchange=True)
    assert apart.violations == swapped.violations == ()
    assert swapped.exchange
    assert swapped.cost_fen[Level.YELLOW] < apart.cost_fen[Level.YELLOW]
    assert swapped.achieved_mg[Level.YELLOW, NOX] < 20_000_000


def test_dust_and_mobile_alone_may_meet_a_level() -> None:
    from lantian.domain.inventory.model import DustSource, MobileSource

    inventory = city(
        [firm("F1", Grade.A)],
        [line("F1")],
        masses(*[100] * 4),
        dust=(DustSource(2, "D", reduction_pm_kg=dict.fromkeys(LEVELS, Decimal(30))),),
        mobile=(
            MobileSource(
                2, "M", reduction_kg={(x, p): Decimal(30) for x in LEVELS for p in POLLUTANTS}
            ),
        ),
    )
    plan = planned(inventory)
    assert plan.feasible
    assert plan.value_fen == 0
    assert plan.gap == 0


def test_baselines_by_hand() -> None:
    inventory = city(
        [firm("F1", Grade.C), firm("F2", Grade.B)],
        [line("F1"), line("F2")],
        masses(*[400] * 4),
        measures=tuple(filed("F1", "1", "0.5", MeasureKind.LIMIT)),
    )
    plan = planned(inventory, levels=(Level.YELLOW,))
    filed_as_is, uniform = plan.baselines
    assert filed_as_is.achieved_mg[Level.YELLOW, PM] == 50_000_000
    assert filed_as_is.meets[Level.YELLOW]
    assert filed_as_is.firms_touched[Level.YELLOW] == 1
    assert filed_as_is.good_performers_spared[Level.YELLOW] == 1
    assert uniform.achieved_mg[Level.YELLOW, PM] == 40_000_000  # exactly 20 % of both
    assert "20.00%" in uniform.note_zh
    assert uniform.good_performers_spared[Level.YELLOW] == 0


def test_stopped_ungraded_and_guaranteed_orders_say_why() -> None:
    inventory = city(
        [
            firm("F1", Grade.C, long_stopped=True),
            firm("F2", None),
            firm("F3", Grade.D, guaranteed=True),
            firm("F4", Grade.A),
            firm("F5", Grade.C),
        ],
        [line("F1"), line("F2"), line("F3", task_share=Decimal("0.6")), line("F4")],
        masses(*[1000] * 4),
    )
    plan = planned(inventory, levels=(Level.YELLOW,))
    found = {o.firm_id: o.reason for o in plan.orders}
    assert found == {
        "F1": "stopped", "F2": "floor", "F3": "guaranteed", "F4": "autonomous", "F5": "none"
    }  # fmt: skip
    assert order_of(plan, "F3", Level.YELLOW).share == Fraction(2, 5)
    assert order_of(plan, "F1", Level.YELLOW).actions[0].text_zh == "企业长期停产，不计减排"
    cited = {r.rule_id for r in order_of(plan, "F3", Level.YELLOW).trace.rules()}
    assert "fake.measure" in cited


def test_json_holds_what_the_contract_names_and_agrees_with_the_figures() -> None:
    plan = planned(two_firms())
    told = json.loads(json.dumps(plan_as_dict(plan, traces=True)))
    for key in ("feasible", "cost_cny_day", "bound_cny_day", "gap", "levels", "checker", "duals",
                "baselines", "unverified_rules", "orders"):  # fmt: skip
        assert key in told
    assert set(told["baselines"]) == {"filed", "uniform"}
    assert set(told["duals"]) == {"yellow", "orange", "red"}
    assert len(told["orders"]) == 6
    shown = figures(plan)
    for level in LEVELS:
        row = told["levels"][level.value]
        assert set(row) >= {"required", "achieved", "cost_cny_day", "short_kg_day"}
        assert row["cost_cny_day"] == float(shown.level(level).cost)
        orders = [o for o in told["orders"] if o["level"] == level.value]
        assert sum(o["cost_cny_day"] for o in orders) == pytest.approx(row["cost_cny_day"])
        assert sum(o["reduction_kg_day"]["PM"] for o in orders) == pytest.approx(
            row["achieved_kg_day"]["PM"]
        )
        assert all(row["achieved"][p.value] >= row["required"][p.value] for p in POLLUTANTS)
    assert told["cost_cny_day"] == pytest.approx(
        sum(told["levels"][x.value]["cost_cny_day"] for x in LEVELS)
    )
    assert told["orders"][0]["trace"]["steps"][0]["rule"]["status"] == "unverified"
    assert told["unverified_rules"]


def test_days_weigh_the_levels() -> None:
    plan = planned(two_firms(), days=(6, 3, 1))
    assert plan.value_fen == sum(
        plan.cost_fen[x] * w for x, w in zip(LEVELS, (6, 3, 1), strict=True)
    )
