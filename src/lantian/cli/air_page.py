"""What ``lantian air`` prints: tables of figures with units in the head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lantian.domain.air.published import COLUMNS
from lantian.rulebook.air_tables.model import AIR_POLLUTANTS

_MOST = 60
_HEADS = {"so2": "SO2", "no2": "NO2", "pm10": "PM10", "pm25": "PM2.5", "co": "CO-95", "o3": "O3-90"}


def print_summary(rows: Sequence[Mapping[str, Any]], out: Console) -> None:
    """Print one row a city and period, below it the change against the year before."""
    if not out.is_terminal:
        out.width = 120
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("城市", "期间", ""):
        table.add_column(title, no_wrap=True)
    for title in ("优良天数", "优良%", "重污染", *_HEADS.values(), "综合指数", "名次"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("主要污染物", no_wrap=True)
    for row in rows[:_MOST]:
        place = f"{row['rank']}{'并列' if row['tied'] else ''}" if row["rank"] else "—"
        table.add_row(
            escape(row["city"]), row["period"], "",
            f"{_shown(row['good_days'])}/{_shown(row['days'])}", _shown(row["good_ratio_pct"]),
            _shown(row["heavy_days"]), *(_shown(row[COLUMNS[p]]) for p in _HEADS),
            row["composite_index"] or "—", place, row["main_pollutant"] or "—",
        )  # fmt: skip
        change = row["change"]
        if change:
            table.add_row(
                "", row["before"], "同比", _signed(change["good_days"], "天"),
                _signed(change["good_ratio_pct"], "点"), _signed(change["heavy_days"], "天"),
                *(_signed(change[COLUMNS[p]], "%") for p in _HEADS),
                _signed(change["composite_index"], "%"), "", "",
                style="dim",
            )  # fmt: skip
    out.print(table)
    if len(rows) > _MOST:
        out.print(f"……另有 {len(rows) - _MOST} 行，用 --json 查看全部")
    out.print("浓度 µg/m³，CO mg/m³；综合指数为各单项指数修约后之和", style="dim")


def print_comparison(
    rows: Mapping[str, Sequence[Mapping[str, Any]]], open_zh: Sequence[str], out: Console
) -> None:
    """Print a period under both editions, one line each."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("城市", "期间", "标准"):
        table.add_column(title, no_wrap=True)
    for title in ("优良天数", "优良%", "重污染", "综合指数"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("主要污染物", no_wrap=True)
    for pair in zip(*rows.values(), strict=True):
        for edition, row in zip(rows, pair, strict=True):
            table.add_row(
                escape(row["city"]), row["period"], f"{edition} 年版",
                f"{_shown(row['good_days'])}/{_shown(row['days'])}",
                _shown(row["good_ratio_pct"]), _shown(row["heavy_days"]),
                row["composite_index"] or "—", row["main_pollutant"] or "—",
            )  # fmt: skip
    out.print(table)
    for text in open_zh:
        out.print(f"待定：{escape(text)}", style="dim")


def print_days(rows: Sequence[Mapping[str, Any]], out: Console) -> None:
    """Print city days with what is invalid."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("日期", no_wrap=True)
    table.add_column("城市", no_wrap=True)
    for title in ("站点", *AIR_POLLUTANTS.values(), "AQI"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("级别 / 首要污染物 / 无效", overflow="fold")
    for row in rows[:_MOST]:
        words = [row["category"], row["primary"], row["invalid"]]
        table.add_row(
            row["date"], escape(row["city"]), str(row["stations"]), row["so2"], row["no2"],
            row["pm10"], row["co"], row["o3_8h"], row["pm25"], str(row["aqi"]),
            escape(" ".join(w for w in words if w)),
        )  # fmt: skip
    out.print(table)
    if len(rows) > _MOST:
        out.print(f"……另有 {len(rows) - _MOST} 天，用 --out 或 --json 查看全部")


def print_trend(rows: Sequence[Mapping[str, Any]], out: Console) -> None:
    """Print one row a city and figure."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("城市", no_wrap=True)
    table.add_column("项目", no_wrap=True)
    for title in ("年数", "首年", "末年", "三年均值", "r", "临界值"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("趋势", overflow="fold")
    for row in rows[:_MOST]:
        table.add_row(
            escape(row["city"]), row["name"], str(len(row["years"])), f"{row['values'][0]:g}",
            f"{row['values'][-1]:g}", _shown(row["three_year_mean"]),
            "—" if row["r"] is None else f"{row['r']:.3f}",
            "—" if row["critical"] is None else f"{row['critical']:.3f}", row["word_zh"],
        )  # fmt: skip
    out.print(table)
    if len(rows) > _MOST:
        out.print(f"……另有 {len(rows) - _MOST} 行，用 --json 查看全部")


def _shown(value: Any) -> str:
    return "—" if value is None else str(value)


def _signed(value: Any, unit: str) -> str:
    if value is None:
        return "—"
    return "持平" if value == 0 else f"{value:+g}{unit}"
