"""Ctrl-C and kill at many moments: former outputs or nothing, never half a file, never a traceback.

Covers section 4 of the contract, last line. A run is stopped at parts of its own usual time and
while it writes (its temporary sibling is there). After SIGINT: exit 130, one sentence, no
temporary sibling. After SIGKILL: at most a temporary sibling, which the next run removes.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

SENTENCE = "已中断，未留下半成品文件"
DAY = "2026-12-01"
MAIN = "from lantian.cli import main; main()"

pytestmark = pytest.mark.slow


def start(*args: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # a terminal sends Ctrl-C to the whole group; so do we
    )


def run(*args: object) -> float:
    """Run to the end and return the seconds it took."""
    began = time.monotonic()
    process = start(*args)
    out, err = process.communicate(timeout=120)
    assert process.returncode in (0, 1), out + err
    return time.monotonic() - began


def stopped(args: tuple[object, ...], when: Callable[[], bool], sign: int) -> tuple[int, str]:
    """Start, wait until `when`, send the signal; return exit code and what was said."""
    process = start(*args)
    deadline = time.monotonic() + 60
    while process.poll() is None and not when() and time.monotonic() < deadline:
        time.sleep(0.002)
    if process.poll() is None:
        os.killpg(process.pid, sign)
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in out + err, err
    return process.returncode, out + err


def after(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


def writing(folder: Path, name: str) -> Callable[[], bool]:
    return lambda: any(p.name.startswith(f".{name}.tmp-") for p in folder.iterdir())


def content(folder: Path) -> dict[str, bytes]:
    """Return every file under `folder` that is no temporary sibling."""
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file() and not any(part.startswith(".") for part in p.relative_to(folder).parts)
    }


def temporary(folder: Path) -> list[str]:
    return [p.name for p in folder.iterdir() if p.name.startswith(".")]


def told(code: int, said: str, sign: int) -> None:
    """Whether the end was the signal's; a run that was already done says nothing of it."""
    if sign == signal.SIGINT and code not in (0, 1):
        assert code == 130, said
        assert SENTENCE in said
    elif sign == signal.SIGKILL:
        assert code in (0, 1, -signal.SIGKILL)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    run("demo-city", folder, "--firms", 60, "--seed", 3)
    return folder / "list.xlsx"


@pytest.fixture(scope="module")
def plan(source: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple, float, Path]:
    """Return the arguments of a plan without its folder, its usual time, and former outputs."""
    args = ("plan", source, "--all-levels", "--on", DAY, "--orders", 21)
    former = tmp_path_factory.mktemp("former") / "out"
    seconds = run(*args, "--out", former)
    return args, seconds, former


def whole(out: Path) -> None:
    """Every file of an output folder opens and the plan names as many pages as there are."""
    json.loads((out / "plan.json").read_text("utf-8"))
    for name in ("orders.xlsx", "sign-board.xlsx", "report.docx"):
        assert zipfile.ZipFile(out / name).testzip() is None
    for page in (*(out / "orders").iterdir(), out / "report.pdf"):
        assert page.read_bytes().rstrip().endswith(b"%%EOF")
    assert len(list((out / "orders").iterdir())) == 63


@pytest.mark.parametrize("part", [0.1, 0.3, 0.6, "writing"])
def test_ctrl_c_on_a_plan_leaves_nothing(plan, part, tmp_path: Path) -> None:
    args, seconds, _ = plan
    when = writing(tmp_path, "out") if part == "writing" else after(part * seconds)
    code, said = stopped((*args, "--out", tmp_path / "out"), when, signal.SIGINT)
    told(code, said, signal.SIGINT)
    assert temporary(tmp_path) == []
    if code == 0:
        whole(tmp_path / "out")
    else:
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("part", [0.85, "writing"])
def test_a_stopped_plan_leaves_the_former_outputs(plan, part, sign, tmp_path: Path) -> None:
    args, seconds, former = plan
    out = tmp_path / "out"
    subprocess.run(["cp", "-r", str(former), str(out)], check=True)
    before = content(tmp_path)
    when = writing(tmp_path, "out") if part == "writing" else after(part * seconds)
    code, said = stopped((*args, "--out", out), when, sign)
    told(code, said, sign)
    whole(out)
    if code not in (0, 1):
        assert content(tmp_path) == before
    if sign == signal.SIGINT:
        assert temporary(tmp_path) == []
    else:
        assert len(temporary(tmp_path)) <= 1


def test_the_next_plan_removes_what_a_killed_one_left(plan, tmp_path: Path) -> None:
    args, _, _ = plan
    out = tmp_path / "out"
    stopped((*args, "--out", out), writing(tmp_path, "out"), signal.SIGKILL)
    assert len(temporary(tmp_path)) == 1
    run(*args, "--out", out)
    assert temporary(tmp_path) == []
    whole(out)


def test_ctrl_c_in_the_middle_of_a_long_search(tmp_path: Path) -> None:
    """With no gap allowed and no time limit the search for a city takes minutes."""
    run("demo-city", tmp_path, "--seed", 3)
    began = time.monotonic()
    process = start(
        "plan", tmp_path / "list.xlsx", "--all-levels", "--on", DAY, "--gap", 0, "--time-limit", 0,
        "--out", tmp_path / "out",
    )  # fmt: skip
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=8)  # reading, checks and ladders take some three seconds
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, out + err
    assert SENTENCE in out + err
    assert "Traceback" not in out + err
    assert time.monotonic() - began < 40
    assert not (tmp_path / "out").exists()
    assert temporary(tmp_path) == []


COMMANDS: dict[str, tuple[tuple[object, ...], str]] = {
    "demo-city": (("demo-city", "{out}", "--firms", 400), "list.xlsx"),
    "demo-city parquet": (("demo-city", "{out}", "--firms", 400, "--format", "parquet"), "list"),
    "check": (("check", "{list}", "--on", DAY, "--mark", "{out}/marked.xlsx"), "marked.xlsx"),
    "export": (
        ("export", "{list}", "--out", "{out}/other.xlsx", "--layout", "lantian-1"),
        "other.xlsx",
    ),
    "export csv": (("export", "{list}", "--out", "{out}/other", "--form", "csv"), "other"),
}


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("name", COMMANDS)
def test_every_writer_leaves_former_or_nothing(
    name: str, sign: int, source: Path, tmp_path: Path
) -> None:
    shape, made = COMMANDS[name]
    args = tuple(str(a).format(out=tmp_path, list=source) for a in shape)
    moments = ["writing", 0.5] if sign == signal.SIGINT else ["writing"]
    for part in moments:  # first where nothing was there before
        when = writing(tmp_path, made) if part == "writing" else after(part)
        code, said = stopped(args, when, sign)
        told(code, said, sign)
        if code == 130:
            assert temporary(tmp_path) == []
            assert not (tmp_path / made).exists() or _opens(tmp_path / made)
    run(*args)
    assert temporary(tmp_path) == []
    before = content(tmp_path)
    code, said = stopped(args, writing(tmp_path, made), sign)
    told(code, said, sign)
    now = content(tmp_path)
    assert set(now) == set(before)
    assert _opens(tmp_path / made)
    assert len(temporary(tmp_path)) <= (sign == signal.SIGKILL)


def _opens(path: Path) -> bool:
    if path.is_dir():
        return all(p.stat().st_size > 0 for p in path.iterdir())
    return zipfile.ZipFile(path).testzip() is None
