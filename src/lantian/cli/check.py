"""``lantian check``: every problem of a list, cell by cell."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.markup import escape
from rich.table import Table

from lantian.cli.bars import Bars
from lantian.cli.output import (
    EXIT_OK,
    EXIT_PROBLEMS,
    console,
    counts,
    guarded,
    print_json,
    print_problems,
    problems_as_json,
)
from lantian.domain.inventory.checks import rule_of
from lantian.kernel.calendar import BEIJING
from lantian.kernel.problem import Problem, Severity

if TYPE_CHECKING:
    from lantian.jobs.check import CheckReport

_TABLES = {
    "firm": "企业",
    "line": "生产线",
    "measure": "减排措施",
    "dust": "扬尘源",
    "mobile": "移动源",
    "total": "全社会排放",
}
_STAGES = {"read": "读取 reading", "check": "检查 checking"}


@click.command(
    "check",
    epilog="Exit codes 退出码: 0 no problem of error level 没有错误; 1 problems of error level 有错误; "
    "2 unreadable, or wrong usage 读不了; 130 interrupted 已中断.",
)
@click.argument("source", metavar="LIST", type=click.Path(path_type=Path))
@click.option("--layout", help="Layout id or layout file; detected when not given. 版式")
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day the list is to hold for; today in Beijing when not given. 核对日期",
)
@click.option(
    "--mark",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the same workbook with the cells coloured and commented. 标注后的工作簿",
)
@click.option(
    "--rulebook",
    "rules",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Folder of further rule files; may be repeated. 地方规则目录",
)
@click.option(
    "--limit", default=50, show_default=True, help="Problems shown on the screen. 显示条数"
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@guarded
def command(
    source: Path,
    layout: str | None,
    day: datetime | None,
    mark: Path | None,
    rules: tuple[Path, ...],
    limit: int,
    as_json: bool,
) -> None:
    r"""Check a list: every problem with its code, cell, cause and remedy 检查应急减排清单.

    LIST is a workbook (.xlsx) or a folder of CSV or Parquet files. Every code is explained
    in docs/checks.md.

    \b
    lantian check city/list.xlsx
    lantian check city/list.xlsx --mark marked.xlsx
    lantian check city/list.xlsx --on 2026-12-01 --json > problems.json
    """
    from lantian.jobs.check import run_check

    on = day.date() if day is not None else datetime.now(BEIJING).date()
    bars = Bars(_STAGES, quiet=as_json)
    with bars.progress:
        report = run_check(
            source, layout=layout, day=on, mark=mark, rules=rules, progress=bars.step
        )
    if as_json:
        print_json(as_dict(report))
    else:
        _show(report, limit)
    sys.exit(EXIT_OK if report.clean else EXIT_PROBLEMS)


def as_dict(report: CheckReport) -> dict[str, Any]:
    """Return what ``--json`` prints."""
    inventory = report.read.inventory
    return {
        **problems_as_json(report.problems),
        "by_code": dict(sorted(Counter(p.code for p in report.problems).items())),
        "rows": dict(report.read.counts),
        "day": report.day.isoformat(),
        "city": inventory.city,
        "layout": inventory.layout,
        "source": inventory.source,
        "sha256": inventory.sha256,
        "notes": list(inventory.notes),
        "marked": str(report.marked) if report.marked is not None else None,
    }


def _show(report: CheckReport, limit: int) -> None:
    """Print the summary, the counts by code, and the problems."""
    out = console()
    inventory = report.read.inventory
    out.print(
        escape(f"清单 {inventory.source or ''}  版式 {inventory.layout}  核对日期 {report.day}")
    )
    for note in inventory.notes:
        out.print(f"[bold]{escape(note)}[/]")
    out.print("读入行数：" + "，".join(_rows_read(report.read.counts)))
    tally = counts(report.problems)
    out.print("结果：" + "，".join(f"{s.label_zh} {tally[s.value]}" for s in Severity))
    if report.problems:
        out.print(_by_code(report.problems))
        print_problems(report.problems, limit=limit)
    if report.marked is not None:
        out.print(escape(f"已写出标注后的工作簿：{report.marked}"))
    if report.clean:
        out.print("没有错误级问题。No problem of error level.")
    else:
        out.print("有错误级问题，改正后再编制计划。Correct the errors before planning.")


def _rows_read(tally: Mapping[str, int]) -> Iterator[str]:
    """Yield rows of the list by sheet, from how many rows of the file, and what was not used."""
    for table, label in _TABLES.items():
        if table in tally:
            used, read = tally[table], tally.get(f"{table}_read", tally[table])
            yield (f"{label} {used}" if used == read else f"{label} {used}（由{read}行得出）")
    for key, label in (("unused_sheets", "未用的表"), ("unused_columns", "未用的列")):
        if tally.get(key):
            yield f"{label} {tally[key]}"


def _by_code(problems: tuple[Problem, ...]) -> Table:
    """Return how often each code occurs, worst first."""
    table = Table(box=None, pad_edge=False, header_style="bold", title_justify="left")
    table.add_column("代码", no_wrap=True)
    table.add_column("级别", no_wrap=True)
    table.add_column("条数", justify="right")
    table.add_column("内容")
    order = list(Severity)
    tally = Counter((order.index(p.severity), p.code) for p in problems)
    first = {p.code: p for p in reversed(problems)}
    for (severity, code), count in sorted(tally.items()):
        rule = rule_of(code)
        title = rule.title[0] if rule is not None else first[code].message_zh
        table.add_row(code, order[severity].label_zh, str(count), escape(title))
    return table
