"""Write a list back in another layout or file form, and prove that nothing changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lantian.domain.inventory.model import Inventory
from lantian.jobs.lists import Progress, ReadList, read_list, refuse_source, write_list
from lantian.kernel.problem import Problem


@dataclass(frozen=True)
class ExportReport:
    """What was written.

    Attributes
    ----------
    read
        The list as read.
    problems
        Rows the chosen layout has no place for (X061).
    identical
        Whether the written list, read again, is the list; None when it was not compared.
    """

    read: ReadList
    out: Path
    layout: str
    problems: tuple[Problem, ...]
    identical: bool | None


def run_export(
    path: Path,
    out: Path,
    *,
    layout: str | Path,
    source_layout: str | Path | None = None,
    form: str | None = None,
    verify: bool = True,
    progress: Progress | None = None,
) -> ExportReport:
    """Read the list at `path`, write it to `out` in `layout`, and read it back to compare.

    Raises
    ------
    LantianError
        If it cannot be read (X001 to X010) or written (X062 to X064), or `out` is the list itself
        (X065).
    """
    refuse_source(path, out)
    read = read_list(path, layout=source_layout, progress=progress)
    problems = write_list(read.inventory, out, layout=layout, form=form, progress=progress)
    identical = None
    if verify:
        again = read_list(out, layout=layout, progress=progress)
        identical = same_list(read.inventory, again.inventory)
    return ExportReport(read, out, str(layout), problems, identical)


def same_list(one: Inventory, other: Inventory) -> bool:
    """Whether two lists say the same: all but row numbers, layout, file name and hash."""
    if (one.city, one.notes, one.not_collected) != (other.city, other.notes, other.not_collected):
        return False
    pairs: tuple[tuple[Sequence[Any], Sequence[Any]], ...] = (
        (one.firms, other.firms),
        (one.lines, other.lines),
        (one.measures, other.measures),
        (one.dust, other.dust),
        (one.mobile, other.mobile),
        (one.totals, other.totals),
    )
    return all(
        len(mine) == len(theirs)
        and all(replace(a, row=0) == replace(b, row=0) for a, b in zip(mine, theirs, strict=True))
        for mine, theirs in pairs
    )
