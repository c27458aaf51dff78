"""Progress bars of long commands: one a stage, on standard error, only on a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

from lantian.cli.output import console


class Bars:
    """One bar a stage, on stderr, only on a terminal."""

    def __init__(self, stages: Mapping[str, str], *, quiet: bool) -> None:
        self._stages = stages
        out = console(stderr=True)
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=out,
            transient=True,
            disable=quiet or not out.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}

    def step(self, stage: str, done: int, of: int) -> None:
        """Move the bar of a stage; `of` 0 means nobody knows how long it takes."""
        if stage not in self._tasks:
            words = self._stages.get(stage, stage)
            self._tasks[stage] = self.progress.add_task(words, total=of or None)
        self.progress.update(self._tasks[stage], completed=done, total=of or None)
