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
                item["item"], item["outcome_zh"], escape(item["sample_id"]),
                item["largest_mg_kg"], item["multiple"] or "—", str(item["samples"]),
            )  # fmt: skip
        out.print(table)
        if len(over) > _MOST:
            out.print(f"……另有 {len(over) - _MOST} 项，用 --json 查看全部")
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
