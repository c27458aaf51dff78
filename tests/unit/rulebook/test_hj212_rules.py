"""Rules of HJ 212: editions by day, every code of the reference with its mark, refusals at their line.

HJ/T 212-2005, HJ 212-2017, HJ 212-2025; tests/data/hj212/factor-codes.csv.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from lantian.rulebook.hj212_tables import check_hj212, load_hj212
from lantian.rulebook.rooms import PACKAGED

RULES = load_hj212()
CSV = Path(__file__).parents[2] / "data/hj212/factor-codes.csv"
ROWS = list(csv.DictReader(CSV.open(encoding="utf-8")))


def test_the_edition_in_force_changes_on_its_day() -> None:
    days = [(2004, 1, 1), (2017, 4, 30), (2017, 5, 1), (2025, 12, 31), (2026, 1, 1), (2040, 1, 1)]
    assert [RULES.in_force(date(*d)).version for d in days] == [
        "2005", "2005", "2017", "2017", "2025", "2025",
    ]  # fmt: skip


def _number(code: str) -> str:
    """Return a code with its unit number filled in."""
    return code if code == "LMx" else code.replace("xx", "07").replace("x", "3")


@pytest.mark.parametrize("row", ROWS, ids=[f"{r['code']}-{i}" for i, r in enumerate(ROWS)])
def test_every_code_of_the_reference(row: dict[str, str]) -> None:
    province = "hebei" if row["table"] == "provincial" else ""
    day = date(2026, 6, 1)
    found = [
        f for f in RULES.factors(_number(row["code"]), day, province) if f.name_zh == row["name_zh"]
    ]
    assert len(found) == 1
    (factor,) = found
    assert (factor.code, factor.name_en, factor.unit) == (row["code"], row["name_en"], row["unit"])
    assert (factor.emission_unit, factor.code_2005) == (row["emission_unit"], row["code_2005"])
    assert (factor.data_type.written if factor.data_type else "") == row["data_type"]
    assert factor.note == row["note"]
    marks = {"HJ 212-2025": "unverified", "provincial": "secondary"}
    assert factor.ref.status == marks.get(row["table"], "secondary")
    if row["table"].startswith("B."):
        assert factor.ref.clause == f"表{row['table']} {row['code']}"


def test_nothing_is_there_that_the_reference_has_not() -> None:
    assert set(RULES.codes()) == {r["code"] for r in ROWS}


def test_old_codes_find_their_present_row() -> None:
    for row in ROWS:
        if row["code_2005"]:
            assert row["name_zh"] in {
                f.name_zh for f in RULES.factors(row["code_2005"], date(2026, 1, 1))
            }
            assert RULES.listed(row["code_2005"])


def test_what_is_printed_twice_and_what_clashes() -> None:
    day = date(2026, 6, 1)
    assert len(RULES.factors("e70101", day)) == len(RULES.factors("g11901", day)) == 2
    assert RULES.factors("e70100", day) == ()  # unit numbers begin at 01
    (national,) = RULES.factors("i23006", day)
    (own,) = RULES.factors("i23006", day, "hebei")
    assert national.scope == "national"
    assert own.scope == "hebei"
    assert RULES.factors("i13119", day) == ()
    assert not RULES.listed("i13119")


def test_states_of_information_codes() -> None:
    (state,) = RULES.factors("i12001", date(2018, 1, 1))
    assert state.states["6"] == "power fault"
    assert set(state.states) == {"0", "1", "2", "3", "5", "6", "7", "8", "9", "10"}


def test_marks_are_kept() -> None:
    new, mid, old = (RULES.protocol(v) for v in ("2025", "2017", "2005"))
    assert mid.commands["2011"][0].ref.status == "secondary"
    assert new.head.status == "official"
    for part in (new.commands, new.systems, new.flags, new.parameters, old.commands):
        for value in part.values():
            for row in value if isinstance(value, tuple) else (value,):
                assert row.ref.status == "unverified"
    assert old.flags["P"].ref.status == "secondary"
    assert all(p.open_zh for p in RULES.protocols.values())


def test_what_the_editions_differ_in() -> None:
    new, mid, old = (RULES.protocol(v) for v in ("2025", "2017", "2005"))
    assert set(mid.flags) == set("NFMSDCTB")
    assert set(old.flags) == set("PNFMSDCT0123")
    assert {"44", "45"} == set(new.systems) - set(mid.systems)
    assert len(mid.systems) == 20
    assert {f.name: f.longest for f in new.fields}["PNUM"] == 1
    assert {f.name: f.longest for f in mid.fields}["PNUM"] == 4
    assert {f.name for f in new.fields} - {f.name for f in mid.fields} == {"RF"}
    assert {f.name: f.longest for f in old.fields}["MN"] == 14
    assert set(mid.returns["QnRtn"]) == {"1", "2", "3", "4", "5", "6", "7", "8", "9", "100"}
    assert set(mid.returns["ExeRtn"]) == {"1", "2", "3", "4", "5", "6", "100"}


def _changed(tmp_path: Path, name: str, change: Callable[[str], str]) -> tuple[str, ...]:
    text = (PACKAGED / "hj212" / name).read_text("utf-8")
    new = change(text)
    assert new != text
    (tmp_path / name).write_text(new, "utf-8")
    return tuple(p.code for p in check_hj212(tmp_path))


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        ("protocol-2025.yaml", lambda t: t.replace("from: '2017'", "from: '2020'"), "R014"),
        ("protocol-2017.yaml", lambda t: t.replace("needs: [QnRtn]", "needs: [QnRtx]"), "R058"),
        ("protocol-2017.yaml", lambda t: t.replace("cn: '1012'", "cn: '1000'"), "R012"),
        ("protocol-2017.yaml", lambda t: t.replace("type: N4,", "type: M4,", 1), "R014"),
        ("factors-2017-info.yaml", lambda t: t.replace("status: secondary\n", ""), "R006"),
        ("factors-2025-info.yaml", lambda t: t.replace("source: [s2]", "source: [s9]"), "R015"),
        ("factors-2017-air.yaml", lambda t: t.replace("unit: m2", "units: m2", 1), "R003"),
        (
            "protocol-2005.yaml",
            lambda t: t.replace("valid_to: 2017-04-30", "valid_to: 2004-01-01"),
            "R008",
        ),
    ],
)
def test_what_a_folder_is_refused_for(
    tmp_path: Path, name: str, change: Callable[[str], str], code: str
) -> None:
    assert code in _changed(tmp_path, name, change)


def test_editions_of_one_folder_must_not_overlap(tmp_path: Path) -> None:
    text = (PACKAGED / "hj212" / "protocol-2025.yaml").read_text("utf-8")
    (tmp_path / "a.yaml").write_text(text, "utf-8")
    (tmp_path / "b.yaml").write_text(text, "utf-8")
    assert [p.code for p in check_hj212(tmp_path)] == ["R021"]
    assert check_hj212() == ()


def test_a_province_can_add_its_codes(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        """kind: hj212-factors
edition: factors-example
scope: example
document: 示例
clause: 示例
valid_from: 2020-01-01
valid_to: 2026-06-30
source: [s1]
status: unverified
sources:
- {id: s1, document: 示例，不是真实文件}
rows:
- {code: i13555, zh: 示例参数, en: example, unit: mg/L, type: N3.1}
""",
        "utf-8",
    )
    own = load_hj212(tmp_path)
    (factor,) = own.factors("i13555", date(2026, 1, 1), "example")
    assert factor.ref.status == "unverified"
    assert own.factors("i13555", date(2026, 1, 1)) == ()
    assert own.factors("i13555", date(2026, 7, 1), "example") == ()
    assert own.factors("i13555", date(2019, 1, 1), "example") == (factor,)  # before its first table


def test_other_rooms_pass_these_files_over(tmp_path: Path) -> None:
    from lantian.rulebook import load_rulebook

    for file in (PACKAGED / "hj212").glob("*.yaml"):
        (tmp_path / file.name).write_text(file.read_text("utf-8"), "utf-8")
    assert load_rulebook(tmp_path)
