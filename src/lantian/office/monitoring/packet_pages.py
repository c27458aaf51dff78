"""Packets as they were received, and what devices say of themselves with every change."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from lantian.domain.hj212.decode import Decoder
from lantian.domain.hj212.information import read_facts
from lantian.domain.hj212.lexicon import Lexicon
from lantian.domain.hj212.packet import Decoded
from lantian.domain.hj212.readings import read_values
from lantian.jobs.gateway import spool
from lantian.jobs.monitoring.times import read_time
from lantian.kernel.problem import LantianError
from lantian.office.monitoring import lake, marking
from lantian.office.monitoring.models import Outlet
from lantian.office.monitoring.outlet_pages import head_values
from lantian.office.monitoring.shared import factor_table, outlet_of
from lantian.office.people.access import can, needs
from lantian.rulebook.hj212_tables.load import load_hj212

MOST_PACKETS = 40
MOST_SPAN = timedelta(hours=2)
PARAMETER_CNS = ("3019", "3020", "3021")
PARAMETER_DAYS = 400
_PASSWORD = re.compile(rb"(?<=;PW=)[^;&]*")
MASK = b"\xe2\x80\xa2" * 6
OUTCOMES = {
    "kept": ("已入库", "kept"), "duplicate": ("重复，未改变数据", "nothing new"),
    "resent": ("按时重发", "resent in time"),
    "part": ("分包，等待其余", "a part, waits"), "answer": ("应答", "an answer"), "notice": ("通知", "a notice"),
    "quarantined": ("已隔离", "put aside"),
}  # fmt: skip
CLASSES = {
    "strict": ("规范", "strict"),
    "tolerant": ("容错读取", "tolerant"),
    "refused": ("拒收", "refused"),
}


@cache
def _lexicon() -> Lexicon:
    return Lexicon(load_hj212())


def may_see_password(user: Any) -> bool:
    """Whether a frame is shown with its password: those who decide or register."""
    return can(user, "monitoring.decide") or can(user, "monitoring.register")


def without_password(frame: bytes) -> bytes:
    """Return a frame with its password masked."""
    return _PASSWORD.sub(MASK, frame)


@needs("monitoring.outlet")
def packets(request: HttpRequest, outlet: int) -> HttpResponse:
    """Show the packets behind a time of the curve; with ``raw`` the bytes of one of them."""
    found, now = outlet_of(request, outlet), marking.now_beijing()
    start = read_time(request.GET.get("from", "").replace("T", " "))
    end = read_time(request.GET.get("to", "").replace("T", " "))
    if start is None:
        start = max((x.time for x in lake.latest(lake.mns_of(found))), default=now)
    end = (
        min(end, start + MOST_SPAN)
        if end is not None and end > start
        else start + timedelta(minutes=1)
    )
    factor = request.GET.get("factor", "")
    rows = _rows(found, start, end, factor)
    numbers = sorted({r.record for r in rows if r.record})
    shown = numbers[:MOST_PACKETS]
    raw = request.GET.get("raw", "")
    if raw:
        return _raw(request, found, raw, shown)
    table = factor_table(now.date())
    listed = list(_packets(found, start, shown, may_see_password(request.user), table))
    values = head_values(request, found, now) | {
        "from": start, "to": end, "factor": factor, "packets": listed, "more": len(numbers) - len(shown),
        "without": sum(not r.record for r in rows), "rows": len(rows), "names": table,
        "conflicts": _conflicts(found, start, end, factor), "masked": not may_see_password(request.user),
        "earlier": start - (end - start),
    }  # fmt: skip
    return render(request, "monitoring/packets.html", values)


def _rows(outlet: Outlet, start: datetime, end: datetime, factor: str) -> Sequence[Any]:
    factors = (factor,) if factor else ()
    return lake.rows_at(lake.mns_of(outlet), start, end, factors=factors)


def _conflicts(outlet: Outlet, start: datetime, end: datetime, factor: str) -> Sequence[Any]:
    factors = (factor,) if factor else ()
    return lake.rows_at(lake.mns_of(outlet), start, end, factors=factors, tree="conflicts")


def _packets(
    outlet: Outlet, start: datetime, numbers: Sequence[int], password: bool, table: Any
) -> Iterator[dict[str, Any]]:
    """Yield each packet: where it lies, who sent it, how it was read, its bytes."""
    mns = set(lake.mns_of(outlet))
    for row in lake.packets_of(numbers, start):
        if row["mn"] not in mns:
            continue
        try:
            kept = spool.record(lake.home(), row["record"], row["offset"])
        except LantianError as error:
            yield {
                "row": row,
                "problem": error.problems[0],
                "outcome": OUTCOMES.get(row["outcome"]),
            }
            continue
        decoded = _decoded(kept.frame)
        frame = kept.frame if password else without_password(kept.frame)
        yield {
            "row": row, "kept": kept, "text": frame.decode("utf-8", "backslashreplace"), "bytes": len(kept.frame),
            "sha256": hashlib.sha256(kept.frame).hexdigest(), "sm3": hashlib.new("sm3", kept.frame).hexdigest(),
            "decoded": decoded, "fields": _fields(decoded, password), "readings": _readings(decoded, table),
            "facts": read_facts(decoded.packet, _lexicon()) if decoded else (),
            "outcome": OUTCOMES.get(row["outcome"], (row["outcome"], row["outcome"])),
            "cls": CLASSES.get(row["cls"], (row["cls"], row["cls"])),
            "segment": f"seg-{row['segment']:012d}.spool",
        }  # fmt: skip


def _decoded(frame: bytes) -> Decoded | None:
    decoder = Decoder(_lexicon())
    found = [*decoder.feed(frame), *decoder.close()]
    return next((x for x in found if isinstance(x, Decoded)), None)


def _fields(decoded: Decoded | None, password: bool) -> list[tuple[str, str]]:
    if decoded is None:
        return []
    return [
        (k, MASK.decode() if k == "PW" and not password else v)
        for k, v in decoded.packet.fields.items()
    ]


def _readings(decoded: Decoded | None, table: Any) -> list[dict[str, Any]]:
    if decoded is None:
        return []
    return [
        {"code": r.code, "name": table.get(r.code) or r.factor, "unit": r.unit, "flag": r.flag or "",
         "values": [f"{k} {v}" for k, v in r.values.items()], "texts": dict(r.texts)}
        for r in read_values(decoded.packet, _lexicon())
    ]  # fmt: skip


def _raw(request: HttpRequest, outlet: Outlet, text: str, numbers: Sequence[int]) -> HttpResponse:
    """Send the bytes of a packet of this time exactly as they were received."""
    if not may_see_password(request.user) or not text.isdecimal() or int(text) not in numbers:
        raise Http404(text)
    try:
        kept = spool.record(lake.home(), int(text))
    except LantianError:
        raise Http404(text) from None
    response = HttpResponse(kept.frame, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="packet-{text}.hj212"'
    return response


@needs("monitoring.outlet")
def parameters(request: HttpRequest, outlet: int) -> HttpResponse:
    """Show what instruments and loggers say of themselves: value now, and every change."""
    found, now = outlet_of(request, outlet), marking.now_beijing()
    since = now - timedelta(days=PARAMETER_DAYS)
    rows = lake.rows_at(lake.mns_of(found), since, now + timedelta(days=1), PARAMETER_CNS)
    groups: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.mn, row.about, row.factor].append(row)
    table = factor_table(now.date())
    listed = []
    for (mn, about, code), own in sorted(groups.items()):
        own.sort(key=lambda r: r.time)
        meanings = _lexicon().meanings(code, own[-1].time.date(), "")
        listed.append({
            "mn": mn, "about": about, "about_name": table.get(about), "code": code,
            "name": meanings[0] if len(meanings) == 1 else None, "now": _told(own[-1]), "at": own[-1].time,
            "count": len(own), "changes": list(_changes(own)),
        })  # fmt: skip
    listed.sort(key=lambda p: (-len(p["changes"]), p["mn"], p["about"], p["code"]))
    values = head_values(request, found, now) | {
        "parameters": listed,
        "days": PARAMETER_DAYS,
        "head_day": now.date(),
    }
    return render(request, "monitoring/parameters.html", values)


def _told(row: Any) -> str:
    return "，".join(str(v) for v in row.written.values() if v is not None)


def _changes(rows: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """Yield where a value is another one than before."""
    for before, row in pairwise(rows):
        if _told(before) != _told(row):
            yield {
                "at": row.time,
                "before": _told(before),
                "after": _told(row),
                "record": row.record,
            }
