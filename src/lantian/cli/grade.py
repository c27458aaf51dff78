"""``lantian grade``: the grade of a firm or a city, explained to the last clause."""

from __future__ import annotations

import sys
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from lantian.cli.bars import Bars
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
from lantian.kernel.level import LEVELS, Level

_STAGES = {"read": "读取 reading", "grade": "评级 grading", "write": "写出 writing"}


def _to_days(
    _ctx: click.Context, _param: click.Parameter, value: str | None
) -> dict[Level, Fraction] | None:
    """Return alert days by level, three numbers not below zero."""
    if value is None:
        return None
    parts = value.replace("，", ",").split(",")
    if len(parts) != len(LEVELS) or not all(p.strip().isdigit() for p in parts):
        raise click.BadParameter(f"{value}：应为三个数，如 7,12,3 (three whole numbers)")
    return {level: Fraction(part.strip()) for level, part in zip(LEVELS, parts, strict=True)}


@click.command(
    "grade",
    epilog="Exit codes 退出码: 0 graded 已评级; 1 problems of error level 有错误级问题; "
    "2 unreadable, or wrong usage 读不了; 130 interrupted 已中断.",
)
@click.argument("source", metavar="FIRM.yaml|FACTS.xlsx", required=False,
                type=click.Path(path_type=Path))  # fmt: skip
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]),
              help="Day of grading; chooses every edition. 评级日")  # fmt: skip
@click.option("--province", default="", help="Whose process applies: shanxi, henan, ... 省份")
@click.option("--unverified", is_flag=True,
              help="Let unverified rows count; grades are provisional. 启用待核实条款")  # fmt: skip
@click.option("--explain", is_flag=True, help="Show every indicator with its clause. 逐项说明")
@click.option("--evidence", type=click.Path(path_type=Path, file_okay=False),
              help="Folder of evidence; every file is checked by its hash. 证据目录")  # fmt: skip
@click.option("--list", "list_path", type=click.Path(path_type=Path),
              help="The emission list, for what a better grade would save. 应急减排清单")  # fmt: skip
@click.option("--winter-days", metavar="Y,O,R", callback=_to_days,
              help="Alert days of a winter by level, for the same. 一个冬季各级预警天数")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, file_okay=False),
              help="Folder: grade sheets, notice, summary, grades.json. 输出目录")  # fmt: skip
@click.option("--sheets", type=click.IntRange(min=0),
              help="PDF sheets of at most N firms, best first; all when not given. 评级单份数")  # fmt: skip
@click.option("--rulebook", "rules", multiple=True, type=click.Path(path_type=Path),
              help="Folder of further rule files. 地方规则目录")  # fmt: skip
@click.option("--template", "template", metavar="INDUSTRY",
              help="Write an empty form for an industry to SOURCE instead. 生成空白申报表")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@guarded
def command(**asked: Any) -> None:
    r"""Grade firms by the tables of the rulebook 企业绩效分级.

    A YAML file holds one firm, a workbook a firm or a whole city. A fact that is missing is
    unknown, never a failure; a grade is given only where the table is complete and every fact is
    proven. How: docs/grading.md.

    \b
    lantian grade --template 铸造 foundry.xlsx             empty form of an industry
    lantian grade firm.yaml --on 2022-12-01 --explain
    lantian grade city/applications.xlsx --on 2022-12-31 --province shanxi --out grades
    """
    if asked["source"] is None:
        raise click.UsageError("请给出申报文件。Name the file of applications.")
    if asked["template"]:
        _template(asked)
        return
    from lantian.jobs.grading.run import run_grade
    from lantian.jobs.grading.ways import Winters

    on = asked["day"].date() if asked["day"] else datetime.now(BEIJING).date()
    bars = Bars(_STAGES, quiet=asked["as_json"])
    with bars.progress:
        run = run_grade(
            asked["source"],
            day=on,
            province=asked["province"],
            use_unverified=asked["unverified"],
            rules=asked["rules"],
            evidence=asked["evidence"],
            progress=bars.step,
        )
        winters = Winters.of(run, asked["list_path"], asked["winter_days"])
        if asked["out"]:
            from lantian.jobs.grading.write import write_grades

            write_grades(run, winters, asked["out"], sheets=asked["sheets"], progress=bars.step)
    if asked["as_json"]:
        from lantian.jobs.grading.write import run_as_dict

        print_json(
            run_as_dict(run, winters, explain=asked["explain"]) | problems_as_json(run.problems)
        )
    else:
        from lantian.cli.grade_page import print_run

        print_run(run, winters, console(), explain=asked["explain"])
        if run.problems:
            print_problems(run.problems)
        if asked["out"]:
            click.echo(f"已写出 Written  {asked['out']}")
    sys.exit(EXIT_PROBLEMS if run.has_errors else EXIT_OK)


def _template(asked: dict[str, Any]) -> None:
    from lantian.jobs.grading.template import write_template

    on = asked["day"].date() if asked["day"] else datetime.now(BEIJING).date()
    rows = write_template(asked["source"], asked["template"], on, asked["rules"])
    click.echo(f"已写出 Written  {asked['source']}（{rows} 项事实 facts）")
