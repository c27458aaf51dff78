"""Letters of codes, default time-outs by link, the authorisation of Annex H (HJ 212-2017 6.x, HJ 212-2025)."""

from __future__ import annotations

from datetime import date

import pytest

from lantian.adapters.crypto.sm4 import Sm4
from lantian.domain.hj212.content import review
from lantian.domain.hj212.decode import Decoder
from lantian.domain.hj212.encode import write_frame
from lantian.domain.hj212.lexicon import Lexicon
from lantian.domain.hj212.multimedia import authorization
from lantian.domain.hj212.packet import Decoded
from lantian.rulebook.hj212_tables import load_hj212


def test_the_printed_example_of_annex_h() -> None:
    key = Sm4(b"msbE74gsiSHSEh5e")
    said = authorization("testuser", "AezF0nZRs4kypuGO", key.encrypt)
    assert said == "LG/m7lsFU/taig+vbQsDJXy4NGAaE2j2lplPwhZM7iM="


def test_a_whole_block_gets_a_block_of_padding() -> None:
    seen: list[bytes] = []

    def keep(blocks: bytes) -> bytes:
        seen.append(blocks)
        return blocks

    authorization("a" * 7, "b" * 8, keep)
    assert seen == [b"aaaaaaa:bbbbbbbb" + b"\x10" * 16]


@pytest.mark.parametrize(
    ("version", "status"), [("2017", "secondary"), ("2025", "unverified"), ("2005", "unverified")]
)
def test_time_outs_by_link_with_the_mark_of_their_edition(version: str, status: str) -> None:
    links = load_hj212().protocol(version).links
    assert {n: (r.over_time_s, r.resends) for n, r in links.items()} == {
        "ADSL": (5, 3),
        **dict.fromkeys(
            ("GPRS", "CDMA", "WCDMA", "TD-SCDMA", "CDMA2000", "PLC", "TD-LTE", "FDD-LTE", "WiMAX"),
            (10, 3),
        ),
    }
    assert {r.ref.status for r in links.values()} == {status}


def frame(code: str, flag: int) -> bytes:
    cp = f"DataTime=20260105100000;{code}-Rtd=1.0,{code}-Flag=N"
    head = f"QN=20260105100000000;ST=44;CN=2011;PW=123456;MN={'A' * 24};Flag={flag};"
    return write_frame(f"{head}CP=&&{cp}&&".encode())


def hint(code: str, flag: int) -> str:
    lexicon = Lexicon(load_hj212())
    (decoded,) = Decoder(lexicon).feed(frame(code, flag))
    assert isinstance(decoded, Decoded)
    return next((p.message_en for p in review(decoded, lexicon) if p.code == "H206"), "")


def test_codes_not_at_hand_are_told_with_what_their_letter_says() -> None:
    assert hint("d10001", 8).endswith("tables at hand (its letter says: electricity).")
    assert hint("p10001", 8).endswith(
        "tables at hand (its letter says: key production conditions)."
    )
    assert hint("d10001", 4).endswith("tables at hand.")  # the letter is of 2025
    assert hint("a21026", 8) == ""


def test_the_new_letters_are_no_more_than_secondary() -> None:
    protocol = load_hj212().in_force(date(2026, 3, 1))
    assert {k: protocol.letters[k].ref.status for k in "dp"} == {"d": "secondary", "p": "secondary"}
    assert not {"d", "p"} & set(load_hj212().in_force(date(2025, 3, 1)).letters)
