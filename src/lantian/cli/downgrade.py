"""``lantian downgrade``: from a ground to a proposed downgrade and the list of the same day."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from lantian.cli.output import EXIT_OK, console, guarded, print_json
from lantian.kernel.calendar import BEIJING


@click.command(
    "downgrade",
    epilog="Exit codes 退出码: 0 proposed 已提出; 2 unreadable, unknown firm or ground, or no grade "
    "follows 读不了或无法提出; 130 interrupted 已中断.",
)
@click.argument("source", metavar="LIST", type=click.Path(path_type=Path))
@click.option("--firm", "firm_id", required=True, metavar="FIRM_ID", help="The firm. 企业编号")
@click.option("--ground", required=True, metavar="KEY",
              help="false-application, failed-check, order-not-carried-out, ... 事由")  # fmt: skip
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]),
              help="Day on which the ground was established. 认定日期")  # fmt: skip
@click.option("--province", default="shanxi", show_default=True, help="Whose process. 省份")
@click.option("--to", "to_grade", default="", metavar="GRADE",
              help="The grade decided on, where the rules name none. 降至")  # fmt: skip
@click.option("--proven", default="", metavar="GRADE",
              help="What the check still proves (failed-check). 检查后仍能证明的等级")  # fmt: skip
@click.option("--wait-months", type=click.IntRange(min=0),
              help="The bureau's own waiting period. 自定等待期（月）")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path),
              help="Write the list with the new grade and measures. 输出新清单")  # fmt: skip
@click.option("--layout", help="Layout id or file; detected when not given. 版式")
@click.option("--rulebook", "rules", multiple=True, type=click.Path(path_type=Path),
              help="Folder of further rule files. 地方规则目录")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@guarded
def command(**asked: Any) -> None:
    r"""Propose a downgrade and change the list of the same day 降级建议与清单更新.

    A proposal with its clause; a person with the right signs it. What no source says (to which
    grade, how long to wait) is asked for, never guessed.

    \b
    lantian downgrade city/list.xlsx --firm F0007 --ground order-not-carried-out --on 2026-12-18
    lantian downgrade city/list.xlsx --firm F0007 --ground failed-check --proven C --out new.xlsx
    """
    from lantian.jobs.grading.downgrade import run_downgrade

    on = asked["day"].date() if asked["day"] else datetime.now(BEIJING).date()
    run = run_downgrade(
        asked["source"],
        asked["firm_id"],
        asked["ground"],
        day=on,
        province=asked["province"],
        to_grade=asked["to_grade"],
        proven=asked["proven"],
        wait_months=asked["wait_months"],
        out=asked["out"],
        layout=asked["layout"],
        rules=asked["rules"],
    )
    if asked["as_json"]:
        print_json(_as_dict(run))
    else:
        _show(run)
    sys.exit(EXIT_OK)


def _as_dict(run: Any) -> dict[str, Any]:
    proposal = run.proposal
    return {
        "firm_id": run.firm_id,
        "name": run.firm_name,
        "ground": proposal.ground.key,
        "from": proposal.from_grade,
        "to": proposal.to_grade,
        "apply_again_on": proposal.apply_again_on.isoformat() if proposal.apply_again_on else None,
        "needs_person_zh": list(proposal.needs_person_zh),
        "rules": [rule.as_dict() for rule in proposal.rules],
        "measures": {
            m.level.value: {"before": _floor(m.before), "after": _floor(m.after)}
            for m in run.measures
        },
        "measures_risen": run.measures_risen,
        "written": str(run.written) if run.written else None,
        "trace": proposal.trace.as_dict(),
    }


def _floor(rule: Any) -> dict[str, Any]:
    return {
        "kind": rule.kind.value,
        "share": str(rule.share) if rule.share is not None else None,
        "hours": rule.hours,
        "rule": rule.ref.as_dict(),
    }


def _show(run: Any) -> None:
    from lantian.rulebook.status import floor_text

    out = console()
    proposal = run.proposal
    out.print(
        f"[bold]{run.firm_name}（{run.firm_id}）[/]：{proposal.from_grade} → "
        f"[bold]{proposal.to_grade}[/]　建议，须有权人签发"
    )
    out.print(f"事由：{proposal.ground.name_zh}")
    for rule in proposal.rules:
        out.print(f"  〔{rule.document} {rule.clause} {rule.status}〕")
    again = proposal.apply_again_on
    out.print(f"可重新申请：{again.isoformat() if again else '未规定'}")
    for line in proposal.needs_person_zh:
        out.print(f"  {line}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("级别", "原措施", "新措施"):
        table.add_column(title)
    for m in run.measures:
        before, after = floor_text(m.before), floor_text(m.after)
        table.add_row(m.level.label_zh, before, after)
    out.print(table)
    if run.written:
        out.print(f"已写出 Written  {run.written}（{run.measures_risen} 条减排措施上调）")
