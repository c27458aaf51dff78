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
import tempfile
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


@contextlib.contextmanager
def temporary_sibling(path: Path, *, folder: bool = False) -> Iterator[Path]:
    """Give an empty temporary file or folder beside `path`, gone when the block ends.

    Ctrl-C waits for the instant between making it and knowing its name, and for its removal.
    What another run of this machine left when killed is removed first.

    Raises
    ------
    OSError
        If the parent folder cannot be made or written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_stale(path)
    made: list[Path] = []
    try:
        with uninterrupted():
            made.append(_make(path, folder))
        yield made[0]
    finally:
        with uninterrupted():
            for sibling in made:
                if sibling.is_dir() and not sibling.is_symlink():
                    shutil.rmtree(sibling, ignore_errors=True)
                else:
                    sibling.unlink(missing_ok=True)


def _make(path: Path, folder: bool) -> Path:
    """Make the sibling as readable as any other file of its owner (tempfile makes private ones)."""
    prefix = temporary_prefix(path)
    if folder:
        made = Path(tempfile.mkdtemp(prefix=prefix, dir=path.parent))
    else:
        handle, name = tempfile.mkstemp(prefix=prefix, suffix=path.suffix, dir=path.parent)
        os.close(handle)
        made = Path(name)
    mask = os.umask(0)
    os.umask(mask)
    made.chmod((0o777 if folder else 0o666) & ~mask)
    return made


@contextlib.contextmanager
def atomic(path: Path, *, folder: bool = False) -> Iterator[Path]:
    """Give a temporary name beside `path` and rename it when the block ends well.

    Whatever ends the block early, an interrupt included, leaves neither half a file nor the
    temporary one.
    """
    path = Path(path)
    with temporary_sibling(path, folder=folder) as sibling:
        yield sibling
        with uninterrupted():
            if folder and path.is_dir():
                _replace_folder(sibling, path)
            else:
                sibling.replace(path)


def _replace_folder(new: Path, path: Path) -> None:
    """Put the files of `new` over those of `path`; nothing else there is touched but old tables."""
    names = {p.name for p in new.iterdir()}
    foreign = [
        p for p in path.iterdir() if p.name not in names and p.suffix not in (".csv", ".parquet")
    ]
    if foreign:
        for file in new.iterdir():
            file.replace(path / file.name)
        new.rmdir()
        return
    old = Path(tempfile.mkdtemp(prefix=temporary_prefix(path), dir=path.parent))
    path.replace(old / path.name)
    new.replace(path)
    shutil.rmtree(old)
