"""Options that several commands share, worded once."""

from __future__ import annotations

from pathlib import Path

import click

as_json = click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
rulebook = click.option(
    "--rulebook",
    "rules",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Folder of further rule files; may be repeated. 地方规则目录",
)
site_home = click.option(
    "--home", type=click.Path(path_type=Path), default=Path("var/office"), show_default=True,
    envvar="LANTIAN_HOME", help="Folder of database, stored files and key. 数据目录",
)  # fmt: skip
