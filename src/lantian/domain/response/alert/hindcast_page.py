"""The hindcast as the Markdown that the page and the command show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lantian.domain.response.alert.hindcast import Hindcast, SeriesFacts, YearRow, last_day
from lantian.kernel.level import LEVELS, Level

_EN = {Level.YELLOW: "yellow", Level.ORANGE: "orange", Level.RED: "red"}


def hindcast_markdown(facts: SeriesFacts, tables: Sequence[Hindcast]) -> str:
    """Return the facts of the series and one table a rule set, ending in a newline."""
    lines = [
        f"序列 Series：{facts.first} 至 {facts.last}，{facts.days} 天 days；"
        f"无指数 no index {len(facts.missing)}；扣沙 dust-deducted {len(facts.dust_days)}。",
        "",
        "与公布指数不同的天数 Days whose recomputed index differs from the published one "
        f"（跨150/200/300界 across an edge）：{_by_year(facts)}",
        "",
    ]
    for table in tables:
        lines += _table(table)
    lines += _dates(tables)
    return "\n".join(lines).rstrip() + "\n"


def _by_year(facts: SeriesFacts) -> str:
    parts = [
        f"{year}: {count}（{facts.class_differs.get(year, 0)}）"
        for year, count in sorted(facts.index_differs.items())
    ]
    return "，".join(parts) if parts else "0"


def _table(table: Hindcast) -> list[str]:
    lines = [
        f"### {table.rule_set}",
        "",
        "| 年度 year (7.1–6.30) | 黄色 yellow 次 / 天 | 橙色 orange 次 / 天 | 红色 red 次 / 天 "
        "| 合计 all 次 / 天 | 无指数 no index |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    lines += [_line(_label(r), r.alerts, r.days, r.missing_days) for r in table.rows]
    total_alerts = {level: sum(r.alerts[level] for r in table.rows) for level in LEVELS}
    total_days = {level: sum(r.days[level] for r in table.rows) for level in LEVELS}
    missing = sum(r.missing_days for r in table.rows)
    lines += [_line("**合计 all**", total_alerts, total_days, missing), ""]
    return lines


def _label(row: YearRow) -> str:
    whole = row.days_in_series >= 365
    return row.label if whole else f"{row.label}（{row.days_in_series} 天）"


def _line(label: str, alerts: Mapping[Level, int], days: Mapping[Level, int], missing: int) -> str:
    cells = [f"{alerts[level]} / {days[level]}" for level in LEVELS]
    cells.append(f"{sum(alerts.values())} / {sum(days.values())}")
    return f"| {label} | " + " | ".join(cells) + f" | {missing} |"


def _dates(tables: Sequence[Hindcast]) -> list[str]:
    lines = ["### 各次预警日期 Dates of each alert", ""]
    for table in tables:
        lines += [f"**{table.rule_set}**", ""]
        for row in table.rows:
            if not row.steps:
                continue
            parts = [
                f"{_EN[s.level]} {s.start.date()}…{last_day(s.end):%m-%d}"
                for s in row.steps
                if s.level is not None
            ]
            lines.append(f"- {row.label}: " + "; ".join(parts))
        lines.append("")
    return lines
