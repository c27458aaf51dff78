"""Fills the site with the demonstration city, room by room, through the actions people use.

It stands with the command line, for nothing else may know both the site and the demonstration.
"""

from __future__ import annotations

from pathlib import Path


def fill(folder: Path, seed: int) -> None:
    """Fill every room; `folder` takes the files that a bureau would have uploaded."""
    from lantian.cli.filling import environment, firms, monitors

    for room in (environment, firms, monitors):
        room.fill(folder, seed)
