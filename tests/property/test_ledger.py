"""Any flipped bit, removed or moved entry is found and named (issue 4, section 1)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.domain.ledger.canonical import NotCanonicalError, canonical
from lantian.domain.ledger.chain import ALGORITHMS, Entry, breaks, digest, following
from lantian.domain.ledger.merkle import proof, proves, root
from lantian.jobs.ledger.complaint import COMPLAINTS
from lantian.jobs.ledger.verify import run_verify
from lantian.kernel.problem import LantianError

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8).filter(
    lambda t: t.isascii() or t == __import__("unicodedata").normalize("NFC", t)
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
events = st.dictionaries(texts, values, min_size=1, max_size=4)
algorithms = st.sampled_from(ALGORITHMS)


def chain(algorithm: str, events: list[dict[str, Any]]) -> list[Entry]:
    found: list[Entry] = []
    for event in events:
        found.append(following(algorithm, found[-1] if found else None, event))
    return found


@given(algorithms, st.lists(events, max_size=6))
def test_a_chain_as_written_holds(algorithm: str, given_events: list[dict[str, Any]]) -> None:
    assert list(breaks(algorithm, chain(algorithm, given_events))) == []


@given(algorithms, st.lists(events, min_size=2, max_size=6), st.data())
def test_a_removed_or_moved_entry_is_named(algorithm, given_events, data) -> None:  # type: ignore[no-untyped-def]
    whole = chain(algorithm, given_events)
    at = data.draw(st.integers(0, len(whole) - 2))
    removed = whole[:at] + whole[at + 1 :]
    assert {b.number for b in breaks(algorithm, removed)} == {at + 2}
    moved = [*whole[:at], whole[at + 1], whole[at], *whole[at + 2 :]]
    assert {b.number for b in breaks(algorithm, moved)} >= {at + 1, at + 2}


@given(algorithms, st.lists(events, min_size=1, max_size=5), events, st.data())
def test_an_altered_entry_is_named(algorithm, given_events, other, data) -> None:  # type: ignore[no-untyped-def]
    whole = chain(algorithm, given_events)
    at = data.draw(st.integers(0, len(whole) - 1))
    if canonical(other) == canonical(whole[at].event):
        return
    whole[at] = Entry(whole[at].number, whole[at].before, other, whole[at].hash)
    assert [(b.number, b.kind) for b in breaks(algorithm, whole)] == [(at + 1, "hash")]


@given(events)
def test_the_same_event_has_one_form(event: dict[str, Any]) -> None:
    turned = dict(reversed(list(event.items())))
    assert canonical(event) == canonical(turned)
    assert json.loads(canonical(event)) == json.loads(json.dumps(event))


@pytest.mark.parametrize(
    "event", [{"a": 0.1}, {"a": {1: 2}}, {"a": "e\u0301"}, {"a": {1, 2}}, {"a": "\ud800"}]
)
def test_what_has_no_one_form_is_refused(event: Any) -> None:
    with pytest.raises(NotCanonicalError):
        canonical(event)


@given(algorithms, st.integers(1, 40), st.data())
def test_every_entry_is_provable_and_no_other(algorithm, size, data) -> None:  # type: ignore[no-untyped-def]
    hashes = [digest(algorithm, str(i).encode()) for i in range(size)]
    top = root(algorithm, hashes)
    at = data.draw(st.integers(0, size - 1))
    path = proof(algorithm, hashes, at)
    assert proves(algorithm, hashes[at], at, size, path, top)
    other = digest(algorithm, b"other")
    assert not proves(algorithm, other, at, size, path, top)
    if size > 1:
        assert not proves(algorithm, hashes[at], (at + 1) % size, size, path, top)
    assert not proves(algorithm, hashes[at], size, size, path, top)


def test_known_values() -> None:
    # GB/T 32905-2016, annex A: SM3 of "abc".
    assert (
        digest("sm3", b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )
    with pytest.raises(ValueError, match="md5"):
        digest("md5", b"")


# --- the exported file ----------------------------------------------------------------------


def export(
    path: Path, entries: list[Entry], files: dict[str, bytes], algorithm: str = "sm3"
) -> Path:
    lines: list[dict[str, Any]] = [{"ledger": "lantian-1", "algorithm": algorithm}]
    lines += [
        {"number": e.number, "before": e.before, "event": e.event, "hash": e.hash} for e in entries
    ]
    if entries:
        lines.append({"root": root(algorithm, [e.hash for e in entries]), "first": 1, "last": len(entries),
                      "day": "2026-12-17"})  # fmt: skip
    path.write_text(
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8"
    )
    for name, content in files.items():
        (path.parent / name).write_bytes(content)
    return path


def sample(folder: Path) -> Path:
    photo = b"photo"
    own = digest("sm3", photo)
    entries = chain("sm3", [{"what": "order.issued", "firm": "F0001"}, {"what": "receipt", "files": {"p.jpg": own}},
                            {"what": "alert.lifted"}])  # fmt: skip
    return export(folder / "ledger.jsonl", entries, {own: photo})


def test_a_sound_export(tmp_path: Path) -> None:
    run = run_verify(sample(tmp_path), tmp_path)
    assert (run.entries, run.days, run.files_checked, run.problems) == (3, 1, 1, [])


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_flipped_bit_is_found(tmp_path: Path, data: st.DataObject) -> None:
    path = sample(tmp_path)
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= 1 << data.draw(st.integers(0, 7))
    before = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    path.write_bytes(bytes(content))
    try:
        after = [json.loads(line) for line in content.decode().splitlines()]
    except (ValueError, UnicodeError):
        after = None
    if after == before:  # white space between two values says the same
        return
    if (
        after is not None
        and after[:-1] == before[:-1]
        and after[-1].get("root") == before[-1]["root"]
    ):
        return  # the label of the day stands outside the hashes
    try:
        problems = run_verify(path, tmp_path).problems
    except LantianError as error:
        problems = list(error.problems)
    assert problems, content[max(0, at - 20) : at + 20]


CASES = {
    "Y001": lambda lines: ["{}", *lines[1:]],
    "Y002": lambda lines: [lines[0], '{"number": 1}', *lines[2:]],
    "Y003": lambda lines: [lines[0], *lines[2:]],
    "Y004": lambda lines: [lines[0], *lines[2:]],
    "Y005": lambda lines: [lines[0], lines[1].replace("F0001", "F0002"), *lines[2:]],
    "Y006": lambda lines: [*lines[:-1], lines[-1].replace('"last": 3', '"last": 2')],
}


@pytest.mark.parametrize("code", sorted(CASES))
def test_each_code_of_the_file(code: str, tmp_path: Path) -> None:
    path = sample(tmp_path)
    path.write_text(
        "\n".join(CASES[code](path.read_text("utf-8").splitlines())) + "\n", encoding="utf-8"
    )
    try:
        found = run_verify(path, tmp_path).problems
    except LantianError as error:
        found = list(error.problems)
    assert code in {p.code for p in found}
    assert all(p.place.line and p.remedy_zh for p in found)


def test_missing_and_altered_files_are_named(tmp_path: Path) -> None:
    path = sample(tmp_path)
    photo = next(p for p in tmp_path.iterdir() if len(p.name) == 64)
    photo.write_bytes(b"another")
    assert [p.code for p in run_verify(path, tmp_path).problems] == ["Y008"]
    photo.unlink()
    assert [p.code for p in run_verify(path, tmp_path).problems] == ["Y007"]
    assert {*CASES, "Y007", "Y008"} == set(COMPLAINTS)


@given(st.binary(max_size=100))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_end_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(content)
    with pytest.raises(LantianError) as caught:
        run_verify(path)
    assert caught.value.problems[0].code == "Y001"
