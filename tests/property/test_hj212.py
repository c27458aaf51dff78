"""HJ 212 codec: nothing raises on any bytes, pieces do not matter, what is written is read back."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from lantian.domain.hj212.commands import read_command
from lantian.domain.hj212.content import review
from lantian.domain.hj212.crc import crc16, crc_bitwise, crc_by_table
from lantian.domain.hj212.decode import Decoder
from lantian.domain.hj212.encode import encode, write_frame
from lantian.domain.hj212.framing import Frame, FrameReader, Noise
from lantian.domain.hj212.information import read_facts
from lantian.domain.hj212.lexicon import Lexicon
from lantian.domain.hj212.packet import Decoded, Packet
from lantian.domain.hj212.readings import read_values
from lantian.jobs.hj212.decode import record_of
from lantian.jobs.hj212.encode import packet_of
from lantian.kernel.problem import LantianError, Severity
from lantian.rulebook.hj212_tables import load_hj212

DATA = Path(__file__).parents[1] / "data/hj212"
VECTORS = [v["frame"].encode() for v in json.loads((DATA / "vectors.json").read_text())["vectors"]]
LEXICON = Lexicon(load_hj212())
MORE = settings(max_examples=400, deadline=None)


def mirrored(blocks: bytes) -> bytes:
    """Stands for a block cipher."""
    return bytes(255 - b for b in blocks)


# Bytes that look like frames: whole ones, pieces of them, their marks, and anything.
_PIECES = st.one_of(
    st.sampled_from(VECTORS),
    st.sampled_from(VECTORS).flatmap(lambda f: st.integers(0, len(f)).map(lambda n: f[:n])),
    st.sampled_from(VECTORS).flatmap(lambda f: st.integers(0, len(f)).map(lambda n: f[n:])),
    st.sampled_from(
        [b"##", b"#", b"##0101", b"##9999", b"##00", b"&&", b"\r\n", b"&&0000\r\n", b"CP=&&", b"QN=", b";",
         b",", b"=", b"//", b"Flag=8;", b"E4" * 16, b"\xff\xfe", "清洗".encode(), "清洗".encode("gb18030")]
    ),
    st.binary(max_size=40),
)  # fmt: skip
STREAMS = st.lists(_PIECES, max_size=12).map(b"".join)
SEGMENTS = st.lists(
    st.one_of(
        st.sampled_from(
            ["QN=20180801085857223", "ST=32", "CN=2011", "CN=3020", "PW=123456", "Flag=4", "Flag=9", "Flag=6",
             "MN=010000A8900016F000169DC0", "MN=Y801", "PNUM=2", "PNO=1", "RF=1", "CP=&&", "&&", "CP=", ";", ";",
             ";", ",", "=", " ", "DataTime=20180801085800", "w01018-Rtd=1.5", "w01018-Flag=N", "a2101-Rtd=1",
             "SB1-RS=1", "PolId=w01018", "i11001-Info=//a;b//", "//", "i12001-Info=6", "BeginTime=1", "EndTime=2",
             "Flag=N", "E4" * 16, "清", "\r\n"]
        ),
        st.text(max_size=6),
    ),
    max_size=25,
).map("".join)  # fmt: skip


def everything(stream: bytes, pieces: list[int] | None = None) -> list[Decoded | Noise]:
    decoder = Decoder(LEXICON, lambda mn: mirrored if len(mn) % 2 == 0 else None)
    events: list[Decoded | Noise] = []
    at = 0
    for n in pieces or []:
        events += decoder.feed(stream[at : at + n])
        at += n
    return events + decoder.feed(stream[at:]) + decoder.close()


def account(events: list[Decoded | Noise]) -> int:
    """Return how many bytes the events stand for, and look into each of them."""
    total = 0
    for event in events:
        if isinstance(event, Noise):
            total += event.length
            continue
        total += len(event.wire)
        review(event, LEXICON)
        read_values(event.packet, LEXICON)
        read_facts(event.packet, LEXICON, "hebei")
        read_command(event.packet, LEXICON)
        json.dumps(record_of(event, event.problems)).encode()
        errors = any(p.severity is Severity.ERROR for p in event.problems)
        assert event.acceptance == (
            "refused" if errors else "tolerant" if event.tolerances else "strict"
        )
        assert event.ok is not errors
        if event.ok:
            assert event.crc_ok
    return total


@MORE
@given(st.binary(max_size=600))
@example(b"##0000")
@example(b"##0000FFFF\r\n")
@example(b"##00\xb200")
def test_any_bytes(stream: bytes) -> None:
    assert account(everything(stream)) == len(stream)


@MORE
@given(STREAMS, st.lists(st.integers(1, 60), max_size=60))
def test_bytes_like_frames_in_any_pieces(stream: bytes, pieces: list[int]) -> None:
    whole = everything(stream)
    assert account(whole) == len(stream)
    assert everything(stream, pieces) == whole


@MORE
@given(SEGMENTS)
def test_any_segment_with_a_right_checksum(segment: str) -> None:
    raw = segment.encode("utf-8", "replace")[:9999]
    events = everything(write_frame(raw))
    account(events)


@MORE
@given(SEGMENTS)
def test_quick_and_patient_reading_agree(segment: str) -> None:
    reader = FrameReader()
    frame = write_frame(segment.encode("utf-8", "replace")[:9999])
    for event in reader.feed(frame) + reader.close():
        if isinstance(event, Frame):
            decoder = Decoder(LEXICON, lambda _mn: mirrored)
            assert decoder.decode(event) == decoder.decode_patiently(event)


@MORE
@given(st.lists(st.sampled_from(VECTORS), min_size=1, max_size=5), st.data())
def test_a_bad_frame_never_takes_a_good_one_with_it(
    frames: list[bytes], data: st.DataObject
) -> None:
    """After any cut frame, all whole ones that follow are found."""
    cut = data.draw(st.sampled_from(VECTORS))
    n = data.draw(st.integers(0, len(cut) - 7))
    good = frames * (1 + 10_100 // sum(map(len, frames)))  # beyond what any length can claim
    events = everything(cut[:n] + b"".join(good))
    found = [e.wire for e in events if isinstance(e, Decoded)]
    assert found[-len(good) :] == good


NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,11}", fullmatch=True)
VALUES = st.one_of(
    st.from_regex(r"-?[0-9]{1,6}(\.[0-9]{1,4})?", fullmatch=True),
    st.text(max_size=12),
    st.text(max_size=12).map(lambda t: f"//{t}//"),
)
GROUPS = st.lists(
    st.dictionaries(
        NAMES, st.one_of(VALUES, st.none(), st.lists(VALUES, min_size=2, max_size=3)), min_size=1, max_size=4
    ),
    max_size=6,
)  # fmt: skip
FIELDS = st.fixed_dictionaries(
    {"ST": st.sampled_from(["21", "32", "91"]), "CN": st.from_regex(r"[0-9]{4}", fullmatch=True),
     "MN": st.from_regex(r"[0-9A-F]{14,24}", fullmatch=True)},
    optional={"QN": st.from_regex(r"20[0-9]{15}", fullmatch=True), "PW": st.text(max_size=8),
              "Flag": st.integers(0, 15).map(str), "PNUM": st.just("2"), "PNO": st.just("1"), "RF": st.just("1"),
              "VENDOR": st.text(max_size=5)},
)  # fmt: skip


def written(packet: Packet, hide: bool = False) -> bytes | None:
    """Return the frame of a packet, None where it is refused as it may be."""
    try:
        return encode(packet, LEXICON, mirrored if hide else None)
    except LantianError as error:
        told = {p.code for p in error.problems}
    assert told <= {"H302", "H303"}
    return None


@MORE
@given(FIELDS, GROUPS)
def test_what_is_encoded_is_decoded_the_same(
    fields: dict[str, str], groups: list[dict[str, object]]
) -> None:
    packet = packet_of({"fields": fields, "groups": groups})
    frame = written(packet)
    if frame is None:
        return
    (decoded,) = everything(frame)
    assert isinstance(decoded, Decoded)
    record = record_of(decoded, ())
    assert (record["fields"], record["groups"]) == (fields, groups)
    assert decoded.crc_ok
    assert decoded.length_ok
    assert encode(decoded.packet, LEXICON) == frame


@MORE
@given(FIELDS, GROUPS)
def test_what_is_encrypted_is_decrypted_the_same(
    fields: dict[str, str], groups: list[dict[str, object]]
) -> None:
    packet = packet_of({"fields": fields, "groups": groups})
    frame = written(packet, hide=True)
    if frame is None:
        return
    decoder = Decoder(LEXICON, lambda _mn: mirrored)
    (decoded,) = decoder.feed(frame) + decoder.close()
    assert isinstance(decoded, Decoded)
    assert decoded.packet == packet


@MORE
@given(st.binary(max_size=1100))
def test_the_forms_of_the_checksum_agree(data: bytes) -> None:
    assert crc16(data) == crc_by_table(data) == crc_bitwise(data)


@MORE
@given(st.sampled_from(VECTORS[:16]), st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_always_leaves_a_trace(frame: bytes, at: int, change: int) -> None:
    """In the checksum, the length, the content or the tolerances: never the same packet."""
    changed = bytearray(frame)
    changed[at % len(frame)] ^= change
    assert [_told(e) for e in everything(bytes(changed))] != [_told(e) for e in everything(frame)]


def _told(event: Decoded | Noise) -> object:
    """Return all that is said of an event but its bytes."""
    return event if isinstance(event, Noise) else event._replace(wire=b"")
