"""What ``lantian soil`` prints: parcels and what exceeds, clocks, the list drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

_MOST = 60


def print_check(found: Mapping[str, Any], out: Console) -> None:
    """Print every parcel's outcome and its exceeding items, each with its largest result."""
    standard = found["standard"]
    out.print(
        f"{found['rows_read']:,} 行检测结果，评价 {found['rows_judged']:,} 行，空白样 "
        f"{found['rows_blank']:,} 行，未使用 {found['rows_unused']:,} 行；依据{standard['document']}"
    )
    table = _table(
        ("地块", "用地类别", "评价"),
        ("点位", "结果", "超管制", "超筛选", "不高于背景", "不能判定", "缺项"),
    )
    for parcel in found["parcels"]:
        for judged in parcel["judged"]:
            counts = judged["counts"]
            table.add_row(
                escape(_named(parcel)),
                "第一类" if judged["land_class"] == 1 else "第二类",
                judged["outcome_zh"] or "无结果",
                _points(parcel),
                str(sum(counts.values())),
                str(counts["above_intervention"]),
                str(counts["above_screening"]),
                str(counts["within_background"]),
                str(counts["undecided"]),
                str(len(parcel["missing_basic_items"])),
            )
    out.print(table)
    over = [
        (parcel, judged, item)
        for parcel in found["parcels"]
        for judged in parcel["judged"]
        for item in judged["exceeding"]
    ]
    if over:
        table = _table(
            ("地块", "用地类别", "超标项目", "评价", "样品"), ("最大值 mg/kg", "超标倍数", "样品数")
        )
        for parcel, judged, item in over[:_MOST]:
            table.add_row(
                escape(_named(parcel)), "第一类" if judged["land_class"] == 1 else "第二类",
                escape(item["item"]), item["outcome_zh"], escape(item["sample_id"]),
                item["largest_mg_kg"], item["multiple"] or "—", str(item["samples"]),
            )  # fmt: skip
        out.print(table)
        if len(over) > _MOST:
            out.print(f"……另有 {len(over) - _MOST} 项，用 --json 查看全部")
    if found["written"]:
        out.print(f"已写出 Written  {found['written']}")


def print_parcels(found: Mapping[str, Any], out: Console) -> None:
    """Print one line a parcel: state, next duty and who, the nearest due date."""
    states = "，".join(f"{name} {n}" for name, n in found["by_state"].items())
    out.print(
        f"{found['day']}：{len(found['parcels'])} 个地块，逾期 {found['overdue']} 个；{states}"
    )
    out.print(f"进展 {found['events_read']} 行，未使用 {found['events_unused']} 行")
    table = _table(("地块", "状态", "自", "下一步", "责任", "依据", "期限"), ())
    for parcel in found["parcels"][:_MOST]:
        duty = parcel["next"]
        table.add_row(
            escape(_named(parcel)), parcel["state_zh"], parcel["since"] or "—",
            duty["what_zh"] if duty else "—", duty["who_zh"] if duty else "—",
            (duty["article_zh"] or "该日条文未见") if duty else "—",
            "；".join(_due(c) for c in parcel["clocks"]) or "—",
        )  # fmt: skip
    out.print(table)
    if len(found["parcels"]) > _MOST:
        out.print(f"……另有 {len(found['parcels']) - _MOST} 个地块，用 --json 查看全部")
    reviewed = [i for i in found["institutes"] if i["reviewed"]]
    if reviewed:
        table = _table(("调查单位",), ("地块", "评审报告", "一次通过", "一次通过率%"))
        for one in reviewed[:_MOST]:
            table.add_row(
                escape(one["name"]), str(one["parcels"]), str(one["reviewed"]),
                str(one["passed_first"]), one["first_pass_pct"],
            )  # fmt: skip
        out.print(table)


def _due(clock: Mapping[str, Any]) -> str:
    name, due = clock["name_zh"], clock["due"]
    if due is None:
        return f"{name} 未知"
    if clock["over"]:
        return f"{name} {due} 已满"
    if clock["overdue_days"]:
        return f"{name} {due} 逾期{clock['overdue_days']}天"
    working = clock["left_working_days"]
    left = f"{clock['left_days']}天" if working is None else f"{working}个工作日"
    return f"{name} {due} 余{left}"


def print_draw(found: Mapping[str, Any], out: Console) -> None:
    """Print the parcels drawn and what anybody needs to repeat the draw."""
    out.print(
        f"{found['parcels']} 个地块，抽中 {found['chosen']} 个；种子 {escape(found['seed'])}，"
        f"比例 {found['share']}，关注地块 {found['attention_share']}"
    )
    out.print(f"名单摘要 SHA-256 {found['list_sha256']}")
    table = _table(("地块", "调查单位", "类别", "说明"), ("次序",))
    chosen = [r for r in found["rows"] if r["chosen"]]
    for row in chosen[:_MOST]:
        table.add_row(
            escape(_named(row)), escape(row["institute"]), row["stratum_zh"],
            escape(row["why_zh"]), str(row["rank"]),
        )  # fmt: skip
    out.print(table)
    if len(chosen) > _MOST:
        out.print(f"……另有 {len(chosen) - _MOST} 个，用 --json 或 --out 查看全部")
    if found["written"]:
        out.print(f"已写出 Written  {found['written']}")


def _points(parcel: Mapping[str, Any]) -> str:
    needed = parcel["points_needed"]
    return f"{parcel['points']}" if needed is None else f"{parcel['points']}/{needed}"


def _named(parcel: Mapping[str, Any]) -> str:
    return " ".join(t for t in (parcel["parcel_id"], parcel["name"]) if t) or "（未编号）"


def _table(texts: tuple[str, ...], figures: tuple[str, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in texts:
        table.add_column(title, overflow="fold")
    for title in figures:
        table.add_column(title, justify="right", no_wrap=True)
    return table
