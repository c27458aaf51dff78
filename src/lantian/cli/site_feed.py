"""``lantian site feed``: the loggers of the invented city go on from where its lake left them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from lantian.cli import options
from lantian.cli.deployment import start as _start
from lantian.cli.output import console, guarded
from lantian.cli.ports import CannotStart
from lantian.cli.site_loggers import Going, Voice, going_on, minute_of
from lantian.kernel.calendar import BEIJING

_AFTER_S, _AGAIN_S = 2.0, 5.0
"""How long after the full minute is sent, and after how long a lost connection is made anew."""


@click.command("feed")
@options.site_home
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Where the gateway listens. 网关地址"
)
@click.option(
    "--port", default=9212, show_default=True, type=click.IntRange(1, 65_535), help="端口"
)
@guarded
def feed(home: Path, host: str, port: int) -> None:
    r"""Send what the invented city's loggers would send, minute by minute, until interrupted 示范仿真.

    Only for a site filled by ``lantian site demo``. A logger goes on at the level of its last day, and sends
    what it missed while nobody ran it, at most a day; one that had fallen silent stays silent.

    \b
    lantian site feed --home var/office --port 9212
    """
    _start(home)
    from django.conf import settings

    from lantian.office.monitoring.register import FILE_NAME
    from lantian.office.site.models import Setting

    if Setting.read().get("invented") != "1":
        raise CannotStart("仿真数据只发给虚构的示范城市 invented data go to the invented city only")
    folder = Path(settings.GATEWAY_HOME)
    loggers = going_on(folder, folder / FILE_NAME, datetime.now(BEIJING))
    if not loggers:
        raise CannotStart("没有可以继续发送的数采仪 there is no logger that could go on")
    console().print(f"仿真 {len(loggers)} 台数采仪 → {host}:{port}  Ctrl-C 停止 stops")
    asyncio.run(_feed(loggers, host, port))


async def _feed(loggers: Sequence[Going], host: str, port: int) -> None:
    await asyncio.gather(*(_one(Voice(going), host, port) for going in loggers))


async def _one(voice: Voice, host: str, port: int) -> None:
    """Keep one logger connected, and send what is due shortly after each full minute."""
    while True:
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection(host, port)
            heard = asyncio.ensure_future(_drain(reader))
            try:
                while not heard.done():
                    if frames := voice.due(minute_of(datetime.now(BEIJING))):
                        writer.write(frames)
                        await writer.drain()
                    left = 60 - time.time() % 60 + _AFTER_S
                    await asyncio.wait({heard}, timeout=left)
            finally:
                heard.cancel()
                writer.close()
        await asyncio.sleep(_AGAIN_S)


async def _drain(reader: asyncio.StreamReader) -> None:
    while await reader.read(4096):
        pass
