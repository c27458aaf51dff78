"""``lantian air``: the index of a file, what a period comes to, city days, old and new edition."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from lantian.cli import options
from lantian.cli.output import (
    EXIT_OK,
    EXIT_PROBLEMS,
    answer,
    console,
    guarded,
    print_json,
    print_told,
    told_as_json,
)

_edition = click.option(
    "--edition",
    type=click.Choice(["auto", "2012", "2026"]),
    default="auto",
    show_default=True,
    help="Edition of the standards; auto goes by the day. 标准版本",
)
_source = click.argument("source", metavar="FILE.csv", type=click.Path(path_type=Path))


@click.group(
    "air",
    epilog="Exit codes 退出码: 0 done 完成; 1 problems of error level 有错误级问题; "
    "2 unreadable, or wrong usage 读不了; 130 interrupted 已中断.",
)
def command() -> None:
    r"""Ambient air: index, statistics, composite index, by edition and date 环境空气.

    \b
    lantian air aqi days.csv --out with-aqi.csv
    lantian air aqi station-hours.csv --hourly --out with-aqi.csv
    lantian air days station-hours.csv --out days.csv
    lantian air summary days.csv --period 2022
    lantian air summary --published figures.csv
    lantian air compare days.csv --period 2025
    lantian air trend figures.csv
    """


@command.command("aqi")
@_source
@click.option("--hourly", is_flag=True,
              help="Rows are hours: 1 h values of all six, the real-time practice. 小时值")  # fmt: skip
@_edition
@click.option("--out", type=click.Path(path_type=Path),
              help="Write the CSV with the added columns; to the screen when not given. 输出")  # fmt: skip
@options.rulebook
@options.as_json
@guarded
def aqi(
    source: Path, hourly: bool, edition: str, out: Path | None, rules: tuple[Path, ...],
    as_json: bool,
) -> None:  # fmt: skip
    r"""Add sub-indices, index, class and primary pollutants to every row 逐行计算AQI.

    Columns: date or time, city or station, so2, no2, co, o3 or o3_8h, pm10, pm25 in any case;
    all others are kept. µg/m³, CO mg/m³.

    \b
    lantian air aqi days.csv --out with-aqi.csv
    lantian air aqi station-hours.csv --hourly --json
    """
    from lantian.cli.bars import Bars
    from lantian.jobs.air.aqi import run_aqi

    bars = Bars({"aqi": "计算 computing"}, quiet=as_json or out is None)
    with bars.progress:
        run = run_aqi(
            source,
            hourly=hourly,
            edition=edition,
            out=out,
            stream=sys.stdout if out is None and not as_json else None,
            keep=as_json,
            rules=rules,
            progress=bars.step,
        )
    summary = {
        "source": run.source,
        "hourly": run.hourly,
        "rows_read": run.rows,
        "rows_unused": run.rows_unused,
        "without_index": run.without_index,
        "by_category": dict(run.by_category),
        "by_edition": dict(run.by_edition),
        "written": str(run.written) if run.written else None,
    }
    if as_json:
        print_json(summary | {"rows": run.records} | told_as_json(run.told))
    else:
        if out is not None:
            _print_aqi(summary)
        print_told(run.told)
    sys.exit(EXIT_PROBLEMS if run.told.has_errors else EXIT_OK)


def _print_aqi(summary: dict[str, Any]) -> None:
    out = console()
    counts = "  ".join(f"{name} {n:,}" for name, n in summary["by_category"].items())
    out.print(f"{summary['rows_read']:,} 行，未使用 {summary['rows_unused']:,} 行；{counts}")
    editions = "、".join(f"{name} 年版 {n:,} 行" for name, n in summary["by_edition"].items())
    out.print(f"依据 HJ 633 {editions}")
    out.print(f"已写出 Written  {summary['written']}")


@command.command("summary")
@click.argument("source", metavar="[FILE.csv]", required=False, type=click.Path(path_type=Path))
@click.option("--period", help="2022, 2022-H1, 2022-Q1, 2022-03 or 2022-01-05..2022-02-10. 期间")
@click.option("--against", type=click.Path(path_type=Path),
              help="Daily values or published figures of the year before. 上年同期")  # fmt: skip
@click.option("--published", type=click.Path(path_type=Path), metavar="FIGURES.csv",
              help="Start from published figures: city, period, so2, ..., o3_p90, days. 公布值")  # fmt: skip
@click.option("--dust", type=click.Path(path_type=Path),
              help="List of approved dust deductions: date, city, pollutants. 沙尘剔除名单")  # fmt: skip
@_edition
@options.rulebook
@options.as_json
@guarded
def summary(
    source: Path | None, period: str | None, against: Path | None, published: Path | None,
    dust: Path | None, edition: str, rules: tuple[Path, ...], as_json: bool,
) -> None:  # fmt: skip
    r"""Sum up a period: means, percentiles, good days, composite index, changes 期间汇总.

    \b
    lantian air summary days.csv --period 2022 --against 2021.csv
    lantian air summary days.csv --period 2022-Q1 --json
    lantian air summary --published figures.csv
    """
    from lantian.jobs.air.summary import row_as_dict, run_published, run_summary

    if published is not None:
        run = run_published(published, edition=edition, rules=rules)
    elif source is None or period is None:
        raise click.UsageError("请给出文件和 --period，或 --published。FILE and --period, please.")
    else:
        run = run_summary(source, period, against=against, edition=edition, dust=dust, rules=rules)
    rows = [row_as_dict(row) for row in run.rows]
    if as_json:
        found = {
            "source": run.source,
            "rows_read": run.rows_read,
            "rows_unused": run.rows_unused,
            "rows": rows,
            "open_zh": list(run.open_zh),
        }
        print_json(found | told_as_json(run.told))
    else:
        from lantian.cli.air_page import print_summary

        print_summary(rows, console())
        if run.rows_unused:
            console().print(f"{run.rows_unused:,} 行未使用，原因见问题表 rows not used")
        print_told(run.told)
    sys.exit(EXIT_PROBLEMS if run.told.has_errors else EXIT_OK)


@command.command("compare")
@_source
@click.option("--period", required=True, help="As for summary. 期间")
@click.option("--dust", type=click.Path(path_type=Path), help="As for summary. 沙尘剔除名单")
@options.rulebook
@options.as_json
@guarded
def compare(
    source: Path, period: str, dust: Path | None, rules: tuple[Path, ...], as_json: bool
) -> None:
    r"""Judge one period under the old and the new edition, side by side 新旧标准对照.

    \b
    lantian air compare days.csv --period 2025
    """
    from lantian.jobs.air.summary import row_as_dict, run_summary

    runs = {
        e: run_summary(source, period, edition=e, dust=dust, rules=rules) for e in ("2012", "2026")
    }
    rows = {e: [row_as_dict(row) for row in run.rows] for e, run in runs.items()}
    told = runs["2012"].told
    open_zh = runs["2026"].open_zh
    found = {"source": source.name, "period": period, "editions": rows, "open_zh": list(open_zh)}
    from lantian.cli.air_page import print_comparison

    answer(found, told, lambda out: print_comparison(rows, open_zh, out), as_json=as_json)


@command.command("days")
@_source
@_edition
@click.option("--out", type=click.Path(path_type=Path), help="Write the city days as CSV. 输出")
@options.rulebook
@options.as_json
@guarded
def days(
    source: Path, edition: str, out: Path | None, rules: tuple[Path, ...], as_json: bool
) -> None:
    r"""Make daily city values of hourly station values, with validity 站点小时值汇成城市日均值.

    20 hours a day, O3 as the daily maximum of valid 8 h means; items that are invalid say why.

    \b
    lantian air days station-hours.csv --out days.csv
    """
    from lantian.jobs.air.days import run_days

    run = run_days(source, edition=edition, out=out, rules=rules)
    if as_json:
        found = {
            "source": run.source,
            "rows_read": run.rows_read,
            "rows_unused": run.rows_unused,
            "rows": run.rows,
            "written": str(run.written) if run.written else None,
        }
        print_json(found | told_as_json(run.told))
    else:
        from lantian.cli.air_page import print_days

        print_days(run.rows, console())
        if out is not None:
            console().print(f"已写出 Written  {out}")
        print_told(run.told)
    sys.exit(EXIT_PROBLEMS if run.told.has_errors else EXIT_OK)


@command.command("trend")
@click.argument("source", metavar="FIGURES.csv", type=click.Path(path_type=Path))
@options.rulebook
@options.as_json
@guarded
def trend(source: Path, rules: tuple[Path, ...], as_json: bool) -> None:
    r"""Tell whether published yearly figures rise or fall, and their three-year mean 多年变化趋势.

    Spearman's rank correlation, at least five years; columns as for summary --published.

    \b
    lantian air trend figures.csv
    """
    from lantian.jobs.air.trend import row_as_dict, run_trend

    run = run_trend(source, rules=rules)
    rows = [row_as_dict(row) for row in run.rows]
    from lantian.cli.air_page import print_trend

    answer(
        {"source": run.source, "rows": rows},
        run.told,
        lambda out: print_trend(rows, out),
        as_json=as_json,
    )
