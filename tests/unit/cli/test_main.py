"""Issue 2: one command line, help in both languages with an example, exit codes, no traceback."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from lantian.cli.main import _COMMANDS, EXIT_BUG, main

HEAVY = ["polars", "fastexcel", "openpyxl", "xlsxwriter", "highspy", "numpy", "typst", "docxtpl"]


def _commands(command: click.Command, path: str) -> list[tuple[str, click.Command]]:
    found = [(path, command)]
    for name, inner in getattr(command, "commands", {}).items():
        found += _commands(inner, f"{path} {name}")
    return found


def _all() -> list[tuple[str, click.Command]]:
    context = click.Context(main)
    out: list[tuple[str, click.Command]] = []
    for name in _COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        out += _commands(command, name)
    return out


@pytest.mark.parametrize("name", _COMMANDS)
def test_help_has_an_example_line_kept_as_written(name: str) -> None:
    done = CliRunner().invoke(main, [name, "--help"])
    assert done.exit_code == 0
    assert "\\b" not in done.output
    assert [x for x in done.output.splitlines() if x.strip().startswith(f"lantian {name} ")]
    assert any("\u4e00" <= c <= "\u9fff" for c in done.output)


def test_every_command_that_answers_can_answer_in_json() -> None:
    runs_until_stopped = {"site serve", "site open", "site feed", "site work"}
    for path, command in _all():
        if not isinstance(command, click.Group) and path not in runs_until_stopped:
            flags = [flag for option in command.params for flag in option.opts]
            assert "--json" in flags, path


def test_the_list_of_commands_imports_nothing_heavy() -> None:
    script = (
        "import sys\nfrom click.testing import CliRunner\nfrom lantian.cli import main\n"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("arguments", [["nonsense"], ["plan"], ["check", "--nonsense"]])
def test_wrong_usage_is_exit_2_in_words(arguments: list[str]) -> None:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_a_fault_of_the_program_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command("broken")
    def broken() -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(type(main), "get_command", lambda *_: broken)
    done = CliRunner().invoke(main, ["broken"])
    assert done.exit_code == EXIT_BUG
    assert "ZeroDivisionError: planted" in done.output
    assert "test_main.py:" in done.output
    assert "Traceback" not in done.output
    monkeypatch.setenv("LANTIAN_DEBUG", "1")
    assert "Traceback" in CliRunner().invoke(main, ["broken"]).output
