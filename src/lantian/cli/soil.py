"""``lantian soil``: results against GB 36600, the state of parcels, spot checks, the template."""

from __future__ import annotations

import sys
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import click

from lantian.cli import options
from lantian.cli.output import (
    EXIT_OK,
    answer,
    console,
    guarded,
    print_json,
)
from lantian.kernel.calendar import BEIJING

_file = click.argument("source", metavar="FILE.xlsx", type=click.Path(path_type=Path))
_layout = click.option(
    "--layout", type=click.Path(path_type=Path), help="Layout file of one's own. 自定义版式文件"
)
_on = click.option(
    "--on",
    "on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day whose rules and clocks apply; today when not given. 基准日",
)


def _share(_ctx: click.Context, _param: click.Parameter, text: str | None) -> Fraction | None:
    if text is None:
        return None
    try:
        found = Fraction(Decimal(text))
    except (ArithmeticError, ValueError):
        found = Fraction(-1)
    if not 0 <= found <= 1:
        raise click.BadParameter("比例应在 0 到 1 之间，如 0.1。A share lies between 0 and 1.")
    return found


@click.group(
    "soil",
    epilog="Exit codes 退出码: 0 done 完成; 1 problems of error level 有错误级问题; "
    "2 unreadable, or wrong usage 读不了; 130 interrupted 已中断.",
)
def command() -> None:
    r"""Construction-land soil: results, parcels in the statutory process, spot checks 建设用地土壤.

    \b
    lantian soil template soil.xlsx
    lantian soil check soil.xlsx
    lantian soil check results.csv --land-class 1 --json
    lantian soil parcels soil.xlsx --on 2026-03-05
    lantian soil draw soil.xlsx --seed 2026031 --share 0.1
    """


@command.command("check")
@_file
@click.option("--land-class", type=click.Choice(["1", "2"]),
              help="For parcels of which nothing else says the class. 用地类别")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path),
              help="Write the judged rows, .xlsx or .csv. 输出")  # fmt: skip
@_on
@_layout
@options.rulebook
@options.as_json
@guarded
def check(
    source: Path, land_class: str | None, out: Path | None, on: datetime | None,
    layout: Path | None, rules: tuple[Path, ...], as_json: bool,
) -> None:  # fmt: skip
    r"""Judge sampling results against screening and intervention values 检测结果评价.

    A workbook with sheets 地块, 点位 and 检测结果, one with 检测结果 alone, or that sheet as CSV.
    Values below detection stay what they are; units mg/kg, µg/kg, ng/kg.

    \b
    lantian soil check soil.xlsx --out judged.xlsx
    lantian soil check results.csv --land-class 1 --json
    """
    from lantian.jobs.soil.check import run_as_dict, run_check
    from lantian.rulebook.soil_tables.model import LandClass

    run = run_check(
        source,
        _day(on),
        land_class=LandClass(int(land_class)) if land_class else None,
        layout=layout,
        out=out,
        rules=rules,
    )
    found = run_as_dict(run)
    from lantian.cli.soil_page import print_check

    answer(found, run.told, lambda out: print_check(found, out), as_json=as_json)


@command.command("template")
@click.argument("out", metavar="OUT.xlsx", type=click.Path(path_type=Path))
@_on
@options.as_json
@guarded
def template(out: Path, on: datetime | None, as_json: bool) -> None:
    r"""Write the empty workbook that check, parcels and draw read 空白模板.

    \b
    lantian soil template soil.xlsx
    """
    from lantian.jobs.soil.template import write_template

    written = write_template(out, _day(on))
    if as_json:
        print_json({"written": str(written)})
    else:
        console().print(f"已写出 Written  {written}")
    sys.exit(EXIT_OK)


@command.command("parcels")
@_file
@_on
@click.option("--holidays", multiple=True, type=click.Path(path_type=Path),
              help="Holiday notice of a further year; may be repeated. 节假日文件")  # fmt: skip
@_layout
@options.rulebook
@options.as_json
@guarded
def parcels(
    source: Path, on: datetime | None, holidays: tuple[Path, ...], layout: Path | None,
    rules: tuple[Path, ...], as_json: bool,
) -> None:  # fmt: skip
    r"""State, clocks and next duty of every parcel 地块进度与期限.

    A workbook with sheets 地块 and 进展; the state follows from the events up to the day.

    \b
    lantian soil parcels soil.xlsx --on 2026-03-05
    lantian soil parcels soil.xlsx --json
    """
    from lantian.jobs.soil.parcels import parcels_as_dict, run_parcels

    run = run_parcels(source, _day(on), layout=layout, rules=rules, holidays=holidays)
    found = parcels_as_dict(run)
    from lantian.cli.soil_page import print_parcels

    answer(found, run.told, lambda out: print_parcels(found, out), as_json=as_json)


@command.command("draw")
@_file
@click.option("--seed", required=True, help="A public number agreed beforehand. 公开的随机种子")
@click.option("--share", callback=_share, help="Share of the other parcels, e.g. 0.1. 抽查比例")
@click.option("--attention-share", callback=_share,
              help="Share of parcels with a ground of attention; as --share when not given. "
              "关注地块比例")  # fmt: skip
@click.option("--checker", default="", help="Who will check; must have done no survey. 检查单位")
@click.option("--out", type=click.Path(path_type=Path),
              help="Write the list, .xlsx or .csv. 输出")  # fmt: skip
@_on
@_layout
@options.rulebook
@options.as_json
@guarded
def draw(
    source: Path, seed: str, share: Fraction | None, attention_share: Fraction | None,
    checker: str, out: Path | None, on: datetime | None, layout: Path | None,
    rules: tuple[Path, ...], as_json: bool,
) -> None:  # fmt: skip
    r"""Draw the surveys that are checked, repeatable by anybody 监督检查抽取.

    Parcels that must be checked are all taken; the others by the order of SHA-256(seed|number).

    \b
    lantian soil draw soil.xlsx --seed 2026031 --share 0.1 --out draw.xlsx
    """
    from lantian.jobs.soil.spot_check import draw_as_dict, run_draw

    run = run_draw(
        source,
        _day(on),
        seed,
        share=share,
        attention_share=attention_share,
        checker=checker,
        layout=layout,
        out=out,
        rules=rules,
    )
    found = draw_as_dict(run)
    from lantian.cli.soil_page import print_draw

    answer(found, run.told, lambda out: print_draw(found, out), as_json=as_json)


def _day(on: datetime | None) -> date:
    return on.date() if on is not None else datetime.now(BEIJING).date()
