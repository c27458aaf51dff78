"""Signed daily roots: any flipped bit, removed or moved event or seal, another key: named (issue 4, section 1)."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.adapters.crypto.signing import PrivateKey, new_key
from lantian.domain.ledger.chain import START, Entry, following
from lantian.domain.ledger.merkle import proof, root
from lantian.domain.ledger.seal import (
    Seal,
    as_dict,
    day_of,
    faults,
    from_dict,
    next_range,
    seal_hash,
    statement,
    unsealed,
)
from lantian.jobs.ledger.keys import public_keys
from lantian.jobs.ledger.prove import run_prove
from lantian.jobs.ledger.verify import VerifyRun, run_verify
from lantian.kernel.problem import LantianError

DAYS = (
    "2026-12-15",
    "2026-12-15",
    "2026-12-15",
    "2026-12-16",
    "2026-12-18",
    "2026-12-18",
    "2026-12-19",
)
KEY = new_key("ed25519")  # one SM2 case below: its signatures take 10 ms, and hypothesis tries many
OTHER = new_key("ed25519")


def entries() -> list[Entry]:
    made: list[Entry] = []
    for i, day in enumerate(DAYS):
        event = {
            "what": "order.issued",
            "at": f"{day}T0{i}:30:00+08:00",
            "values": {"firm": f"F{i:04}"},
            "files": {},
        }
        made.append(following("sm3", made[-1] if made else None, event))
    return made


def sealed(whole: list[Entry], key: PrivateKey = KEY, *days: str) -> list[Seal]:
    seals: list[Seal] = []
    for day in days or ("2026-12-15", "2026-12-16", "2026-12-18"):
        covered = seals[-1].last if seals else 0
        found = next_range(((e.number, day_of(e.event)) for e in whole if e.number > covered), day)
        assert found is not None
        first, last = found
        top = root("sm3", [e.hash for e in whole if first <= e.number <= last])
        before = seal_hash(seals[-1]) if seals else START
        bare = Seal(day, first, last, top, before, "sm3", key.scheme, key.public.fingerprint)
        seals.append(replace(bare, signature=key.sign(statement(bare)).hex()))
    return seals


@cache
def sound() -> tuple[str, ...]:
    return tuple(lines(entries(), sealed(entries())))


def lines(whole: list[Entry], seals: list[Seal]) -> list[str]:
    made: list[dict[str, Any]] = [
        {"ledger": "lantian-1", "algorithm": "sm3", "exported_on": "2026-12-19"}
    ]
    made += [
        {"number": e.number, "before": e.before, "event": e.event, "hash": e.hash} for e in whole
    ]
    made += [{"seal": as_dict(seal)} for seal in seals]
    return [json.dumps(line, ensure_ascii=False) for line in made]


def verified(
    folder: Path, text: str | list[str] | tuple[str, ...], key: PrivateKey | None = KEY
) -> VerifyRun:
    path = folder / "ledger.jsonl"
    path.write_text(text if isinstance(text, str) else "\n".join(text) + "\n", "utf-8")
    return run_verify(path, None, None if key is None else {key.public.fingerprint: key.public})


def named(run: VerifyRun) -> set[str]:
    return {p.code for p in run.problems}


def test_a_sealed_ledger_is_sound(tmp_path: Path) -> None:
    run = verified(tmp_path, sound())
    assert (run.problems, run.seals, run.last_sealed, run.signatures_checked) == (
        [],
        3,
        "2026-12-18",
        True,
    )
    assert not verified(tmp_path, sound(), None).signatures_checked


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_any_flipped_bit_is_found(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(("\n".join(sound()) + "\n").encode())
    start = content.index(b"\n") + 1  # the head is no part of the record
    at = data.draw(st.integers(start, len(content) - 1))
    content[at] ^= 1 << data.draw(st.integers(0, 7))
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(bytes(content))
    try:
        after = [json.loads(line) for line in content.decode().splitlines()]
    except (ValueError, UnicodeError):
        after = None
    if after == [json.loads(line) for line in sound()]:
        return  # white space between two values says the same
    try:
        problems = list(run_verify(path, None, {KEY.public.fingerprint: KEY.public}).problems)
    except LantianError as error:
        problems = list(error.problems)
    assert problems, content[max(0, at - 30) : at + 30]


@given(st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_removed_or_moved_line_is_found(tmp_path: Path, data: st.DataObject) -> None:
    whole = list(sound())
    newest = len(
        DAYS
    )  # of today: no seal yet, so only what was sent elsewhere stands against its loss
    at = data.draw(st.sampled_from([i for i in range(1, len(whole)) if i != newest]))
    removed = [line for i, line in enumerate(whole) if i != at]
    assert named(verified(tmp_path, removed)), whole[at][:80]
    seals = range(len(DAYS) + 1, len(whole))
    i = data.draw(st.sampled_from(range(1, len(whole) - 1)))
    moved = [*whole[:i], whole[i + 1], whole[i], *whole[i + 2 :]]
    if (i in seals) == (i + 1 in seals):  # an event and a seal may stand either way round
        assert named(verified(tmp_path, moved))


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_removed_seal_is_named_by_its_day(tmp_path: Path, lost: int) -> None:
    seals = sealed(entries())
    gone = seals.pop(lost)
    run = verified(tmp_path, lines(entries(), seals))
    assert named(run) == ({"V013"} if lost == 2 else {"V008", "V009"})
    following_day = DAYS[seals[lost].first - 1] if lost < 2 else gone.day
    assert {p.message_zh[:10] for p in run.problems} == {following_day}


def test_the_newest_events_cannot_be_cut_off_below_a_seal(tmp_path: Path) -> None:
    cut = entries()[:-3]
    run = verified(tmp_path, lines(cut, sealed(entries())))
    assert named(run) == {"V009"}
    assert "2026-12-18" in run.problems[0].message_zh


def test_a_new_chain_by_whoever_owns_the_database_is_found(tmp_path: Path) -> None:
    forged: list[Entry] = []
    for entry in entries():  # an order never was: everything after it is hashed anew
        if entry.number != 2:
            forged.append(following("sm3", forged[-1] if forged else None, entry.event))
    assert (
        named(verified(tmp_path, lines(forged, sealed(forged)))) == set()
    )  # the key itself was used
    assert named(verified(tmp_path, lines(forged, sealed(forged, OTHER)))) == {"V011"}
    claimed = [replace(s, key=KEY.public.fingerprint) for s in sealed(forged, OTHER)]
    assert "V012" in named(verified(tmp_path, lines(forged, claimed)))
    assert {"V009", "V010"} <= named(verified(tmp_path, lines(forged, sealed(entries()))))


def test_an_order_of_days_and_a_day_over_its_end(tmp_path: Path) -> None:
    late = sealed(entries())
    bare = replace(late[0], day="2026-12-14")
    late = [replace(bare, signature=KEY.sign(statement(bare)).hex())]
    assert "V009" in named(
        verified(tmp_path, lines(entries(), late))
    )  # events of the 15th under the 14th


def test_a_missing_day_is_no_fault_where_no_key_was_given(tmp_path: Path) -> None:
    assert named(verified(tmp_path, lines(entries(), []), None)) == set()
    run = verified(tmp_path, lines(entries(), []))
    assert [p.message_zh[:10] for p in run.problems] == ["2026-12-15", "2026-12-16", "2026-12-18"]


def test_days_in_between_without_events_need_no_seal() -> None:
    days = {e.number: day_of(e.event) for e in entries()}
    assert unsealed(days, 0, "2026-12-19") == ["2026-12-15", "2026-12-16", "2026-12-18"]
    assert unsealed(days, 4, "2026-12-18") == []
    assert day_of({"at": "2026-12-16T16:30:00+00:00"}) == "2026-12-17"  # Beijing
    assert day_of({"at": "2026-12-16T16:30:00"}) == day_of({}) == ""


def test_an_event_of_a_clock_set_back_goes_under_the_next_seal() -> None:
    rows = [(5, "2026-12-17"), (6, "2026-12-16"), (7, "2026-12-18")]
    assert next_range(rows, "2026-12-16") == (5, 6)
    assert next_range(rows, "2026-12-17") == (5, 6)
    assert next_range(rows, "2026-12-15") is None


def test_two_keys_after_a_change_of_keys(tmp_path: Path) -> None:
    whole = entries()
    first = sealed(whole, KEY, "2026-12-15")
    rest = [e for e in whole if e.number > first[0].last]
    bare = Seal("2026-12-18", 4, 6, root("sm3", [e.hash for e in rest[:3]]), seal_hash(first[0]), "sm3",
                OTHER.scheme, OTHER.public.fingerprint)  # fmt: skip
    seals = [*first, replace(bare, signature=OTHER.sign(statement(bare)).hex())]
    path = tmp_path / "ledger.jsonl"
    path.write_text("\n".join(lines(whole, seals)) + "\n")
    both = {k.public.fingerprint: k.public for k in (KEY, OTHER)}
    assert run_verify(path, None, both).problems == []
    assert named(verified(tmp_path, lines(whole, seals))) == {"V011"}


@pytest.mark.parametrize("value", [{}, {"day": "x"}, {"day": 3}, None, "seal"])
def test_a_seal_that_cannot_be_read_is_told(tmp_path: Path, value: Any) -> None:
    text = [*sound()[: len(DAYS) + 1], json.dumps({"seal": value})]
    assert "V007" in named(verified(tmp_path, text))


def test_a_signature_has_one_way_to_be_written() -> None:
    value = as_dict(sealed(entries())[0])
    assert from_dict(value).signature == value["signature"]
    for other in (str(value["signature"]).upper(), str(value["signature"]) + " ", "zz"):
        with pytest.raises(ValueError, match=r"signature|hexadecimal"):
            from_dict(value | {"signature": other})
    with pytest.raises(ValueError, match="more"):
        from_dict(value | {"more": 1})


def test_seals_by_sm2(tmp_path: Path) -> None:
    key = new_key("sm2-sm3")
    text = lines(entries(), sealed(entries(), key))
    assert named(verified(tmp_path, text, key)) == set()
    assert named(verified(tmp_path, text, new_key("sm2-sm3"))) == {"V011"}
    other = [*text[:-1], text[-1].replace('"last": 6', '"last": 5')]
    assert {"V010", "V012"} <= named(verified(tmp_path, other, key))
    checks = {key.public.fingerprint: key.public.verifies}
    whole = entries()
    got = faults("sm3", {e.number: e.hash for e in whole}, {e.number: day_of(e.event) for e in whole},
                 sealed(whole, key), checks)  # fmt: skip
    assert list(got) == []


# --- one event ----------------------------------------------------------------------------------


def one_event(number: int) -> dict[str, Any]:
    whole = entries()
    seal = next(s for s in sealed(whole) if s.first <= number <= s.last)
    hashes = [e.hash for e in whole if seal.first <= e.number <= seal.last]
    entry, place = whole[number - 1], number - seal.first
    return {"number": number, "before": entry.before, "event": entry.event, "hash": entry.hash, "day": seal.day,
            "place": place, "size": len(hashes), "path": list(proof("sm3", hashes, place)), "root": seal.root,
            "algorithm": "sm3", "seal": as_dict(seal), "holds": True}  # fmt: skip


def proved(folder: Path, value: Any, key: PrivateKey | None = KEY) -> list[str]:
    path = folder / "event.json"
    path.write_text(json.dumps(value, ensure_ascii=False))
    run = run_prove(path, {key.public.fingerprint: key.public} if key else {})
    return [p.code for p in run.problems]


def test_one_event_is_proved_up_to_the_signed_root(tmp_path: Path) -> None:
    for number in range(1, 7):
        value = one_event(number)
        assert proved(tmp_path, value) == []
        for change in ({"event": value["event"] | {"what": "else"}}, {"hash": "0" * 64}, {"root": "0" * 64},
                       {"place": 9}, {"before": "1" * 64}, {"seal": value["seal"] | {"root": "0" * 64}},
                       {"seal": value["seal"] | {"first": 0}}, {"seal": value["seal"] | {"day": "2026-12-01"}},
                       {"seal": None}):  # fmt: skip
            assert proved(tmp_path, value | change) == ["V017"], change
        assert proved(tmp_path, value, OTHER) == ["V017"]
    assert proved(tmp_path, one_event(1) | {"seal": None}, None) == []


@pytest.mark.parametrize("value", [[], {}, {"number": "x"}, {"number": 1, "seal": 3}])
def test_what_is_no_proof_is_said(tmp_path: Path, value: Any) -> None:
    with pytest.raises(LantianError) as caught:
        proved(tmp_path, value)
    assert caught.value.problems[0].code == "V017"


def test_key_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    for path, code in (
        (tmp_path / "none.json", "V001"),
        (tmp_path / "x.json", "V002"),
        (tmp_path, "V002"),
    ):
        with pytest.raises(LantianError) as caught:
            public_keys([path])
        assert caught.value.problems[0].code == code
