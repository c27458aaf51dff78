"""The values of one order page: who, what to do in the industry's own unit, on which rule.

Covers reference 2.1 (operable, monitorable, verifiable), 1.4 (who signs), law reference (the
article in force on the day of the order) and issue 2 section 4 (one-page order per firm).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lantian.adapters.paper.figures import ABSENT, cite, mark, mass, share
from lantian.domain.inventory.model import Firm, Inventory, Line, Measure
from lantian.domain.response.alert.model import end_zh, start_zh
from lantian.domain.response.alert.procedure import signature
from lantian.domain.response.exceptions import behind
from lantian.domain.response.indicators import filed_holds, line_indicator
from lantian.domain.response.model import FairnessException, LineAction, Order, Plan
from lantian.kernel.level import Level
from lantian.kernel.pollutant import POLLUTANTS
from lantian.rulebook import Rulebook
from lantian.rulebook.model import LawArticle

MOST_LINES = 14
"""Lines that fit the page; the rest is told in one row and stands in orders.xlsx."""

MOST_INDICATORS = 8
"""Different indicators that fit the page; all stand in orders.xlsx."""

MOST_EXCEPTIONS = 3
"""Worse-graded firms cut less that fit the page; all stand in plan.json."""

DUTY_MEASURES = "emergency-measures"
DUTY_GRADING = "performance-grading"


@dataclass(frozen=True, slots=True)
class OrderBasis:
    """What all orders of one plan share."""

    city: str
    day: date
    period: tuple[datetime, datetime] | None
    law_measures: LawArticle
    law_grading: LawArticle | None
    sha256: str
    source: str
    unknown: frozenset[str]
    checked: bool
    firms: Mapping[str, Firm]
    deadline_h: Mapping[tuple[str, Level], Decimal]
    lines: Mapping[tuple[str, str], Line]
    filed: Mapping[tuple[str, str, Level], Measure]
    notes: tuple[str, ...]
    signers: Mapping[Level, str]
    exceptions: Mapping[tuple[str, Level], tuple[FairnessException, ...]]


def order_basis(
    plan: Plan,
    inventory: Inventory,
    rulebook: Rulebook,
    day: date,
    period: tuple[datetime, datetime] | None,
) -> OrderBasis:
    """Collect once what every order page needs."""
    deadlines: dict[tuple[str, Level], Decimal] = {}
    filed: dict[tuple[str, str, Level], Measure] = {}
    for m in inventory.measures:
        if m.level is None:
            continue
        key = m.firm_id, m.level
        if m.deadline_h is not None:
            deadlines[key] = min(m.deadline_h, deadlines.get(key, m.deadline_h))
        filed.setdefault((m.firm_id, m.line_id, m.level), m)
    lines: dict[tuple[str, str], Line] = {}
    for line in inventory.lines:
        lines.setdefault((line.firm_id, line.line_id), line)
    return OrderBasis(
        city=inventory.city or "××市",
        day=day,
        period=period,
        law_measures=rulebook.law(DUTY_MEASURES, day),
        law_grading=_grading(rulebook, day),
        sha256=inventory.sha256,
        source=inventory.source,
        unknown=frozenset(p.value for p in plan.unknown),
        checked=not plan.violations,
        firms={f.firm_id: f for f in inventory.firms},
        deadline_h=deadlines,
        lines=lines,
        filed=filed,
        notes=inventory.notes,
        exceptions=_by_industry(plan),
        signers={level: signature(rulebook, level, day).signer_zh for level in plan.levels},
    )


def _by_industry(plan: Plan) -> dict[tuple[str, Level], tuple[FairnessException, ...]]:
    found: dict[tuple[str, Level], tuple[FairnessException, ...]] = {}
    for e in plan.exceptions:
        key = e.industry, e.level
        found[key] = (*found.get(key, ()), e)
    return found


@dataclass(frozen=True, slots=True)
class Issued:
    """That an order went out: who signed the alert and when, what became of its period since."""

    by: str
    at: datetime
    changes_zh: tuple[str, ...] = ()
    ended_zh: str = ""


def order_values(
    order: Order, number: int, basis: OrderBasis, issued: Issued | None = None
) -> dict[str, Any]:
    """Return the values of ``order.typ`` for one order; `number` is its place in the list.

    Without `issued` the page says that it is a draft.
    """
    level = order.level
    state = "拟稿" if issued is None else "已终止" if issued.ended_zh else "已下达"
    return {
        "stamp": "拟稿，未经签发不生效"
        if issued is None
        else issued.ended_zh or "已签发，自下达起执行",
        "signed": "" if issued is None else f"{issued.by}　{issued.at:%Y年%-m月%-d日%-H时%M分}",
        "city": basis.city,
        "title": f"{order.firm_name} {level.label_zh}预警管控令（{state}）",
        "heading": f"重污染天气{level.label_zh}预警（{level.roman}级）管控令",
        "number": f"文号：＿＿＿＿〔{basis.day.year}〕＿＿号　　清单序号：{number:04d}",
        "size": 9.5,
        "facts": _facts(order, basis, issued),
        "firm": order.firm_name,
        "opening": _opening(order, basis),
        "demand": _demand(order, basis),
        "units": [f"{p.label_zh}\nkg/d" for p in POLLUTANTS],
        "lines": _lines(order, basis),
        "note": _note(order, basis),
        "sections": _sections(order, basis),
        "signer": basis.signers[level],
        "issuer": f"{basis.city}重污染天气应急指挥部办公室",
        "footer": _footer(order, basis),
    }


def period_zh(period: tuple[datetime, datetime] | None) -> str:
    """Return the period in words, or the blank an officer fills in."""
    if period is None:
        return "自　　年　月　日　时起，至另行通知解除时止"
    return f"{start_zh(period[0])}至{end_zh(period[1])}（以正式通知为准）"


def _facts(order: Order, basis: OrderBasis, issued: Issued | None) -> list[list[str]]:
    firm = basis.firms.get(order.firm_id)
    notice = firm.grade_notice if firm is not None and firm.grade_notice else "清单未填文号"
    return [
        ["企业名称", order.firm_name or order.firm_id],
        ["统一社会信用代码", order.credit_code or "清单未填"],
        ["所在区县", order.district or "清单未填"],
        ["行业", order.industry_zh],
        ["绩效等级", order.grade.label_zh],
        ["等级依据", notice],
        ["预警级别", f"{order.level.label_zh}（{order.level.roman}级）"],
        ["执行时段", "；".join((period_zh(basis.period), *(issued.changes_zh if issued else ())))],
    ]


def _opening(order: Order, basis: OrderBasis) -> str:
    law = basis.law_measures
    return (
        f"依据{law.cite_zh()}{mark(law.head.status.value)}和本市重污染天气应急预案，"
        f"现对你单位下达重污染天气{order.level.label_zh}预警（{order.level.roman}级响应）"
        "应急减排要求如下，请立即组织落实。"
    )


def _demand(order: Order, basis: OrderBasis) -> str:
    what = order.text_zh or order.reason_zh
    what = what.rstrip("。")
    if order.share == 0:
        return f"{what}。{_reason(order)}"
    cuts = "、".join(
        f"{p.label_zh}{mass(mg)}"
        for p, mg in zip(POLLUTANTS, order.reduction_mg, strict=True)
        if p.value not in basis.unknown and mg > 0
    )
    tail = f"，日减排{cuts}千克" if cuts else ""
    whole = "" if "负荷" in what else f"全厂（按生产线计）合计降低{share(order.share)}"
    tail = tail if whole else tail.lstrip("，")
    return f"{what}。{whole}{tail}{'。' if whole or tail else ''}{_reason(order)}"


def _reason(order: Order) -> str:
    if order.reason_zh and order.reason_zh != order.text_zh:
        return f"理由：{order.reason_zh}。"
    return ""


def _lines(order: Order, basis: OrderBasis) -> list[list[str]]:
    cut = [a for a in order.actions if a.share > 0]
    rest = [a for a in order.actions if a.share == 0]
    if not cut:
        return []
    shown = cut[:MOST_LINES]
    rows = [_line(i, a, basis) for i, a in enumerate(shown, start=1)]
    blank = [""] * len(POLLUTANTS)
    if len(cut) > len(shown):
        more = cut[len(shown) :]
        sums = [sum(a.reduction_mg[k] for a in more) for k in range(len(POLLUTANTS))]
        text = f"另有{len(more)}条生产线的措施见附表（orders.xlsx）"
        rows.append(["…", f"另{len(more)}条", text, "", *_masses(tuple(sums), basis)])
    if rest:
        names = "、".join(a.line_name or a.line_id for a in rest[:6])
        more_text = "等" if len(rest) > 6 else ""
        quiet = {a.text_zh for a in rest}
        text = quiet.pop() if len(quiet) == 1 else "不要求减排"
        rows.append(["", f"其余{len(rest)}条", f"{names}{more_text}：{text}", "0%", *blank])
    rows.append(["", "合计", "", share(order.share), *_masses(order.reduction_mg, basis)])
    return rows


def _line(number: int, action: LineAction, basis: OrderBasis) -> list[str]:
    return [
        str(number),
        action.line_name or action.line_id,
        action.text_zh,
        share(action.share),
        *_masses(action.reduction_mg, basis),
    ]


def _masses(mg: tuple[int, ...], basis: OrderBasis) -> list[str]:
    return [
        ABSENT if p.value in basis.unknown else mass(m) for p, m in zip(POLLUTANTS, mg, strict=True)
    ]


def _note(order: Order, basis: OrderBasis) -> str:
    parts = []
    if basis.unknown:
        names = "、".join(p.label_zh for p in POLLUTANTS if p.value in basis.unknown)
        parts.append(f"{names}：清单没有数据，“—”表示未知，不是零。")
    if any("invented" in n.lower() or "虚构" in n for n in basis.notes):
        parts.append("本件由虚构城市的清单生成，仅供演示。")
    return " ".join(parts)


def _sections(order: Order, basis: OrderBasis) -> list[list[str]]:
    out: list[list[str]] = []
    transport = order.transport_zh or "按本级别机动车和非道路移动机械管控通告执行"
    out.append(["二、运输管控", f"{transport.rstrip('。')}。"])
    key = order.firm_id, order.level
    hours = basis.deadline_h.get(key)
    deadline = f"接到通知后{hours.normalize():f}小时内" if hours is not None else "按政府通知的时限"
    check = indicators_zh(order, basis)
    tail = f"核查指标：{check}。" if check else ""
    out.append(
        [
            "三、落实与核查",
            f"{deadline}落实到位，如实记录启停时间和产量、用电、台账，厂门口公示牌同步更新，"
            f"接受现场和在线核查；预警解除前不得擅自恢复。{tail}",
        ]
    )
    basis_text = f"最低要求：{cite(order.rule)}"
    beyond = order.trace.steps[-1].rule if order.trace.steps else None
    if order.reason in ("cheapest", "fairness") and beyond is not None:
        basis_text += f"；加严：{cite(beyond)}"
    if basis.law_grading is not None:
        law = basis.law_grading
        basis_text += f"；差异化管控：{law.cite_zh()}{mark(law.head.status.value)}"
    out.append(["四、依据", f"{basis_text}。{_fairness(order, basis)}"])
    out.append(
        [
            "五、异议",
            "对绩效等级、排放数据或生产线信息有异议的，请向所在地生态环境部门提出并附材料，"
            "核实前按本件执行；对本件不服的，可以依法申请行政复议或者提起行政诉讼。",
        ]
    )
    return out


def _fairness(order: Order, basis: OrderBasis) -> str:
    """Return which worse-graded firms of the industry are cut less, and why; empty for none."""
    found = behind(order, basis.exceptions.get((order.industry, order.level), ()))
    if not found:
        return ""
    told = "；".join(
        f"{e.firm_name}（{e.grade.label_zh}，{share(e.share)}，{e.why_zh}）"
        for e in found[:MOST_EXCEPTIONS]
    )
    more = f"等{len(found)}家" if len(found) > MOST_EXCEPTIONS else ""
    return f"公平性说明：同行业等级较差而本级别减排比例低于你单位的，有{told}{more}。"


def indicators_zh(order: Order, basis: OrderBasis) -> str:
    """Return what shows that the order is obeyed: its own figures, alike lines together.

    A filed figure is added only where it asks for no less than the order.
    """
    alike: dict[str, list[str]] = {}
    for action in order.actions:
        line = basis.lines.get((order.firm_id, action.line_id))
        if action.share == 0 or line is None:
            continue
        text = line_indicator(action, line)
        measure = basis.filed.get((order.firm_id, action.line_id, order.level))
        if measure is not None and filed_holds(measure, action, line):
            said = f"{measure.indicator}{measure.threshold}".replace(" ", "")
            if said not in text:
                text += f"［企业填报：{said}］"
        alike.setdefault(text, []).append(action.line_name or action.line_id)
    parts = [
        text if len(order.actions) == 1 else f"{_names(names)}{text}"
        for text, names in alike.items()
    ]
    if len(parts) > MOST_INDICATORS:
        parts[MOST_INDICATORS:] = ["其余见附表（orders.xlsx）"]
    return "；".join(parts)


def _names(names: list[str]) -> str:
    more = f"等{len(names)}条线" if len(names) > 4 else ""
    return f"{'、'.join(names[:4])}{more}："


def _footer(order: Order, basis: OrderBasis) -> list[str]:
    rules = order.trace.rules() or (order.rule,)
    told = "；".join(f"{r.rule_id}@{r.edition}{mark(r.status)}" for r in rules[:6])
    if len(rules) > 6:
        told += f"；另{len(rules) - 6}条见 plan.json"
    digest = basis.sha256[:16] if basis.sha256 else "无"
    verdict = "通过" if basis.checked else "未通过"
    return [
        f"溯源　清单：{basis.source or '未记名'}（SHA-256 {digest}…）　独立核验：{verdict}　"
        f"规则日期：{basis.day.isoformat()}",
        f"规则　{told}",
        "【二手来源】【待核实】【系统设定】为规则的证据等级，签发前请核对原文；未带标记的为官方文本。",
    ]


def _grading(rulebook: Rulebook, day: date) -> LawArticle | None:
    return rulebook.law(DUTY_GRADING, day) if DUTY_GRADING in rulebook.duties() else None
