"""``lantian ledger``: an exported ledger checked without the site."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lantian.cli.output import (
    EXIT_OK,
    EXIT_PROBLEMS,
    console,
    guarded,
    print_json,
    print_problems,
    problems_as_json,
)


@click.group(
    "ledger",
    epilog="Exit codes 退出码: 0 sound 无误; 1 something was altered 有改动; 2 unreadable 读不了.",
)
def command() -> None:
    r"""Prove the ledger without the application 台账独立核验.

    \b
    lantian ledger verify ledger.jsonl
    lantian ledger verify ledger.jsonl --files attachments
    """


@command.command("verify")
@click.argument("source", metavar="LEDGER.jsonl", type=click.Path(path_type=Path))
@click.option("--files", type=click.Path(path_type=Path), metavar="DIR",
              help="Folder of the files that events name by their hash. 附件目录")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@guarded
def verify(source: Path, files: Path | None, as_json: bool) -> None:
    r"""Find any altered, removed or moved entry of an exported ledger 核验导出的台账.

    Needs neither the site nor its database.

    \b
    lantian ledger verify ledger.jsonl --files attachments
    """
    from lantian.jobs.ledger.verify import run_verify

    run = run_verify(source, files)
    found = {
        "source": run.source, "algorithm": run.algorithm, "entries": run.entries, "days": run.days,
        "files_checked": run.files_checked, "last_hash": run.last_hash, "sound": not run.problems,
    }  # fmt: skip
    if as_json:
        print_json(found | problems_as_json(run.problems))
    else:
        word = "无误 sound" if not run.problems else f"{len(run.problems)} 处不符 breaks"
        out = console()
        out.print(f"{run.entries:,} 条，{run.days:,} 个日根，附件 {run.files_checked:,} 个：{word}")
        out.print(f"末条哈希 {run.algorithm} {run.last_hash}", style="dim")
        if run.problems:
            print_problems(run.problems, stderr=True)
    sys.exit(EXIT_PROBLEMS if run.problems else EXIT_OK)
