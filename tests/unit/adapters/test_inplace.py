"""Temporary siblings: an interrupt at any instant leaves neither half a file nor the sibling."""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path

import pytest

from lantian.adapters.inplace import atomic, temporary_prefix, temporary_sibling


def interrupted_after(function):
    """Send Ctrl-C the moment `function` has done its work, before anyone knows the name."""

    def called(*args, **kwargs):
        made = function(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGINT)
        return made

    return called


@pytest.mark.parametrize("folder", [False, True])
def test_ctrl_c_between_making_the_sibling_and_knowing_its_name(tmp_path, monkeypatch, folder):
    maker = "mkdtemp" if folder else "mkstemp"
    monkeypatch.setattr(tempfile, maker, interrupted_after(getattr(tempfile, maker)))
    with pytest.raises(KeyboardInterrupt), atomic(tmp_path / "a.xlsx", folder=folder):
        pytest.fail("the block is not reached")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("folder", [False, True])
def test_ctrl_c_while_the_sibling_is_removed(tmp_path, monkeypatch, folder):
    monkeypatch.setattr(Path, "is_dir", interrupted_after(Path.is_dir))
    with pytest.raises(KeyboardInterrupt), temporary_sibling(tmp_path / "a", folder=folder):
        pass
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_at_the_rename_is_answered_after_it(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    monkeypatch.setattr(Path, "replace", interrupted_after(Path.replace))
    with pytest.raises(KeyboardInterrupt), atomic(path) as sibling:
        sibling.write_text("new")
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]
    assert path.read_text() == "new"


def test_a_failed_block_leaves_the_former_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("former")

    def half() -> None:
        with atomic(path) as sibling:
            sibling.write_text("ha")
            raise ValueError("half")

    with pytest.raises(ValueError, match="half"):
        half()
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]
    assert path.read_text() == "former"


def test_what_a_dead_process_left_is_removed_and_a_living_one_keeps_its_own(tmp_path):
    path = tmp_path / "a.txt"
    mine = tmp_path / f"{temporary_prefix(path)}x.txt"
    mine.touch()
    dead = os.fork()
    if dead == 0:
        os._exit(0)
    os.waitpid(dead, 0)
    gone = tmp_path / mine.name.replace(f"-{os.getpid()}-", f"-{dead}-")
    gone.touch()
    with atomic(path):
        assert mine.exists()
        assert not gone.exists()
