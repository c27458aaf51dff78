"""What ``lantian water`` prints: classes with their words, means with units in the head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

_MOST = 60
_SHOWN = {"do": "溶解氧", "codmn": "高锰酸盐", "cod": "化学需氧量", "nh3n": "氨氮", "tp": "总磷"}
_BODY_ZH = {"river": "河流", "lake": "湖库", None: "未说明"}
_GROUP_ZH = {"all": "全部", "river": "河流", "city": "城市", "basin": "流域", "province": "省份"}


def _table(left: Sequence[str], right: Sequence[str], last: str = "") -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in left:
        table.add_column(title, no_wrap=True)
    for title in right:
        table.add_column(title, justify="right", no_wrap=True)
    if last:
        table.add_column(last, overflow="fold")
    return table


def print_classes(summary: Mapping[str, Any], out: Console) -> None:
    """Print how many rows of each class, and the comparison with the classes of the file."""
    counts = "  ".join(f"{name} {n:,}" for name, n in sorted(summary["by_class"].items()))
    unused = f"未使用 {summary['rows_unused']:,} 行，无类别 {summary['without_class']:,} 行"
    out.print(f"{summary['rows_read']:,} 行，{unused}；{counts}")
    agreement = summary["agreement"]
    if agreement:
        equal, whole = agreement["equal"], agreement["labelled"]
        out.print(f"与文件给出的类别一致 {equal:,}/{whole:,}（{equal / whole:.2%}）")
        for one in agreement["differing"][:20]:
            items = "、".join(f"{i['item']} {i['value']}" for i in one["items"])
            words = f"给出 {one['given']}，算得 {one['computed']}：{items}"
            out.print(f"  第{one['row']}行 {escape(one['section'])} {words}")
        if len(agreement["differing"]) > 20:
            out.print(f"  ……另有 {len(agreement['differing']) - 20} 行，用 --json 查看全部")
    out.print(f"已写出 Written  {summary['written']}")


def print_summary(found: Mapping[str, Any], out: Console) -> None:
    """Print sections, then groups, with the changes against the year before."""
    if not out.is_terminal:
        out.width = 120
    shown = {
        k: name for k, name in _SHOWN.items() if any(k in s["means"] for s in found["sections"])
    }
    table = _table(
        ("断面", "水体", "月数", "类别", "水质", "目标"), tuple(shown.values()), "主要污染指标"
    )
    for one in found["sections"][:_MOST]:
        table.add_row(
            escape(one["section"]), _BODY_ZH[one["type"]], str(one["months"]), one["class"] or "—",
            one["quality"] or "—", _target(one["target"]),
            *(one["means"].get(k, "—") for k in shown), one["main_pollutants"] or "",
        )  # fmt: skip
        change = one["change"]
        if change:
            table.add_row(
                "", "", "", change["class_before"] or "—", change["word_zh"] or "—", "同比",
                *(_signed(change["means_pct"].get(k)) for k in shown), "", style="dim",
            )  # fmt: skip
    out.print(table)
    if len(found["sections"]) > _MOST:
        out.print(f"……另有 {len(found['sections']) - _MOST} 个断面，用 --json 查看全部")
    out.print()
    _print_groups(found, shown, out)
    words = "浓度 mg/L；类别由未修约均值判定；变化率由未修约均值计算"
    out.print(
        f"{found['rows_read']:,} 行，未使用 {found['rows_unused']:,} 行；{words}", style="dim"
    )
    for note in _notes(found):
        out.print(note, style="dim")


def _print_groups(found: Mapping[str, Any], shown: Mapping[str, str], out: Console) -> None:
    table = _table(
        ("范围", "名称"), ("断面", "Ⅰ—Ⅲ%", "劣Ⅴ%", *shown.values(), "水质指数", "名次"), "评价"
    )
    for one in found["groups"][:_MOST]:
        index = f"{one['index']['cwqi']:.4f}" if one["index"] else "—"
        place = f"{one['rank']}{'并列' if one['tied'] else ''}" if one["rank"] else "—"
        table.add_row(
            _GROUP_ZH[one["by"]], escape(one["name"]), str(one["sections"]),
            _plain(one["good_share_pct"]), _plain(one["inferior_share_pct"]),
            *(one["means"].get(k, "—") for k in shown), index, place, _words(one),
        )  # fmt: skip
        change = one["change"]
        if change:
            table.add_row(
                "", "同比", "", _signed(change["good_share_points"], "点"),
                _signed(change["inferior_share_points"], "点"),
                *(_signed(change["means_pct"].get(k)) for k in shown),
                _signed(change["index_pct"]), "", change["word_zh"] or "", style="dim",
            )  # fmt: skip
    out.print(table)


def _words(one: Mapping[str, Any]) -> str:
    main = "、".join(f"{p['item']}({p['share_pct']}%)" for p in one["main_pollutants"])
    reached = one["targets_reached_pct"]
    parts = [one["word_zh"], main, "" if reached is None else f"达标率 {reached}%"]
    return " ".join(p for p in parts if p)


def _notes(found: Mapping[str, Any]) -> list[str]:
    """Return where shown means would give another change than unrounded ones."""
    notes = []
    for one in found["groups"]:
        change = one["change"]
        if not change:
            continue
        for key, name in _SHOWN.items():
            a, b = change["means_pct"].get(key), change["means_pct_of_shown"].get(key)
            if a is not None and b is not None and a != b:
                before, now = change["means_before"][key], one["means"][key]
                notes.append(
                    f"{one['name']} {name}：{before} → {now} 按显示值为 {b:+g}%，按未修约均值为 {a:+g}%"
                )
    return notes[:10]


def print_trend(rows: Sequence[Mapping[str, Any]], out: Console) -> None:
    """Print one row a section and item."""
    table = _table(("断面", "项目"), ("年数", "首年", "末年", "r", "临界值"), "趋势")
    for row in rows[:_MOST]:
        table.add_row(
            escape(row["section"]), row["name_zh"], str(len(row["years"])),
            f"{row['means'][0]:.4g}", f"{row['means'][-1]:.4g}",
            "—" if row["r"] is None else f"{row['r']:.3f}",
            "—" if row["critical"] is None else f"{row['critical']:.3f}", row["word_zh"],
        )  # fmt: skip
    out.print(table)
    if len(rows) > _MOST:
        out.print(f"……另有 {len(rows) - _MOST} 行，用 --json 查看全部")


def _target(target: Mapping[str, Any] | None) -> str:
    if target is None:
        return "—"
    word = {True: "达标", False: "未达标", None: "未评价"}[target["reached"]]
    return f"{target['class']} {word}"


def _plain(value: Any) -> str:
    return "—" if value is None else f"{value:.1f}"


def _signed(value: Any, unit: str = "%") -> str:
    if value is None:
        return "—"
    return "持平" if value == 0 else f"{value:+g}{unit}"
