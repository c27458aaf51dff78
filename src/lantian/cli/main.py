"""The `lantian` command; its subcommands are imported only when called."""

from __future__ import annotations

import importlib

import click

from lantian import __version__

_COMMANDS = {
    "alert": "lantian.cli.alert",
    "check": "lantian.cli.check",
    "demo-city": "lantian.cli.demo_city",
    "export": "lantian.cli.export",
    "plan": "lantian.cli.plan",
    "rules": "lantian.cli.rules",
}


class _LazyGroup(click.Group):
    """A group that imports a command's module when the command is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = _COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = importlib.import_module(module).command
        assert isinstance(command, click.Command)
        return command


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done; 1 problems of error level; 2 unreadable input or wrong usage; "
    "3 no plan can reach the targets; 130 interrupted.",
)
@click.version_option(__version__, prog_name="lantian")
def main() -> None:
    r"""Lantian 蓝天: from the city's list to differentiated orders.

    \b
    lantian demo-city city            an invented city to try things on
    lantian check city/list.xlsx      every problem of the list, cell by cell
    lantian alert city/forecast.csv   which alert the forecast calls for, and why
    lantian plan city/list.xlsx --all-levels --out orders
    """
