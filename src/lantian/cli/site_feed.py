"""``lantian site feed``: the loggers of the invented city go on from where its lake left them."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from lantian.cli import options
from lantian.cli.deployment import start as _start
from lantian.cli.output import console, guarded
from lantian.cli.ports import CannotStart
from lantian.kernel.calendar import BEIJING

if TYPE_CHECKING:
    from lantian.gateway.loggers.plan import FactorPlan, Known, LoggerPlan

_LEVEL_FROM: Final = timedelta(hours=24)
"""A logger goes on at the level of its last day."""
_SILENT_AFTER: Final = timedelta(hours=2)
"""One that fell silent so long before the others stays silent: it is planted."""
_MOST_MISSED_MIN: Final = 24 * 60
_SEED, _BY_LOAD, _MOST_NOISE = 1, 0.1, 0.15
_AFTER_S, _AGAIN_S, _PART_MIN = 2.0, 5.0, 60
_OFFSET_MIN: Final = 8 * 60
"""Minutes are Beijing's since 1970, as in the loggers' plans."""


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


@dataclass(slots=True)
class Going:
    """One logger: what it is, the first period and the first live value it has not sent, the next minute."""

    plan: LoggerPlan
    begin: int
    live_from: int
    next: int = field(init=False)

    def __post_init__(self) -> None:
        self.next = min(self.begin, self.live_from)


def minute_of(moment: datetime) -> int:
    """Return the minute of a moment."""
    return int(moment.timestamp()) // 60 + _OFFSET_MIN


def going_on(folder: Path, register: Path, now: datetime) -> list[Going]:
    """Return the loggers of a register that have data in the lake and had not fallen silent.

    Raises
    ------
    LantianError
        J003 where there is no lake, J101 to J107 for the register.
    """
    from lantian.gateway.loggers.papers import read_known
    from lantian.jobs.gateway.hot import latest

    newest: dict[tuple[str, str], datetime] = {}
    for one in latest(folder, cns=("2051", "2011")):
        key = (one.mn, one.cn)
        newest[key] = max(one.time, newest.get(key, one.time))
    last = max(newest.values(), default=now)
    first = minute_of(now) - _MOST_MISSED_MIN
    found = []
    for number, known in enumerate(read_known(register)):
        at = newest.get((known.mn, "2051"))
        if at is None or last - at > _SILENT_AFTER:
            continue
        factors = levels_of(folder, known.mn, at)
        if factors:
            begin = max(minute_of(at) + known.minute_min, first)
            live = newest.get((known.mn, "2011"))
            live_from = begin if live is None else max(minute_of(live) + 1, first)
            found.append(Going(_plan(number, known, factors), begin, live_from))
    return found


def levels_of(folder: Path, mn: str, newest: datetime) -> tuple[FactorPlan, ...]:
    """Return each factor of a logger at the mean and scatter of its last day."""
    import polars as pl

    from lantian.gateway.loggers.plan import FactorPlan
    from lantian.jobs.gateway import lake

    table = lake.frame(
        folder, mns=(mn,), start=newest - _LEVEL_FROM, end=newest + timedelta(minutes=1), cns=("2051",),
        columns=("factor", "flag", "avg", "avg_d"),
    ).filter(pl.col("avg").is_not_null() & (pl.col("flag").is_null() | (pl.col("flag") == "N")))  # fmt: skip
    found = []
    for (code,), rows in sorted(table.group_by("factor"), key=lambda group: str(group[0])):
        decimals = int(rows["avg_d"].max())  # type: ignore[arg-type]
        values = [digits / 10**places for digits, places in rows.select("avg", "avg_d").iter_rows()]
        level = statistics.fmean(values)
        noise = min(statistics.pstdev(values) / level, _MOST_NOISE) if level else 0.0
        found.append(
            FactorPlan(str(code), str(code), decimals, level, 0.0, _BY_LOAD, noise / 2, 0.0)
        )
    return tuple(found)


def _plan(number: int, known: Known, factors: tuple[FactorPlan, ...]) -> LoggerPlan:
    from lantian.gateway.loggers.plan import LoggerPlan

    water = known.st in {"21", "32"}
    return LoggerPlan(
        number=number, mn=known.mn, password=known.password, firm_id=known.firm_id, firm_zh=known.firm_zh,
        outlet_id=known.outlet_id, industry="", medium="water" if water else "air", st=known.st or "31",
        version=known.version or "2017", vendor="", factors=factors, realtime_min=known.realtime_min,
        minute_min=known.minute_min, phase_min=0, on_from=0, on_to=24, rests_sunday=False, habits=(),
        answers=False, sm4_key="", packet_factors=len(factors),
    )  # fmt: skip


class Voice:
    """What one logger says at a minute; a value is a function of logger and minute alone."""

    def __init__(self, going: Going) -> None:
        from lantian.gateway.loggers.course import Course, scatter
        from lantian.gateway.loggers.writer import Writer

        self.going = going
        self._course = Course(going.plan, scatter(_SEED), going.begin)
        self._writer = Writer(going.plan)
        self._qn_ms = 0

    def due(self, now: int) -> bytes:
        """Return the packets of every minute up to `now` that were not sent yet, and count them as sent."""
        out: list[bytes] = []
        while self.going.next <= now:
            out += self._of(self.going.next)
            self.going.next += 1
        return b"".join(out)

    def _of(self, minute: int) -> Sequence[bytes]:
        plan, frames = self.going.plan, list[bytes]()
        if minute % plan.realtime_min == 0 and minute >= self.going.live_from:
            values = self._course.at(minute)
            frames += [f for _, f in self._writer.realtime(self._qn, minute, values, "N", False)]
        for cn, period, means in (
            ("2051", plan.minute_min, self._course.slot),
            ("2061", _PART_MIN, self._course.hour),
        ):
            start = minute - period
            # An hour that began before is not its own: part of it is in the lake already.
            if minute % period == 0 and start >= self.going.begin:
                found = self._writer.means(cn, self._qn, start, means(start), "N", False)
                frames += [f for _, f in found]
        return frames

    def _qn(self) -> str:
        from lantian.gateway.loggers.writer import moment_text

        self._qn_ms = max(self._qn_ms + 1, int(time.time() * 1000) + _OFFSET_MIN * 60_000)
        return moment_text(self._qn_ms)


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
