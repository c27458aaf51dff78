"""The 18 packets of `tests/data/hj212/vectors.json`: fields, groups, class, tolerances."""

from __future__ import annotations

from typing import Any

import pytest
from frames import BY_NAME, LEXICON, VECTORS, codes, one

from lantian.domain.hj212.decode import Decoder
from lantian.domain.hj212.encode import encode
from lantian.domain.hj212.framing import FrameReader

EXPECTED = {
    "std-2017-annexA": ("2017", "strict", ()),
    "std-2025-a1": ("2025", "strict", ()),
    "std-2025-a2-ex1-plain": ("2025", "strict", ()),
    "std-2025-a2-ex3-plain": ("2025", "strict", ()),
    "icecoffee-2061": ("2017", "tolerant", ("pw-form", "mn-form")),
    "guocay-2011": ("2017", "tolerant", ("mn-form", "crc-lower-case")),
    "guocay-2011-short-codes": (
        "2017",
        "tolerant",
        ("mn-form", "code-malformed", "crc-lower-case"),
    ),
    "guocay-2011-short-codes-2": ("2017", "tolerant", ("mn-form", "code-malformed")),
    "chenqi92-2011-flag8": ("2025", "tolerant", ("mn-form", "crc-lower-case")),
    "flash520-2051": ("2017", "tolerant", ("mn-form",)),
    "liruoyu-9011": ("2017", "strict", ()),
    "mutoushirana-2011": ("2017", "tolerant", ("mn-form",)),
    "mutoushirana-9014": ("2017", "tolerant", ("mn-form",)),
    "mutoushirana-1011": ("2017", "tolerant", ("qn-epoch", "mn-form")),
    "mutoushirana-9011": ("2017", "tolerant", ("qn-epoch", "mn-form")),
    "mutoushirana-9012": ("2017", "tolerant", ("qn-epoch", "mn-form")),
    "guocay-bad-crc": ("2017", "refused", ("mn-form", "code-malformed")),
    "guocay-bad-crc-2005": ("2005", "refused", ()),
}


@pytest.mark.parametrize("vector", VECTORS, ids=[v["name"] for v in VECTORS])
def test_vector(vector: dict[str, Any]) -> None:
    decoded = one(vector["frame"].encode())
    assert dict(decoded.packet.fields) == vector["fields"]
    assert [[list(item) for item in group] for group in decoded.packet.groups] == vector["cp"]
    assert decoded.crc_ok is vector["crc_ok"]
    assert decoded.length_ok is vector["length_ok"]
    assert decoded.ok is vector["crc_ok"]
    found = (decoded.version, decoded.acceptance, decoded.tolerances)
    assert found == EXPECTED[vector["name"]]
    assert ("H004" in codes(decoded)) is not vector["crc_ok"]


@pytest.mark.parametrize("vector", VECTORS, ids=[v["name"] for v in VECTORS])
def test_the_quick_and_the_patient_reading_are_one(vector: dict[str, Any]) -> None:
    (frame,) = FrameReader().feed(vector["frame"].encode())
    decoder = Decoder(LEXICON)
    for _ in range(2):  # the second time from what was remembered
        assert decoder.decode(frame) == decoder.decode_patiently(frame)  # type: ignore[arg-type]


@pytest.mark.parametrize("vector", [v for v in VECTORS if v["crc_ok"]], ids=lambda v: v["name"])
def test_written_again_it_is_the_same(vector: dict[str, Any]) -> None:
    frame = vector["frame"].encode()
    again = encode(one(frame).packet, LEXICON)
    assert again == frame[:-6] + frame[-6:].upper()


def test_the_problem_of_a_wrong_checksum_stands_at_its_byte() -> None:
    frame = BY_NAME["guocay-bad-crc"]["frame"].encode()
    (problem,) = one(frame).problems
    assert frame[problem.place.offset :] == b"1100\r\n"
    assert "1100" in problem.message_en
    assert "2D00" in problem.message_zh
