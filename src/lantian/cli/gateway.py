"""``lantian gateway``: the gateway of data loggers, served, read, sealed, asked."""

from __future__ import annotations

import ipaddress
import json
import sys
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from lantian.cli import options
from lantian.cli.gateway_ask import ask, gateway_home, packet
from lantian.cli.gateway_quarantine import quarantine
from lantian.cli.output import (
    EXIT_OK,
    EXIT_PROBLEMS,
    console,
    guarded,
    print_json,
    print_problems,
    problems_as_json,
)

_day = click.DateTime(["%Y-%m-%d"])


@click.group(
    "gateway",
    epilog="Exit codes 退出码: 0 done 完成; 1 something is wrong 有问题; 2 unreadable, cannot listen, or "
    "wrong usage 读不了、无法监听或用法错误; 130 interrupted 已中断.",
)
def command() -> None:
    r"""Receive what data loggers send (HJ 212), keep it, seal it 数采仪网关.

    \b
    lantian gateway serve --registry loggers.yaml --port 9212
    lantian gateway ingest
    lantian gateway health
    """


@command.command("serve")
@gateway_home
@click.option(
    "--registry",
    required=True,
    type=click.Path(path_type=Path),
    help="Register of loggers, YAML or CSV. 登记表",
)
@click.option("--port", default=9212, show_default=True, help="Port; 0 takes a free one. 端口")
@click.option(
    "--host",
    "hosts",
    multiple=True,
    default=("127.0.0.1",),
    show_default=True,
    help="Address to listen on, e.g. 0.0.0.0 or ::; may be repeated. 监听地址",
)
@click.option("--tls-port", type=int, help="A second port that speaks TLS. TLS端口")
@click.option("--cert", type=click.Path(path_type=Path), help="Certificate of TLS, PEM. 证书")
@click.option("--key", type=click.Path(path_type=Path), help="Its private key, PEM. 私钥")
@click.option(
    "--client-ca",
    type=click.Path(path_type=Path),
    help="Loggers must show a certificate signed by this one. 客户端CA",
)
@click.option(
    "--keys",
    type=click.Path(path_type=Path),
    help="File of SM4 keys, a line “NAME KEY” each. 密钥文件",
)
@click.option(
    "--allow",
    multiple=True,
    metavar="NETWORK",
    help="Only these networks may connect; may be repeated. 允许的网段",
)
@click.option("--http-port", type=int, help="Port of /health and /metrics on 127.0.0.1. 状态端口")
@click.option(
    "--per-address",
    type=click.IntRange(1),
    default=256,
    show_default=True,
    help="Connections from one address. 每地址连接数",
)
@click.option(
    "--connections",
    type=click.IntRange(1),
    default=10_000,
    show_default=True,
    help="Connections in all. 总连接数",
)
@click.option(
    "--rate",
    type=click.FloatRange(0.1),
    default=200.0,
    show_default=True,
    help="Frames a second from one logger. 每台每秒包数",
)
@click.option(
    "--over-time",
    type=click.FloatRange(0.1, 99),
    default=10.0,
    show_default=True,
    help="Time-out of commands, s. 超时",
)
@click.option(
    "--resends",
    type=click.IntRange(0, 99),
    default=3,
    show_default=True,
    help="Resends of commands. 重发次数",
)
@options.as_json
@guarded
def serve(
    home: Path, registry: Path, port: int, hosts: tuple[str, ...], tls_port: int | None,
    cert: Path | None, key: Path | None, client_ca: Path | None, keys: Path | None,
    allow: tuple[str, ...], http_port: int | None, per_address: int, connections: int, rate: float,
    over_time: float, resends: int, as_json: bool,
) -> None:  # fmt: skip
    r"""Receive and answer until interrupted 接收、存盘、应答.

    A frame is on the disk before it is answered. With --json one object is printed once it listens and
    one when it stops, a line each.

    \b
    lantian gateway serve --registry loggers.yaml --port 9212 --host 0.0.0.0
    """
    from lantian.gateway.config import Config, Limits
    from lantian.gateway.server import Listening
    from lantian.gateway.server import serve as run

    networks = tuple(_network(text) for text in allow)
    if (tls_port is None) != (cert is None):
        raise click.UsageError("--tls-port 与 --cert 须同时给出 belong together")
    limits = Limits(per_address=per_address, connections=connections, frames_per_s=rate,
                    frames_burst=max(20 * rate, 1.0))  # fmt: skip
    config = Config(
        home, registry, keys, hosts, port, tls_port, cert, key, client_ca, http_port, networks,
        over_time, resends, limits=limits,
    )  # fmt: skip

    def ready(at: Listening) -> None:
        row = {
            "listening": True, "port": at.port, "tls_port": at.tls_port, "http_port": at.http_port,
            "loggers": at.loggers, "records": at.records,
        }  # fmt: skip
        if as_json:
            _line(row | problems_as_json(at.problems))
            return
        if at.problems:
            print_problems(at.problems, stderr=True)
        where = "、".join(f"{h}:{at.port}" for h in hosts)
        tail = f"  TLS {at.tls_port}" if at.tls_port else ""
        tail += f"  http://127.0.0.1:{at.http_port}/health" if at.http_port else ""
        console().print(
            f"网关 {where}{tail}  登记 {at.loggers:,} 台  已存 {at.records:,} 条  Ctrl-C 停止 stops"
        )

    done = run(config, ready=ready)
    if as_json:
        _line({
            "stopped": True, "accepted": done.accepted, "acknowledged": done.acknowledged,
            "records": done.records, "not_kept": done.not_kept,
        })  # fmt: skip
    else:
        console().print(
            f"已停止 stopped：接收 {done.accepted:,}，应答 {done.acknowledged:,}，"
            f"未存（未应答）{done.not_kept:,}"
        )


def _line(row: dict[str, Any]) -> None:
    """Print one object on one line at once: a program may be waiting for it."""
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _network(text: str) -> Any:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise click.BadParameter(f"{text}: 不是网段 no network", param_hint="--allow") from error


@command.command("ingest")
@gateway_home
@click.option("--follow", is_flag=True, help="Go on as records come. 持续入库")
@click.option(
    "--every",
    type=click.FloatRange(0.1),
    default=5.0,
    show_default=True,
    help="Seconds between runs with --follow. 间隔",
)
@options.as_json
@guarded
def ingest(home: Path, follow: bool, every: float, as_json: bool) -> None:
    r"""Read the spool in full and bring its values into the lake 入库.

    May be run at any time and again: what is there stays, nothing is counted twice.

    \b
    lantian gateway ingest --home var/gateway --json
    lantian gateway ingest --follow
    """
    from lantian.gateway.ingest import ingest as run

    while True:
        done = run(home)
        if as_json:
            print_json(done.as_dict())
        elif done.records or not follow:
            aside = sum(done.quarantined.values())
            console().print(
                f"{done.records:,} 条：新值 {done.rows:,}，重复 {done.duplicates:,}，"
                f"不一致 {done.conflicts:,}，隔离 {aside:,}"
            )
            for reason, n in sorted(done.quarantined.items()):
                console().print(f"  隔离 {reason} {n:,}", style="dim")
        sys.stdout.flush()
        if not follow:
            return
        time.sleep(every)


@command.command("seal")
@gateway_home
@click.option(
    "--day", type=_day, help="The day; all that are over and not sealed where left out. 日期"
)
@options.as_json
@guarded
def seal(home: Path, day: datetime | None, as_json: bool) -> None:
    r"""Seal a day: files that never change again, and a manifest with their hashes 日封存.

    Late data go into the seal of the day they are sealed with. Runs ingest first.

    \b
    lantian gateway seal --home var/gateway
    lantian gateway seal --day 2026-11-30
    """
    from lantian.gateway.ingest import ingest as read_in
    from lantian.jobs.gateway.seal import due_days
    from lantian.jobs.gateway.seal import seal as run
    from lantian.kernel.calendar import BEIJING

    read_in(home)
    now = datetime.now(BEIJING)
    days: list[date] = [day.date()] if day else due_days(home, now)
    made = [run(home, one, now=now) for one in days]
    rows = [
        {"day": m.day.isoformat(), "path": str(m.path), "rows": m.data["rows"],
         "files": len(m.data["files"]), "sha256": m.sha256, "sm3": m.sm3}
        for m in made
    ]  # fmt: skip
    if as_json:
        print_json({"sealed": rows})
        return
    for row in rows:
        console().print(
            f"{row['day']}  {row['rows']:,} 行  {row['files']} 个文件  sm3 {row['sm3']}"
        )
    if not rows:
        console().print("没有待封存的日期 nothing to seal")


@command.command("verify")
@gateway_home
@options.as_json
@guarded
def verify(home: Path, as_json: bool) -> None:
    r"""Re-hash sealed files, the chain of manifests and the spool 核验.

    \b
    lantian gateway verify --home var/gateway
    """
    from lantian.jobs.gateway.seal import verify as run

    found = run(home)
    if as_json:
        print_json(
            {"days": found.days, "files": found.files, "rows": found.rows,
             "segments": found.segments, "records": found.records, "sound": not found.problems}
            | problems_as_json(found.problems)
        )  # fmt: skip
    else:
        word = "无误 sound" if not found.problems else f"{len(found.problems)} 处不符 breaks"
        console().print(
            f"封存 {found.days} 日 {found.files} 个文件 {found.rows:,} 行；存储段 {found.segments} 个 "
            f"{found.records:,} 条：{word}"
        )
        if found.problems:
            print_problems(found.problems, stderr=True)
    sys.exit(EXIT_PROBLEMS if found.problems else EXIT_OK)


@command.command("health")
@gateway_home
@click.option("--all", "everyone", is_flag=True, help="Also loggers that are well. 全部")
@options.as_json
@guarded
def health(home: Path, everyone: bool, as_json: bool) -> None:
    r"""Who is silent, late or incomplete, and whether the gateway is well 运行状况.

    Exit 1 where the server does not run or the disk takes nothing.

    \b
    lantian gateway health --home var/gateway --json
    """
    from lantian.cli.gateway_page import show_health
    from lantian.jobs.gateway.health import health as run
    from lantian.kernel.calendar import BEIJING

    found = run(home, now=datetime.now(BEIJING))
    if as_json:
        print_json(found.as_dict())
    else:
        show_health(found, everyone=everyone)
    sys.exit(EXIT_OK if found.sound else EXIT_PROBLEMS)


for _command in (ask, packet, quarantine):
    command.add_command(_command)
