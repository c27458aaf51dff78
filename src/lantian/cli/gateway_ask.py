"""``lantian gateway ask`` and ``packet``: commands to loggers, and single frames."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from lantian.cli import options
from lantian.cli.output import EXIT_OK, EXIT_PROBLEMS, console, guarded, print_json

gateway_home = click.option(
    "--home", type=click.Path(path_type=Path), default=Path("var/gateway"), show_default=True,
    envvar="LANTIAN_GATEWAY_HOME", help="Folder of spool, lake and seals. 数据目录",
)  # fmt: skip
_day = click.DateTime(["%Y-%m-%d"])


@click.command("packet")
@gateway_home
@click.argument("record", type=click.IntRange(1))
@options.as_json
@guarded
def packet(home: Path, record: int, as_json: bool) -> None:
    r"""Print one kept frame as it came 原始报文.

    \b
    lantian gateway packet 1234
    """
    from lantian.jobs.gateway.spool import record as find

    found = find(home, record)
    text = found.frame.decode("utf-8", "backslashreplace")
    if as_json:
        print_json({
            "record": found.number, "received": found.received.isoformat(), "peer": found.peer,
            "status": found.status, "reason": found.reason, "segment": found.segment,
            "offset": found.offset, "frame": text,
        })  # fmt: skip
        return
    console().print(f"#{found.number}  {found.received.isoformat()}  {found.peer}  {found.reason}")
    click.echo(text.rstrip("\r\n"))


@click.command("ask")
@click.argument("mn")
@click.argument("what")
@gateway_home
@click.option(
    "--begin", default="", help="Begin of a time, 2026-11-30T08:00 or 14 digits. 开始时间"
)
@click.option("--end", default="", help="End of a time. 截止时间")
@click.option("--factor", default="", help="Factor code (PolId). 因子")
@click.option("--info", default="", help="Information code (InfoId). 信息编码")
@click.option("--value", default="", help="Value to set. 设定值")
@click.option("--day", type=_day, help="Day of backfill; today where left out. 补传日期")
@click.option(
    "--cn", default="2051", show_default=True, help="Data of backfill: 2051, 2061, 2031. 补传数据"
)
@click.option(
    "--wait",
    type=click.FloatRange(1),
    default=300.0,
    show_default=True,
    help="Longest wait for the answer, s. 最长等待",
)
@options.as_json
@guarded
def ask(
    mn: str, what: str, home: Path, begin: str, end: str, factor: str, info: str, value: str,
    day: datetime | None, cn: str, wait: float, as_json: bool,
) -> None:  # fmt: skip
    r"""Give a logger a command through the running server 反控.

    WHAT: time, set-time, realtime, stop-realtime, minutes, hours, days, serial, parameter, set-parameter,
    backfill (asks for whatever of a day is missing in the lake).

    \b
    lantian gateway ask 010000A8900016F000169DC0 set-time
    lantian gateway ask 010000A8900016F000169DC0 minutes --begin 2026-11-30T08:00 --end 2026-11-30T09:00
    lantian gateway ask 010000A8900016F000169DC0 backfill --day 2026-11-30
    """
    from lantian.gateway.asks import control_call, parts_of

    given = {"begin": begin, "end": end, "factor": factor, "info": info, "value": value}
    parts = _backfill(home, mn, cn, day) if what == "backfill" else [parts_of(what, given)]
    results: list[dict[str, Any]] = []
    problems: list[dict[str, Any]] = []
    for code, parameters, factors in parts:
        message = {"do": "ask", "mn": mn, "cn": code, "parameters": parameters, "factors": factors}
        answer = control_call(home, message, wait)
        if not answer["ok"]:
            problems = answer["problems"]
            break
        results.append(answer["result"])
    if as_json:
        print_json({"results": results, "problems": problems})
    else:
        for row in results:
            console().print(
                f"{row['mn']} CN={row['cn']} QN={row['qn']}：已执行 done，数据包 {row['packets']}"
            )
            for line in row["data"]:
                click.echo(f"  {line}")
        if not parts:
            console().print("没有缺口 nothing is missing")
        for p in problems:
            click.echo(
                f"{p['code']}\n  {p['message_zh']}\n  {p['remedy_zh']}\n  {p['message_en']} {p['remedy_en']}",
                err=True,
            )
    sys.exit(EXIT_PROBLEMS if problems else EXIT_OK)


def _backfill(home: Path, mn: str, cn: str, day: datetime | None) -> list[Any]:
    """Return the commands that ask for what is missing of a day."""
    from lantian.domain.hj212.stamp import write_stamp
    from lantian.gateway.asks import gaps
    from lantian.jobs.gateway.complaint import complain
    from lantian.jobs.gateway.home import home_of
    from lantian.jobs.gateway.loggers import read_loggers
    from lantian.kernel.calendar import BEIJING
    from lantian.kernel.problem import LantianError

    at = home_of(home)
    known = read_loggers(at).loggers.get(mn)
    if known is None:
        raise LantianError(complain("J404", detail=mn))
    period_s = known.periods.get(cn)
    if period_s is None:
        raise LantianError(complain("J408", detail=f"--cn {cn}: {' '.join(known.periods)}"))
    now = datetime.now(BEIJING)
    found = gaps(at, mn, cn, day.date() if day else now.date(), period_s, now)
    last = timedelta(seconds=period_s)
    return [
        (cn, {"BeginTime": write_stamp(a), "EndTime": write_stamp(b + last)}, {}) for a, b in found
    ]
