"""``lantian bulletin``: bulletins as PDF and Word, every number with its computation."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lantian.cli.output import (
    EXIT_OK,
    EXIT_PROBLEMS,
    console,
    guarded,
    print_json,
    print_told,
    told_as_json,
)

if TYPE_CHECKING:
    from lantian.jobs.bulletin.make import AirInput, Made

_PATH = click.Path(path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])


def _common(function: Callable[..., None]) -> Callable[..., None]:
    """Add what every bulletin asks for."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON."),
        click.option("--rulebook", "rules", multiple=True, type=_PATH,
                     help="Folder of further rule files; may be repeated. 地方规则目录"),
        click.option("--invented", is_flag=True, help="Label every page as invented data. 虚构数据标记"),
        click.option("--lang", type=click.Choice(["zh", "en", "both"]), default="both",
                     show_default=True, help="Languages to write. 语言"),
        click.option("--city", default="", help="City to speak of. 城市"),
        click.option("--out", type=_PATH, required=True, metavar="DIR", help="Folder to write into. 输出目录"),
    ):  # fmt: skip
        function = option(function)
    return function


def _air(function: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--dust", type=_PATH, help="List of approved dust deductions. 沙尘剔除名单"),
        click.option("--against", type=_PATH, help="The year before, where not in the file. 上年同期"),
        click.option("--published", type=_PATH, metavar="FIGURES.csv",
                     help="Published figures instead of days. 公布值"),
    ):  # fmt: skip
        function = option(function)
    return function


@click.group(
    "bulletin",
    epilog="Exit codes 退出码: 0 done 完成; 1 problems of error level 有错误级问题; "
    "2 unreadable, or wrong usage 读不了; 130 interrupted 已中断.",
)
def command() -> None:
    r"""Bulletins as PDF and Word, every number with its computation 公报、通报.

    \b
    lantian bulletin air-year days.csv --year 2022 --city 太原 --out bulletins
    lantian bulletin water-month samples.csv --month 2022-03 --out bulletins
    lantian bulletin city-page --air days.csv --water samples.csv --period 2022 --out bulletins
    """


@command.command("air-year")
@click.argument("source", metavar="[DAYS.csv]", required=False, type=_PATH)
@click.option("--year", "period", required=True, help="2022. 年份")
@_air
@_common
@guarded
def air_year(source: Path | None, period: str, **options: Any) -> None:
    r"""Make the yearly bulletin of a city's air 环境空气质量年度公报.

    \b
    lantian bulletin air-year days.csv --year 2022 --out bulletins
    lantian bulletin air-year --published figures.csv --year 2022 --city 太原 --out bulletins
    """
    _make_air("air-year", source, period, options)


@command.command("air-month")
@click.argument("source", metavar="[DAYS.csv]", required=False, type=_PATH)
@click.option("--month", "period", required=True, help="2022-03, also 2022-Q1. 月份")
@_air
@_common
@guarded
def air_month(source: Path | None, period: str, **options: Any) -> None:
    r"""Make the monthly bulletin of a city's air 环境空气质量月报.

    \b
    lantian bulletin air-month days.csv --month 2022-03 --out bulletins
    """
    _make_air("air-month", source, period, options)


def _make_air(kind: str, source: Path | None, period: str, options: dict[str, Any]) -> None:
    from lantian.jobs.bulletin.make import make_air

    given = _air_input(source, options)
    if given is None:
        raise click.UsageError("请给出日值文件或 --published。DAYS.csv or --published, please.")
    made = make_air(
        f"{kind}-{period}", given, period, city=options["city"], rules=options["rules"],
        invented=options["invented"],
    )  # fmt: skip
    _finish(made, options)


def _air_input(source: Path | None, options: dict[str, Any]) -> AirInput | None:
    from lantian.jobs.bulletin.make import AirInput

    published = options.get("published")
    if source is None and published is None:
        return None
    return AirInput(source, published, options.get("against"), options.get("dust"))


@command.command("water-month")
@click.argument("source", metavar="SAMPLES.csv", type=_PATH)
@click.option("--month", "period", required=True, help="2022-03, also 2022-Q1 or 2022. 月份")
@click.option("--sections", type=_PATH, help="Sections with type, target, river. 断面名单")
@click.option("--against", type=_PATH, help="The year before, where not in the file. 上年同期")
@_common
@guarded
def water_month(
    source: Path, period: str, sections: Path | None, against: Path | None, **options: Any
) -> None:
    r"""Make the bulletin of surface water 地表水环境质量通报.

    \b
    lantian bulletin water-month samples.csv --month 2022-03 --sections sections.csv --out bulletins
    """
    from lantian.jobs.bulletin.make import make_water

    made = make_water(
        f"water-month-{period}", source, period, sections=sections, against=against,
        city=options["city"], rules=options["rules"], invented=options["invented"],
    )  # fmt: skip
    _finish(made, options)


@command.command("grading-batch")
@click.argument("source", metavar="APPLICATIONS.xlsx", type=_PATH)
@click.option("--on", "day", type=_DAY, required=True, help="Day of grading. 评级日")
@click.option("--province", default="", help="Whose process applies, e.g. shanxi. 省份")
@click.option(
    "--unverified", is_flag=True, help="Use unverified rows; grades are provisional. 待核实条款"
)
@_common
@guarded
def grading_batch(
    source: Path, day: datetime, province: str, unverified: bool, **options: Any
) -> None:
    r"""Make the bulletin of a round of grading 绩效分级结果通报.

    \b
    lantian bulletin grading-batch applications.xlsx --on 2022-12-31 --province shanxi --out bulletins
    """
    from lantian.jobs.bulletin.make import make_grading, read_grading

    run = read_grading(
        source, day.date(), province, use_unverified=unverified, rules=options["rules"]
    )
    made = make_grading(
        f"grading-batch-{day:%Y-%m-%d}", run, city=options["city"], invented=options["invented"]
    )
    _finish(made, options)


@command.command("alert-review")
@click.argument("plan", metavar="PLAN.json", type=_PATH)
@click.option(
    "--level",
    required=True,
    type=click.Choice(["yellow", "orange", "red"]),
    help="Level carried out. 级别",
)
@click.option("--from", "first", type=_DAY, required=True, help="First day. 起")
@click.option("--to", "last", type=_DAY, required=True, help="Last day. 止")
@click.option("--days", type=_PATH, help="Daily air values of those days. 期间日值")
@_common
@guarded
def alert_review(
    plan: Path, level: str, first: datetime, last: datetime, days: Path | None, **options: Any
) -> None:
    r"""Make the review of an alert: measures, cuts, cost, the air of those days 应急响应评估.

    \b
    lantian bulletin alert-review plan/plan.json --level orange --from 2026-12-17 --to 2026-12-20 --out bulletins
    """
    from lantian.jobs.bulletin.make import AirInput, make_alert
    from lantian.kernel.level import Level

    if last < first:
        raise click.UsageError("结束早于开始。The last day is before the first.")
    air = AirInput(days, None) if days is not None else None
    made = make_alert(
        f"alert-review-{first:%Y-%m-%d}", plan, Level(level), first.date(), last.date(), air=air,
        city=options["city"], rules=options["rules"], invented=options["invented"],
    )  # fmt: skip
    _finish(made, options)


@command.command("city-page")
@click.option("--period", required=True, help="2022, 2022-03 … 期间")
@click.option(
    "--air", "air_days", type=_PATH, metavar="DAYS.csv", help="Daily air values. 空气日值"
)
@click.option("--water", type=_PATH, metavar="SAMPLES.csv", help="Water samples. 水样")
@click.option("--sections", type=_PATH, help="Sections with type, target, river. 断面名单")
@click.option(
    "--grading", type=_PATH, metavar="APPLICATIONS.xlsx", help="Applications for grading. 申报"
)
@click.option("--on", "day", type=_DAY, help="Day of grading. 评级日")
@click.option("--province", default="", help="Whose process of grading applies. 省份")
@click.option("--unverified", is_flag=True, help="Use unverified rows of grading. 待核实条款")
@_air
@_common
@guarded
def city_page(
    period: str, air_days: Path | None, water: Path | None, sections: Path | None,
    grading: Path | None, day: datetime | None, province: str, unverified: bool, **options: Any,
) -> None:  # fmt: skip
    r"""Make one page of grading, air and water, as a newspaper prints it 绩效分级、空气、水合一版.

    \b
    lantian bulletin city-page --air days.csv --water samples.csv --period 2022 --city 太原 --out bulletins
    """
    from lantian.jobs.bulletin.make import make_page, read_grading
    from lantian.jobs.water.summary import run_summary

    air = _air_input(air_days, options)
    if grading is not None and day is None:
        raise click.UsageError("--grading 需要 --on。--grading needs --on.")
    if air is None and water is None and grading is None:
        raise click.UsageError(
            "请给出 --air、--published、--water 或 --grading。Something to speak of, please."
        )
    rules = options["rules"]
    graded = None
    if grading is not None and day is not None:
        graded = read_grading(grading, day.date(), province, use_unverified=unverified, rules=rules)
    made = make_page(
        f"city-page-{period}", city=options["city"], period=period, air=air,
        water=run_summary(water, period, sections=sections, rules=rules) if water is not None else None,
        grading=graded, rules=rules, invented=options["invented"],
    )  # fmt: skip
    _finish(made, options)


def _finish(made: Made, options: dict[str, Any]) -> None:
    """Write the files and say which; problems of the inputs go to standard error."""
    from lantian.jobs.bulletin.document import LANGUAGES
    from lantian.jobs.bulletin.make import figures_of, write_bulletin

    languages = LANGUAGES if options["lang"] == "both" else (options["lang"],)
    written = [str(path) for path in write_bulletin(made, options["out"], languages)]
    if options["as_json"]:
        found = {"title": made.bulletin.title.zh, "figures": figures_of(made), "written": written}
        print_json(found | told_as_json(made.told))
    else:
        out = console()
        out.print(
            f"{made.bulletin.title.zh}：{len(made.bulletin.figures)} 个数字，各有来源 figures"
        )
        for path in written:
            out.print(f"  {path}")
        print_told(made.told)
    sys.exit(EXIT_PROBLEMS if made.told.has_errors else EXIT_OK)
