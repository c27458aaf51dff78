"""How a room of the rulebook (air, water, …) reads its own kinds of files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from lantian.kernel.problem import LantianError, Problem
from lantian.rulebook.build import Shelf
from lantian.rulebook.files import KINDS, RuleFile, read_files, rule_paths
from lantian.rulebook.timeline import Entry, Series

Builder = Callable[[RuleFile, Shelf], Any]
PACKAGED = Path(__file__).parent


def read_room(
    folder: str, kinds: Mapping[str, tuple[type[Any], Builder]], extra: tuple[Path, ...]
) -> dict[str, Series[Any]]:
    """Return the dated series of each kind of a packaged folder, a bureau's folders laid over it.

    Parameters
    ----------
    folder
        Name of the packaged folder.
    kinds
        Schema and builder of each kind; what is built carries its head in `head`.
    extra
        The bureau's own folders, the last one on top.

    Raises
    ------
    LantianError
        With every R-problem of every file, each with file, line and remedy.
    """
    shelf = Shelf()
    schemas = {kind: schema for kind, (schema, _) in kinds.items()}
    entries = room_entries(room_files((folder,), schemas, extra), kinds, shelf)
    if shelf.problems:
        raise LantianError(*shelf.problems)
    return room_series(entries)


def room_files(
    folders: Sequence[str], schemas: Mapping[str, type[Any]], extra: tuple[Path, ...]
) -> list[RuleFile]:
    """Return the checked files of packaged folders, and those of a bureau's folders after them.

    Raises
    ------
    LantianError
        With what their schemas refuse.
    """
    packaged = [path for folder in folders for path in rule_paths(PACKAGED / folder)]
    groups = [(PACKAGED, packaged, 0, "rulebook/")]
    groups += [(path, rule_paths(path), i + 1, "") for i, path in enumerate(extra)]
    files, problems = read_files(groups, {**KINDS, **schemas})
    if problems:
        raise LantianError(*problems)
    return files


def room_entries(
    files: Iterable[RuleFile], kinds: Mapping[str, tuple[type[Any], Builder]], shelf: Shelf
) -> dict[str, list[Entry[Any]]]:
    """Return what is built of the files of each kind; complaints go to the shelf."""
    entries: dict[str, list[Entry[Any]]] = {kind: [] for kind in kinds}
    for file in files:
        kind = file.model.kind
        if kind in kinds:
            value = kinds[kind][1](file, shelf)
            entries[kind].append(Entry(value.head, value, file, ()))
    return entries


def room_series(entries: Mapping[str, list[Entry[Any]]]) -> dict[str, Series[Any]]:
    """Return the dated series of each kind, called as results cite it.

    Raises
    ------
    LantianError
        Where editions overlap or leave a gap.
    """
    series = {kind: Series(kind.replace("-", ".", 1), own) for kind, own in entries.items()}
    wrong = [p for one in series.values() for p in one.problems()]
    if wrong:
        raise LantianError(*wrong)
    return series


def refusals(load: Callable[..., object], extra: tuple[Path, ...]) -> tuple[Problem, ...]:
    """Return what a loader refuses; nothing where all is well."""
    try:
        load(*extra)
    except LantianError as error:
        return error.problems
    return ()


def on_or_first(series: Series[Any], day: date) -> Any:
    """Return the edition of a day; before the first edition, the first."""
    first = min(e.head.valid_from for e in series.entries)
    return series.on(max(day, first))
