"""``lantian gateway quarantine``: what was put aside, and what is decided of it."""

from __future__ import annotations

import getpass
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lantian.cli import options
from lantian.cli.gateway_ask import gateway_home
from lantian.cli.output import (
    EXIT_OK,
    EXIT_PROBLEMS,
    console,
    guarded,
    print_json,
    print_problems,
    problems_as_json,
)

if TYPE_CHECKING:
    from lantian.jobs.gateway.quarantine import Aside, Selection

_moment = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


@click.command("quarantine")
@gateway_home
@click.option("--most", default=50, show_default=True, help="Newest so many. 条数")
@click.option("--reason", default="", help="Only this reason. 原因")
@click.option("--mn", help="Only this logger. 数采仪")
@click.option(
    "--since", type=_moment, help="Arrived at or after, 2026-11-30T08:00 (Beijing). 收到时间自"
)
@click.option("--until", type=_moment, help="Arrived before. 收到时间至")
@click.option("--record", "records", type=click.IntRange(1), multiple=True, metavar="N",
              help="Only this record; may be repeated. 编号")  # fmt: skip
@click.option("--waiting", is_flag=True, help="Only those nobody has decided of. 只列待处理")
@click.option("--release", "act", flag_value="release", help="Release them into the lake. 放行")
@click.option("--reject", "act", flag_value="reject", help="Reject them for good. 驳回")
@click.option("--why", default="", help="The reason, with --release or --reject. 理由")
@click.option(
    "--registry",
    type=click.Path(path_type=Path),
    help="Register of loggers as it is now, with --release. 登记表",
)
@click.option("--by", help="Who decides; the user of this machine where left out. 处理人")
@options.as_json
@guarded
def quarantine(
    home: Path, most: int, reason: str, mn: str | None, since: datetime | None, until: datetime | None,
    records: tuple[int, ...], waiting: bool, act: str | None, why: str, registry: Path | None,
    by: str | None, as_json: bool,
) -> None:  # fmt: skip
    r"""List what was put aside, and why; release or reject it 隔离的报文.

    A decision is for one logger and one reason, or for single records, and is not changed. Released packets are
    read by the next ingest; frames that are not whole cannot be released. Exit 1 where some could not.

    \b
    lantian gateway quarantine --reason password
    lantian gateway quarantine --release --mn 010000A8900016F000169DC0 --reason unregistered \
        --registry loggers.yaml --why "现场核实设备属实，已补登记"
    lantian gateway quarantine --reject --record 1234 --why "来源不明"
    """
    from lantian.jobs.gateway.quarantine import Selection, listed, selected
    from lantian.kernel.calendar import BEIJING

    start, end = (t.replace(tzinfo=BEIJING) if t else None for t in (since, until))
    chosen = Selection(mn, reason, start, end, records, waiting=waiting)
    if act is not None:
        _decide(home, chosen, act, why, registry, by or getpass.getuser(), as_json=as_json)
    counts, _ = listed(home, most=0, reason=reason, mn=mn or "")
    rows = selected(home, chosen, most=most)
    if as_json:
        print_json({"counts": counts, "packets": [r.as_dict() for r in rows]})
        return
    out = console()
    out.print(
        "  ".join(f"{k} {n:,}" for k, n in counts.items()) or "没有隔离的报文 nothing put aside"
    )
    for row in rows:
        out.print(_line(row), markup=False)


def _line(row: Aside) -> str:
    from lantian.jobs.gateway.release import ACTS

    decided = f"{ACTS[row.decision.act]} {row.decision.by}  " if row.decision else ""
    return f"{row.record:>10}  {row.received:%m-%d %H:%M:%S}  {row.reason:<12} {row.peer}  {decided}{row.detail[:120]}"


def _decide(
    home: Path, chosen: Selection, act: str, why: str, registry: Path | None, by: str, *, as_json: bool
) -> None:  # fmt: skip
    """Decide of what is chosen, say what could not be, and end."""
    from lantian.jobs.gateway import release
    from lantian.jobs.gateway.complaint import complain
    from lantian.jobs.gateway.quarantine import RELEASE
    from lantian.jobs.gateway.registry import read_registry
    from lantian.kernel.calendar import BEIJING
    from lantian.kernel.problem import LantianError, Problem

    if not chosen.records and not (chosen.mn and chosen.reason):
        raise click.UsageError(
            "须给出 --mn 与 --reason，或 --record give --mn and --reason, or --record"
        )
    if act == RELEASE and registry is None:
        raise click.UsageError("--release 须给出 --registry needs --registry")
    if not why.strip():
        raise LantianError(complain("J508"))
    now = datetime.now(BEIJING)
    asides = release.waiting(home, replace(chosen, waiting=True))
    problems: tuple[Problem, ...] = ()
    if act == RELEASE:
        assert registry is not None
        judged = release.judge(home, asides, read_registry(registry), now)
        asides, problems = list(judged.good), judged.problems
    reference = f"cli-{now:%Y%m%d%H%M%S%f}"
    done = release.decide(
        home, [a.record for a in asides], act, why=why, by=by, at=now, reference=reference
    )
    problems = (*problems, *done.problems)
    if as_json:
        told: dict[str, Any] = {"act": act, "reference": reference, "records": list(done.records)}
        print_json(told | problems_as_json(problems))
    else:
        console().print(
            f"{release.ACTS[act]} {len(done.records):,} 条 packets（{reference}）"
            + (
                "；下次入库时读入 read by the next ingest"
                if act == RELEASE and done.records
                else ""
            )
        )
        if problems:
            print_problems(problems, stderr=True)
    sys.exit(EXIT_PROBLEMS if problems else EXIT_OK)
