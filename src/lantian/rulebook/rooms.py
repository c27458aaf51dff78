"""How a room of the rulebook (air, water, …) reads its own kinds of files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from lantian.kernel.problem import LantianError
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
    groups = [(PACKAGED, rule_paths(PACKAGED / folder), 0, "rulebook/")]
    groups += [(path, rule_paths(path), i + 1, "") for i, path in enumerate(extra)]
    files, problems = read_files(groups, {**KINDS, **{kind: own[0] for kind, own in kinds.items()}})
    if problems:
        raise LantianError(*problems)
    shelf = Shelf()
    entries: dict[str, list[Entry[Any]]] = {kind: [] for kind in kinds}
    for file in files:
        kind = file.model.kind
        if kind in kinds:
            value = kinds[kind][1](file, shelf)
            entries[kind].append(Entry(value.head, value, file, ()))
    if shelf.problems:
        raise LantianError(*shelf.problems)
    series = {kind: Series(kind.replace("-", "."), own) for kind, own in entries.items()}
    wrong = [p for one in series.values() for p in one.problems()]
    if wrong:
        raise LantianError(*wrong)
    return series


def on_or_first(series: Series[Any], day: date) -> Any:
    """Return the edition of a day; before the first edition, the first."""
    first = min(e.head.valid_from for e in series.entries)
    return series.on(max(day, first))
