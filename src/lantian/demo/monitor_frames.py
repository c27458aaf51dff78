"""The newest readings of an invented outlet as its logger would have sent them: frames of HJ 212-2017."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from lantian.demo.monitors import PASSWORD, Monitor
from lantian.domain.hj212.encode import write_frame
from lantian.kernel.calendar import BEIJING

_PARAMETERS = ((13, "i13007", "0.00", "i13008", "1.000"), (6, "i13007", "0.00", "i13008", "1.020"),
               (1, "i13007", "-1.50", "i13008", "0.880"))  # fmt: skip
"""Intercept and slope of the NOx instrument, days before now; the last change is planted."""


def frames(monitor: Monitor, since: datetime) -> Iterator[tuple[datetime, bytes]]:
    """Yield arrival and bytes of every packet whose data begin at `since` or later, in order of arrival."""
    since_ms = since.timestamp() * 1000
    packets: dict[tuple[int, str], list[str]] = {}
    for run in monitor.runs:
        places = [i for i, at in enumerate(run.at_ms.tolist()) if at >= since_ms]
        for i in places:
            own = packets.setdefault((int(run.at_ms[i]), run.cn), [])
            parts = [
                f"{run.factor}-{name}={int(values[i]) / 10 ** run.decimals[name]:.{run.decimals[name]}f}"
                for name, values in run.digits.items()
            ]
            own.append(",".join([*parts, f"{run.factor}-Flag={run.flags[i]}"]))
    sent = []
    for (at_ms, cn), groups in packets.items():
        period = timedelta(hours=1) if cn == "2061" else timedelta(minutes=monitor.minute_interval)
        start = datetime.fromtimestamp(at_ms / 1000, BEIJING)
        sent.append((start + period + timedelta(seconds=2), start, cn, ";".join(groups)))
    for arrival, start, cn, body in sorted(sent):
        yield arrival, _frame(monitor, arrival, cn, f"DataTime={start:%Y%m%d%H%M%S};{body}")


def parameter_frames(monitor: Monitor, now: datetime) -> Iterator[tuple[datetime, bytes]]:
    """Yield packets 3020 that tell intercept and slope of the NOx instrument, and when they changed."""
    for days, a, low, b, slope in _PARAMETERS:
        at = (now - timedelta(days=days)).replace(hour=10, minute=30, second=0, microsecond=0)
        if at < now:
            body = f"DataTime={at:%Y%m%d%H%M%S};PolId=a21002,{a}-Info={low};PolId=a21002,{b}-Info={slope}"
            yield at + timedelta(seconds=3), _frame(monitor, at, "3020", body)


STRANGER = "0F0000000000000000000777"
"""MN of an invented logger that nobody has registered."""
_ASIDE = 5


def aside_frames(monitor: Monitor, now: datetime) -> Iterator[tuple[datetime, str, bytes]]:
    """Yield arrival, reason and bytes of packets the gateway does not take: put aside, to be decided of.

    A logger that came from an address not registered yet, with minutes the lake lacks; one that nobody
    knows; one whose checksum differs.
    """
    run = next(r for r in monitor.runs if r.cn == "2051")
    digits, decimals = int(run.digits["Avg"][0]), run.decimals["Avg"]
    value = f"{run.factor}-Avg={digits / 10**decimals:.{decimals}f},{run.factor}-Flag=N"
    step = timedelta(minutes=monitor.minute_interval)
    after = int(
        np.argmax(np.diff(run.at_ms))
    )  # the widest gap, which was no fault of the instrument
    first = datetime.fromtimestamp(int(run.at_ms[after]) / 1000, BEIJING)
    for n in range(_ASIDE):
        start = first + step * (n + 1)
        arrival = start + step + timedelta(seconds=2)
        body = f"DataTime={start:%Y%m%d%H%M%S};{value}"
        yield arrival, "address", _frame(monitor, arrival, "2051", body)
    stranger = replace(monitor, mn=STRANGER)
    for n in range(_ASIDE):
        arrival = now - timedelta(hours=3) + step * n
        body = f"DataTime={arrival - step:%Y%m%d%H%M%S};{value}"
        yield arrival, "unregistered", _frame(stranger, arrival, "2051", body)
    at = now - timedelta(hours=2)
    good = _frame(monitor, at, "2051", f"DataTime={at - step:%Y%m%d%H%M%S};{value}")
    yield at, "checksum", good.replace(b"-Flag=N", b"-Flag=D")


def _frame(monitor: Monitor, at: datetime, cn: str, body: str) -> bytes:
    text = f"QN={at:%Y%m%d%H%M%S}000;ST={monitor.st};CN={cn};PW={PASSWORD};MN={monitor.mn};Flag=4;CP=&&{body}&&"
    return write_frame(text.encode("ascii"))
