"""Processes that belong together: started, watched, begun anew when they fall, ended with their parent.

Each part is an ordinary command in a process of its own, out of reach of the terminal's Ctrl-C: who
started them ends them in order. Where the parent is killed, a pipe closes and every part ends itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Final

import click

_ENTRY: Final = "from lantian.cli.parts import run_part; run_part()"
_WATCH_S, _FIRST_WAIT_S, _LONGEST_WAIT_S, _SOUND_S = 0.5, 1.0, 60.0, 60.0
_STOP_S: Final = 12.0
"""How long a part may take to end; the gateway keeps and answers what it has taken."""
_NOT_AGAIN: Final = (0, 2)
"""Exit codes after which a part is left alone: done, and what a second start would not mend."""


@dataclass(frozen=True, slots=True)
class Part:
    """One process.

    Attributes
    ----------
    names
        What it is called, in Chinese and English.
    arguments
        Of the ``lantian`` command.
    tells
        Whether its first line is JSON that says where it listens.
    """

    names: tuple[str, str]
    arguments: tuple[str, ...]
    tells: bool = False


@dataclass(slots=True)
class _Running:
    part: Part
    process: subprocess.Popen[bytes]
    began: float
    wait_s: float = _FIRST_WAIT_S
    again_at: float | None = None
    left: bool = False
    told: dict[str, Any] | None = None
    first_line: threading.Event = field(default_factory=threading.Event)


class Parts:
    """The parts of one command; a context that ends them all when it is left."""

    def __init__(self) -> None:
        # The parts hold the reading end, and nobody but this process the writing one.
        self._read, self._write = os.pipe()
        os.register_at_fork(after_in_child=self._in_fork)
        self._running: list[_Running] = []
        self._lock, self._stopping = threading.Lock(), threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Parts:
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, part: Part) -> None:
        """Start a part; it is begun anew where it falls."""
        with self._lock:
            one = _Running(part, self._spawn(part), time.monotonic())
            self._running.append(one)
            self._listen(one)

    def told(self, part: Part, within_s: float) -> dict[str, Any] | None:
        """Return what a part said on its first line; None where it ended without, or took too long."""
        one = next(r for r in self._running if r.part is part)
        until = time.monotonic() + within_s
        while not one.first_line.wait(0.05):
            if one.process.poll() is not None or time.monotonic() > until:
                break
        return one.told

    def stop(self) -> None:
        """End the parts, the last one started first, and wait for each."""
        self._stopping.set()
        with self._lock:
            for one in reversed(self._running):
                _end(one.process)
            self._running.clear()
        with contextlib.suppress(OSError):
            os.close(self._write)
            os.close(self._read)

    def _in_fork(self) -> None:
        """Let a forked process, as those that serve the site, end with its parent too."""
        if not self._stopping.is_set():
            with contextlib.suppress(OSError):
                os.close(self._write)
                threading.Thread(target=_end_with_parent, args=(self._read,), daemon=True).start()

    def _spawn(self, part: Part) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", _ENTRY, str(self._read), *part.arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE if part.tells else subprocess.DEVNULL,
            pass_fds=(self._read,), start_new_session=True,
        )  # fmt: skip

    def _listen(self, one: _Running) -> None:
        if one.part.tells and one.process.stdout is not None:
            threading.Thread(target=_hear, args=(one, one.process.stdout), daemon=True).start()

    def _watch(self) -> None:
        while not self._stopping.wait(_WATCH_S):
            with self._lock:
                if not self._stopping.is_set():
                    for one in self._running:
                        self._look(one, time.monotonic())

    def _look(self, one: _Running, now: float) -> None:
        code = one.process.poll()
        if one.left or code is None:
            return
        zh, en = one.part.names
        if one.again_at is None:
            if code in _NOT_AGAIN:
                one.left = True
                _say(
                    f"{zh}未在运行，原因见上（退出码 {code}）",
                    f"{en} does not run, see above (exit {code})",
                )
                return
            one.wait_s = (
                _FIRST_WAIT_S
                if now - one.began > _SOUND_S
                else min(2 * one.wait_s, _LONGEST_WAIT_S)
            )
            one.again_at = now + one.wait_s
            _say(
                f"{zh}意外结束（退出码 {code}），{one.wait_s:g} 秒后重新启动",
                f"{en} ended (exit {code}) and is started again in {one.wait_s:g} s",
            )
        elif now >= one.again_at:
            one.process, one.began, one.again_at = self._spawn(one.part), now, None
            self._listen(one)


def _hear(one: _Running, stream: IO[bytes]) -> None:
    """Take the first line of a part, and let it write on."""
    with contextlib.suppress(ValueError, OSError):
        if line := stream.readline():
            one.told = json.loads(line)
            one.first_line.set()
        while stream.read(4096):
            pass


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _say(zh: str, en: str) -> None:
    click.echo(f"{zh}。{en}.", err=True)


# --- on the side of a part -----------------------------------------------------------------------


def run_part(argv: Sequence[str] | None = None) -> None:
    """Run a command as a part: ``-c`` gives the pipe and its arguments."""
    own = list(sys.argv if argv is None else argv)
    pipe = int(own[1])
    threading.Thread(target=_end_with_parent, args=(pipe,), daemon=True).start()
    sys.argv = ["lantian", *own[2:]]
    from lantian.cli.main import main

    main()


def _end_with_parent(pipe: int) -> None:
    """Wait until nobody holds the other end, and end this process as if it had been asked to."""
    while os.read(pipe, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
