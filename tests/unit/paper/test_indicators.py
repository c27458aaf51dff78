"""The indicator on an order is that of the order: figure by figure, for every line of a city.

Covers reference 2.1 (verifiable measures) and section 4 of the contract (the order says its
amount in the industry's own unit). A filed figure is shown only where it is not weaker.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

import openpyxl
import pytest

from lantian.adapters.excel.orders_book import write_orders_book
from lantian.adapters.paper.order_page import OrderBasis, indicators_zh, order_basis
from lantian.adapters.solver import HighsSolver
from lantian.demo.city import make_city
from lantian.domain.inventory.model import CutUnit, Inventory, Line, Measure, MeasureKind
from lantian.domain.response.indicators import filed_holds, line_indicator
from lantian.domain.response.model import LineAction, Plan
from lantian.jobs.plan import PlanOptions, make_plan
from lantian.kernel.level import Level
from lantian.rulebook import load_rulebook

DAY = date(2026, 12, 1)
STEP = Fraction(1, 100)


@pytest.fixture(scope="module")
def planned() -> tuple[Plan, Inventory, OrderBasis]:
    inventory, book = make_city(300, 2), load_rulebook()
    plan = make_plan(inventory, book, DAY, PlanOptions(), solver=HighsSolver())
    return plan, inventory, order_basis(plan, inventory, book, DAY, None)


def agrees(text: str, share: Fraction, line: Line) -> bool:
    """Whether the figure of an indicator is the ordered one, never on the loose side."""
    number = Fraction(found[1]) if (found := re.search(r"[≥≤](?:正常的)?([\d.]+)", text)) else None
    if number is None:
        return share == 1 and ("接近零" in text or "投料量为0" in text)
    if text.startswith("停用"):
        return number == share * Fraction(line.cut_units_total or 0)
    if text.startswith("结焦时间"):
        exact = Fraction(line.normal_coking_hours or 0) / (1 - share)
        return exact <= number < exact + STEP
    if text.startswith(("投料量", "锅炉负荷")):
        usual = Fraction(line.cut_units_total or 0)
    elif text.startswith("用电量"):
        usual = Fraction(line.daily_electricity_kwh or 0)
        assert "计算" in text
    elif text.startswith("产量"):
        usual = Fraction(line.output or 0) / Fraction(line.operating_days or 1)
        assert "计算" in text
    else:
        usual = Fraction(100)
    exact = usual * (1 - share)
    return exact - STEP < number <= exact


def test_every_indicator_of_a_city_is_that_of_its_order(planned) -> None:
    plan, _, basis = planned
    seen = set()
    for order in plan.orders:
        shown = indicators_zh(order, basis)
        assert bool(shown) == (order.share > 0)
        for action in order.actions:
            line = basis.lines[order.firm_id, action.line_id]
            text = line_indicator(action, line)
            if action.share == 0:
                assert text == ""
                continue
            assert agrees(text, action.share, line), (order.firm_id, action, text)
            assert text in shown or "其余见附表" in shown
            seen.add(re.split(r"[≥≤，]", text)[0])
    assert {"结焦时间", "用电量", "用电量接近零（仅留安全、照明用电）"} <= seen
    assert "锅炉负荷" in seen


def test_no_filed_figure_on_any_page_is_weaker_than_its_order(planned) -> None:
    plan, _, basis = planned
    beside = 0
    for order in plan.orders:
        for said in re.findall(r"［企业填报：(.+?)］", indicators_zh(order, basis)):
            beside += 1
            sign, figure = re.search(r"([≥≤])([\d.]+)", said).groups()
            limits = []
            for action in order.actions:
                line = basis.lines[order.firm_id, action.line_id]
                if action.share == 0:
                    continue
                if sign == "≥":
                    limits.append(
                        Fraction(figure)
                        >= Fraction(line.normal_coking_hours or 0) / (1 - action.share)
                    )
                elif "kWh" in said:
                    left = max(1 - action.share, Fraction(1, 20))
                    limits.append(
                        Fraction(figure) <= Fraction(line.daily_electricity_kwh or 0) * left
                    )
                else:
                    usual = Fraction(line.cut_units_total or 0)
                    limits.append(Fraction(figure) <= usual * (1 - action.share))
            assert any(limits), (order.firm_id, said)
    assert beside > 0


def act(share: str, text: str = "") -> LineAction:
    return LineAction("L1", "1号", CutUnit.LINE, Fraction(share), text, "", (0, 0, 0, 0))


def oven() -> Line:
    return Line(
        row=2,
        firm_id="F",
        line_id="L1",
        cut_unit=CutUnit.COKING_HOURS,
        normal_coking_hours=Decimal(25),
    )


def filed(indicator: str, threshold: str, share: str | None, kind: MeasureKind) -> Measure:
    return Measure(
        2,
        "F",
        "L1",
        Level.RED,
        kind,
        None if share is None else Decimal(share),
        indicator=indicator,
        threshold=threshold,
    )


def test_an_oven_ordered_to_51_hours_is_not_measured_at_36() -> None:
    action = act("26/51")
    assert line_indicator(action, oven()) == "结焦时间≥51h"
    weak = filed("结焦时间", "≥36h", "0.6", MeasureKind.EXTEND_COKING)
    assert not filed_holds(weak, action, oven())  # the share says enough, the figure does not
    assert not filed_holds(filed("结焦时间", "≥60h", "0.3", weak.kind), action, oven())
    assert filed_holds(filed("结焦时间", "≥60h", "0.58", weak.kind), action, oven())
    assert not filed_holds(filed("结焦时间", "按要求", "0.9", weak.kind), action, oven())


@pytest.mark.parametrize(
    ("share", "changes", "expected"),
    [
        ("0", {}, ""),
        ("1", {}, "用电量接近零（仅留安全、照明用电），无投料、无产量"),
        ("1/3", {"cut_unit": CutUnit.FEED, "cut_units_total": Decimal(100)}, "投料量≤66.66t/d"),
        ("1/2", {"cut_unit": CutUnit.BOILERS, "cut_units_total": Decimal(35)}, "锅炉负荷≤17.5t/h"),
        (
            "3/20",
            {"cut_unit": CutUnit.CELLS, "cut_units_total": Decimal(20)},
            "停用电解槽≥3台（共20台）",
        ),
        (
            "1/2",
            {"cut_unit": CutUnit.FLAME_SYSTEMS, "cut_units_total": Decimal(4)},
            "停用火焰系统≥2个（共4个）",
        ),
        (
            "1/5",
            {"daily_electricity_kwh": Decimal("1000.5")},
            "用电量≤800.4kWh/d（按正常1000.5kWh/d×（1-20%）计算）",
        ),
        (
            "1/5",
            {"operating_days": Decimal(300), "output": Decimal(900), "capacity_unit": "t/a"},
            "产量≤2.4t/日（按年产量÷运行天数×（1-20%）计算）",
        ),
        ("1/3", {}, "生产负荷≤正常的66.66%（清单未填用电量，以台账核实）"),
    ],
)
def test_indicator_in_the_unit_of_the_line(share: str, changes: dict, expected: str) -> None:
    line = Line(row=2, firm_id="F", line_id="L1", **changes)
    assert line_indicator(act(share), line) == expected


def test_a_kiln_kept_hot_is_measured_by_its_feed() -> None:
    line = Line(row=2, firm_id="F", line_id="L1", cut_unit=CutUnit.HOT_HOLD)
    assert line_indicator(act("1", "停产保温（保窑），不得投料"), line) == "投料量为0，仅保温用能"


def test_the_workbook_has_the_same_indicators(planned, tmp_path) -> None:
    plan, inventory, basis = planned
    write_orders_book(plan, tmp_path / "o.xlsx", city="测试市", lines=inventory.lines)
    book = openpyxl.load_workbook(tmp_path / "o.xlsx", read_only=True)
    rows = list(book["红色"].iter_rows(min_row=2, values_only=True))
    at = rows[0].index("核查指标")
    shown = [r[at] or "" for r in rows[1:]]
    expected = [
        line_indicator(a, basis.lines[o.firm_id, a.line_id]) if a else ""
        for o in plan.orders
        if o.level is Level.RED
        for a in (o.actions or (None,))
    ]
    assert shown == expected
