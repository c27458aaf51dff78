"""``lantian rules diff|template|import|uncovered``: grading tables compared, edited, loaded."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from lantian.cli import options
from lantian.cli.output import (
    EXIT_OK,
    EXIT_PROBLEMS,
    console,
    guarded,
    print_json,
    print_problems,
    problems_as_json,
)
from lantian.kernel.calendar import BEIJING
from lantian.kernel.problem import Severity

_MOST = 40


@click.command("diff")
@click.argument("industry")
@click.argument("a", metavar="[A]", required=False)
@click.argument("b", metavar="[B]", required=False)
@options.rulebook
@options.as_json
@guarded
def diff(
    industry: str, a: str | None, b: str | None, rules: tuple[Path, ...], as_json: bool
) -> None:
    r"""Show two editions of a grading table side by side 两个版本逐格对照.

    A and B are editions; left out, the last two (packaged and your own). 缺省为最后两版.

    \b
    lantian rules diff 铸造 2020 2026-official --rulebook my-city-rules
    lantian rules diff foundry --rulebook my-city-rules --json
    """
    from lantian.jobs.grading.tables import diff_tables

    before, after, changes = diff_tables(industry, a, b, rules)
    if as_json:
        print_json(
            {
                "industry": after.industry,
                "a": before.head.edition,
                "b": after.head.edition,
                "changes": [asdict(change) for change in changes],
            }
        )
        return
    out = console()
    out.print(
        f"{after.industry}：{before.head.edition} → {after.head.edition}，{len(changes)} 格不同"
    )
    if changes:
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("指标", overflow="fold")
        table.add_column("等级", no_wrap=True)
        table.add_column(before.head.edition, overflow="fold", ratio=1)
        table.add_column(after.head.edition, overflow="fold", ratio=1)
        for c in changes:
            table.add_row(
                escape(c.item_zh),
                c.grade,
                escape(f"{c.before_zh}（{c.before_status}）" if c.before_zh else "—"),
                escape(f"{c.after_zh}（{c.after_status}）" if c.after_zh else "—"),
            )
        out.print(table)


@click.command("template")
@click.argument("industry")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The table of that day. 日期")
@options.rulebook
@options.as_json
@guarded
def template(
    industry: str, file: Path, day: datetime | None, rules: tuple[Path, ...], as_json: bool
) -> None:
    r"""Write an industry's grading table as a workbook to correct 指标表写成工作簿.

    \b
    lantian rules template 铸造 foundry.xlsx      then correct it and load it with rules import
    """
    from lantian.jobs.grading.table_export import export_table

    source = export_table(file, industry, _day(day), rules)
    rows = len(source.indicators.rows)
    if as_json:
        model = source.indicators
        print_json(
            {
                "industry": model.industry,
                "edition": model.edition,
                "rows": rows,
                "cases": len(source.cases.cases) if source.cases else 0,
                "file": str(file),
            }
        )
        return
    click.echo(f"已写出 Written  {file}（{rows} 个指标行 rows）")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path, file_okay=False),
              help="Your rule folder; given to commands with --rulebook. 地方规则目录")  # fmt: skip
@options.as_json
@guarded
def import_(file: Path, folder: Path, as_json: bool) -> None:
    r"""Load an industry's annex from a workbook, checked cell by cell 从工作簿录入指标表.

    Nothing is written where anything is refused. The layout: docs/grading-tables.md.

    \b
    lantian rules import foundry.xlsx --to my-city-rules
    lantian rules status --rulebook my-city-rules
    """
    from lantian.jobs.grading.table_book import import_table

    imported = import_table(file, folder)
    table = imported.table
    if as_json:
        print_json(
            {
                "industry": table.industry if table else None,
                "edition": table.head.edition if table else None,
                "rows": len(table.own_rows) if table else 0,
                "cases": imported.cases,
                "files": [str(path) for path in imported.files],
                **problems_as_json(imported.problems),
            }
        )
    else:
        if imported.problems:
            print_problems(imported.problems)
        if table is not None:
            click.echo(
                f"已录入 Loaded  {table.industry} {table.head.edition}："
                f"{len(table.own_rows)} 个指标行，{imported.cases} 组判例"
            )
            for path in imported.files:
                click.echo(f"  {path}")
    bad = any(p.severity is Severity.ERROR for p in imported.problems)
    sys.exit(EXIT_PROBLEMS if bad or table is None else EXIT_OK)


@click.command("uncovered")
@click.argument("industries", metavar="[INDUSTRY]...", nargs=-1)
@options.rulebook
@options.as_json
@guarded
def uncovered(industries: tuple[str, ...], rules: tuple[Path, ...], as_json: bool) -> None:
    r"""List limits and changes of grade that no golden case touches 没有判例触及的限值.

    Exit 1 where a case fails or anything is untouched.

    \b
    lantian rules uncovered
    lantian rules uncovered 铸造 --rulebook my-city-rules
    """
    from lantian.jobs.grading.tables import check_cases

    report = check_cases(industries, rules)
    if as_json:
        print_json(
            {
                "cases": report.cases,
                "steps": report.steps,
                "failed": [asdict(miss) for miss in report.failed],
                "uncovered": [asdict(gap) for gap in report.gaps],
            }
        )
    else:
        out = console()
        for miss in report.failed[:_MOST]:
            out.print(
                f"判例不符 {escape(miss.row_id)} {escape(miss.value)}：应为 {miss.expected}，"
                f"得到 {miss.got}"
            )
        for gap in report.gaps[:_MOST]:
            out.print(f"未触及 {gap.industry} {gap.edition} {gap.row_id}：{escape(gap.what_zh)}")
        left = max(0, len(report.failed) - _MOST) + max(0, len(report.gaps) - _MOST)
        if left:
            out.print(f"……另有 {left} 条，用 --json 查看全部")
        out.print(
            f"{report.tables} 个指标表，{report.cases} 组判例，{report.steps} 个取值；"
            f"不符 {len(report.failed)}，未触及 {len(report.gaps)}"
        )
    sys.exit(EXIT_PROBLEMS if report.failed or report.gaps else EXIT_OK)


def _day(day: datetime | None) -> date:
    return (day or datetime.now(BEIJING)).date()


COMMANDS = (diff, template, import_, uncovered)
