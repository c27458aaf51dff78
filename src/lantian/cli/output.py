"""What every command shares: JSON or tables, problems in words, exit codes, no tracebacks."""

from __future__ import annotations

import functools
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn, ParamSpec, TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lantian.cli.interrupted import told_interrupted
from lantian.jobs.told import Told
from lantian.kernel.problem import LantianError, Problem, Severity

EXIT_OK = 0
EXIT_PROBLEMS = 1
EXIT_UNREADABLE = 2
EXIT_INFEASIBLE = 3

_PAGE_COLUMNS = 110

_STYLE = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.HINT: "cyan"}
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.HINT: 2}

P = ParamSpec("P")
R = TypeVar("R")


def console(*, stderr: bool = False) -> Console:
    """Return a console that colours only on a terminal and never cuts Chinese text.

    Where there is no terminal to ask, lines are `_PAGE_COLUMNS` wide.
    """
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _PAGE_COLUMNS
    return Console(stderr=stderr, soft_wrap=False, highlight=False, width=width)


def print_json(value: Any) -> None:
    """Print `value` as UTF-8 JSON with a final newline."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def counts(problems: Iterable[Problem]) -> dict[str, int]:
    """Return how many problems there are of each severity, all three keys present."""
    found = Counter(p.severity.value for p in problems)
    return {s.value: found.get(s.value, 0) for s in Severity}


def problems_as_json(problems: Sequence[Problem]) -> dict[str, Any]:
    """Return the part of every JSON answer that speaks of problems."""
    return {"problems": [p.as_dict() for p in problems], "counts": counts(problems)}


def print_problems(problems: Sequence[Problem], *, limit: int = 50, stderr: bool = False) -> None:
    """Print problems as a table, worst first, at most `limit` rows and the number left out."""
    out = console(stderr=stderr)
    ordered = sorted(problems, key=lambda p: _ORDER[p.severity])
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("代码", no_wrap=True)
    table.add_column("级别", no_wrap=True)
    table.add_column("位置", overflow="fold")
    table.add_column("问题 / 处理办法", ratio=1, overflow="fold")
    for p in ordered[:limit]:
        style = _STYLE[p.severity]
        table.add_row(
            p.code,
            f"[{style}]{p.severity.label_zh}[/]",
            escape(p.place.text()),
            # A cell may hold brackets: what it says is never markup.
            f"{escape(p.message_zh)}\n[dim]{escape(p.remedy_zh)}[/]",
        )
    out.print(table)
    if len(ordered) > limit:
        out.print(f"……另有 {len(ordered) - limit} 条，用 --json 或 --mark 查看全部")


def told_as_json(told: Told) -> dict[str, Any]:
    """Return the problems of a long file: the first of each kind, and how many there were."""
    return problems_as_json(told.problems) | {
        "problem_counts": dict(told.counts),
        "problems_left_out": told.left_out,
    }


def print_told(told: Told) -> None:
    """Print the problems of a long file on standard error, and how many more of each kind."""
    if told.problems:
        print_problems(told.problems, stderr=True)
    for code, n in told.left_out.items():
        click.echo(f"{code} 另有 {n:,} 处同类问题 more of the same", err=True)


def answer(
    found: dict[str, Any], told: Told, page: Callable[[Console], None], *, as_json: bool
) -> NoReturn:
    """End a command that read a long file: JSON or its page, the problems, the exit code.

    Parameters
    ----------
    found
        The answer as JSON, without the problems.
    told
        Problems of the file.
    page
        Prints the answer for people.
    as_json
        Which of the two is wanted.
    """
    if as_json:
        print_json(found | told_as_json(told))
    else:
        page(console())
        print_told(told)
    sys.exit(EXIT_PROBLEMS if told.has_errors else EXIT_OK)


def guarded(function: Callable[P, R]) -> Callable[P, R]:
    """Turn a `LantianError` into clear sentences and exit 2, an interrupt into exit 130."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except LantianError as error:
            if kwargs.get("as_json"):
                print_json(problems_as_json(error.problems))
            else:
                for problem in error.problems:
                    click.echo(
                        f"{problem.code} {problem.place.text()}\n"
                        f"  {problem.message_zh}\n  {problem.remedy_zh}\n"
                        f"  {problem.message_en} {problem.remedy_en}",
                        err=True,
                    )
            sys.exit(EXIT_UNREADABLE)
        except KeyboardInterrupt:
            told_interrupted()

    return wrapper
