"""``lantian soil draw``: repeatable from a public seed, independent of the list's order (decision 0084)."""

from __future__ import annotations

import csv
import hashlib
import math
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soil_tools import PLACE, PROCESS, SPOT, codes, lantian, told, workbook

from lantian.domain.soil.draw import Candidate, Stratum, draw
from lantian.domain.soil.parcel_model import ParcelRecord

ATTENTION = tuple(SPOT.attention.values())[:1]


def candidate(parcel_id: str, *, must: bool = False, attention: bool = False) -> Candidate:
    record = ParcelRecord(parcel_id, PLACE, attention=ATTENTION if attention else ())
    return Candidate(record, (PROCESS.triggers["sensitive_use"],) if must else ())


IDS = st.lists(st.text("ABC0123456789", min_size=1, max_size=6), unique=True, max_size=30)
SHARES = st.fractions(0, 1, max_denominator=20)


@given(IDS, SHARES, st.randoms(use_true_random=False))
def test_the_order_of_the_list_does_not_matter(
    ids: list[str], share: Fraction, mixed: object
) -> None:
    first = draw([candidate(i) for i in ids], SPOT, "7", share)
    shuffled = list(ids)
    mixed.shuffle(shuffled)  # type: ignore[attr-defined]
    assert draw([candidate(i) for i in shuffled], SPOT, "7", share) == first
    assert len(first.chosen) == math.ceil(share * len(ids))


@given(IDS, SHARES)
def test_must_check_parcels_are_all_taken(ids: list[str], share: Fraction) -> None:
    found = draw(
        [candidate(i, must=n % 2 == 0, attention=n % 3 == 0) for n, i in enumerate(ids)],
        SPOT, "s", share, Fraction(1),
    )  # fmt: skip
    assert len(found.rows) == len(ids)
    for row in found.rows:
        if row.stratum is not Stratum.OTHER:
            assert row.chosen
    others = [r for r in found.rows if r.stratum is Stratum.OTHER]
    assert sum(r.chosen for r in others) == math.ceil(share * len(others))


def test_anybody_can_repeat_the_draw_with_sha256() -> None:
    ids = [f"P{n}" for n in range(40)]
    found = draw([candidate(i) for i in ids], SPOT, "2026031", Fraction(1, 10))
    by_hand = sorted(ids, key=lambda i: hashlib.sha256(f"2026031|{i}".encode()).hexdigest())[:4]
    assert [r.record.parcel_id for r in found.chosen] == by_hand
    other = draw([candidate(i) for i in ids], SPOT, "2026032", Fraction(1, 10))
    assert [r.record.parcel_id for r in other.chosen] != by_hand


def test_the_list_is_fixed_by_its_digest() -> None:
    ids = ["B", "A"]
    found = draw([candidate(i) for i in ids], SPOT, "1", Fraction(1))
    assert found.list_digest == hashlib.sha256(b"A\nB").hexdigest()
    assert draw([candidate("A")], SPOT, "1", Fraction(1)).list_digest != found.list_digest


def test_a_share_beyond_all_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        draw([], SPOT, "1", Fraction(3, 2))


@pytest.fixture
def register(tmp_path: Path) -> Path:
    parcels = [{"parcel_id": f"P{n}", "planned_use": "M1", "institute": "甲院"} for n in range(10)]
    parcels[3]["planned_use"] = "R2"
    parcels[4]["attention"] = "一次性通过率低的单位"
    return workbook(tmp_path / "soil.xlsx", {"parcel": parcels})


def test_the_draw_of_a_register(register: Path, tmp_path: Path) -> None:
    found = told("draw", register, "--seed", "2026031", "--share", "0.25", "--attention-share", "1",
                 "--out", tmp_path / "d.csv")  # fmt: skip
    assert found["by_stratum"] == {
        "must": {"parcels": 1, "chosen": 1},
        "attention": {"parcels": 1, "chosen": 1},
        "other": {"parcels": 8, "chosen": 2},
    }
    again = told("draw", register, "--seed", "2026031", "--share", "0.25", "--attention-share", "1")
    assert again["rows"] == found["rows"]
    with (tmp_path / "d.csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file))
    assert [r["地块编号"] for r in written if r["抽中"] == "是"] == [
        r["parcel_id"] for r in found["rows"] if r["chosen"]
    ]


def test_a_checker_that_did_surveys_must_step_aside(register: Path) -> None:
    asked = ("draw", register, "--seed", "1", "--share", "0.1", "--checker")
    assert "S072" in codes(told(*asked, "甲院"))
    assert "S072" not in codes(told(*asked, "丙院"))


@pytest.mark.parametrize(
    ("words", "code"),
    [(("--seed", " ", "--share", "0.1"), "S070"), (("--seed", "1"), "S071")],
)
def test_what_a_draw_needs(register: Path, words: tuple[str, ...], code: str) -> None:
    done = lantian("soil", "draw", register, *words)
    assert (done.exit_code, code in done.output) == (2, True)


def test_an_empty_register_and_a_wrong_share(register: Path, tmp_path: Path) -> None:
    empty = workbook(tmp_path / "e.xlsx", {})
    done = lantian("soil", "draw", empty, "--seed", "1", "--share", "0.1")
    assert (done.exit_code, "S074" in done.output) == (2, True)
    for share in ("2", "-1", "nan", "abc"):
        assert lantian("soil", "draw", register, "--seed", "1", "--share", share).exit_code == 2


def test_the_page_says_how_to_repeat_it(register: Path) -> None:
    done = lantian("soil", "draw", register, "--seed", "2026031", "--share", "0.1")
    assert done.exit_code == 0
    assert "种子 2026031" in done.output
    assert "必查" in done.output


def test_the_template_offers_the_rules_choices(tmp_path: Path) -> None:
    done = lantian("soil", "template", tmp_path / "t.xlsx", "--json")
    assert done.exit_code == 0
    assert told("parcels", tmp_path / "t.xlsx")["problems"] == []
    assert lantian("soil", "template", tmp_path / "t.xlsx" / "no.xlsx").exit_code == 2
