"""Putting finished files in place: temporary siblings, their clean-up, and moves Ctrl-C waits for.

A killed run can leave a temporary sibling, whose name holds machine and process; the next run to
the same target removes it once that process is gone.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

_HOST = re.sub(r"[^A-Za-z0-9-]", "", os.uname().nodename)[:20] or "host"


def temporary_prefix(path: Path) -> str:
    """Return how the names of this process's temporary siblings of `path` begin."""
    return f".{path.name}.tmp-{_HOST}-{os.getpid()}-"


def remove_stale(path: Path) -> None:
    """Remove the temporary siblings of `path` that processes of this machine left when killed."""
    shape = re.compile(rf"\.{re.escape(path.name)}\.tmp-{re.escape(_HOST)}-(\d+)-")
    with contextlib.suppress(OSError):
        for sibling in list(path.parent.iterdir()):
            found = shape.match(sibling.name)
            if found is None or _alive(int(found[1])):
                continue
            if sibling.is_dir() and not sibling.is_symlink():
                shutil.rmtree(sibling, ignore_errors=True)
            else:
                sibling.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold Ctrl-C back for the few renames in the block; it is answered right after."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []

    def remember(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    former = signal.signal(signal.SIGINT, remember)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)
    if came:
        raise KeyboardInterrupt
