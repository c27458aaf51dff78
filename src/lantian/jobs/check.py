"""Read a list, check every row of it, and say what is wrong where."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lantian.domain.inventory.checks import RULES, check_list
from lantian.domain.inventory.model import Inventory
from lantian.jobs.lists import ReadList, mark_list, read_list
from lantian.kernel.problem import LantianError, Problem, Severity
from lantian.rulebook import load_rulebook

Progress = Callable[[str, int, int], None]
"""(stage, done, of); stages are ``"read"`` and ``"check"``."""

_WORST_FIRST = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.HINT: 2}


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What reading and checking a list found.

    Attributes
    ----------
    read
        The list as read, with its own reading problems.
    problems
        Reading and checking problems, by sheet (in the order of the list's tables), row, and
        severity.
    day
        Day the list was checked for.
    rows
        Rows of all sheets that were checked.
    seconds_read, seconds_check
        Wall-clock time of the two stages.
    marked
        The marked workbook, if one was asked for.
    """

    read: ReadList
    problems: tuple[Problem, ...]
    day: date
    rows: int
    seconds_read: float
    seconds_check: float
    marked: Path | None = None

    @property
    def clean(self) -> bool:
        """Whether no problem is of error level."""
        return all(p.severity is not Severity.ERROR for p in self.problems)


def run_check(
    path: Path,
    *,
    day: date,
    layout: str | Path | None = None,
    mark: Path | None = None,
    rules: Sequence[Path] = (),
    progress: Progress | None = None,
    refuse: Callable[[Inventory], Problem | None] | None = None,
) -> CheckReport:
    """Read and check a list, and write the marked workbook if asked.

    Parameters
    ----------
    path
        Workbook, or folder of CSV or Parquet files.
    day
        Day the list is to hold for: decides the season and the rules in force.
    layout
        Id of a layout or a layout file; detected when None.
    mark
        Where to write the same workbook with cells coloured and commented.
    rules
        Folders of further rule files, e.g. the province's own.
    progress
        Called as the work goes on.
    refuse
        Asked before the checks; the problem it returns ends the work (a page that must answer soon).

    Raises
    ------
    LantianError
        If the list or the rules cannot be read, or `refuse` says so.
    """
    rulebook = load_rulebook(*rules)
    started = time.perf_counter()
    read = read_list(path, layout=layout, progress=progress)
    read_at = time.perf_counter()
    if refuse is not None and (why := refuse(read.inventory)) is not None:
        raise LantianError(why)
    found = check_list(read.inventory, rulebook, day, read.locate, progress=_checking(progress))
    checked_at = time.perf_counter()
    problems = in_order((*read.problems, *_unread_left_out(found, read.problems)))
    if mark is not None:
        mark_list(path, mark, problems)
    inventory = read.inventory
    return CheckReport(
        read=read,
        problems=problems,
        day=day,
        rows=sum(1 for _ in inventory.rows()),
        seconds_read=read_at - started,
        seconds_check=checked_at - read_at,
        marked=mark,
    )


def in_order(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return problems by sheet (as first met), row and severity; problems of the file first."""
    sheets: dict[str, int] = {"": -1}
    for problem in problems:
        sheets.setdefault(problem.place.sheet, len(sheets))
    return tuple(
        sorted(
            problems,
            key=lambda p: (
                sheets[p.place.sheet],
                p.place.row if p.place.row is not None else 0,
                _WORST_FIRST[p.severity],
                p.code,
            ),
        )
    )


def _unread_left_out(found: Sequence[Problem], reading: Sequence[Problem]) -> list[Problem]:
    """Leave out "this is empty" for cells that are not empty but could not be read."""
    unread = {(p.place.sheet, p.place.cell) for p in reading if p.place.cell}
    if not unread:
        return list(found)
    missing = {rule.code for rule in RULES if rule.missing}
    return [
        p for p in found if p.code not in missing or (p.place.sheet, p.place.cell) not in unread
    ]


def _checking(progress: Progress | None) -> Callable[[int, int], None] | None:
    if progress is None:
        return None

    def step(done: int, of: int) -> None:
        progress("check", done, of)

    return step
