"""The newest readings of an invented outlet as its logger would have sent them: frames of HJ 212-2017."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

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


def _frame(monitor: Monitor, at: datetime, cn: str, body: str) -> bytes:
    text = f"QN={at:%Y%m%d%H%M%S}000;ST={monitor.st};CN={cn};PW={PASSWORD};MN={monitor.mn};Flag=4;CP=&&{body}&&"
    return write_frame(text.encode("ascii"))
