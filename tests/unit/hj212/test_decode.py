"""What refuses a frame, what tells its edition, keys; each problem H001 to H107 of a frame."""

from __future__ import annotations

import pytest
from frames import CP, HEAD, LEXICON, MN, codes, framed, one

from lantian.domain.hj212.crc import modbus_crc16
from lantian.domain.hj212.decode import NOT_REACHED, Decoder
from lantian.domain.hj212.framing import Noise
from lantian.domain.hj212.packet import FlagBits, flag_bits
from lantian.kernel.problem import Severity

FINE = HEAD + CP
GOOD = framed(FINE)

REFUSED = {
    "H002": GOOD.replace(b"##0", b"##x", 1),
    "H003": framed(FINE, length=len(FINE) + 1),
    "H004": framed(FINE, crc=0x0001),
    "H005": framed(FINE, crc=modbus_crc16(FINE.encode())),
    "H007": GOOD[:90],
    "H008": b"##0100" + b"x" * 2054,
    "H101": framed(FINE.replace("ST=32;", "")),
    "H102": framed(FINE.replace("CN=2011", "CN=20AB")),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_refuses_a_frame(code: str) -> None:
    decoded = one(REFUSED[code])
    errors = [p for p in decoded.problems if p.severity is Severity.ERROR]
    assert code in [p.code for p in errors]
    assert decoded.acceptance == "refused"
    assert not decoded.ok


def test_a_refused_frame_is_still_read() -> None:
    """Tolerant reading decides what is stored."""
    for code in ("H003", "H004", "H005"):
        decoded = one(REFUSED[code])
        assert decoded.packet.fields["MN"] == MN
        assert decoded.packet.groups == one(GOOD).packet.groups
    half = one(REFUSED["H007"])
    assert half.packet.fields["CN"] == "2011"
    assert (half.crc_ok, half.length_ok) == (None, False)


def test_a_length_in_characters_explains_nothing_where_the_checksum_is_wrong() -> None:
    segment = HEAD + "CP=&&i11001-Info=//清洗//&&"
    decoded = one(framed(segment, length=len(segment), crc=0x0001))
    assert codes(decoded) == ["H003", "H004"]
    assert decoded.tolerances == ()


def test_one_frame_cut_by_another() -> None:
    decoder = Decoder(LEXICON)
    cut, whole = decoder.feed(GOOD[:100] + GOOD)
    assert codes(cut) == ["H006"]  # type: ignore[arg-type]
    assert whole.acceptance == "strict"  # type: ignore[union-attr]
    assert whole.offset == 100


def test_a_frame_that_breaks_off_before_flag_has_no_edition() -> None:
    assert one(GOOD[:40]).version_by == NOT_REACHED
    assert one(GOOD[:110]).version_by == "flag"


def test_noise_is_given_out_where_it_was() -> None:
    decoder = Decoder(LEXICON)
    noise, packet = decoder.feed(b"\x00\xff" + GOOD)
    assert noise == Noise(0, 2, b"\x00\xff", False)
    assert packet.offset == 2


@pytest.mark.parametrize(
    ("change", "code", "acceptance"),
    [
        (("ST=32;", "ST=32;ST=31;"), "H103", "tolerant"),
        (("Flag=4", "Flag=12"), "H105", "tolerant"),
        (("QN=20180801", "QN=20180231"), "H106", "tolerant"),
        (("Flag=4", "Flag=8"), "H107", "strict"),
        (("QN=2018", "QN=2026"), "H104", "strict"),
    ],
)
def test_what_is_only_told(change: tuple[str, str], code: str, acceptance: str) -> None:
    decoded = one(framed(FINE.replace(*change)))
    assert code in codes(decoded)
    assert decoded.acceptance == acceptance


def test_plain_modbus_is_named_only_where_it_is_the_reason() -> None:
    assert "H005" not in codes(one(REFUSED["H004"]))
    (problem,) = one(REFUSED["H005"]).problems
    assert "Modbus" in problem.message_zh


@pytest.mark.parametrize(
    ("flag", "version", "by"),
    [
        ("Flag=0;", "2005", "flag"),
        ("Flag=3;", "2005", "flag"),
        ("", "2005", "no-flag"),
        ("Flag=4;", "2017", "flag"),
        ("Flag=7;", "2017", "flag"),
        ("Flag=8;", "2025", "flag"),
        ("Flag=11;", "2025", "flag"),
        ("Flag=12;", "2025", "unknown-version-bits"),
        ("Flag=255;", "2025", "unknown-version-bits"),
        ("Flag=256;", "2017", "unreadable-flag"),
        ("Flag=x;", "2017", "unreadable-flag"),
    ],
)
def test_the_edition_of_a_packet(flag: str, version: str, by: str) -> None:
    decoded = one(framed(FINE.replace("Flag=4;", flag)))
    assert (decoded.version, decoded.version_by) == (version, by)


def test_a_packet_of_2005_can_be_strict() -> None:
    segment = "ST=32;CN=2011;PW=123456;MN=LD130133000015;CP=&&DataTime=20160824003817;011-Rtd=231.0,011-Flag=N&&"
    decoded = one(framed(segment))
    assert (decoded.version, decoded.acceptance, decoded.problems) == ("2005", "strict", ())


def test_all_flags() -> None:
    for value in range(256):
        bits = flag_bits(str(value))
        assert bits is not None
        assert bits.value == value
        assert bits == FlagBits(value // 4, value % 4 >= 2, value % 2 == 1)
    assert [flag_bits(t) for t in ("", "256", "-1", "4.0", "x", "٤")] == [None] * 6


def test_answers_and_splits_of_each_edition() -> None:
    """HJ 212-2017 and -2025, Flag: 4 to 7, 8 to 11."""
    table = {4: (1, 0, 0), 5: (1, 0, 1), 6: (1, 1, 0), 7: (1, 1, 1)}
    table |= {8: (2, 0, 0), 9: (2, 0, 1), 10: (2, 1, 0), 11: (2, 1, 1)}
    for value, expected in table.items():
        assert FlagBits.of(value) == expected


def test_backfill_is_marked() -> None:
    decoded = one(framed(FINE.replace("Flag=4;", "Flag=9;RF=1;")))
    assert decoded.packet.backfilled
    assert decoded.acceptance == "strict"
    assert not one(GOOD).packet.backfilled


def test_every_problem_speaks_both_languages() -> None:
    for frame in REFUSED.values():
        for problem in one(frame).problems:
            for text in (
                problem.message_zh,
                problem.message_en,
                problem.remedy_zh,
                problem.remedy_en,
            ):
                assert text.strip()
            assert "{" not in problem.message_zh + problem.message_en


def test_memory_of_headers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    from lantian.domain.hj212 import lexicon

    monkeypatch.setattr(lexicon, "_HEADERS_KEPT", 10)
    monkeypatch.setattr(lexicon, "_LAYOUTS_KEPT", 10)
    monkeypatch.setattr(lexicon, "_DAYS_KEPT", 10)
    own = lexicon.Lexicon(LEXICON.rules)
    decoder = Decoder(own)
    for i in range(100):
        segment = FINE.replace(MN, f"{i:024d}").replace("w01018", f"w{i:05d}")
        day = f"2018{i % 12 + 1:02d}{i % 28 + 1:02d}"
        decoder.feed(framed(segment.replace("QN=20180801", f"QN={day}")))
    assert max(len(own._headers), len(own._layouts), len(own._in_force)) <= 10
