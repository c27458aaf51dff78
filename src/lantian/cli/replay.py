"""``lantian replay``: a kept byte stream sent again."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from lantian.cli.output import EXIT_OK, EXIT_PROBLEMS, console, guarded, print_json
from lantian.kernel.calendar import BEIJING

if TYPE_CHECKING:
    from lantian.gateway.loggers.replay import Replayed


@click.command("replay", epilog="Exit codes 退出码: 0 every packet that asks was answered 全部应答; 1 some were not "
               "有包未应答; 2 damaged or unreadable, nobody listens 损坏或读不了; 130 interrupted.")  # fmt: skip
@click.argument("source", metavar="FILE|DIR", type=click.Path(path_type=Path))
@click.option("--to", "address", required=True, metavar="HOST:PORT", help="Where to. 接收地址")
@click.option("--speed", default=0.0, show_default=True, type=click.FloatRange(0),
              help="Times the original pace; 0: as fast as it is answered. 速度倍数")  # fmt: skip
@click.option("--mn", default="", help="Write this MN into every frame. 改写 MN")
@click.option("--password", default="", help="Write this password into every frame. 改写密码")
@click.option("--rewrite-times", is_flag=True,
              help="Move all times by whole days, the newest into the last day. 时间整日平移到最近一天")  # fmt: skip
@click.option("--as-is", is_flag=True, help="Send damaged and refused frames too. 连同损坏的报文")
@click.option("--over-time", "over_time_s", default=10.0, show_default=True, type=click.FloatRange(0.1, 99),
              help="Seconds to wait for answers. 应答超时（秒）")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@guarded
def command(
    source: Path, address: str, speed: float, mn: str, password: str, rewrite_times: bool,
    as_is: bool, over_time_s: float, as_json: bool,
) -> None:  # fmt: skip
    r"""Send frames that were kept to a gateway and count the answers 报文重放.

    FILE holds raw frames or is a spool segment; DIR a folder of either, or the home of a gateway. Everything is
    read and checked before the first byte is sent.

    \b
    lantian replay captured.txt --to 127.0.0.1:9212
    lantian replay var/gateway --to 127.0.0.1:9213 --speed 60
    lantian replay captured.txt --to 127.0.0.1:9212 --mn 010000A8900016F000169DC0 --rewrite-times
    """
    from lantian.gateway.loggers.kept import kept_frames
    from lantian.gateway.loggers.replay import Replay
    from lantian.gateway.loggers.rewrite import Change, checked, newest, rewritten, whole_days

    host, port = _address(address)
    shift = timedelta(0)
    n = sum(1 for _ in kept_frames(source, as_is=as_is))  # damage is told before anything is sent
    if rewrite_times:
        latest = newest(kept_frames(source, as_is=as_is))
        shift = whole_days(latest, datetime.now(BEIJING)) if latest else shift
    change = Change(checked(mn), checked(password), shift)
    for one in kept_frames(source, as_is=as_is) if not change.nothing else ():
        rewritten(one, change)  # the same for what cannot be rewritten
    with _Bar(n, quiet=as_json) as bar:
        run = Replay(host, port, change, speed, over_time_s, bar.tell)
        done = asyncio.run(run.run(kept_frames(source, as_is=as_is)))
    told: dict[str, Any] = done.as_dict() | {"shifted_days": shift.days}
    if as_json:
        print_json(told)
    else:
        _print(told)
    sys.exit(EXIT_PROBLEMS if told["never_acknowledged"] or told["connections_broken"] else EXIT_OK)


def _address(text: str) -> tuple[str, int]:
    """Return host and port.

    Raises
    ------
    LantianError
        Q018.
    """
    from lantian.gateway.loggers.complaint import complain
    from lantian.kernel.problem import LantianError

    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65_536:
        raise LantianError(complain("Q018", detail=text))
    return host.strip("[]"), int(port)


class _Bar:
    """What was sent and answered, only on a terminal."""

    def __init__(self, n: int, *, quiet: bool) -> None:
        out = console(stderr=True)
        self._progress = Progress(
            SpinnerColumn(), TextColumn("重放 replaying"), TimeElapsedColumn(),
            TextColumn("{task.fields[told]}"),
            console=out, transient=True, disable=quiet or not out.is_terminal,
        )  # fmt: skip
        self._n = n

    def __enter__(self) -> _Bar:
        self._progress.start()
        self._task = self._progress.add_task("", total=self._n, told="")
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def tell(self, done: Replayed) -> None:
        told = f"{done.sent:,}/{self._n:,}，应答 {done.acknowledged:,}"
        self._progress.update(self._task, completed=done.sent, told=told)


def _print(told: dict[str, Any]) -> None:
    lines = [
        f"{told['sent']:,} 包 packets，{told['connections']:,} 个连接 connections，{told['seconds']:g} s",
        f"要求应答 asking {told['asking']:,}，得到应答 acknowledged {told['acknowledged']:,}，"
        f"从未应答 never {told['never_acknowledged']:,}",
    ]
    if told["answer_ms"]:
        words = "  ".join(f"{name} {ms:,.1f}" for name, ms in told["answer_ms"].items())
        lines.append(f"应答时间 answer time, ms  {words}")
    if told["connections_broken"]:
        lines.append(
            f"被对方关闭的连接 connections closed by the other side {told['connections_broken']:,}"
        )
    for mn, n in told["never_acknowledged_by_mn"].items():
        lines.append(f"未应答 unanswered {mn} {n:,}")
    click.echo("\n".join(lines))
