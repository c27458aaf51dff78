"""``lantian site serve`` and ``lantian site open``: the site alone with its worker, or the gateway with it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import click

from lantian.cli import options
from lantian.cli.deployment import start as _start
from lantian.cli.output import console, guarded
from lantian.cli.parts import Part, Parts
from lantian.cli.ports import CannotStart, port_for

_THREADS, _IDLE_S = 8, 600
"""Of each process. Every thread keeps a connection to the database: unlimited ones, as they came and went under
50 users, went beyond what PostgreSQL grants."""
SITE_PORT, GATEWAY_PORT = 8000, 9212
_LISTENS_S, _INGEST_S = 60.0, 5
_SITE, _GATEWAY = ("网站", "site"), ("网关", "gateway")

_address = click.option(
    "--address", default="127.0.0.1", show_default=True, help="Address to listen on. 监听地址"
)
_workers = click.option("--workers", default=2, show_default=True, help="Processes. 进程数")
_https = click.option(
    "--https", is_flag=True, help="Behind a proxy that speaks HTTPS: secure cookies. 经HTTPS代理"
)
_PORT = click.IntRange(0, 65_535)


@click.command("serve")
@options.site_home
@click.option(
    "--port",
    default=SITE_PORT,
    show_default=True,
    type=_PORT,
    help="Port; 0 takes a free one. 端口",
)
@_address
@_workers
@_https
@guarded
def serve(home: Path, port: int, address: str, workers: int, https: bool) -> None:
    r"""Serve the site until it is interrupted 运行网站.

    \b
    lantian site serve --home var/office --port 8000
    """
    own = port_for(port, SITE_PORT, address, "--port", _SITE)
    _start(home, plain_http=not https)
    with Parts() as parts:
        _prepare(parts)
        console().print(f"蓝天 http://{_shown(address)}:{own}/  Ctrl-C 停止 stops")
        _serve(address, own, workers)
    sys.exit(0)


@click.command("open")
@options.site_home
@click.option(
    "--port", type=_PORT, help=f"Port of the site. {SITE_PORT}, or the next free one. 网站端口"
)
@_address
@_workers
@_https
@click.option(
    "--gateway-port",
    type=_PORT,
    help=f"Port of the gateway. {GATEWAY_PORT}, or the next free one. 网关端口",
)
@click.option("--gateway-address", default="127.0.0.1", show_default=True,
              help="Address the gateway listens on. 网关监听地址")  # fmt: skip
@click.option(
    "--simulate", is_flag=True, help="Feed the loggers of the invented city. 为示范城市仿真数采仪"
)
@guarded
def open_all(
    home: Path, port: int | None, address: str, workers: int, https: bool, gateway_port: int | None,
    gateway_address: str, simulate: bool,
) -> None:  # fmt: skip
    r"""Run site, worker and gateway together until interrupted 一并运行网站、后台和网关.

    For one machine. The gateway takes the register that 自动监控 › 登记 › 导出名册 wrote, and its values are
    read in every few seconds. What falls is started again.

    \b
    lantian site open --home var/office --simulate
    """
    with _only_one(home) as note:
        own = port_for(port, SITE_PORT, address, "--port", _SITE)
        at_gateway = port_for(
            gateway_port, GATEWAY_PORT, gateway_address, "--gateway-port", _GATEWAY
        )
        _start(home, plain_http=not https)
        where = f"http://{_shown(address)}:{own}/"
        with Parts() as parts:
            gateway = _open_gateway(parts, home, gateway_address, at_gateway)
            _prepare(parts)
            lines = [f"蓝天 {where}  Ctrl-C 停止 stops"]
            lines += _tell_gateway(
                parts, home, gateway, f"{_shown(gateway_address)}:{at_gateway}", simulate
            )
            note.write(f"{where}\n")
            note.flush()
            for line in lines:
                console().print(line, markup=False)
            _serve(address, own, workers, until_hangup=True)
    click.echo("已全部停止 all stopped", err=True)
    sys.exit(0)


def _prepare(parts: Parts) -> None:
    """Bring the database up to date and start the worker."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    parts.start(Part(("后台", "worker"), ("site", "work")))


def _open_gateway(parts: Parts, home: Path, host: str, port: int) -> Part | None:
    """Start the gateway and what reads its frames in; None where no register was exported yet."""
    from django.conf import settings

    from lantian.office.monitoring.register import FILE_NAME

    folder = Path(settings.GATEWAY_HOME)
    if not (folder / FILE_NAME).is_file():
        return None
    at = ("--home", str(folder))
    gateway = Part(
        _GATEWAY,
        ("gateway", "serve", *at, "--registry", str(folder / FILE_NAME), "--host", host, "--port", str(port), "--json"),
        tells=True,
    )  # fmt: skip
    parts.start(gateway)
    parts.start(
        Part(("入库", "ingest"), ("gateway", "ingest", *at, "--follow", "--every", str(_INGEST_S)))
    )
    return gateway


def _tell_gateway(
    parts: Parts, home: Path, gateway: Part | None, where: str, simulate: bool
) -> list[str]:
    """Wait until the gateway listens and feed it; return what to say of it."""
    if gateway is None:
        return ["网关未启动：还没有数采仪名册，请在 自动监控 › 登记 中导出名册后重新启动 "
                "no gateway: export the register of loggers first"]  # fmt: skip
    told = parts.told(gateway, _LISTENS_S)
    if told is None:
        return ["网关未启动，原因见上 the gateway does not run, see above"]
    lines = [f"网关 gateway {where}  HJ 212  登记 {told['loggers']} 台 loggers"]
    if simulate:
        host, _, port = where.rpartition(":")
        feed = ("site", "feed", "--home", str(home), "--host", host.strip("[]"), "--port", port)
        parts.start(Part(("仿真", "simulator"), feed))
        lines.append(
            "仿真数采仪每分钟发送虚构数据 invented loggers send invented data every minute"
        )
    return lines


def _serve(address: str, port: int, workers: int, *, until_hangup: bool = False) -> None:
    """Serve until SIGINT or SIGTERM; with `until_hangup` also until the terminal is closed."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    server = Server(
        "lantian.office.site.wsgi:application", address=address, port=port, workers=workers,
        interface=Interfaces.WSGI, log_access=False, log_level=LogLevels.error,
        blocking_threads=_THREADS, blocking_threads_idle_timeout=_IDLE_S,
    )  # fmt: skip
    if until_hangup and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # not under nohup
        server.on_startup(lambda: signal.signal(signal.SIGHUP, signal.getsignal(signal.SIGINT)))
    server.serve()


@contextlib.contextmanager
def _only_one(home: Path) -> Iterator[IO[str]]:
    """Hold a folder for this process; the file says where it is open.

    Raises
    ------
    CannotStart
        Where another process has it open: exit 2.
    """
    home.mkdir(parents=True, exist_ok=True)
    path = home / "open.lock"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8") as note:
        try:
            fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotStart(
                f"{home} 已在运行 {note.read().strip()}，请直接打开该地址，或先停止它。\n"
                "It is open already: go there, or stop it first."
            ) from None
        note.truncate(0)
        yield note


def _shown(address: str) -> str:
    return f"[{address}]" if ":" in address else address
