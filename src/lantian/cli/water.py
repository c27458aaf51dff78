"""``lantian water``: class of every sample, what a period comes to, trend over years."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from lantian.jobs.water.classes import ClassRun

_sections = click.option(
    "--sections", type=click.Path(path_type=Path), metavar="LIST.csv",
    help="Sections with type, and if wanted target, river, city, basin, province. 断面名单",
)  # fmt: skip
_rounded = click.option(
    "--rounded", is_flag=True,
    help="Class from values rounded to the digits of assessment, not from unrounded ones. 由修约值判定",
)  # fmt: skip
_saturation = click.option(
    "--do-saturation", is_flag=True,
    help="Dissolved oxygen is class I at 90 % of saturation too; needs the temperature. 溶解氧饱和率",
)  # fmt: skip
_source = click.argument("source", metavar="FILE.csv", type=click.Path(path_type=Path))


@click.group(
    "water",
    epilog="Exit codes 退出码: 0 done 完成; 1 problems of error level 有错误级问题; "
    "2 unreadable, or wrong usage 读不了; 130 interrupted 已中断.",
)
def command() -> None:
    r"""Surface water: class, main pollutants, regions, lakes, city index, targets 地表水.

    \b
    lantian water class samples.csv --out with-class.csv
    lantian water summary samples.csv --period 2022 --sections sections.csv
    lantian water trend samples.csv --years 2018..2022
    """


@command.command("class")
@_source
@_sections
@_rounded
@_saturation
@click.option("--out", type=click.Path(path_type=Path),
              help="Write the CSV with the added columns; to the screen when not given. 输出")  # fmt: skip
@options.rulebook
@options.as_json
@guarded
def classes(
    source: Path, sections: Path | None, rounded: bool, do_saturation: bool, out: Path | None,
    rules: tuple[Path, ...], as_json: bool,
) -> None:  # fmt: skip
    r"""Add class, determining items and multiples to every row 逐行判定水质类别.

    Columns: section, type (river or lake), date, then ph, do, codmn, cod, bod5, nh3n, tp, tn … in
    mg/L; all others are kept. Where the file has a class of its own, both are compared.

    \b
    lantian water class samples.csv --out with-class.csv
    lantian water class stations.csv --sections sections.csv --json
    """
    from lantian.cli.bars import Bars
    from lantian.domain.water.classify import Settings
    from lantian.jobs.water.classes import run_class

    bars = Bars({"class": "判定 classing"}, quiet=as_json or out is None)
    with bars.progress:
        run = run_class(
            source,
            sections=sections,
            settings=Settings(rounded, do_saturation),
            out=out,
            stream=sys.stdout if out is None and not as_json else None,
            keep=as_json,
            rules=rules,
            progress=bars.step,
        )
    summary = {
        "source": run.source,
        "class_from": "rounded" if rounded else "unrounded",
        "rows_read": run.rows,
        "rows_unused": run.rows_unused,
        "without_class": run.without_class,
        "by_class": dict(run.by_class),
        "agreement": _agreement(run),
        "written": str(run.written) if run.written else None,
    }
    if as_json:
        print_json(summary | {"rows": run.records} | told_as_json(run.told))
    else:
        if out is not None:
            from lantian.cli.water_page import print_classes

            print_classes(summary, console())
        print_told(run.told)
    sys.exit(EXIT_PROBLEMS if run.told.has_errors else EXIT_OK)


def _agreement(run: ClassRun) -> dict[str, Any] | None:
    if not run.labelled:
        return None
    return {
        "labelled": run.labelled,
        "equal": run.labelled - len(run.differing),
        "differing": [
            {
                "row": d.row, "section": d.section, "given": d.given, "computed": d.computed,
                "items": [{"item": item, "value": value} for item, value in d.determining],
            }
            for d in run.differing
        ],
    }  # fmt: skip


@command.command("summary")
@_source
@click.option("--period", required=True,
              help="2022, 2022-H1, 2022-Q1, 2022-03 or 2022-01-05..2022-02-10. 期间")  # fmt: skip
@click.option("--against", type=click.Path(path_type=Path),
              help="Samples of the year before, where not in FILE. 上年同期")  # fmt: skip
@_sections
@click.option("--by", multiple=True, type=click.Choice(["river", "city", "basin", "province"]),
              help="Groups to sum up; those the data speak of when not given. 汇总范围")  # fmt: skip
@_rounded
@_saturation
@options.rulebook
@options.as_json
@guarded
def summary(
    source: Path, period: str, against: Path | None, sections: Path | None, by: tuple[str, ...],
    rounded: bool, do_saturation: bool, rules: tuple[Path, ...], as_json: bool,
) -> None:  # fmt: skip
    r"""Sum up a period: sections, rivers, cities, targets, changes, city index 期间汇总.

    Changes come from unrounded means; where the shown ones would give another figure, it says so.

    \b
    lantian water summary samples.csv --period 2022 --sections sections.csv
    lantian water summary samples.csv --period 2022-03 --by river --json
    """
    from lantian.domain.water.classify import Settings
    from lantian.jobs.water.answer import summary_as_dict
    from lantian.jobs.water.summary import run_summary

    run = run_summary(
        source, period, against=against, sections=sections, by=by,
        settings=Settings(rounded, do_saturation), rules=rules,
    )  # fmt: skip
    found = summary_as_dict(run)
    from lantian.cli.water_page import print_summary

    answer(found, run.told, lambda out: print_summary(found, out), as_json=as_json)


def _years(ctx: click.Context, param: click.Parameter, text: str) -> tuple[int, int]:
    left, _, right = text.partition("..")
    if left.isdecimal() and right.isdecimal() and len(left) == len(right) == 4:
        return int(left), int(right)
    raise click.BadParameter("写成 2018..2022。Write 2018..2022.")


@command.command("trend")
@_source
@click.option("--years", required=True, metavar="A..B", callback=_years,
              help="First and last year. 起止年份")  # fmt: skip
@_sections
@options.rulebook
@options.as_json
@guarded
def trend(
    source: Path, years: tuple[int, int], sections: Path | None, rules: tuple[Path, ...],
    as_json: bool,
) -> None:  # fmt: skip
    r"""Tell whether yearly means rise or fall: Spearman's rank correlation 多年变化趋势.

    \b
    lantian water trend samples.csv --years 2018..2022
    """
    from lantian.jobs.water.trend import row_as_dict, run_trend

    run = run_trend(source, *years, sections=sections, rules=rules)
    rows = [row_as_dict(row) for row in run.rows]
    found = {"source": run.source, "rows_read": run.rows_read, "rows": rows}
    from lantian.cli.water_page import print_trend

    answer(found, run.told, lambda out: print_trend(rows, out), as_json=as_json)
