"""What ``lantian monitor`` prints: days with reasons, marks with effect, events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

_MOST = 40
_MEDIUM_ZH = {"air": "废气", "water": "废水"}


def _table(left: Sequence[str], right: Sequence[str], last: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in left:
        table.add_column(title, no_wrap=True)
    for title in right:
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column(last, overflow="fold")
    return table


def _more(out: Console, count: int) -> None:
    if count > _MOST:
        out.print(f"……另有 {count - _MOST} 行，用 --out 或 --json 查看全部")


def _head(found: Mapping[str, Any], out: Console) -> None:
    name = escape(f"{found['outlet']} {found['outlet_name_zh']}")
    out.print(
        f"{name}（{_MEDIUM_ZH[found['medium']]}）  读入 {found['rows_read']:,} 行，未使用 "
        f"{found['rows_unused']:,} 行、{found['values_unused']:,} 个值"
    )


def _marks(found: Mapping[str, Any], out: Console) -> None:
    if not found["marks"]:
        return
    table = _table(("标记", "种类", "开始", "结束"), ("小时",), "作用")
    for one in found["marks"][:_MOST]:
        table.add_row(escape(one["id"]), escape(one["name_zh"]), one["start"][:16], one["end"][:16],
                      one["hours"], one["why_zh"])  # fmt: skip
    out.print(table)
    _more(out, len(found["marks"]))
    for use in found["mark_budgets"]:
        out.print(
            f"{use['name_zh']} {use['period']}：已用 {use['used']} 小时，限 {use['hours']} 小时"
        )


def print_rollup(found: Mapping[str, Any], out: Console) -> None:
    """Print one line a factor and day, hours by reason, marks, mass, the logger's hours."""
    _head(found, out)
    table = _table(("因子", "名称", "日期"), ("均值", "折算", "有效小时", "需要"), "说明")
    rows = [(f, d) for f in found["factors"] for d in f["days"]]
    for factor, day in rows[:_MOST]:
        mean = day["recorded"]
        why = mean["reason_zh"]
        if day["judged"] != mean:
            why += f"；扣除标记后有效 {day['judged']['have']} 小时，{day['judged']['reason_zh']}"
        table.add_row(factor["factor"], factor["name_zh"], day["day"], mean["value"] or "—",
                      mean["converted"] or "—", str(mean["have"]), str(mean["needed"]), why)  # fmt: skip
    out.print(table)
    _more(out, len(rows))
    for factor in found["factors"]:
        reasons = Counter(h["recorded"]["reason_zh"] for h in factor["hours"])
        words = "，".join(f"{zh} {n}" for zh, n in reasons.most_common())
        out.print(f"{factor['factor']} {len(factor['hours'])} 个时段：{words}")
    _marks(found, out)
    for one in found["mass"]:
        kg, hours = one["kg"], one["hours"]
        capture = one["capture_pct"] or "—"
        out.print(
            f"{one['factor']} {one['quarter']} 排放量：实测 {kg['measured']} kg（{hours['measured']} 小时），"
            f"替代 {kg['substituted']} kg（{hours['substituted']} 小时），人工核定 {hours['by_hand']} 小时；"
            f"有效捕集率 {capture}%"
        )
    for one in found["logger_hours"]:
        out.print(
            f"{one['factor']} 数采仪小时值：比较 {one['compared']} 个，不一致 {len(one['differing'])} 个"
        )
    _written(found, out)


def print_exceed(found: Mapping[str, Any], out: Console) -> None:
    """Print every event, what was judged, what could not be."""
    _head(found, out)
    if found["events"]:
        table = _table(("事件", "因子", "名称", "开始"), ("数值", "限值", "超标倍数"), "依据")
        for one in found["events"][:_MOST]:
            word = "（折算）" if one["converted"] else ""
            table.add_row(one["kind_zh"], one["factor"], one["name_zh"], one["start"][:16],
                          one["value"] + word, one["bound"], one["multiple"] or "—",
                          escape(one["document"] or one["rule"]["document"]))  # fmt: skip
        out.print(table)
        _more(out, len(found["events"]))
    else:
        out.print("没有超标事件 No exceedance")
    words = {"hour": "小时", "day": "日"}
    for one in found["alarms"]:
        state = "已结束" if one["ended"] else "持续"
        out.print(
            f"报警 {one['factor']} {words[one['average']]}均值：{one['opened_at'][:16]} 起 "
            f"{one['periods']} 个时段，最大 {one['worst']}，{one['level']} 级，{state}"
        )
    for one in found["judged"]:
        out.print(f"{one['factor']} 已判定{words[one['average']]}均值 {one['count']} 个")
    reasons = Counter((u["factor"], u["average"], u["reason_zh"]) for u in found["unjudged"])
    for (factor, average, why), n in reasons.items():
        out.print(f"{factor} 未判定{words[average]}均值 {n} 个：{why}")
    _marks(found, out)
    _written(found, out)


def _written(found: Mapping[str, Any], out: Console) -> None:
    for path in found["written"]:
        out.print(f"已写出 Written  {escape(path)}")


_STATUS_ZH = {"official": "正式", "secondary": "转引", "unverified": "未核实", "design": "系统设定"}


def print_quality(found: Mapping[str, Any], out: Console) -> None:
    """Print every check with its outcome and rule, then what is due."""
    name = escape(f"{found['outlet']} {found['outlet_name_zh']}")
    out.print(
        f"{name}（{_MEDIUM_ZH[found['medium']]}）  读入 {found['rows_read']:,} 行，未使用 {found['rows_unused']:,} 行"
    )
    table = _table(("日期", "因子", "名称", "检查", "结论"), ("偏差", "允许"), "依据")
    for one in found["checks"][:_MOST]:
        off = "—" if one["off"] is None else f"{one['off']} {one['off_unit']}"
        limit = "—" if one["limit"] is None else f"±{one['limit']}"
        table.add_row(one["day"], one["factor"], one["name_zh"], one["check_zh"], one["outcome_zh"], off, limit,
                      escape("，".join(filter(None, (one["reason_zh"], _cited(one["rule"]))))))  # fmt: skip
    out.print(table)
    _more(out, len(found["checks"]))
    table = _table(("因子", "名称", "上次", "应于此前", f"至 {found['on']}"), (), "依据")
    words = {True: "逾期", False: "按期", None: "无记录"}
    for one in found["due"]:
        table.add_row(one["factor"], one["name_zh"], one["last"] or "—", one["next"] or "—", words[one["overdue"]],
                      escape(_cited(one["rule"])))  # fmt: skip
    out.print(table)
    for text in found["open_zh"]:
        out.print(f"待核实：{escape(text)}")


def _cited(rule: Mapping[str, str] | None) -> str:
    return (
        ""
        if rule is None
        else f"{rule['clause']}（{_STATUS_ZH.get(rule['status'], rule['status'])}）"
    )
