"""One batch of kept frames on its way into the lake: read, judged, its rows collected."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lantian.adapters.lake import readings
from lantian.domain.hj212.assembly import Assembler, Message
from lantian.domain.hj212.cipher import BlockCipher
from lantian.domain.hj212.decode import Decoder
from lantian.domain.hj212.lexicon import Lexicon
from lantian.domain.hj212.packet import Decoded
from lantian.domain.hj212.stamp import write_stamp
from lantian.gateway.envelope import refusal
from lantian.gateway.extract import Draft, Extractor, milliseconds
from lantian.gateway.replays import Replays, Sight, digest_of
from lantian.gateway.vendors import HABITS
from lantian.jobs.gateway.admission import FUTURE_MS
from lantian.jobs.gateway.catalogue import Catalogue, FileRow
from lantian.jobs.gateway.home import bucket_of
from lantian.jobs.gateway.lake import Settled, put
from lantian.jobs.gateway.loggers import Loggers
from lantian.jobs.gateway.rows import Columns
from lantian.jobs.gateway.spool import ACCEPTED, SENT, Record, moment
from lantian.jobs.hj212.keys import Keys
from lantian.rulebook.hj212_tables import load_hj212

PARTS_WAIT_MS: Final = 30 * 60_000
_INFORMATION: Final = "3"  # commands that may leave DataTime out (3019)
_PERIODS: Final = {"2051": 60, "2061": 3_600, "2031": 86_400, "2041": 86_400}
_ANSWERS: Final = {"9011", "9012", "9013", "9014"}
_DETAIL: Final = 200
_OFFSETS: Final = 31  # packets of a logger whose clock is looked at in a batch


@dataclass(slots=True)
class Arrived:
    """One row of ``packets/`` in the making."""

    record: Record
    decoded: Decoded
    outcome: str = ""
    reason: str = ""
    time: int | None = None
    problems: tuple[str, ...] = ()
    digest: int | None = None
    mn: str = ""
    release: str | None = None

    def __post_init__(self) -> None:
        self.mn = _text(self.decoded.packet.fields.get("MN", ""))


@dataclass
class _Seen:
    last_ms: int = 0
    last_data: int = 0
    delay_ms: int | None = None
    offset_ms: int | None = None
    peer: str = ""
    version: str = ""


class Batch:
    """Reads records; what it found stands in `columns`, `outcomes` and `quarantined`.

    Parameters
    ----------
    catalogue, loggers, keys
        Of the home.
    previous
        The batch before in the same run, for what it has worked out of names and layouts.
    """

    def __init__(
        self, catalogue: Catalogue, loggers: Loggers, keys: Keys, previous: Batch | None = None
    ) -> None:
        self._catalogue, self._loggers, self._keys = catalogue, loggers, keys
        if previous is None:
            self._lexicon = Lexicon(load_hj212())
            self._extractor = Extractor(self._lexicon)
        else:
            self._lexicon, self._extractor = previous._lexicon, previous._extractor
        self._decoder = Decoder(self._lexicon, self._key_of)
        self._assembler = Assembler()
        self._waiting: dict[int, Arrived] = {}
        self._packets: list[Arrived] = []
        self._seen: dict[str, _Seen] = {}
        self._offsets: dict[str, list[int]] = {}
        before = previous.replays if previous is not None else None
        self.replays: Replays = Replays(catalogue, before)
        self.columns = Columns()
        self.outcomes: Counter[str] = Counter()
        self.quarantined: Counter[str] = Counter()

    def _key_of(self, mn: str) -> BlockCipher | None:
        known = self._loggers.loggers.get(mn)
        cipher = self._keys.of((known.sm4_key if known else "") or mn)
        return cipher.decrypt if cipher else None

    # --- reading ---

    def read(self, pending: Iterable[Record], records: Iterable[Record]) -> None:
        """Read parts that waited, then what is new."""
        for record in pending:
            self._assemble(Arrived(record, self._decoded(record)))
        packets = [Arrived(record, self._decoded(record)) for record in records]
        sights = {id(p): _sight(p) for p in packets if p.record.status == ACCEPTED and p.decoded.ok}
        self.replays.learn(sights.values())
        for packet in packets:
            self._judge(packet, sights.get(id(packet)))

    def _decoded(self, record: Record) -> Decoded:
        """Return the full reading; kept frames are each one frame."""
        events = self._decoder.feed(record.frame)
        if len(events) != 1 or not isinstance(events[0], Decoded):
            events += self._decoder.close()
        for event in events:
            if isinstance(event, Decoded):
                return event._replace(offset=record.number)
        return self._decoder.decode(_nothing(record))._replace(offset=record.number)

    def _judge(self, packet: Arrived, sight: Sight | None) -> None:
        record, decoded = packet.record, packet.decoded
        if record.status == SENT:
            self._finish(packet, "sent")
        elif record.status != ACCEPTED:
            self._put_aside(packet, record.reason or "unparsable")
        elif not decoded.ok:
            self._put_aside(packet, refusal(decoded))
        else:
            assert sight is not None
            known = self._loggers.loggers.get(packet.mn)
            habit = HABITS.get(known.vendor) if known else None
            repeats = habit is not None and habit.qn_repeats
            again = self.replays.judge(sight, qn_repeats=repeats)
            self._note(packet)
            if again == "resent":
                self._finish(packet, again)
            elif again:
                self._put_aside(packet, again)
            elif decoded.packet.cn in _ANSWERS:
                self._finish(packet, "answer")
            else:
                self._assemble(packet)

    def _assemble(self, packet: Arrived) -> None:
        """Hand a packet to the assembler, its QN replaced by the arrival: clocks of loggers err."""
        number = packet.record.number
        self._waiting[number] = packet
        decoded = packet.decoded
        arrival = write_stamp(packet.record.received, milliseconds=True)
        fields = {**decoded.packet.fields, "QN": arrival}
        stamped = decoded._replace(packet=decoded.packet._replace(fields=fields))
        self._messages(self._assembler.add(stamped))
        if number in self._waiting and not self._assembler.holds(stamped):
            self._finish(self._waiting.pop(number), "resent")  # a part that came twice

    def expire(self, now_ms: int) -> None:
        """Give up split messages whose newest part came long ago; what came of them is kept."""
        before = write_stamp(moment(now_ms - PARTS_WAIT_MS), milliseconds=True)
        self._messages(self._assembler.expire(before))

    def _messages(self, messages: Iterable[Message]) -> None:
        for message in messages:
            parts = [self._waiting.pop(d.offset) for d in message.parts]
            codes = tuple(p.code for p in message.problems)
            self._rows(parts, codes)

    def _rows(self, parts: list[Arrived], codes: tuple[str, ...]) -> None:
        found = self._extractor.rows([(p.record.number, p.decoded.packet) for p in parts])
        first = parts[0]
        cn = first.decoded.packet.cn
        time = found.time
        if time is None and found.rows and cn.startswith(_INFORMATION):
            time = milliseconds(first.decoded.packet.fields.get("QN", ""))
        untimed = [d for d in found.rows if d.time is None]
        for draft in untimed:
            draft.time = time
        reason = ""
        if untimed and time is None:
            reason = "no-time"
        elif any((d.time or 0) > self._now_of(first) + FUTURE_MS for d in found.rows):
            reason = "future"
        for packet in parts:
            packet.problems, packet.time = codes, time
            if reason:
                self._put_aside(packet, reason)
            else:
                self._finish(packet, "")
        if not reason:
            self._add(parts, found.rows)

    def _now_of(self, packet: Arrived) -> int:
        """Return the clock by which a DataTime lies in the future, milliseconds since 1970."""
        return packet.record.received_ms

    def _add(self, parts: list[Arrived], rows: list[Draft]) -> None:
        packet = parts[0].decoded.packet
        mn, cn, rf = parts[0].mn, packet.cn[:8], packet.backfilled
        newest = 0
        for d in rows:
            assert d.time is not None
            key = (mn, cn, d.time, d.factor, d.about)
            self.columns.add(key, d.flag, d.written, rf, packet.version, d.record)
            newest = max(newest, d.time)
        seen = self._seen.get(mn)
        if seen is not None and newest:
            seen.last_data = max(seen.last_data, newest)
            if not rf and cn.startswith("2"):
                # The time of a period is its start; it can be sent only once it is over.
                known = self._loggers.loggers.get(mn)
                period_s = _PERIODS.get(cn, 0)
                if cn == "2051" and known is not None:
                    period_s = known.periods.get(cn, period_s)
                seen.delay_ms = parts[-1].record.received_ms - newest - 1000 * period_s

    def _note(self, packet: Arrived) -> None:
        """Note that a logger was heard, and how far its clock is from ours."""
        record = packet.record
        seen = self._seen.setdefault(packet.mn, _Seen())
        seen.last_ms, seen.peer = record.received_ms, record.peer
        seen.version = packet.decoded.version
        offsets = self._offsets.setdefault(packet.mn, [])
        if len(offsets) < _OFFSETS and not packet.decoded.packet.backfilled:
            qn = milliseconds(packet.decoded.packet.fields.get("QN", ""))
            if qn is not None:
                offsets.append(qn - record.received_ms)

    def _put_aside(self, packet: Arrived, reason: str) -> None:
        packet.reason = reason
        self.quarantined[reason] += 1
        self._finish(packet, "quarantined")

    def _finish(self, packet: Arrived, outcome: str) -> None:
        packet.outcome = outcome
        self._packets.append(packet)

    # --- writing ---

    def packet_files(self, settled: Settled, tag: str) -> list[FileRow]:
        """Write the rows of ``packets/`` of everything that is finished."""
        rows = []
        for packet in sorted(self._packets, key=lambda p: p.record.number):
            number = packet.record.number
            kept = settled.kept.get(number, 0)
            again = settled.duplicates.get(number, 0)
            other = settled.conflicts.get(number, 0)
            if not packet.outcome:
                packet.outcome = "duplicate" if again and not kept and not other else "kept"
            self.outcomes[packet.outcome] += 1
            rows.append((*_row(packet), kept, again, other, packet.release))
        if not rows:
            return []
        columns = dict(zip(readings.schema("packets"), zip(*rows, strict=True), strict=True))
        table = readings.table("packets", columns)
        return [
            put(self._catalogue.home, "packets", (day, bucket), rows, f"part-{tag}")
            for day, bucket, rows in readings.by_place(table, bucket_of, "received")
        ]

    def commit(self, catalogue: Catalogue) -> None:
        """Keep what waits, who was heard and what was put aside; inside a transaction."""
        db = catalogue.db
        db.execute("DELETE FROM pending")
        db.executemany(
            "INSERT INTO pending VALUES (?, ?)",
            [(n, p.record.offset) for n, p in self._waiting.items()],
        )
        rows = []
        for mn, s in self._seen.items():
            offsets = self._offsets.get(mn)
            offset = round(statistics.median(offsets)) if offsets else None
            rows.append((mn, s.last_ms, s.last_data, s.delay_ms, offset, s.peer, s.version))
        db.executemany(
            "INSERT INTO seen VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (mn) DO UPDATE SET"
            " last_ms = excluded.last_ms, last_data = max(last_data, excluded.last_data),"
            " delay_ms = coalesce(excluded.delay_ms, delay_ms),"
            " offset_ms = coalesce(excluded.offset_ms, offset_ms),"
            " peer = excluded.peer, version = excluded.version",
            rows,
        )
        aside = [p for p in self._packets if p.outcome == "quarantined"]
        db.executemany(
            "INSERT INTO quarantine VALUES (?, ?, ?, ?, ?, ?)",
            [(p.record.number, p.record.received_ms, p.mn, p.record.peer, p.reason, _said(p))
             for p in aside],
        )  # fmt: skip
        catalogue.count(self._counts())

    def _counts(self) -> Mapping[tuple[str, str, str], int]:
        counts: Counter[tuple[str, str, str]] = Counter()
        for p in self._packets:
            # What is counted by a name anybody can send is counted only for registered ones.
            mn = p.mn if p.mn in self._loggers.loggers else ""
            day = p.record.received.date().isoformat()
            counts[mn, day, p.outcome] += 1
            if p.reason:
                counts[mn, day, f"reason:{p.reason}"] += 1
            if p.decoded.acceptance == "tolerant":
                counts[mn, day, "tolerant"] += 1
            if p.decoded.packet.cn == "1013" and p.record.status == ACCEPTED:
                counts[mn, day, "time-asked"] += 1
        return counts


def _sight(packet: Arrived) -> Sight:
    fields = packet.decoded.packet.fields
    key = (packet.mn, fields.get("CN", ""), fields.get("QN", ""), fields.get("PNO", ""))
    record = packet.record
    packet.digest = digest_of(record.frame)
    return Sight(key, packet.digest, record.number, record.received_ms)


def _nothing(record: Record) -> Any:
    from lantian.domain.hj212.framing import Frame

    return Frame(0, record.frame, None, record.frame, None, "", "end", "none", 0)


def _said(packet: Arrived) -> str:
    return packet.record.frame[:_DETAIL].decode("utf-8", "backslashreplace")


def _row(packet: Arrived) -> tuple[Any, ...]:
    """Return the columns of ``packets/`` in their order, without the counts at its end."""
    record, decoded = packet.record, packet.decoded
    fields = decoded.packet.fields
    codes = [p.code for p in decoded.problems]
    if packet.problems:
        codes = list(dict.fromkeys([*codes, *packet.problems]))
    digest = packet.digest
    return (
        record.number, record.received_ms, record.segment, record.offset, len(record.frame),
        packet.mn, _text(fields.get("CN", "")), _text(fields.get("ST", "")),
        _text(fields.get("QN", "")), _text(fields.get("PNO", "")), _text(fields.get("Flag", "")),
        record.peer, packet.time, decoded.version, decoded.acceptance,
        " ".join(decoded.tolerances), " ".join(codes), packet.outcome, packet.reason,
        digest_of(record.frame) if digest is None else digest,
    )  # fmt: skip


def _text(value: str) -> str:
    """Return what a column can hold: no lone surrogates, not endless."""
    if value.isascii():
        return value[:64]
    return value[:64].encode("utf-8", "replace").decode("utf-8")
