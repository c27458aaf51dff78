"""``lantian site person``, ``lantian site password``: accounts from the machine itself, as the first one must be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lantian.cli import options
from lantian.cli.deployment import start
from lantian.cli.output import console, guarded, print_json

if TYPE_CHECKING:
    from lantian.office.people.models import User

_home = click.option(
    "--home", type=click.Path(path_type=Path), default=Path("var/office"), show_default=True,
    envvar="LANTIAN_HOME", help="Folder of database, stored files and key. 数据目录",
)  # fmt: skip
_address = click.option("--address", default="", metavar="URL",
                        help="Address of the site, put before the link. 网站地址")  # fmt: skip


@click.command("person")
@_home
@click.argument("name")
@click.option(
    "--role",
    default="operator",
    show_default=True,
    help="Role, as leader, air, district, operator. 角色",
)
@click.option("--called", default="", help="The person's name. 姓名")
@click.option("--district", default="", help="District of a district officer. 县区")
@click.option("--firm", default="", help="Firm of an enterprise user. 企业编号")
@_address
@options.as_json
@guarded
def person(
    home: Path,
    name: str,
    role: str,
    called: str,
    district: str,
    firm: str,
    address: str,
    as_json: bool,
) -> None:
    r"""Make an account and print its one-time link; the first operator is made so 建立账号.

    \b
    lantian site person wang --role operator --called 王工 --home /srv/lantian
    """
    start(home)
    from django.core.exceptions import ValidationError

    from lantian.office.people.command import create_by_command

    values = {"role": role, "first_name": called, "district": district, "firm_id": firm}
    try:
        user = create_by_command(name, values)
    except ValidationError as error:
        raise click.UsageError("；".join(error.messages)) from None
    _say(user, address, as_json)


@click.command("password")
@_home
@click.argument("name")
@click.option(
    "--reset-factor",
    is_flag=True,
    help="Remove the second factor too (phone lost). 同时清除第二因素",
)
@_address
@options.as_json
@guarded
def password(home: Path, name: str, reset_factor: bool, address: str, as_json: bool) -> None:
    r"""Print a link by which somebody sets his password once, within 24 hours 一次性链接.

    Closed networks have no mail: hand it over in person. It is noted in the record.

    \b
    lantian site password wang --home /srv/lantian
    """
    start(home)
    from lantian.office.people.command import find_open, note_link

    user = find_open(name)
    if user is None:
        raise click.UsageError(f"没有可用的账号 {name} no open account")
    note_link(user, reset_factor=reset_factor)
    _say(user, address, as_json)


def _say(user: User, address: str, as_json: bool) -> None:
    from lantian.office.people.actions import one_time_link

    link = address.rstrip("/") + one_time_link(user)
    if as_json:
        print_json({"name": user.username, "role": user.role, "link": link})
        return
    console().print(f"{user.username}  {user.role}")
    click.echo(link)
    if not address:
        console().print(
            "接在网站地址之后打开；24 小时内有效，用一次 open it under the site's address",
            style="dim",
        )
