"""Fills the site with the demonstration city, room by room, through the actions people use.

It stands with the command line, for nothing else may know both the site and the demonstration.
"""

from __future__ import annotations

from pathlib import Path


def fill(folder: Path, seed: int) -> None:
    """Fill every room; `folder` takes the files that a bureau would have uploaded."""
    from lantian.cli.filling import (
        alerts,
        dynamic,
        environment,
        firms,
        grading,
        ground,
        interface,
        monitors,
        publicity,
    )

    rooms = (
        environment,
        firms,
        alerts,
        grading,
        dynamic,
        ground,
        interface,
        monitors,
        publicity,
    )  # fmt: skip
    for room in rooms:
        room.fill(folder, seed)
