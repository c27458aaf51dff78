"""Packets into frames: what is written is read back the same, or refused with the reason."""

from __future__ import annotations

from collections.abc import Sequence

from lantian.domain.hj212.cipher import BlockCipher, encrypt_cp, encrypted_body
from lantian.domain.hj212.complaint import complain
from lantian.domain.hj212.crc import crc16
from lantian.domain.hj212.fields import read_head
from lantian.domain.hj212.framing import Frame, FrameReader
from lantian.domain.hj212.items import read_patiently
from lantian.domain.hj212.lexicon import Lexicon, version_of
from lantian.domain.hj212.packet import FIELD_ORDER, FlagBits, Group, Packet
from lantian.kernel.problem import LantianError
from lantian.rulebook.hj212_tables.model import Protocol

MARKS = frozenset(";,=&")


def write_segment(packet: Packet) -> bytes:
    """Return the data segment: fields in the order of the standard, CP between ``&&``."""
    known = [name for name in FIELD_ORDER if name in packet.fields]
    others = [name for name in packet.fields if name not in FIELD_ORDER]
    fields = "".join(f"{name}={packet.fields[name]};" for name in (*known, *others))
    return f"{fields}CP=&&{write_groups(packet.groups)}&&".encode()


def write_groups(groups: Sequence[Group]) -> str:
    """Return the inside of CP."""
    return ";".join(
        ",".join(name if value is None else f"{name}={value}" for name, value in group)
        for group in groups
    )


def write_frame(segment: bytes) -> bytes:
    """Return a segment between head, length, checksum and tail."""
    return b"##%04d%b%04X\r\n" % (len(segment), segment, crc16(segment))


def encode(packet: Packet, lexicon: Lexicon, encrypt: BlockCipher | None = None) -> bytes:
    """Return the frame of a packet.

    Parameters
    ----------
    packet
        Fields and groups; the edition is that of its Flag.
    lexicon
        Rules; for the longest segment and CP.
    encrypt
        Encryption of blocks, where CP is to be encrypted (2025).

    Raises
    ------
    LantianError
        H302 where it would not be read back the same, H303 where it is too long for one frame.
    """
    for name, value in packet.fields.items():
        if _bad(name) or _bad(value):
            raise LantianError(complain("H302", field=name, detail=value))
    for group in packet.groups:
        for item, text in group:
            if _bad(item) or not item or (text is not None and _bad(text, log=True)):
                raise LantianError(complain("H302", field=item, detail=text))
    segment = write_segment(packet)
    rules = lexicon.header_rules(version_of(dict(packet.fields))[0]).protocol
    n_cp = len(write_groups(packet.groups).encode())
    for part, found, most in (
        ("CP", n_cp, rules.cp_bytes),
        ("", len(segment), rules.segment_bytes),
    ):
        if found > most:
            part = part or "数据段 segment"
            raise LantianError(complain("H303", field=part, found=found, given=most))
    frame = write_frame(segment)
    if not _reads_back(packet, frame, lexicon):
        raise LantianError(complain("H302", field="CP", detail=write_groups(packet.groups)[:40]))
    if encrypt is not None:
        hidden = encrypt_cp(segment, encrypt)
        frame = frame[:6] + hidden + frame[6 + len(segment) :]
    return frame


def _bad(text: str, *, log: bool = False) -> bool:
    """Whether a text cannot stand in a segment."""
    if text != text.strip() or not text.isprintable():
        return True
    if log and len(text) >= 4 and text.startswith("//") and text.endswith("//"):
        return "&&" in text
    return not MARKS.isdisjoint(text)


def _reads_back(packet: Packet, frame: bytes, lexicon: Lexicon) -> bool:
    reader = FrameReader()
    events = reader.feed(frame) + reader.close()
    if len(events) != 1 or not isinstance(events[0], Frame):
        return False
    segment = events[0].segment
    if events[0].wire != frame or encrypted_body(segment):
        return False
    head = read_head(segment.decode())
    if head.cp is None or head.repeated or head.fields != dict(packet.fields):
        return False
    table = lexicon.table(version_of(head.fields)[0], head.fields.get("CN", ""))
    return read_patiently(head.cp, table)[0] == tuple(packet.groups)


def split(packet: Packet, qns: Sequence[str], protocol: Protocol) -> tuple[Packet, ...]:
    """Return the packets of a message that is too long for one, with PNUM, PNO and the D bit.

    Parameters
    ----------
    packet
        The whole message; one that fits is returned as it is.
    qns
        A QN for every packet, in order: each packet of a split upload has its own. More than
        needed do no harm.
    protocol
        The edition: its longest segment, CP and PNUM.

    Raises
    ------
    LantianError
        H303 where one group alone is too long or there are more parts than PNUM can count, H304
        where there are too few QNs or no Flag.
    """
    width = next(rule.longest for rule in protocol.fields if rule.name == "PNUM")
    most_parts = 10**width - 1
    around = packet._replace(fields={**packet.fields, "PNUM": "9" * width, "PNO": "9" * width})
    room = protocol.segment_bytes - len(write_segment(around._replace(groups=())))
    parts = _parts(packet.groups, min(protocol.cp_bytes, room))
    if len(parts) == 1:
        return (packet,)
    if len(parts) > most_parts:
        raise LantianError(complain("H303", field="PNUM", found=len(parts), given=most_parts))
    flag = packet.flag
    if flag is None or len(qns) < len(parts):
        field = "Flag" if flag is None else "QN"
        raise LantianError(complain("H304", field=field, detail=f"{len(qns)} < {len(parts)}"))
    value = str(FlagBits(flag.version_bits, True, flag.answer).value)
    shared = {**packet.fields, "Flag": value, "PNUM": str(len(parts))}
    return tuple(
        packet._replace(fields={**shared, "QN": qn, "PNO": str(i)}, groups=part)
        for i, (qn, part) in enumerate(zip(qns, parts, strict=False), 1)
    )


def _parts(groups: Sequence[Group], room: int) -> list[tuple[Group, ...]]:
    """Return groups in as few parts as fit into `room` bytes of CP, in order."""
    parts: list[list[Group]] = [[]]
    size = 0
    for group in groups:
        n = len(write_groups((group,)).encode())
        if n > room:
            raise LantianError(complain("H303", field=group[0][0], found=n, given=room))
        if parts[-1] and size + 1 + n > room:
            parts.append([])
            size = 0
        size += n + (1 if parts[-1] else 0)
        parts[-1].append(group)
    return [tuple(part) for part in parts]
