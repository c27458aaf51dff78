"""A small plan made by hand: three firms, three levels, one pollutant unknown on request."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import CutUnit, Firm, Inventory, Line, Measure
from lantian.domain.response.model import Baseline, LineAction, Order, Plan
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.pollutant import POLLUTANTS, Pollutant
from lantian.kernel.trace import RuleRef, Trace

DAY = date(2026, 11, 5)
KG = 1_000_000
SECOND = RuleRef("response.measures.coking", "2020", "表3", "重点行业差异化措施", "secondary")
UNSURE = RuleRef("response.exchange", "unseen", "SO2与NOx互换", "减排清单编制要求", "unverified")

FIRMS = (
    Firm(
        row=2,
        firm_id="F1",
        name="示例焦化有限公司",
        credit_code="91140100000000001X",
        district="清徐县",
        industry="焦化",
        grade=Grade.C,
        grade_notice="2026年第一批",
        contact="张三",
        phone="0351-0000000",
    ),
    Firm(
        row=3,
        firm_id="F2",
        name="示例铸造厂",
        credit_code="91140100000000002X",
        district="阳曲县",
        industry="铸造",
        grade=Grade.D,
    ),
    Firm(
        row=4,
        firm_id="F3",
        name="示例水泥（引领）股份有限公司",
        credit_code="91140100000000003X",
        district="古交市",
        industry="水泥",
        grade=Grade.A,
    ),
)


def _order(firm: Firm, level: Level, n_lines: int) -> Order:
    k = level.order + 1
    grade = firm.grade or Grade.UNGRADED
    if grade is Grade.A:
        share, reason, text = Fraction(0), "autonomous", "绩效等级为A级或引领性，自主减排"
    elif grade is Grade.C:
        share, reason, text = Fraction(k, 6), "floor", f"结焦时间由24小时延长至{24 + 6 * k}小时"
    else:
        share, reason, text = Fraction(k, 3), "cheapest", f"停产{k}条线（共3条）"
    mass = tuple(int(share * KG * m) for m in (600, 900, 1200, 300))
    each = tuple(m // n_lines for m in mass)
    actions = tuple(
        LineAction(
            line_id=f"L{i}",
            line_name=f"{i}号生产线",
            unit=CutUnit.LINE,
            share=share,
            text_zh=text if share else "正常生产",
            text_en="cut" if share else "runs",
            reduction_mg=(each[0], each[1], each[2], each[3]),
        )
        for i in range(1, n_lines + 1)
    )
    total = tuple(sum(a.reduction_mg[j] for a in actions) for j in range(4))
    return Order(
        firm_id=firm.firm_id,
        firm_name=firm.name,
        credit_code=firm.credit_code,
        district=firm.district,
        industry="coking",
        industry_zh=firm.industry,
        grade=grade,
        level=level,
        share=share,
        floor_share=share,
        reason=reason,
        reason_zh="执行本行业本等级的最低减排要求" if share else text,
        actions=actions,
        transport_zh="国四及以下重型载货车辆（含燃气）停止运输",
        reduction_mg=(total[0], total[1], total[2], total[3]),
        cost_fen=int(share * 4_321_00),
        rule=SECOND,
        trace=Trace(
            "减排比例", "cut", share, rule=SECOND, steps=(Trace("换算", "x", rule=UNSURE),)
        ),
        text_zh=text,
        text_en=text,
        reason_en=reason,
    )


def sample_plan(n_lines: int = 3, unknown: frozenset[Pollutant] = frozenset()) -> Plan:
    orders = tuple(_order(f, level, n_lines) for f in FIRMS for level in LEVELS)
    city = dict.fromkeys(POLLUTANTS, 2500 * KG)
    achieved, other, cost = {}, {}, {}
    for level in LEVELS:
        mine = [o for o in orders if o.level is level]
        cost[level] = sum(o.cost_fen for o in mine)
        for i, p in enumerate(POLLUTANTS):
            other[level, p] = 700 * KG
            achieved[level, p] = other[level, p] + sum(o.reduction_mg[i] for o in mine)
    value = sum(cost.values())
    baseline = {
        key: Baseline(
            key=key,
            label_zh=label,
            cost_fen={level: cost[level] * times for level in LEVELS},
            achieved_mg=achieved,
            meets=dict.fromkeys(LEVELS, key == "uniform"),
            firms_touched=dict.fromkeys(LEVELS, 3),
            lines_stopped=dict.fromkeys(LEVELS, 2),
            good_performers_spared=dict.fromkeys(LEVELS, Fraction(0)),
        )
        for key, label, times in (("filed", "按备案措施", 2), ("uniform", "一刀切", 3))
    }
    return Plan(
        feasible=True,
        levels=LEVELS,
        required_ratio={(lv, p): Fraction(lv.order + 1, 10) for lv in LEVELS for p in POLLUTANTS},
        city_mg=city,
        other_mg=other,
        achieved_mg=achieved,
        cost_fen=cost,
        value_fen=value,
        bound_fen=value * 0.9995,
        gap=0.0005,
        duals_cny_per_kg={(lv, p): 1.5 * (lv.order + 1) for lv in LEVELS for p in POLLUTANTS},
        orders=orders,
        baselines=tuple(baseline.values()),
        violations=(),
        rules=(SECOND, UNSURE),
        unknown=unknown,
        remarks_zh=("示例说明。",),
        remarks_en=("A remark.",),
        provenance={"list": "0" * 64},
    )


def sample_inventory(n_lines: int = 3) -> Inventory:
    lines = tuple(
        Line(row=i, firm_id=f.firm_id, line_id=f"L{i}", name=f"{i}号生产线")
        for f in FIRMS
        for i in range(1, n_lines + 1)
    )
    measures = (
        Measure(
            row=2,
            firm_id="F1",
            line_id="L1",
            level=Level.ORANGE,
            deadline_h=Decimal(6),
            indicator="结焦时间",
            threshold="≥36小时",
        ),
    )
    return Inventory(
        firms=FIRMS,
        lines=lines,
        measures=measures,
        city="示例市",
        source="list.xlsx",
        sha256="ab" * 32,
        notes=("虚构城市",),
    )
