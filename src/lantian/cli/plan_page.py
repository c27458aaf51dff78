"""What ``lantian plan`` prints: the same figures as every page, no timings, same every run."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction

from rich.console import Console
from rich.table import Table

from lantian.domain.response.model import Plan
from lantian.domain.response.summary import (
    BaselineFigures,
    Figures,
    LevelFigures,
    PollutantFigures,
    figures,
    floor_percent,
)
from lantian.kernel.pollutant import POLLUTANTS
from lantian.kernel.rounding import round_gbt8170
from lantian.kernel.trace import RuleRef
from lantian.rulebook.model import Status

PAGE_WIDTH = 100
MOST_RULES = 6


def print_plan(plan: Plan, out: Console) -> None:
    """Print the summary of a plan in Chinese with English labels."""
    if not out.is_terminal:
        out.width = PAGE_WIDTH
    told = figures(plan)
    _head(plan, told, out)
    for level in told.levels:
        _level(plan, told, level, out)
    _grades(told, out)
    _compare(plan, told, out)
    _rules(plan, told, out)
    for zh in plan.remarks_zh:
        out.print(f"注：{zh}", soft_wrap=True)
    _source(plan, out)


def _head(plan: Plan, told: Figures, out: Console) -> None:
    where = plan.provenance
    out.print(
        f"[bold]应急减排方案[/] {where.get('city', '')}  清单 {where.get('list', '')}  "
        f"日期 {where.get('day', '')}"
    )
    if plan.period:
        out.print(f"预警时段 Period  {plan.period}")
    if not plan.feasible:
        out.print("[bold red]结论：无法达标 Infeasible[/]  以下是最接近的安排 (the nearest plan)")
        for zh, en in zip(plan.advice_zh, plan.advice_en, strict=True):
            out.print(f"· {zh}\n  [dim]{en}[/]", soft_wrap=True)
        return
    each = "  ".join(f"{f.level.label_zh} {_short_money(f.cost, plan)}" for f in told.levels)
    out.print(f"[bold]结论：可行 Feasible[/]  日成本 {each}")
    of = (
        "" if len(told.levels) == 1 else f"{told.total_label_zh} {_short_money(told.total, plan)}  "
    )
    out.print(f"{of}下界 {_short_money(told.total_bound, plan)}  差距 gap {told.gap:.4%}")


def _level(plan: Plan, told: Figures, level: LevelFigures, out: Console) -> None:
    out.print(
        f"\n[bold]{level.level.label_zh}预警 {level.level.value}[/]  "
        f"日成本 {_money(level.cost, plan)}  减排企业 {level.firms_touched:,}/{level.firms:,}  "
        f"停产线 {level.lines_stopped:,}  优者未受影响 {_spared(told, level.good_spared_share)}"
    )
    table = _table(
        "污染物", "要求", "达到", "要求千克/日", "达到千克/日", "扬尘移动源", _price_head(plan)
    )
    for p in level.pollutants:
        table.add_row(*_pollutant(plan, p))
    out.print(table)


def _price_head(plan: Plan) -> str:
    return "多减1千克(元)" if plan.cost_basis == "cny" else "多减1千克"


def _pollutant(plan: Plan, p: PollutantFigures) -> list[str]:
    name = f"{p.pollutant.label_zh} {p.pollutant.value}"
    if not p.known:
        return [name, "未知", "未知", "—", "—", "—", "—"]
    mark = "" if p.met else ("（互换）" if plan.exchange and plan.feasible else " 未达标")
    price = "—" if p.marginal_cny_kg is None else f"{p.marginal_cny_kg:,.2f}"
    return [
        name,
        f"{float(p.required_ratio):.0%}",
        floor_percent(p.achieved_ratio) + mark,
        _kg(p.required_kg),
        _kg(p.achieved_kg),
        _kg(p.other_kg),
        price,
    ]


def _grades(told: Figures, out: Console) -> None:
    out.print("\n[bold]各等级受影响企业 Firms touched by grade[/]（减排/全停）")
    table = _table("等级", "企业", *(f"{f.level.label_zh}" for f in told.levels))
    for i, grade in enumerate(told.levels[0].grades):
        cells = [f"{f.grades[i].touched:,}/{f.grades[i].stopped:,}" for f in told.levels]
        table.add_row(grade.grade.label_zh, f"{grade.firms:,}", *cells)
    out.print(table)


def _compare(plan: Plan, told: Figures, out: Console) -> None:
    out.print("\n[bold]与两种做法比较 Against two baselines[/]")
    table = _table(
        "做法", "级别", "日成本", *(p.value for p in POLLUTANTS), "达标", "企业", "优者未受影响"
    )
    for f in told.levels:
        ratios = [floor_percent(p.achieved_ratio) if p.known else "未知" for p in f.pollutants]
        table.add_row(
            "本方案",
            f.level.label_zh,
            _short_money(f.cost, plan),
            *ratios,
            "是" if plan.feasible else "否",
            f"{f.firms_touched:,}",
            _spared(told, f.good_spared_share),
        )
    for b in told.baselines:
        table.add_row(*_baseline(plan, told, b))
    out.print(table)
    out.print("  优者：A级、引领性、B级、B-级企业；未受影响：不减产。")
    for base in plan.baselines:
        out.print(f"  {base.label_zh}：{base.note_zh}。", soft_wrap=True)
    for b in told.baselines:
        if b.why_cheaper_zh:
            out.print(f"  {b.why_cheaper_zh}", soft_wrap=True)


def _baseline(plan: Plan, told: Figures, b: BaselineFigures) -> list[str]:
    ratios = [floor_percent(b.ratios[p]) if p in b.ratios else "未知" for p in POLLUTANTS]
    return [
        b.label_zh,
        b.level.label_zh,
        _short_money(b.cost, plan),
        *ratios,
        "是" if b.meets else "否",
        f"{b.firms_touched:,}",
        _spared(told, b.good_spared_share),
    ]


def _rules(plan: Plan, told: Figures, out: Console) -> None:
    verdict = "通过，0处违反 passed" if not plan.violations else f"不通过，{len(plan.violations)}处"
    out.print(f"\n[bold]独立核验 Checker[/]  {verdict}")
    counted = Counter(told.rules_by_status)
    parts = "，".join(f"{s.label_zh} {counted[s.value]}" for s in Status if counted[s.value])
    out.print(f"[bold]依据规则 Rules[/]  {parts}")
    if plan.duty_zh:
        out.print(f"法律依据 {plan.duty_zh}")
    if told.unverified:
        out.print(f"待核实的规则 {len(told.unverified)} 条 (unverified):")
        for rule in told.unverified[:MOST_RULES]:
            out.print(f"  · {_cite(rule)}", soft_wrap=True)
        if len(told.unverified) > MOST_RULES:
            out.print(f"  · 其余 {len(told.unverified) - MOST_RULES} 条见 plan.json")


def _source(plan: Plan, out: Console) -> None:
    w = plan.provenance
    out.print(
        f"来源 Provenance  清单 sha256 {w.get('list_sha256', '')[:16]}  "
        f"规则 sha256 {w.get('rulebook_sha256', '')[:16]}\n"
        f"  {w.get('solver', '')}  方法 {w.get('method', '')}  seed {w.get('seed', '')}  "
        f"设置 {w.get('switches', '')}  lantian {w.get('lantian', '')}"
    )


def _cite(rule: RuleRef) -> str:
    return f"{rule.document} {rule.clause}"


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for i, column in enumerate(columns):
        table.add_column(column, justify="left" if i == 0 else "right", no_wrap=True)
    return table


def _kg(value: Decimal) -> str:
    return f"{round_gbt8170(value, 0):,}"


def _money(value: Decimal, plan: Plan) -> str:
    return _short_money(value, plan) + ("/日" if plan.cost_basis == "cny" else "")


def _short_money(value: Decimal, plan: Plan) -> str:
    if plan.cost_basis != "cny":
        return f"{round_gbt8170(value, 0):,} 规模单位"
    return f"{round_gbt8170(value / 10_000, 2):,}万元"


def _spared(told: Figures, share: Fraction) -> str:
    """Return the share of good performers spared; a dash where the list has none."""
    return floor_percent(share) if told.levels[0].good_total else "—"
