"""Processes that belong together, and the ports they take (design, section 4: one command opens everything; 0180)."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lantian.cli import parts
from lantian.cli.parts import Part, Parts
from lantian.cli.ports import CannotStart, port_for

NAMES = ("网站", "site")


def waited(until: Callable[[], bool], seconds: float = 20) -> bool:
    """Return whether something came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if until():
            return True
        time.sleep(0.05)
    return False


def alive(pid: int) -> bool:
    """Return whether a process runs; a dead one that nobody waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def entry(monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """Let every part run these lines instead of a command; its pipe is watched as ever."""
    lines = (
        "import json,os,sys,threading,time\nfrom lantian.cli import parts\n"
        "threading.Thread(target=parts._end_with_parent, args=(int(sys.argv[1]),), daemon=True).start()\n"
    )
    monkeypatch.setattr(parts, "_ENTRY", lines + body)


@pytest.fixture
def taken() -> Iterator[int]:
    """Return a port somebody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen(1)
        yield one.getsockname()[1]


def test_a_port_that_was_asked_for_and_is_taken_is_refused_with_the_remedy(taken: int) -> None:
    with pytest.raises(CannotStart) as told:
        port_for(taken, 8000, "127.0.0.1", "--port", NAMES)
    assert told.value.exit_code == 2
    for piece in (str(taken), "--port", "网站不能", "The site cannot listen"):
        assert piece in told.value.message


def test_the_usual_port_gives_way_to_the_next_free_one_and_says_so(
    taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    found = port_for(None, taken, "127.0.0.1", "--port", NAMES)
    assert found != taken
    assert f"{taken} 端口已被占用，网站改用 {found}" in capsys.readouterr().err
    again = port_for(None, found, "127.0.0.1", "--port", NAMES)
    assert (again, capsys.readouterr().err) == (found, "")
    assert port_for(0, 8000, "127.0.0.1", "--port", NAMES) > 0
    with pytest.raises(CannotStart):
        port_for(0, 8000, "203.0.113.9", "--port", NAMES)  # an address of documentation, not ours


def test_a_part_that_falls_is_told_and_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log"
    entry(monkeypatch, f"open({str(log)!r}, 'a').write(f'{{os.getpid()}}\\n'); time.sleep(60)")
    monkeypatch.setattr(parts, "_FIRST_WAIT_S", 0.1)

    def pids() -> list[int]:
        return [int(x) for x in log.read_text("utf-8").split()] if log.exists() else []

    with Parts() as running:
        running.start(Part(("网关", "gateway"), ()))
        assert waited(lambda: len(pids()) == 1)
        os.kill(pids()[0], signal.SIGKILL)
        assert waited(lambda: len(pids()) == 2)
        assert alive(pids()[1])
    assert not alive(pids()[1])
    told = capsys.readouterr().err
    assert "网关意外结束（退出码 -9）" in told
    assert "gateway ended" in told


def test_what_a_second_start_would_not_mend_is_told_once_and_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log"
    entry(monkeypatch, f"open({str(log)!r}, 'a').write('x'); sys.exit(2)")
    monkeypatch.setattr(parts, "_FIRST_WAIT_S", 0.05)
    part = Part(("网关", "gateway"), (), tells=True)
    with Parts() as running:
        running.start(part)
        assert running.told(part, 20) is None
        time.sleep(2)
    assert log.read_text("utf-8") == "x"
    assert capsys.readouterr().err.count("网关未在运行") == 1


def test_a_part_says_where_it_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    entry(monkeypatch, "print(json.dumps({'port': 7}), flush=True); time.sleep(60)")
    part = Part(("网关", "gateway"), (), tells=True)
    with Parts() as running:
        running.start(part)
        assert running.told(part, 20) == {"port": 7}


KILLED = """
import os, sys, time
from lantian.cli import parts
parts._ENTRY = {entry!r}
with parts.Parts() as running:
    running.start(parts.Part(("a", "a"), ()))
    child = os.fork()  # as the processes that serve the site are made
    if child == 0:
        time.sleep(60)
        os._exit(0)
    print(child, running._running[0].process.pid, flush=True)
    time.sleep(60)
"""


def test_where_the_parent_is_killed_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    entry(monkeypatch, "time.sleep(60)")
    own = subprocess.Popen(
        [sys.executable, "-c", KILLED.format(entry=parts._ENTRY)], stdout=subprocess.PIPE, text=True
    )
    assert own.stdout is not None
    pids = [int(x) for x in own.stdout.readline().split()]
    assert len(pids) == 2
    assert all(map(alive, pids))
    own.kill()
    own.wait()
    assert waited(lambda: not any(map(alive, pids)))
