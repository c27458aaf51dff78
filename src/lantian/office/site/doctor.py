"""What is wrong with a deployment, in words: codes N001 to N012 (backups: N013 to N018)."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from lantian.kernel.problem import Place, Problem, Severity, Words, worded
from lantian.office.audit import seals
from lantian.office.audit.ledger import find_breaks
from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import path_of
from lantian.office.people.findings import sign_on_findings
from lantian.office.people.models import User
from lantian.office.site.models import Setting

E, W, H = Severity.ERROR, Severity.WARNING, Severity.HINT
LEAST_FREE_BYTES = 2 * 2**30

COMPLAINTS: Mapping[str, Words] = {
    "N001": (E, "数据库连接不上：{detail}", "The database cannot be reached: {detail}.",
             "核对 LANTIAN_DATABASE 与数据库服务", "Check LANTIAN_DATABASE and the server."),
    "N002": (E, "数据库有 {detail} 个升级未执行", "{detail} migrations of the database have not run.",
             "执行 lantian site migrate", "Run lantian site migrate."),
    "N003": (E, "网站以明文 HTTP 提供，口令与会话可被窃听",
             "The site is served over plain HTTP: passwords can be overheard.",
             "放在 HTTPS 代理之后，用 lantian site serve --https",
             "Put it behind a proxy with HTTPS and serve with --https."),
    "N004": (E, "LANTIAN_DEBUG 已打开，错误页会泄露内部信息", "LANTIAN_DEBUG is on: pages of error tell inner matters.",
             "去掉 LANTIAN_DEBUG", "Unset LANTIAN_DEBUG."),
    "N005": (E, "LANTIAN_HOSTS 接受任何主机名", "LANTIAN_HOSTS takes any name.",
             "写明网站的主机名", "Name the hosts of the site."),
    "N006": (E, "密钥文件 {detail} 可被其他用户读取", "The key {detail} can be read by others.",
             "chmod 600 该文件", "chmod 600 the file."),
    "N007": (E, "数据目录 {detail} 不可写", "The folder {detail} cannot be written.",
             "核对目录的所有者与权限", "Check owner and permission of the folder."),
    "N008": (W, "数据目录所在磁盘剩余 {detail} GB", "{detail} GB are left on the disk of the folder.",
             "清理或扩容，磁盘写满会使登记失败", "Make room: with a full disk nothing can be noted."),
    "N009": (E, "演示账号仍可登录：{detail}", "Demonstration accounts can still sign in: {detail}.",
             "停用 demo- 开头的账号", "Deactivate the accounts that begin with demo-."),
    "N010": (E, "台账哈希链有 {detail} 处不符", "The chain of the record breaks in {detail} places.",
             "保全数据库，与备份和导出件核对", "Keep the database as it is; compare with backups and exports."),
    "N011": (E, "台账引用的 {detail} 个文件不在文件库中", "{detail} files that the record names are not in the vault.",
             "从备份找回文件库", "Bring the vault back from a backup."),
    "N012": (H, "使用 SQLite：适合一台机器、几十名用户",
             "SQLite is in use: fit for one machine and some tens of users.",
             "用户更多时改用 PostgreSQL（LANTIAN_DATABASE）", "With more users use PostgreSQL (LANTIAN_DATABASE)."),
}  # fmt: skip

Finding = tuple[str, str, str]  # code, place, detail


def examine() -> tuple[Problem, ...]:
    """Return every mistake of this deployment, with its remedy."""
    found = list(_settings()) + list(_folder())
    reachable = list(_database())
    found += reachable
    if not any(code in ("N001", "N002") for code, _, _ in reachable):
        found += list(_contents())
        return (*_worded(found), *seals.findings(), *sign_on_findings())
    return _worded(found)


def contents() -> tuple[Problem, ...]:
    """Return what is wrong with accounts, record and vault."""
    return _worded(_contents())


def _worded(found: Iterable[Finding]) -> tuple[Problem, ...]:
    return tuple(
        worded(code, COMPLAINTS[code], Place(file=place), detail=detail)
        for code, place, detail in found
    )


def _settings() -> Iterator[Finding]:
    if settings.PLAIN_HTTP:
        yield "N003", "LANTIAN_HTTP", ""
    if settings.DEBUG:
        yield "N004", "LANTIAN_DEBUG", ""
    if "*" in settings.ALLOWED_HOSTS:
        yield "N005", "LANTIAN_HOSTS", ""


def _folder() -> Iterator[Finding]:
    home = Path(settings.HOME)
    key = home / "secret-key"
    if key.exists() and key.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield "N006", str(key), key.name
    if not os.access(home, os.W_OK):
        yield "N007", str(home), home.name
    free = shutil.disk_usage(home).free
    if free < LEAST_FREE_BYTES:
        yield "N008", str(home), f"{free / 1e9:.1f}"


def _database() -> Iterator[Finding]:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        yield "N001", connection.vendor, str(error).splitlines()[0]
        return
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield "N002", connection.vendor, str(len(waiting))
    if connection.vendor == "sqlite":
        yield "N012", "LANTIAN_DATABASE", ""


def _contents() -> Iterator[Finding]:
    if Setting.read().get("invented") != "1":
        demo = User.objects.filter(username__startswith="demo-", is_active=True)
        names = list(demo.values_list("username", flat=True))
        if names:
            yield "N009", "people", "、".join(names[:5])
    broken = find_breaks()
    if broken:
        yield "N010", "audit", str(len(broken))
    lost = sum(
        not path_of(own).exists() for own in StoredFile.objects.values_list("hash", flat=True)
    )
    if lost:
        yield "N011", str(settings.VAULT), str(lost)
