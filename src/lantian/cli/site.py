"""``lantian site``: the web site, its database, its demonstration."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lantian.cli import options, people, site_feed, site_serve
from lantian.cli.bars import Bars
from lantian.cli.deployment import start as _start
from lantian.cli.output import (
    EXIT_OK,
    EXIT_PROBLEMS,
    console,
    guarded,
    print_json,
    print_problems,
    problems_as_json,
)

if TYPE_CHECKING:
    from lantian.kernel.problem import Problem
    from lantian.office.site.backup import Backup


@click.group(
    "site",
    epilog="Exit codes 退出码: 0 done 完成; 1 something is wrong 有问题; 2 wrong usage 用法错误.",
)
def command() -> None:
    r"""Set up and serve the web site 网站.

    \b
    lantian site demo --home var/office     示范城市 · the demonstration city
    lantian site open --home var/office     一并打开网站、后台和网关 · site, worker and gateway
    lantian site serve --home var/office    打开网站 · serve it on this machine
    """


@command.command("migrate")
@options.site_home
@options.as_json
@guarded
def migrate(home: Path, as_json: bool) -> None:
    r"""Make or bring up to date the database 建立或升级数据库.

    \b
    lantian site migrate --home /srv/lantian
    """
    _start(home)
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    found = {"home": str(home), "database": connection.vendor, "migrated": True}
    if as_json:
        print_json(found)
    else:
        console().print(f"数据库已就绪 {connection.vendor}  {home}")


@command.command("demo")
@options.site_home
@click.option("--seed", default=1, show_default=True, help="Same seed, same city. 种子")
@options.as_json
@guarded
def demo(home: Path, seed: int, as_json: bool) -> None:
    r"""Fill the site with an invented city; accounts are printed once 虚构示范城市.

    What is there already stays; nothing is filled twice.

    \b
    lantian site demo --home var/office
    """
    _start(home)
    from django.core.management import call_command

    from lantian.cli.filling import fill
    from lantian.kernel.collector import no_collection
    from lantian.office.people.demo import make_accounts

    with no_collection():
        call_command("migrate", verbosity=0)
        accounts = make_accounts()
        if accounts:
            fill(home / "demo", seed)
    if as_json:
        rows = [{"name": n, "role": r, "password": p} for n, r, p in accounts]
        print_json({"home": str(home), "accounts": rows})
        return
    out = console()
    out.print("示例市（虚构）：虚构演示数据，非真实结果。Invented data.")
    for name, role, password in accounts:
        out.print(f"  {name:<18} {password}  {role}", markup=False)
    if accounts:
        out.print("以上密码只显示一次 passwords are shown once")


@command.command("work")
@options.site_home
@click.option("--once", is_flag=True, help="Stop when nothing waits. 做完即停")
@guarded
def work(home: Path, once: bool) -> None:
    r"""Work out plans that were asked for, seal finished days, deliver what waits 后台计算、定时与投递.

    ``lantian site serve`` starts one of its own; further ones may run beside it.

    \b
    lantian site work --home var/office
    """
    _start(home)
    from lantian.office.site.timetable import keep_working, run_once

    if once:
        run_once()
        return
    keep_working()


@command.command("token")
@options.site_home
@click.argument("name")
@click.option("--by", required=True, metavar="USER", help="Operator who gives it out. 发放人")
@click.option("--role", required=True, help="Role of the system's account. 角色")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help="Scope, several times. 权限范围"
)
@click.option("--days", default=180, show_default=True, help="Days it is good for. 有效天数")
@click.option("--address", "addresses", multiple=True, help="Address or network allowed. 允许地址")
@click.option("--district", default="", help="District, for the role district. 县区")
@click.option("--firm", default="", help="Id of the firm, for the role enterprise. 企业编号")
@options.as_json
@guarded
def token(
    home: Path, name: str, by: str, role: str, scopes: tuple[str, ...], days: int, addresses: tuple[str, ...],
    district: str, firm: str, as_json: bool,
) -> None:  # fmt: skip
    r"""Give another system a token, which is printed once 发放接口令牌.

    \b
    lantian site token --home var/office 数据共享平台 --by demo-operator --role air --scope firms:read
    """
    _start(home)
    from datetime import timedelta

    from django.utils import timezone

    from lantian.kernel.problem import LantianError
    from lantian.office.api.actions import Wanted, make_system
    from lantian.office.api.problems import problem
    from lantian.office.people.access import can
    from lantian.office.people.models import User

    actor = User.objects.filter(username=by).first()
    if not can(actor, "api.manage"):
        raise LantianError(problem("I034", name=by))
    end = timezone.localdate() + timedelta(days=min(max(days, 0), 9999))
    wanted = Wanted(name, role, scopes, end, addresses, district=district, firm_id=firm)
    given = make_system(actor, wanted)
    if as_json:
        print_json(
            {
                "system": given.system.pk,
                "name": name,
                "token": given.token,
                "expires": end.isoformat(),
            }
        )
        return
    console().print(f"{name}  {given.token}", markup=False, soft_wrap=True)
    console().print("令牌只显示一次 the token is shown once")


@command.command("backup")
@options.site_home
@click.argument("to", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@options.as_json
@guarded
def backup(home: Path, to: Path, as_json: bool) -> None:
    r"""Write the whole site into one file while it runs 备份.

    Database, key and stored files. Keep it as safe as the site itself: it holds everything.

    \b
    lantian site backup --home /srv/lantian 2026-12-01.tar
    """
    from lantian.office.site.backup import STAGES, make_backup

    bars = Bars(STAGES, quiet=as_json)
    with bars.progress:
        done = make_backup(
            home, to, database=os.environ.get("LANTIAN_DATABASE", ""), tell=bars.step
        )
    _say_backup(done, as_json)


@command.command("restore")
@options.site_home
@click.argument(
    "path", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@options.as_json
@guarded
def restore(home: Path, path: Path, as_json: bool) -> None:
    r"""Bring a backup back into an empty folder and prove its record 恢复并核验.

    Every byte is compared with what was counted when the backup was made, and the chain of the
    record is verified; with LANTIAN_DATABASE set, into an empty PostgreSQL.

    \b
    lantian site restore --home /srv/lantian-new 2026-12-01.tar
    """
    from lantian.office.site.backup import STAGES, restore_backup

    algorithm = os.environ.get("LANTIAN_LEDGER", "sm3")
    database = os.environ.get("LANTIAN_DATABASE", "")
    bars = Bars(STAGES, quiet=as_json)
    with bars.progress:
        done = restore_backup(path, home, algorithm=algorithm, database=database, tell=bars.step)
    _start(home)
    from django.core.management import call_command

    from lantian.office.site.doctor import contents

    call_command("migrate", verbosity=0)
    problems = [p for p in contents() if p.code in ("N010", "N011")]
    _say_backup(done, as_json, problems)
    sys.exit(EXIT_PROBLEMS if problems else EXIT_OK)


def _say_backup(done: Backup, as_json: bool, problems: Sequence[Problem] = ()) -> None:
    if as_json:
        row = {
            "path": str(done.path),
            "database": done.database,
            "files": done.files,
            "bytes": done.size_bytes,
        }
        print_json(row | problems_as_json(tuple(problems)))
        return
    if problems:
        print_problems(tuple(problems))
    console().print(
        f"{done.path}  {done.database}  {done.files} 个文件 files  {done.size_bytes / 1e6:,.1f} MB"
    )


command.add_command(people.person)
command.add_command(people.password)
for _one in (site_serve.serve, site_serve.open_all, site_feed.feed):
    command.add_command(_one)
