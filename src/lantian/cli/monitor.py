"""``lantian monitor``: an outlet's data rolled up with reasons, and held against its limits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lantian.cli.output import (
    answer,
    guarded,
)

if TYPE_CHECKING:
    from lantian.jobs.monitoring.run import MonitorInput

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.argument("source", metavar="FILE.csv", type=click.Path(path_type=Path)),
    click.option("--outlet", required=True, metavar="OUTLET.yaml",
                 type=click.Path(path_type=Path), help="The outlet as registered. 排口登记"),
    click.option("--marks", metavar="MARKS.csv", type=click.Path(path_type=Path),
                 help="Marks by the firm, in the order they were made. 企业标记记录"),
    click.option("--on", type=click.DateTime(["%Y-%m-%d"]),
                 help="Day whose rules apply; each day's own when not given. 适用哪一天的规则"),
    click.option("--step", type=click.IntRange(1, 1440), metavar="MINUTES",
                 help="Interval of the values, where it cannot be told. 数据间隔（分钟）"),
    click.option("--time", "time_is", type=click.Choice(["start", "end"]), default="start",
                 help="Whether times are starts (HJ 212) or ends of periods. 时间是时段的开始还是结束"),
    click.option("--out", type=click.Path(path_type=Path), metavar="DIR",
                 help="Write the tables as CSV into a folder. 输出目录"),
    click.option("--rulebook", "rules", multiple=True, type=click.Path(path_type=Path),
                 help="Folder of further rule files; may be repeated. 地方规则目录"),
    click.option("--json", "as_json", is_flag=True, help="Print everything as JSON."),
)  # fmt: skip


def _common(function: F) -> F:
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@click.group(
    "monitor",
    epilog="Exit codes 退出码: 0 done 完成; 1 problems of error level 有错误级问题; "
    "2 unreadable, or wrong usage 读不了; 130 interrupted 已中断.",
)
def command() -> None:
    r"""Automatic monitoring: hours with reasons, marks, mass, exceedances 自动监控.

    \b
    lantian monitor rollup minutes.csv --outlet outlet.yaml --out rolled
    lantian monitor exceed minutes.csv --outlet outlet.yaml --marks marks.csv
    """


def _given(
    source: Path, outlet: Path, marks: Path | None, on: datetime | None, step: int | None,
    time_is: str, rules: tuple[Path, ...], logger: Path | None = None,
) -> MonitorInput:  # fmt: skip
    from lantian.jobs.monitoring.read import ReadSettings
    from lantian.jobs.monitoring.run import MonitorInput

    if step is not None and 60 % step and (step % 60 or 1440 % step):
        raise click.BadParameter("应能整除一小时或一天。It has to divide an hour or a day.",
                                 param_hint="--step")  # fmt: skip
    day: date | None = on.date() if on is not None else None
    length = timedelta(minutes=step) if step is not None else None
    settings = ReadSettings(length, time_is == "end")
    return MonitorInput(source, outlet, marks, logger, day, settings, rules)


@command.command("rollup")
@_common
@click.option("--logger-hours", type=click.Path(path_type=Path), metavar="HOURS.csv",
              help="The logger's own hourly values, to be compared. 数采仪小时值")  # fmt: skip
@click.option("--trace", is_flag=True, help="With --json: the trace of every hour too. 逐小时依据")
@guarded
def rollup(
    source: Path, outlet: Path, marks: Path | None, on: datetime | None, step: int | None,
    time_is: str, out: Path | None, rules: tuple[Path, ...], as_json: bool,
    logger_hours: Path | None, trace: bool,
) -> None:  # fmt: skip
    r"""Roll minutes up to hours, days and months; every hour says why it is valid or not 逐级汇总.

    Columns: time, then a21026-Avg, a21026-Flag, a21026-ZsAvg …; or long: time, factor, value,
    flag. Marks of the firm never change a value or its flag; both means are shown.

    \b
    lantian monitor rollup minutes.csv --outlet outlet.yaml --out rolled
    lantian monitor rollup minutes.csv --outlet outlet.yaml --logger-hours hours.csv --json
    """
    from lantian.jobs.monitoring.answer import rollup_as_dict, write_tables
    from lantian.jobs.monitoring.run import run_monitor

    run = run_monitor(_given(source, outlet, marks, on, step, time_is, rules, logger_hours))
    if out is not None:
        write_tables(run, out)
    from lantian.cli.monitor_page import print_rollup

    found = rollup_as_dict(run, trace=trace and as_json)
    answer(found, run.told, lambda out: print_rollup(found, out), as_json=as_json)


@command.command("exceed")
@_common
@guarded
def exceed(
    source: Path, outlet: Path, marks: Path | None, on: datetime | None, step: int | None,
    time_is: str, out: Path | None, rules: tuple[Path, ...], as_json: bool,
) -> None:  # fmt: skip
    r"""Hold hourly and daily means against the outlet's limits, marks considered 超标判定.

    What cannot be judged is listed with its reason; it is never taken as kept. An exceedance is a
    result, not an error: the exit code stays 0.

    \b
    lantian monitor exceed minutes.csv --outlet outlet.yaml --marks marks.csv
    lantian monitor exceed hours.csv --outlet outlet.yaml --on 2026-01-05 --json
    """
    from lantian.jobs.monitoring.answer import exceed_as_dict, write_tables
    from lantian.jobs.monitoring.run import run_monitor

    run = run_monitor(_given(source, outlet, marks, on, step, time_is, rules), judge=True)
    if out is not None:
        write_tables(run, out)
    from lantian.cli.monitor_page import print_exceed

    found = exceed_as_dict(run)
    answer(found, run.told, lambda out: print_exceed(found, out), as_json=as_json)
