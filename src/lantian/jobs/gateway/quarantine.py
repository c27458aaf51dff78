"""What was put aside: listed, counted by logger and reason, and what was decided of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from lantian.adapters.lake.readings import milliseconds
from lantian.jobs.gateway.catalogue import Catalogue
from lantian.jobs.gateway.home import Home, home_of
from lantian.jobs.gateway.spool import moment

RELEASE, REJECT = "release", "reject"
REASON_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "unregistered": ("MN未登记", "MN not registered"), "inactive": ("数采仪已停用", "logger switched off"),
    "password": ("密码不符", "wrong password"), "address": ("来源地址不在允许范围", "address not allowed"),
    "system": ("系统编码不允许", "system code not allowed"), "checksum": ("校验不符", "checksum differs"),
    "unparsable": ("不成报文", "no whole frame"), "oversize": ("超长", "too long"),
    "no-key": ("缺SM4密钥", "SM4 key missing"), "replayed": ("过期重放", "played back later"),
    "qn-reused": ("QN重复而内容不同", "QN used twice"), "future": ("数据时间在将来", "DataTime in the future"),
    "no-time": ("没有数据时间", "no DataTime"), "lost": ("存储中找不到", "not found in the spool"),
}  # fmt: skip
"""Reasons of the quarantine in words."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided of a packet, by whom, and what came of it.

    Attributes
    ----------
    act
        `RELEASE` or `REJECT`.
    reference
        Under which it stands where it was decided: ``office-12``, ``cli-…``.
    taken
        Whether the ingest has read it since; a rejected one is never read.
    outcome
        ``kept``, ``duplicate`` or ``answer`` as of packets, ``refused:`` and the reason, or empty.
    """

    act: str
    why: str
    by: str
    at: datetime
    reference: str
    taken: bool
    outcome: str


@dataclass(frozen=True, slots=True)
class Aside:
    """One packet that was put aside; `detail` is how it begins."""

    record: int
    received: datetime
    mn: str
    peer: str
    reason: str
    detail: str
    decision: Decided | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as a plain object."""
        found = asdict(self) | {"received": self.received.isoformat()}
        if self.decision is not None:
            found["decision"]["at"] = self.decision.at.isoformat()
        return found


@dataclass(frozen=True, slots=True)
class Selection:
    """Which packets are meant; what is None or empty selects nothing out.

    Attributes
    ----------
    mn, reason
        One logger (empty: a packet without an MN), one reason.
    start, end
        Arrival in [start, end).
    records
        These alone.
    upto
        No record behind this one: what came after somebody looked is not meant.
    waiting
        Only those nobody has decided of.
    """

    mn: str | None = None
    reason: str = ""
    start: datetime | None = None
    end: datetime | None = None
    records: Collection[int] = ()
    upto: int | None = None
    waiting: bool = False

    def where(self) -> tuple[str, list[Any]]:
        """Return it as a condition on ``quarantine q LEFT JOIN decisions d``."""
        parts: list[tuple[str, list[Any]]] = []
        if self.mn is not None:
            parts.append(("q.mn = ?", [self.mn]))
        if self.reason:
            parts.append(("q.reason = ?", [self.reason]))
        if self.start is not None:
            parts.append(("q.received >= ?", [milliseconds(self.start)]))
        if self.end is not None:
            parts.append(("q.received < ?", [milliseconds(self.end)]))
        if self.upto is not None:
            parts.append(("q.record <= ?", [self.upto]))
        if self.records:
            numbers = sorted(set(self.records))
            parts.append((f"q.record IN ({','.join('?' * len(numbers))})", list(numbers)))
        if self.waiting:
            parts.append(("d.record IS NULL", []))
        words = " AND ".join(words for words, _ in parts)
        return words or "1", [value for _, values in parts for value in values]


@dataclass(frozen=True, slots=True)
class Group:
    """Packets of one logger and one reason that nobody has decided of."""

    mn: str
    reason: str
    count: int
    first: datetime
    last: datetime


_FROM: Final = "FROM quarantine q LEFT JOIN decisions d ON d.record = q.record"
_COLUMNS: Final = (
    "q.record, q.received, q.mn, q.peer, q.reason, q.detail,"
    " d.act, d.why, d.by, d.at, d.reference, d.taken, d.outcome"
)


def listed(
    home: Path | Home, *, most: int = 50, reason: str = "", mn: str = ""
) -> tuple[dict[str, int], list[Aside]]:
    """Return counts by reason, and the newest packets that were put aside.

    Raises
    ------
    LantianError
        J003 where there is no lake.
    """
    selection = Selection(mn=mn or None, reason=reason)
    where, values = selection.where()
    with Catalogue(home_of(home)) as catalogue:
        counts = catalogue.db.execute(
            f"SELECT q.reason, count(*) {_FROM} WHERE {where} GROUP BY q.reason ORDER BY q.reason",
            values,
        ).fetchall()
    return dict(counts), selected(home, selection, most=most)


def selected(home: Path | Home, selection: Selection, *, most: int) -> list[Aside]:
    """Return the packets of a selection, at most so many, the newest first.

    Raises
    ------
    LantianError
        J003 where there is no lake.
    """
    where, values = selection.where()
    with Catalogue(home_of(home)) as catalogue:
        rows = catalogue.db.execute(
            f"SELECT {_COLUMNS} {_FROM} WHERE {where} ORDER BY q.record DESC LIMIT ?",
            (*values, most),
        ).fetchall()
    return [_aside(row) for row in rows]


def counted(home: Path | Home, selection: Selection) -> tuple[int, int]:
    """Return how many packets a selection has, and the number of the newest (0 for none)."""
    where, values = selection.where()
    with Catalogue(home_of(home)) as catalogue:
        n, last = catalogue.db.execute(
            f"SELECT count(*), coalesce(max(q.record), 0) {_FROM} WHERE {where}", values
        ).fetchone()
    return n, last


def groups(home: Path | Home) -> list[Group]:
    """Return what waits for a decision by logger and reason, the newest first."""
    with Catalogue(home_of(home)) as catalogue:
        rows = catalogue.db.execute(
            f"SELECT q.mn, q.reason, count(*), min(q.received), max(q.received) {_FROM}"
            " WHERE d.record IS NULL GROUP BY q.mn, q.reason ORDER BY max(q.record) DESC"
        ).fetchall()
    return [Group(mn, reason, n, moment(a), moment(b)) for mn, reason, n, a, b in rows]


def _aside(row: tuple[Any, ...]) -> Aside:
    act, why, by, at, reference, taken, outcome = row[6:]
    decision = None
    if act is not None:
        decision = Decided(act, why, by, moment(at), reference, taken is not None, outcome)
    mn, peer, reason, detail = row[2:6]
    return Aside(row[0], moment(row[1]), mn, peer, reason, detail, decision)
