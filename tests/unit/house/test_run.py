"""Issue 2, section 1: `./run` works from anywhere, sets up once, and fails in words."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder, with a space in its name, that holds what `run` needs."""
    folder = tmp_path / "a clone"
    folder.mkdir()
    for name in ("run", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, folder)
    return folder


def _python(folder: Path, body: str) -> str:
    """Write a stand-in for python3 and return its path."""
    fake = folder.parent / "python3"
    fake.write_text("#!/bin/sh\n" + body, "utf-8")
    fake.chmod(0o755)
    return str(fake)


def _run(clone: Path, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k not in {"LANTIAN_VENV", "PYTHON"}}
    return subprocess.run(
        [str(clone / "run"), *arguments],
        cwd=clone.parent,
        env=kept | {"LC_ALL": "C.UTF-8"} | extra,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_old_python_is_told_with_its_version(clone: Path) -> None:
    old = _python(clone, 'if [ "$1" = --version ]; then echo Python 3.9.2; else exit 1; fi\n')
    done = _run(clone, "demo", PYTHON=old)
    assert done.returncode == 2
    assert "Python 3.11" in done.stderr
    assert "Python 3.9.2" in done.stderr
    assert not (clone / ".venv").exists()


def test_a_missing_python_is_told(clone: Path) -> None:
    done = _run(clone, "demo", PYTHON="/nonexistent/python3")
    assert done.returncode == 2
    assert "3.11" in done.stderr


def test_a_missing_venv_module_prints_the_one_line_to_install_it(clone: Path) -> None:
    bare = _python(clone, 'case "$2" in *ensurepip*) exit 1 ;; *) exit 0 ;; esac\n')
    done = _run(clone, "demo", PYTHON=bare)
    assert done.returncode == 2
    assert "sudo apt-get install -y python3-venv" in done.stderr.splitlines()[-1]
    assert not (clone / ".venv").exists()


FAKE_VENV = r"""
case "$*" in
*"-m venv"*)
    for last; do :; done
    mkdir -p "$last/bin" && cp "$0" "$last/bin/python"
    printf '#!/bin/sh\necho lantian "$@"\n' >"$last/bin/lantian" && chmod +x "$last/bin/lantian" ;;
*"-m pip"*) echo "$*" >>"$LOG"; exit "${PIP_EXIT:-0}" ;;
--version) echo Python 3.11.99 ;;
esac
"""


def _fake(clone: Path, *arguments: str, **extra: str) -> tuple[int, str, str, list[str]]:
    """Run with a Python that only logs what pip would do; return code, out, err and that log."""
    log = clone.parent / "log"
    path = os.pathsep.join(["/usr/bin", "/bin"])
    fake = _python(clone, FAKE_VENV)
    done = _run(clone, *arguments, PYTHON=fake, LOG=str(log), PATH=path, **extra)
    lines = log.read_text("utf-8").splitlines() if log.exists() else []
    return done.returncode, done.stdout, done.stderr, lines


def test_it_installs_the_lock_with_hashes_once_and_passes_commands_through(clone: Path) -> None:
    code, out, _, log = _fake(clone, "check", "my list.xlsx", "--json")
    assert (code, out) == (0, "lantian check my list.xlsx --json\n")
    assert len(log) == 2
    assert "--require-hashes" in log[0]
    assert log[0].endswith("a clone/requirements.lock")
    assert "--no-deps --no-build-isolation -e" in log[1]
    _, out, err, log = _fake(clone, "rules")
    assert (out, err, len(log)) == ("lantian rules\n", "", 2)


@pytest.mark.parametrize("changed", ["pyproject.toml", "requirements.lock"])
def test_a_changed_lock_or_project_installs_again(clone: Path, changed: str) -> None:
    _fake(clone, "rules")
    with (clone / changed).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert len(_fake(clone, "rules")[3]) == 4


def test_a_failed_installation_is_told_and_tried_again(clone: Path) -> None:
    code, out, err, log = _fake(clone, "rules", PIP_EXIT="1")
    assert (code, out, len(log)) == (2, "", 1)
    assert "安装失败" in err
    assert _fake(clone, "rules")[1] == "lantian rules\n"


def test_a_moved_folder_makes_its_environment_anew(clone: Path) -> None:
    _fake(clone, "rules")
    moved = clone.rename(clone.parent / "moved")
    code, out, err, _ = _fake(moved, "rules")
    assert (code, out) == (0, "lantian rules\n")
    assert ".venv" in err
    assert (moved / ".venv/.place").read_text("utf-8").strip() == str(moved)


def test_an_environment_that_is_given_is_used_as_it_is(clone: Path) -> None:
    done = _run(clone, "--version", LANTIAN_VENV=sys.prefix)
    assert done.returncode == 0
    assert done.stdout.startswith("lantian, version ")
    assert not (clone / ".venv").exists()


def test_help_needs_no_set_up_and_names_each_command(clone: Path) -> None:
    done = _run(clone, "help")
    assert done.returncode == 0
    for word in ("./run demo", "./run test", "./run lint", "./run docs", "./run lock"):
        assert word in done.stdout
    assert not (clone / ".venv").exists()
    assert "\x1b" not in done.stdout + done.stderr


def test_scripts_are_executable_and_parse() -> None:
    for name, shell in (("run", "sh"), (".ci/run", "bash")):
        script = ROOT / name
        assert os.access(script, os.X_OK)
        assert subprocess.run([shell, "-n", script], check=False).returncode == 0


def test_ci_runs_the_readme_s_test_command() -> None:
    ci = (ROOT / ".ci/run").read_text("utf-8")
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "\n./run test" in ci
    assert "\n./run test" in readme
    assert "set -euo pipefail" in ci
