"""``lantian plan``: differentiated orders for every firm, proved against the targets."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from lantian.cli.bars import Bars
from lantian.cli.output import (
    EXIT_INFEASIBLE,
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

EXIT_REFUSED = 4
"""The independent checker refused the plan: a fault of the program, nothing is written."""

_STAGES = {
    "read": "读取 reading",
    "check": "检查 checking",
    "ladders": "措施阶梯 ladders",
    "optimise": "优化 optimising",
    "verify": "核验 verifying",
    "write": "写出 writing",
}
_LEVEL_NAMES = {x.value: x for x in LEVELS} | {x.label_zh: x for x in LEVELS}


def _to_level(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Level | None:
    """Return the level written in English or Chinese."""
    if value is None:
        return None
    found = _LEVEL_NAMES.get(value.strip().lower())
    if found is None:
        raise click.BadParameter(f"{value}：应为 yellow/orange/red 或 黄色/橙色/红色")
    return found


def _to_days(_ctx: click.Context, _param: click.Parameter, value: str) -> tuple[int, int, int]:
    """Return three positive whole numbers."""
    parts = value.replace("，", ",").split(",")
    if len(parts) != 3 or not all(p.strip().isdigit() and int(p) > 0 for p in parts):
        raise click.BadParameter(f"{value}：应为三个正整数，如 6,3,1 (three positive integers)")
    yellow, orange, red = (int(p) for p in parts)
    return yellow, orange, red


def _to_caps(
    _ctx: click.Context, _param: click.Parameter, value: tuple[str, ...]
) -> dict[str, int]:
    """Return whole yuan a day by district."""
    out = {}
    for text in value:
        name, sign, amount = text.partition("=")
        if not sign or not name.strip() or not amount.strip().isdigit():
            raise click.BadParameter(f"{text}：应为 区县=元/日，如 东区=2000000 (NAME=CNY)")
        out[name.strip()] = int(amount)
    return out


def _to_switches(
    _ctx: click.Context, _param: click.Parameter, value: tuple[str, ...]
) -> dict[str, bool]:
    """Return on or off by key of the rulebook's switch."""
    words = {"on": True, "开": True, "off": False, "关": False}
    out = {}
    for text in value:
        key, sign, state = text.partition("=")
        if not sign or state.strip().lower() not in words:
            raise click.BadParameter(f"{text}：应为 KEY=on 或 KEY=off，如 unverified-measures=off")
        out[key.strip()] = words[state.strip().lower()]
    return out


@click.command(
    "plan",
    epilog="Exit codes 退出码: 0 planned 已出方案; 1 the list has errors that touch the figures "
    "清单有影响数值的错误; 2 unreadable, or wrong usage 读不了; 3 no plan reaches the targets "
    "无法达标; 4 refused by the checker 核验不通过; 130 interrupted 已中断.",
)
@click.argument("source", metavar="LIST", type=click.Path(path_type=Path))
@click.option("--level", callback=_to_level, metavar="LEVEL", help="Plan one level. 只编一个级别")
@click.option("--all-levels", is_flag=True, help="Plan yellow, orange, red jointly. 三级联合")
@click.option(
    "--forecast",
    type=click.Path(path_type=Path),
    help="Plan the level that this forecast calls for. 按预报所需级别",
)
@click.option("--gap", default=0.001, show_default=True, help="Certified gap asked. 认证差距")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder. 输出目录")
@click.option(
    "--orders", type=click.IntRange(min=0), help="Order PDFs of the N firms cut most. 打印前N家"
)
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day of the alert; with --forecast, the day of issue. 日期",
)
@click.option("--days", callback=_to_days, metavar="Y,O,R", default="1,1,1", show_default=True,
              help="Expected days of each level, the weights of cost. 各级预计天数")  # fmt: skip
@click.option("--exchange", is_flag=True, help="SO2 and NOx may be exchanged (unverified). 互换")
@click.option("--no-fairness", is_flag=True, help="Drop fairness by grade. 不计等级公平")
@click.option("--spare", multiple=True, metavar="FIRM_ID", help="Cut no further than floor. 不加严")
@click.option("--spare-small-micro", is_flag=True,
              help="Small firms below red (unverified). 小微低级别豁免")  # fmt: skip
@click.option("--switch", "rule_switches", callback=_to_switches, multiple=True,
              metavar="KEY=on|off", help="A switch of the rulebook. 规则库开关")  # fmt: skip
@click.option(
    "--district-cap",
    callback=_to_caps,
    multiple=True,
    metavar="NAME=CNY",
    help="Cost cap. 区县成本上限",
)
@click.option("--layout", help="Layout id or file; detected when not given. 版式")
@click.option("--rulebook", "rules", multiple=True, type=click.Path(path_type=Path),
              help="Folder of further rule files. 地方规则目录")  # fmt: skip
@click.option("--time-limit", type=click.FloatRange(min=0), metavar="S", default=120,
              show_default=True, help="Seconds for the optimiser; 0: none. 优化时限，0不限")  # fmt: skip
@click.option("--seed", default=0, show_default=True, help="Seed of the optimiser. 随机种子")
@click.option("--force", is_flag=True, help="Plan despite errors in the list. 有错误仍编制")
@click.option("--verbose", is_flag=True, help="Timings on stderr. 显示用时")
@click.option("--json", "as_json", is_flag=True, help="Print plan.json.")
@guarded
def command(**asked: Any) -> None:
    r"""Plan the cuts: least-cost differentiated orders, certified and checked 编制应急减排方案.

    LIST is a workbook (.xlsx) or a folder of CSV or Parquet files. No firm does less than the
    rulebook asks; A and leading firms are never forced; guaranteed supply is kept. How every
    choice is made is explained in docs/plan.md.

    \b
    lantian plan city/list.xlsx --all-levels --out orders
    lantian plan city/list.xlsx --level 橙色 --on 2026-12-01 --json > plan.json
    lantian plan city/list.xlsx --forecast city/forecast.csv
    """
    from lantian.jobs.plan import run_plan

    began = time.monotonic()
    options = _options(asked)
    on = asked["day"].date() if asked["day"] else datetime.now(BEIJING).date()
    bars = Bars(_STAGES, quiet=asked["as_json"])
    with bars.progress:
        run = run_plan(
            asked["source"],
            options,
            day=on,
            layout=asked["layout"],
            forecast=asked["forecast"],
            issued=asked["day"].date() if asked["day"] and asked["forecast"] else None,
            rules=asked["rules"],
            progress=bars.step,
        )
        code = _exit_code(run)
        if code in (EXIT_OK, EXIT_INFEASIBLE) and run.plan is not None and asked["out"]:
            _write(run, asked["out"], asked["orders"], bars)
    _show(run, code, asked)
    if asked["verbose"]:
        click.echo(f"用时 {time.monotonic() - began:.2f} 秒 seconds", err=True)
    sys.exit(code)


def _options(asked: dict[str, Any]) -> Any:
    from lantian.domain.response.settings import Switches
    from lantian.jobs.plan import PlanOptions

    ways = [bool(asked["level"]), asked["all_levels"], bool(asked["forecast"])]
    if sum(ways) != 1:
        raise click.UsageError(
            "请在 --level、--all-levels、--forecast 中选一个。Choose one of the three."
        )
    if not 0 <= asked["gap"] < 1:
        raise click.UsageError("--gap 应在0与1之间。--gap lies between 0 and 1.")
    return PlanOptions(
        levels=(asked["level"],) if asked["level"] else LEVELS,
        gap=asked["gap"],
        seed=asked["seed"],
        time_limit_s=asked["time_limit"] or None,
        force=asked["force"],
        rule_switches=asked["rule_switches"],
        switches=Switches(
            exchange=asked["exchange"],
            fairness=not asked["no_fairness"],
            spare_small_micro=asked["spare_small_micro"],
            spared=frozenset(asked["spare"]),
            district_cap_cny=asked["district_cap"],
            days=asked["days"],
        ),
    )


def _exit_code(run: Any) -> int:
    if run.plan is None:
        if run.no_alert and run.alert.proposal is not None:
            return EXIT_OK
        return EXIT_PROBLEMS
    if run.plan.violations:
        return EXIT_REFUSED
    return EXIT_OK if run.plan.feasible else EXIT_INFEASIBLE


def _write(run: Any, out: Path, orders: int | None, bars: Bars) -> None:
    from lantian.jobs.plan import write_plan

    write_plan(run, out, orders=orders, progress=bars.step)


def _show(run: Any, code: int, asked: dict[str, Any]) -> None:
    if asked["as_json"]:
        print_json(_as_json(run, code))
    elif run.plan is None:
        _show_unplanned(run)
    elif code == EXIT_REFUSED:
        click.echo("独立核验不通过，方案不予输出。The checker refused the plan.", err=True)
        for v in run.plan.violations[:20]:
            level = v.level.label_zh if v.level else ""
            click.echo(f"{v.code} {level} {v.subject} {v.message_zh} {v.message_en}", err=True)
    else:
        from lantian.cli.plan_page import print_plan

        print_plan(run.plan, console())
        if asked["out"]:
            click.echo(f"已写出 Written  {asked['out']}")


def _as_json(run: Any, code: int) -> dict[str, Any]:
    from lantian.domain.response.report import plan_as_dict

    if run.plan is not None and code != EXIT_REFUSED:
        return plan_as_dict(run.plan)
    if run.plan is not None:
        told = plan_as_dict(run.plan)
        return {"feasible": None, "checker": told["checker"], "provenance": told["provenance"]}
    proposal = run.alert.proposal if run.alert is not None else None
    reason = "no_alert" if run.no_alert else "list_errors"
    return {
        "feasible": None,
        "reason": reason,
        "alert": proposal.as_dict() if proposal is not None else None,
        **problems_as_json(run.problems if not run.alert else (*run.alert.problems, *run.problems)),
    }


def _show_unplanned(run: Any) -> None:
    if run.no_alert:
        if run.alert.proposal is None:
            click.echo("预报有错误，未编制方案。The forecast has errors; nothing was planned.")
            print_problems(run.alert.problems)
        else:
            click.echo("预报未达到预警条件，不需要方案。No alert is called for; no plan is made.")
        return
    click.echo(
        f"清单有{len(run.blocking)}条影响数值的错误，未编制方案；改正后重来，或用 --force。\n"
        f"{len(run.blocking)} errors touch the figures; correct them, or use --force."
    )
    print_problems(run.blocking)
