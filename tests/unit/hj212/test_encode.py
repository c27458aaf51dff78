"""Frames written: read back the same, or refused with the reason (H302, H303)."""

from __future__ import annotations

import pytest
from frames import LEXICON, MN, one

from lantian.domain.hj212.encode import encode
from lantian.domain.hj212.packet import Packet
from lantian.kernel.problem import LantianError

FIELDS = {
    "QN": "20180801085857223",
    "ST": "32",
    "CN": "3020",
    "PW": "123456",
    "MN": MN,
    "Flag": "4",
}


def packet(*groups: dict[str, str | None], **fields: str) -> Packet:
    return Packet("2017", {**FIELDS, **fields}, tuple(tuple(g.items()) for g in groups))


@pytest.mark.parametrize(
    "value",
    [
        packet(),
        packet({"DataTime": "20180801085800"}, {"i11001-Info": "//清洗, 管路; a=b//"}),
        packet({"w01018-Rtd": None, "w01018-Flag": "N"}),
        packet({"w01018-Rtd": ""}),
        packet({"w01018-Rtd": "##0101"}),
        packet(PNUM="2", PNO="1", RF="1", VENDOR="x y"),
        Packet("2005", {"ST": "32", "CN": "2011"}, ()),
    ],
)
def test_read_back_the_same(value: Packet) -> None:
    assert one(encode(value, LEXICON)).packet == value


@pytest.mark.parametrize(
    "value",
    [
        packet(PW="1;2"),
        packet(PW="1=2"),
        packet(PW=" 123"),
        packet(PW="12\n3"),
        packet({"w01018-Rtd": "1,2"}),
        packet({"w01018-Rtd": "1&2"}),
        packet({"w01018-Rtd": "a=b"}),
        packet({"": "1"}),
        packet({"a;b": "1"}),
        packet({"i11001-Info": "//a&&b//"}),
        packet({"i11001-Info": "//a\r\nb//"}),
        packet({"i11001-Info": "//a"}, {"i11001-Info": "b//"}),
        packet({"i11001-Info": "//a//,b//"}),
        packet({}),
        packet({"a": "b"}, CP="1"),
        packet(**{"Cp ": "1"}),
        packet({"0123456789abcdef0123456789abcdef": None}),
    ],
)
def test_what_would_not_be_read_back(value: Packet) -> None:
    with pytest.raises(LantianError) as caught:
        encode(value, LEXICON)
    assert [p.code for p in caught.value.problems] == ["H302"]


def test_what_is_too_long() -> None:
    for groups, fields, field in (
        ([{"i11001-Info": "//" + "清" * 320 + "//"}], {}, "CP"),
        ([{"a": "b"}], {"VENDOR": "x" * 1000}, "segment"),
    ):
        with pytest.raises(LantianError) as caught:
            encode(packet(*groups, **fields), LEXICON)  # type: ignore[arg-type]
        (problem,) = caught.value.problems
        assert problem.code == "H303"
        assert field in problem.message_en
