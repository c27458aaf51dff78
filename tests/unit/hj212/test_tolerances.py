"""Each tolerance of the table, produced by a frame that needs it and nothing else.

HJ 212-2017 6.3 and tables 3 to 5; issue 6, section 1: strict reading gives the class, tolerant
reading the content, every tolerance is recorded.
"""

from __future__ import annotations

import pytest
from frames import CP, HEAD, LEXICON, MN, framed, one

from lantian.domain.hj212.decode import Decoder
from lantian.domain.hj212.framing import Frame, FrameReader
from lantian.domain.hj212.tolerance import TOLERANCES, describe

FINE = HEAD + CP
LOG = HEAD.replace("2011", "3020") + "CP=&&DataTime=20180801085800;PolId=w01018;{}&&"
MANY = ";".join(f"a2{i:04d}-Rtd=12.5,a2{i:04d}-Flag=N" for i in range(1, 32))


def cp(text: str, cn: str = "2011") -> str:
    return f"{HEAD.replace('2011', cn)}CP=&&{text}&&"


SEGMENTS: dict[str, str | bytes] = {
    "segment-over-long": cp(MANY + ";a21098-Rtd=1"),
    "cp-over-long": cp(MANY.replace("12.5", "12.500000")),
    "text-gb18030": LOG.format("i11001-Info=//清洗管路//").encode("gb18030"),
    "text-unreadable": LOG.format("i11001-Info=//\\//").encode().replace(b"\\", b"\xff\xfe\xff"),
    "text-control": LOG.format("i11001-Info=//a\x01b//"),
    "separator-comma": FINE.replace(";ST", ",ST"),
    "separator-missing": FINE.replace(";CP", "CP"),
    "separator-doubled": FINE.replace(";ST", ";;ST"),
    "field-space": FINE.replace("ST=", "ST= "),
    "field-case": FINE.replace(";Flag", ";FLAG"),
    "field-order": FINE.replace("ST=32;CN=2011;", "CN=2011;ST=32;"),
    "field-unknown": FINE.replace("ST=32;", "ST=32;VER=3;"),
    "field-repeated": FINE.replace("ST=32;", "ST=32;ST=31;"),
    "field-without-value": FINE.replace("PW=123456", "PW"),
    "cp-missing": HEAD.replace("2011", "9014").rstrip(";"),
    "cp-delimiters": FINE[:-2],
    "qn-missing": FINE[FINE.index("ST=") :],
    "qn-epoch": FINE.replace("20180801085857223", "1617936069734"),
    "qn-form": FINE.replace("20180801085857223", "20180801085857"),
    "st-form": FINE.replace("ST=32", "ST=032"),
    "st-unlisted": FINE.replace("ST=32", "ST=99"),
    "cn-unlisted": FINE.replace("CN=2011", "CN=9021"),
    "pw-missing": FINE.replace("PW=123456;", ""),
    "pw-form": FINE.replace("123456", "1234567"),
    "mn-form": FINE.replace(MN, "Y80110010000010"),
    "flag-form": FINE.replace("Flag=4", "Flag=04"),
    "flag-version": FINE.replace("Flag=4", "Flag=12"),
    "packet-number-form": FINE.replace("Flag=4;", "Flag=6;PNUM=2;PNO=3;"),
    "packet-number-unflagged": FINE.replace("Flag=4;", "Flag=4;PNUM=2;PNO=1;"),
    "packet-number-missing": FINE.replace("Flag=4;", "Flag=6;"),
    "rf-form": FINE.replace("Flag=4;", "Flag=8;RF=2;"),
    "rf-early": FINE.replace("Flag=4;", "Flag=4;RF=1;"),
    "group-empty": cp("DataTime=20180801085800;;w01018-Rtd=1"),
    "item-empty": cp("DataTime=20180801085800;w01018-Rtd=1,,w01018-Flag=N"),
    "item-space": cp("DataTime=20180801085800;w01018-Rtd= 1"),
    "item-without-value": cp("DataTime=20180801085800;w01018-Rtd"),
    "item-repeated": cp("DataTime=20180801085800;w01018-Rtd=1,w01018-Rtd=2"),
    "item-equals": cp("DataTime=20180801085800;w01018-Rtd=1=2"),
    "log-separators": LOG.format("i11001-Info=//a, b; c=d//"),
    "flag-apart": cp("DataTime=20180801085800;w01018-Rtd=1;w01018-Flag=N"),
    "times-joined": cp("BeginTime=20180801000000,EndTime=20180802000000", "2031"),
    "times-epoch": cp("DataTime=1617936069734;w01018-Rtd=1"),
    "times-17": cp("DataTime=20180801085800123;w01018-Rtd=1"),
    "name-case": cp("DataTime=20180801085800;w01018-rtd=1"),
    "name-unknown": cp("DataTime=20180801085800;w01018-Foo=1"),
    "code-malformed": cp("DataTime=20180801085800;a2101-Rtd=1"),
    "code-of-2005": cp("DataTime=20180801085800;011-Rtd=1"),
    "code-later": cp("DataTime=20180801085800;w01018-Rtd=1").replace("Flag=4;", "Flag=0;")
    .replace(MN, "LD130133000015"),
}  # fmt: skip
FRAMES: dict[str, bytes] = {
    "crc-lower-case": framed(FINE)[:-6] + framed(FINE)[-6:].lower(),
    "tail-lf": framed(FINE)[:-2] + b"\n",
    "tail-missing": framed(FINE)[:-2],
    "length-in-characters": framed(
        LOG.format("i11001-Info=//清洗//"), length=len(LOG.format("i11001-Info=//清洗//"))
    ),
}
BY_CIPHER = {"cipher-checked"}  # tests/unit/hj212/test_cipher.py
# What cannot stand alone: a segment that is too long has a CP that is too long and so on.
ALSO = {
    "cp-over-long": {"segment-over-long"},
    "field-without-value": {"pw-form"},
}


def test_the_frames_below_are_strict_before_the_change() -> None:
    for segment in (FINE, cp(MANY), LOG.format("i11001-Info=//a//"), cp("", "9014")):
        decoded = one(framed(segment))
        assert (decoded.acceptance, decoded.tolerances) == ("strict", ()), segment


@pytest.mark.parametrize("name", sorted(set(TOLERANCES) - BY_CIPHER))
def test_each_tolerance_alone(name: str) -> None:
    frame = FRAMES[name] if name in FRAMES else framed(SEGMENTS[name])
    decoded = one(frame)
    assert set(decoded.tolerances) == {name} | ALSO.get(name, set())
    assert decoded.acceptance == "tolerant"
    assert decoded.crc_ok
    assert decoded.packet.fields
    zh, en = describe(name)
    assert zh
    assert en


@pytest.mark.parametrize("name", sorted(set(TOLERANCES) - BY_CIPHER))
def test_quick_and_patient_reading_agree(name: str) -> None:
    frame = FRAMES[name] if name in FRAMES else framed(SEGMENTS[name])
    reader = FrameReader()
    (event,) = reader.feed(frame) + reader.close()
    assert isinstance(event, Frame)
    decoder = Decoder(LEXICON)
    assert decoder.decode(event) == decoder.decode_patiently(event)


def test_what_is_read_under_a_tolerance_is_what_was_meant() -> None:
    assert one(framed(SEGMENTS["separator-comma"])).packet.fields["ST"] == "32"
    assert one(framed(SEGMENTS["separator-missing"])).packet.fields["Flag"] == "4"
    assert one(framed(SEGMENTS["field-space"])).packet.fields["ST"] == "32"
    assert one(framed(SEGMENTS["cp-delimiters"])).packet.groups == one(framed(FINE)).packet.groups
    assert one(framed(SEGMENTS["item-space"])).packet.groups[1] == (("w01018-Rtd", "1"),)
    assert one(framed(SEGMENTS["item-without-value"])).packet.groups[1] == (("w01018-Rtd", None),)
    log = one(framed(SEGMENTS["log-separators"])).packet.groups[-1]
    assert log == (("i11001-Info", "//a, b; c=d//"),)
    gb = one(framed(SEGMENTS["text-gb18030"])).packet.groups[-1]
    assert gb == (("i11001-Info", "//清洗管路//"),)
    unread = one(framed(SEGMENTS["text-unreadable"])).packet.groups[-1]
    assert unread == (("i11001-Info", r"//\xff\xfe\xff//"),)


def test_many_tolerances_at_once_are_all_told_once() -> None:
    segment = (
        "QN=1617936069734,st= 032;CN=2011;PW=1;MN=a b;Flag=4CP=&&datatime=1617936069734;;a21-Rtd&&"
    )
    decoded = one(framed(segment))
    assert decoded.tolerances == (
        "separator-missing", "separator-comma", "field-space", "field-case", "qn-epoch", "st-form",
        "pw-form", "mn-form", "times-epoch", "group-empty", "item-without-value", "name-case",
        "code-malformed",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ((";CP=", ";cp="), {"field-case"}),
        ((";CP=", "; CP="), {"field-space"}),
        ((";CP=", ",CP="), {"separator-comma"}),
        (("CP=&&", "CP= &&"), {"field-space"}),
        (("w01018-Flag=N&&", "w01018-Flag=N&& "), {"field-space"}),
        (("w01018-Flag=N&&", "w01018-Flag=N"), {"cp-delimiters"}),
        (("CP=&&", "CP="), {"cp-delimiters"}),
        (("CP=&&", "CP=&&,"), {"item-empty"}),
        (("CP=&&", "CP=&&=1;"), {"name-unknown"}),
        (("w01018-Rtd", "-Rtd"), {"name-unknown"}),
    ],
)
def test_other_ways_to_write_cp(change: tuple[str, str], names: set[str]) -> None:
    decoded = one(framed(FINE.replace(*change)))
    assert set(decoded.tolerances) == names
    assert decoded.packet.fields == one(framed(FINE)).packet.fields
    assert (("DataTime", "20180801085800"),) in decoded.packet.groups


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ((MN, MN[:-1] + "G"), "mn-form"),
        ((MN, MN.lower()), "mn-form"),
        ((MN, MN + "0"), "mn-form"),
        (("PW=123456", "PW=12 456"), "pw-form"),
        (("PW=123456", "PW=12345"), "pw-form"),
        (("PW=123456", "PW=密码密码密码"), "pw-form"),
        (("ST=32", "ST=3-"), "st-form"),
        (("ST=32", "ST="), "st-form"),
        (("Flag=4", "Flag=+4"), "flag-form"),
        (("Flag=4", "Flag=0004"), "flag-form"),
        (("Flag=4;", "Flag=6;PNUM=12345;PNO=1;"), "packet-number-form"),
        (("Flag=4;", "Flag=10;PNUM=10;PNO=1;"), "packet-number-form"),
        (("Flag=4;", "Flag=6;PNUM=2;PNO=0;"), "packet-number-form"),
        (("Flag=4;", "Flag=6;PNUM=x;PNO=1;"), "packet-number-form"),
        (("Flag=4;", "Flag=6;PNO=1;"), "packet-number-missing"),
    ],
)
def test_forms_of_fields(change: tuple[str, str], name: str) -> None:
    assert one(framed(FINE.replace(*change))).tolerances == (name,)


def test_extensions_of_st_are_free() -> None:
    """HJ 212-2017, system codes: A0 to Z9 are for extensions."""
    assert one(framed(FINE.replace("ST=32", "ST=A7"))).acceptance == "strict"


def test_a_long_cp_behind_short_fields() -> None:
    segment = cp(f"{MANY};a21098-Rtd=1;a21099-Rtd=12").replace(f"PW=123456;MN={MN};", "PW=;MN=1;")
    assert 950 < len(segment.split("&&")[1]) < len(segment) <= 1024
    assert one(framed(segment)).tolerances == ("pw-form", "mn-form", "cp-over-long")
