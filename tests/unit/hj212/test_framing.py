"""HJ 212, communication packet: frames out of any stream, a new start after a bad one."""

from __future__ import annotations

import pytest
from frames import CP, HEAD, VECTORS, framed

from lantian.domain.hj212.crc import crc_bitwise
from lantian.domain.hj212.framing import Frame, FrameReader, Noise

GOOD = framed(HEAD + CP)
OTHER = framed(HEAD.replace("2011", "2051") + CP)


WITHIN = (HEAD + "CP=&&i11001-Info=//a&&").encode()
# A log text that itself ends like a frame, with a right checksum.
TRUE_END = b"%b%04X\r\nb//&&" % (WITHIN, crc_bitwise(WITHIN))


def read(stream: bytes, piece: int | None = None) -> list[Frame | Noise]:
    reader = FrameReader()
    step = piece or max(1, len(stream))
    events = []
    for i in range(0, len(stream), step):
        events += reader.feed(stream[i : i + step])
    return events + reader.close()


def kinds(events: list[Frame | Noise]) -> list[str]:
    return [e.ending if isinstance(e, Frame) else f"noise {e.length}" for e in events]


@pytest.mark.parametrize("piece", [1, 7, 100, None])
def test_all_vectors_in_one_stream(piece: int | None) -> None:
    stream = b"".join(v["frame"].encode() for v in VECTORS)
    events = read(stream, piece)
    assert [e.wire.decode() for e in events if isinstance(e, Frame)] == [
        v["frame"] for v in VECTORS
    ]
    assert kinds(events) == ["length"] * len(VECTORS)


CASES = {
    "noise before": (b"hello" + GOOD, ["noise 5", "length"]),
    "noise between": (GOOD + b"\r\n\r\n" + OTHER, ["length", "noise 4", "length"]),
    "only noise": (b"no frame at all", ["noise 15"]),
    "one mark too many": (b"#" + GOOD, ["noise 1", "length"]),
    "broken off": (GOOD[:80] + OTHER, ["cut", "length"]),
    "broken off within the length": (b"##01" + OTHER, ["noise 4", "length"]),
    "ends too early": (GOOD + OTHER[:50], ["length", "end"]),
    "ends after the head": (GOOD + b"##01", ["length", "end"]),
    "length too long": (
        framed(HEAD + CP, length=len(HEAD + CP) + 3) + OTHER,
        ["pattern", "length"],
    ),
    "length far too long": (framed(HEAD + CP, length=900), ["pattern"]),
    "length far too long, then another": (
        framed(HEAD + CP, length=900) + OTHER,
        ["pattern", "length"],
    ),
    "length too short": (framed(HEAD + CP, length=90) + OTHER, ["pattern", "length"]),
    "length no number": (GOOD.replace(b"##0", b"##x", 1) + OTHER, ["pattern", "length"]),
    "checksum wrong": (framed(HEAD + CP, crc=0x1234) + OTHER, ["length", "length"]),
    "no tail": (GOOD[:-2] + OTHER, ["length", "length"]),
    "no tail at the end": (GOOD[:-2], ["length"]),
    "line feed only": (GOOD[:-2] + b"\n" + OTHER, ["length", "length"]),
    "another frame in a broken one": (
        b"##0900" + GOOD[6:60] + OTHER + GOOD + OTHER + GOOD + OTHER + GOOD + OTHER,
        ["cut"] + ["length"] * 7,
    ),
    "checksum right but something else follows": (GOOD[:-2] + b"xy" + OTHER, ["cut", "length"]),
    "a text that ends like a frame": (framed(TRUE_END) + OTHER, ["pattern", "noise 11", "length"]),
    "the ninth end is the right one": (
        framed(HEAD + "CP=&&" + "&&0000\r\n" * 8 + "&&", length=900) + OTHER,
        ["pattern", "noise 64", "length"],
    ),
    "no end in sight": (b"##0100" + b"x" * 3000, ["lost", "noise 946"]),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("piece", [1, 3, 64, None])
def test_streams(name: str, piece: int | None) -> None:
    stream, expected = CASES[name]
    events = read(stream, piece)
    assert kinds(events) == expected
    assert sum(len(e.wire) if isinstance(e, Frame) else e.length for e in events) == len(stream)


def test_a_line_break_within_a_log_ends_nothing() -> None:
    text = "CP=&&DataTime=20180801085800;i11001-Info=//first\r\nsecond//&&"
    (event,) = read(framed(HEAD.replace("2011", "3020") + text))
    assert isinstance(event, Frame)
    assert (event.ending, event.crc_given) == ("length", event.crc_computed)


def test_a_whole_frame_within_a_log_ends_nothing() -> None:
    """The stated length goes before anything that looks like a head."""
    inner = GOOD[:-2].decode()
    frame = framed(f"{HEAD}CP=&&i11001-Info=//{inner}//&&")
    (event,) = read(frame)
    assert isinstance(event, Frame)
    assert event.wire == frame


def test_a_wrong_length_is_found_without_waiting_for_what_never_comes() -> None:
    reader = FrameReader()
    (event,) = reader.feed(framed(HEAD + CP, length=900))
    assert isinstance(event, Frame)
    assert event.crc_given == event.crc_computed


def test_offsets_are_those_of_the_stream() -> None:
    events = read(b"ab" + GOOD + b"c" + OTHER, 5)
    assert [e.offset for e in events] == [0, 2, 2 + len(GOOD), 3 + len(GOOD)]


def test_a_frame_is_given_out_as_soon_as_it_is_whole() -> None:
    reader = FrameReader()
    assert reader.feed(GOOD[:-1]) == []
    assert len(reader.feed(GOOD[-1:])) == 1
    assert reader.feed(GOOD[:-2] + b"\n")[0].tail == "lf"  # type: ignore[union-attr]


def test_a_cut_frame_never_swallows_the_next_by_luck() -> None:
    """The checksum over both is right for one of 256 beginnings; the head between them tells."""
    lucky = [
        start
        for start in (b"##0900QN=%d;" % i for i in range(3000))
        if crc_bitwise(start[6:] + GOOD[:-6]) == int(GOOD[-6:-2], 16)
    ]
    assert lucky
    for start in lucky:
        assert kinds(read(start + GOOD)) == ["cut", "length"]


def test_what_is_held_stays_bounded() -> None:
    """A sender that never ends its frame, and one that claims the longest, hold 20 kB at most."""
    for start in (b"##9999", b"##xxxx", b"##0000", b"##"):
        reader = FrameReader()
        reader.feed(start)
        most = 0
        for _ in range(200):
            reader.feed(b"a" * 1000)
            most = max(most, reader.held)
        assert most <= 2 * 9999 + 1012, start


def test_many_false_ends_cost_little() -> None:
    """Hostile text of nothing but ends is tried a few times only, and stays one frame or few."""
    false_ends = b"&&0000\r\n" * 1200
    events = read(b"##9600" + false_ends + b"0000\r\n" + GOOD)
    assert isinstance(events[-1], Frame)
    assert events[-1].wire == GOOD


def test_a_reader_can_be_used_again_after_close() -> None:
    reader = FrameReader()
    reader.feed(GOOD[:30])
    assert kinds(reader.close()) == ["end"]
    assert kinds(reader.feed(GOOD)) == ["length"]
    assert reader.close() == []
