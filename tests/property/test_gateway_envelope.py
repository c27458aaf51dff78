"""Decision 0150: what the light check accepts, the full reading accepts too, whatever the bytes are."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lantian.adapters.crypto.sm4 import Sm4
from lantian.domain.hj212.cipher import encrypt_cp
from lantian.domain.hj212.decode import Decoder
from lantian.domain.hj212.encode import write_frame
from lantian.domain.hj212.framing import Frame, FrameReader
from lantian.domain.hj212.lexicon import Lexicon
from lantian.gateway.envelope import Checker, refusal
from lantian.jobs.gateway.registry import Logger, Registry
from lantian.rulebook.hj212_tables import load_hj212

MN = "010000A8900016F000169DC0"
LEXICON = Lexicon(load_hj212())
REGISTRY = Registry({MN: Logger(MN, "123456", "D", "F")})
GOOD = (
    f"QN=20261130120100000;ST=31;CN=2051;PW=123456;MN={MN};Flag=9;"
    "CP=&&DataTime=20261130120000;a21026-Avg=1.50,a21026-Flag=N&&"
)


def no_key(_mn: str) -> None:
    return None


def key(_mn: str):
    return Sm4(b"0" * 16).decrypt


def frames(data: bytes) -> list[Frame]:
    reader = FrameReader()
    return [e for e in reader.feed(data) + reader.close() if isinstance(e, Frame)]


def agree(data: bytes) -> None:
    for key_of in (no_key, key):
        checker = Checker(LEXICON, key_of, lambda: REGISTRY)
        for frame in frames(data):
            found = checker.check(frame, "10.0.0.1")
            decoded = Decoder(LEXICON, key_of).decode(frame)
            if found.reason in {"oversize", "unregistered", "password"}:
                continue
            assert (found.reason == "") == decoded.ok, frame.wire
            if decoded.ok:
                fields = decoded.packet.fields
                assert (found.mn, found.qn, found.cn, found.version) == (
                    fields["MN"], fields.get("QN", ""), fields["CN"], decoded.version,
                )  # fmt: skip
                flag = decoded.packet.flag
                if found.answer == "9014":
                    assert flag is not None
                    assert flag.answer
            else:
                assert found.reason == refusal(decoded)
                assert not found.answer


hexadecimal = "A1" * 16


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_changed_frames_are_judged_alike(data) -> None:
    text = GOOD
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 6))
        new = data.draw(
            st.one_of(
                st.text(";,=&#0123456789ABCDEFQNSTPWMGlag \r\n中é\0", max_size=8),
                st.sampled_from(["PNUM=2;PNO=1;", "RF=1;", "CP=&&", "&&", hexadecimal, "Flag=4;", "##0010"]),
            )
        )  # fmt: skip
        text = text[:at] + new + text[at + cut :]
    segment = text.encode()
    wire = write_frame(segment)
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(wire) - 1))
        wire = wire[:at] + bytes([data.draw(st.integers(0, 255))]) + wire[at + 1 :]
    agree(wire)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
@example(b"##0000\r\n")
def test_any_bytes_are_judged_alike(data: bytes) -> None:
    agree(data)


@pytest.mark.parametrize("cp", [hexadecimal, hexadecimal + "g=N", "D" * 32, hexadecimal[:-1]])
def test_what_looks_encrypted_goes_to_the_decoder(cp: str) -> None:
    segment = GOOD.split("CP=")[0] + f"CP=&&{cp}&&"
    agree(write_frame(segment.encode()))


def test_encrypted_frames_are_judged_by_their_key() -> None:
    segment = GOOD.encode()
    hidden = encrypt_cp(segment, Sm4(b"0" * 16).encrypt)
    whole = write_frame(segment)
    wire = whole[:6] + hidden + whole[-6:]
    agree(wire)
    (frame,) = frames(wire)
    for key_of, reason in ((no_key, "no-key"), (key, "")):
        assert Checker(LEXICON, key_of, lambda: REGISTRY).check(frame, "::1").reason == reason
