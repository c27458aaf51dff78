"""Bytes in, decoded packets out: the strict reading gives the class, the tolerant one the content."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final

from lantian.domain.hj212.cipher import BlockCipher, decrypt_cp, encrypted_body, encrypted_start
from lantian.domain.hj212.complaint import complain
from lantian.domain.hj212.crc import crc16, modbus_crc16
from lantian.domain.hj212.fields import USUAL, read_head
from lantian.domain.hj212.framing import HEAD_BYTES, Event, Frame, FrameReader, Noise
from lantian.domain.hj212.header_rules import unique
from lantian.domain.hj212.items import (
    is_plain,
    is_regular,
    marks_of,
    parts_of,
    read_patiently,
    read_quickly,
)
from lantian.domain.hj212.lexicon import KnownHeader, Lexicon, version_of
from lantian.domain.hj212.packet import Decoded, Group, Packet
from lantian.domain.hj212.stamp import is_moment, read_epoch
from lantian.kernel.problem import Place, Problem, Severity

KeyOf = Callable[[str], BlockCipher | None]
"""Gives the block decryption of a device (MN), None where its key is not known."""


def no_keys(_mn: str) -> None:
    """Return no key for any device."""


_BROKEN: Final = {"cut": "H006", "end": "H007", "lost": "H008"}
NOT_REACHED: Final = "not-reached"
"""`version_by` of a frame that breaks off before Flag: its edition is not known."""


class Decoder:
    """Decodes one stream.

    Parameters
    ----------
    lexicon
        Editions, codes and names; may be shared between streams.
    key_of
        Block decryption for a device's MN, for packets of 2025 that come encrypted.
    source
        Name of the stream for the place of problems.
    """

    def __init__(self, lexicon: Lexicon, key_of: KeyOf = no_keys, source: str = "") -> None:
        self._lexicon, self._key_of, self._source = lexicon, key_of, source
        self._reader = FrameReader()

    def feed(self, data: bytes) -> list[Decoded | Noise]:
        """Return the packets that are complete with `data`; noise stands where it was."""
        return self._all(self._reader.feed(data))

    def close(self) -> list[Decoded | Noise]:
        """Return what is left when nothing more will come."""
        return self._all(self._reader.close())

    def _all(self, events: Iterable[Event]) -> list[Decoded | Noise]:
        return [event if isinstance(event, Noise) else self.decode(event) for event in events]

    def decode(self, frame: Frame) -> Decoded:
        """Return one frame decoded; it never raises, whatever the bytes are."""
        if frame.ending == "length" and frame.crc_given == frame.crc_computed:
            quick = self._quickly(frame)
            if quick is not None:
                return quick
        return self.decode_patiently(frame)

    def _quickly(self, frame: Frame) -> Decoded | None:
        """Return a whole packet in its usual form, None where it needs the patient reading.

        What it returns is what `decode_patiently` returns.
        """
        try:
            text = frame.segment.decode("ascii")
        except UnicodeDecodeError:
            return None
        found = USUAL.fullmatch(text)
        if found is None or frame.tail != "crlf":
            return None
        qn, st, cn, pw, mn, flag, pnum, pno, rf, cp = found.groups()
        known = self._lexicon.header((st, cn, pw, mn, flag, pnum, pno, rf))
        if known is None or len(text) > known.protocol.segment_bytes:
            return None
        if len(cp) > known.protocol.cp_bytes or encrypted_body(cp):
            return None
        tolerances = known.tolerances
        if not is_moment(qn):
            if read_epoch(qn) is None:
                return None
            tolerances = ("qn-epoch", *tolerances)
        read = self._groups(cp, frame.segment, known)
        if read is None:
            return None
        groups, inside = read
        if inside:
            tolerances = (*tolerances, *unique(inside))
        if frame.crc_text != frame.crc_text.upper():
            tolerances = (*tolerances, "crc-lower-case")
        fields = {"QN": qn, "ST": st, "CN": cn, "PW": pw, "MN": mn, "Flag": flag}
        if pnum is not None:
            fields["PNUM"], fields["PNO"] = pnum, pno
        if rf is not None:
            fields["RF"] = rf
        packet = Packet(known.protocol.version, fields, groups)
        problems = self._about_edition(packet.version, qn, frame)
        acceptance = "tolerant" if tolerances else "strict"
        return Decoded(
            frame.offset, frame.wire, packet, "flag", acceptance, tolerances, True, True, problems
        )

    def _groups(
        self, cp: str, segment: bytes, known: KnownHeader
    ) -> tuple[tuple[Group, ...], Sequence[str]] | None:
        """Return the groups of CP and their tolerances, None where CP is not plain."""
        if not cp:
            return (), ()
        marks = marks_of(segment[-2 - len(cp) : -2])
        layout = known.recent
        if layout is None or layout.marks != marks:
            if not is_plain(marks):
                return None
            if not is_regular(marks):
                return read_patiently(cp, known.table)
            layout = None
        parts = parts_of(cp)
        names = tuple(parts[::2])
        if layout is None or layout.names != names:
            layout = self._lexicon.layout(known.table, (marks, names))
            if layout is None:
                return read_patiently(cp, known.table)
            known.recent = layout
        groups = read_quickly(parts[1::2], layout)
        return read_patiently(cp, known.table) if groups is None else (groups, layout.tolerances)

    def decode_patiently(self, frame: Frame) -> Decoded:
        """Return one frame decoded piece by piece, with every tolerance and problem."""
        if frame.ending in _BROKEN:
            return self._broken(frame)
        problems: list[Problem] = []
        tolerances: list[str] = []
        body = encrypted_body(frame.segment)
        segment = self._opened(frame, body, tolerances, problems) if body else frame.segment
        text = _text(frame.segment if segment is None else segment, tolerances)
        head = read_head(text)
        tolerances += head.tolerances
        version, by = version_of(head.fields)
        place = self._place(frame)
        for name, value in head.repeated:
            problems.append(complain("H103", place, field=name, detail=_short(value)))
        header = self._lexicon.header_rules(version)
        groups: tuple[Group, ...] = ()
        crc_ok: bool | None
        length_ok: bool | None = None
        if segment is None:
            header.judge(head.fields, None, 0, tolerances, problems, place)
            crc_ok = None if _no_key(problems) else False
        else:
            header.judge(head.fields, head.cp, len(segment), tolerances, problems, place)
            if head.cp is not None:
                table = self._lexicon.table(version, head.fields.get("CN", ""))
                groups, inside = read_patiently(head.cp, table)
                tolerances += inside
            crc_ok, length_ok = self._checked(frame, segment, text, tolerances, problems)
        stamp = head.fields.get("QN", "") or next((v or "" for g in groups for _, v in g), "")
        problems += self._about_edition(version, stamp, frame)
        refused = any(p.severity is Severity.ERROR for p in problems)
        used = unique(tolerances)
        acceptance = "refused" if refused else "tolerant" if used else "strict"
        packet = Packet(version, head.fields, groups)
        return Decoded(
            frame.offset, frame.wire, packet, by, acceptance, used, crc_ok, length_ok,
            tuple(problems), body is not None,
        )  # fmt: skip

    def _broken(self, frame: Frame) -> Decoded:
        """Return a frame that has no end: what can be read of it, and why it is refused."""
        problems = self._about_length(frame)
        problem = complain(_BROKEN[frame.ending], self._place(frame), found=len(frame.wire))
        head = read_head(_text(frame.segment, []))
        version, by = version_of(head.fields)
        if "Flag" not in head.fields:
            by = NOT_REACHED
        groups: tuple[Group, ...] = ()
        if head.cp is not None and not encrypted_start(head.cp):
            table = self._lexicon.table(version, head.fields.get("CN", ""))
            groups, _ = read_patiently(head.cp, table)
        packet = Packet(version, head.fields, groups)
        return Decoded(
            frame.offset, frame.wire, packet, by, "refused", (), None, False,
            (*problems, problem),
        )  # fmt: skip

    def _opened(
        self,
        frame: Frame,
        body: tuple[int, int],
        tolerances: list[str],
        problems: list[Problem],
    ) -> bytes | None:
        """Return the segment in clear, None without a key or with a wrong one."""
        mn = read_head(frame.segment[: body[0]].decode("ascii", "replace")).fields.get("MN", "")
        cipher = self._key_of(mn)
        if cipher is None:
            detail = _short(mn) or "MN"
            problems.append(complain("H009", self._place(frame), detail=detail))
            return None
        clear = decrypt_cp(frame.segment, body, cipher)
        computed = crc16(clear)
        if frame.crc_given == computed:
            return clear
        if frame.crc_given == frame.crc_computed:
            tolerances.append("cipher-checked")  # taken over the encrypted text
            return clear
        problems.append(self._wrong_crc(frame, clear, computed, encrypted=True))
        return None

    def _about_length(self, frame: Frame) -> list[Problem]:
        if frame.length_given is not None:
            return []
        given = frame.wire[2:HEAD_BYTES].decode("ascii", "backslashreplace")
        return [complain("H002", self._place(frame), detail=_short(given))]

    def _checked(
        self,
        frame: Frame,
        segment: bytes,
        text: str,
        tolerances: list[str],
        problems: list[Problem],
    ) -> tuple[bool, bool]:
        """Compare length and checksum, and tell what is wrong with the frame itself."""
        problems += self._about_length(frame)
        over_cipher = "cipher-checked" in tolerances
        found = len(frame.segment) if over_cipher else len(segment)
        computed = frame.crc_computed if over_cipher else crc16(segment)
        crc_ok = frame.crc_given == computed
        length_ok = frame.length_given == found
        if frame.length_given is not None and not length_ok:
            if crc_ok and frame.length_given == len(text):
                tolerances.append("length-in-characters")
            else:
                given = f"{frame.length_given:04d}"
                problems.append(complain("H003", self._place(frame), given=given, found=found))
        if not crc_ok:
            problems.append(self._wrong_crc(frame, segment, computed, encrypted=False))
        elif frame.crc_text != frame.crc_text.upper():
            tolerances.append("crc-lower-case")
        if frame.tail != "crlf":
            tolerances.append("tail-lf" if frame.tail == "lf" else "tail-missing")
        return crc_ok, length_ok

    def _wrong_crc(
        self, frame: Frame, segment: bytes, computed: int, *, encrypted: bool
    ) -> Problem:
        code = "H010" if encrypted else "H004"
        if not encrypted and modbus_crc16(segment) == frame.crc_given:
            code = "H005"
        at = frame.offset + len(frame.wire) - len(frame.crc_text)
        at -= {"crlf": 2, "lf": 1, "none": 0}[frame.tail]
        place = Place(file=self._source, offset=at)
        return complain(code, place, given=frame.crc_text, found=f"{computed:04X}")

    def _about_edition(self, version: str, stamp: str, frame: Frame) -> tuple[Problem, ...]:
        """Return a hint where another edition was in force on the packet's own day."""
        found = self._lexicon.edition_on(stamp[:8])
        if not found or found == version:
            return ()
        said = _edition_hint(version, found)
        words = (said.message_zh, said.message_en, said.remedy_zh, said.remedy_en)
        return (Problem(said.code, said.severity, self._place(frame), *words),)

    def _place(self, frame: Frame) -> Place:
        return Place(file=self._source, offset=frame.offset)


@lru_cache(maxsize=16)
def _edition_hint(given: str, found: str) -> Problem:
    return complain("H104" if given < found else "H107", given=given, found=found)


def _no_key(problems: Iterable[Problem]) -> bool:
    return any(p.code == "H009" for p in problems)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


def _text(segment: bytes, tolerances: list[str]) -> str:
    """Return the segment as text: UTF-8, else GB18030, else with what cannot be read escaped."""
    try:
        text = segment.decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = segment.decode("gb18030")
            tolerances.append("text-gb18030")
        except UnicodeDecodeError:
            text = segment.decode("utf-8", "backslashreplace")
            tolerances.append("text-unreadable")
    if any((ord(c) < 32 and c not in "\r\n\t") or ord(c) == 127 for c in text):
        tolerances.append("text-control")
    return text
