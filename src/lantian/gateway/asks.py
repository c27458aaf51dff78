"""Commands to loggers in words: what an officer asks, as commands of the standard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from lantian.domain.hj212.stamp import read_stamp, write_stamp
from lantian.gateway.desk import system_time
from lantian.jobs.gateway import lake
from lantian.jobs.gateway.complaint import complain
from lantian.jobs.gateway.home import Home
from lantian.kernel.problem import LantianError

Parts = tuple[str, dict[str, str], dict[str, dict[str, str]]]
"""Command, parameters, factors."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that can be asked."""

    cn: str
    zh: str
    en: str
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


KINDS: Final[Mapping[str, Kind]] = {
    "time": Kind("1011", "读取现场机时间", "read the clock", may=("factor",)),
    "set-time": Kind("1012", "校时", "set the clock", may=("factor",)),
    "realtime": Kind("2011", "开始上传实时数据", "start real-time data"),
    "stop-realtime": Kind("2012", "停止上传实时数据", "stop real-time data"),
    "minutes": Kind("2051", "取分钟历史数据", "minute data of a time", ("begin", "end")),
    "hours": Kind("2061", "取小时历史数据", "hour data of a time", ("begin", "end")),
    "days": Kind("2031", "取日历史数据", "daily data of a time", ("begin", "end")),
    "serial": Kind("3019", "读取设备唯一标识", "read the serial number", ("factor",)),
    "parameter": Kind("3020", "读取现场机信息", "read an information code", ("info",),
                      ("factor", "begin", "end")),
    "set-parameter": Kind("3021", "设置现场机参数", "set an instrument parameter", ("factor", "info", "value")),
}  # fmt: skip
_WAYS: Final = {"begin": "BeginTime", "end": "EndTime", "factor": "PolId", "info": "InfoId"}


def parts_of(kind: str, given: Mapping[str, str]) -> Parts:
    """Return command, parameters and factors of what is asked.

    Raises
    ------
    LantianError
        J408 where something is missing, does not belong, or is no time.
    """
    found = KINDS.get(kind)
    if found is None:
        raise LantianError(complain("J408", detail=f"{kind}? {', '.join(KINDS)}"))
    missing = [f"--{n}" for n in found.needs if not given.get(n)]
    extra = [f"--{n}" for n, v in given.items() if v and n not in {*found.needs, *found.may}]
    wrong = [f"--{n} {given[n]}" for n in ("begin", "end") if given.get(n) and not _time(given[n])]
    if missing or extra or wrong:
        words = [
            f"{word} {' '.join(those)}"
            for word, those in (("缺少 missing", missing), ("多余 not taken", extra), ("不是时间 no time", wrong))
            if those
        ]  # fmt: skip
        raise LantianError(complain("J408", detail="；".join(words)))
    parameters = {_WAYS[n]: v for n, v in given.items() if v and n in _WAYS}
    for name in ("BeginTime", "EndTime"):
        if name in parameters:
            parameters[name] = _time(parameters[name])
    if kind == "set-time":
        parameters["SystemTime"] = system_time()
    factors = {}
    if kind == "set-parameter":
        factors = {given["info"]: {"Info": given["value"]}}
    return found.cn, parameters, factors


def _time(text: str) -> str:
    """Return a time as packets write it, empty where it is none."""
    if read_stamp(text) is not None and len(text) == 14:
        return text
    try:
        return write_stamp(datetime.fromisoformat(text))
    except ValueError:
        return ""


def gaps(home: Home, mn: str, cn: str, day: date, period_s: int, now: datetime) -> list[
    tuple[datetime, datetime]
]:  # fmt: skip
    """Return the stretches of a day for which no data of a command are in the lake.

    Each is first and last start of a missing period; periods that are not over yet are not missing.
    """
    start, end = lake.day_bounds(day)
    period = timedelta(seconds=period_s)
    rows = lake.frame(home, mns=[mn], cns=[cn], start=start, end=end, columns=["time"])
    there = {t.timestamp() for t in rows["time"].unique()}
    found: list[tuple[datetime, datetime]] = []
    at = start
    while at < end and at + period <= now:
        if at.timestamp() not in there:
            if found and found[-1][1] + period == at:
                found[-1] = (found[-1][0], at)
            else:
                found.append((at, at))
        at += period
    return found


def control_call(home: Path | Home, message: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    """Send one message to the running server and return its answer.

    Raises
    ------
    LantianError
        J403 where none is running.
    """
    import json
    import socket

    from lantian.jobs.gateway.home import home_of

    path = home_of(home).control
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(seconds)
            line.connect(str(path))
            line.sendall(json.dumps(dict(message)).encode() + b"\n")
            with line.makefile("rb") as answer:
                found = json.loads(answer.readline())
    except (OSError, ValueError) as error:
        raise LantianError(complain("J403")) from error
    assert isinstance(found, dict)
    return found
