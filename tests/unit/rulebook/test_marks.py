"""No rule without source and status, no mark better than the reference gives it.

Requirements: design rules 1 and 3; marks of the references ([V] official, [V2] secondary).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from lantian.rulebook import load_rulebook
from lantian.rulebook.loader import packaged_paths
from lantian.rulebook.model import Status
from lantian.rulebook.status import coverage
from lantian.rulebook.yamlio import Lines, YamlTrouble, read_yaml

# Sources the references mark [V]: seen at an official or first-hand host.
FIRST_HAND = {"R7", "R9", "R18", "R27", "R32", "R36", "R38", "R40", "R42"}


def test_every_rule_has_a_document_a_clause_a_source_and_a_status() -> None:
    heads = load_rulebook().rules()
    assert len(heads) > 150
    for head in heads:
        assert head.document
        assert head.clause
        assert head.sources, head.rule_id
        assert head.source.split() == [s.source_id for s in head.sources]
        assert all(s.document for s in head.sources)
        assert isinstance(head.status, Status)


def test_official_only_where_the_reference_saw_the_text() -> None:
    book = load_rulebook()
    for head in book.rules():
        if head.status is Status.OFFICIAL:
            assert {s.source_id for s in head.sources} & FIRST_HAND, head
    for industry in book.industries():
        for row in industry.local_measures:
            if row.ref.status == "official":
                assert row.place_zh == "河北省"  # R42, the province's own briefing
        assert all(row.ref.status == "unverified" for row in industry.recalled)


@pytest.mark.parametrize("path", packaged_paths(), ids=lambda p: p.name)
def test_every_row_of_every_file_is_marked(path: Path) -> None:
    """Walks the raw files, so that a row the builder forgets is found as well."""
    text = path.read_text("utf-8")
    data = read_yaml(text)
    named = {row["id"] for row in data["sources"]}

    def walk(node: object) -> None:
        if isinstance(node, dict):
            if "source" in node:
                assert "status" in node, node
                ids = node["source"] if isinstance(node["source"], list) else [node["source"]]
                assert set(ids) <= named, node
                official = node["status"] == "official"
                assert not official or set(ids) & (FIRST_HAND | {"n3"}), node
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(data)


def test_a_document_read_in_one_source_is_not_called_official() -> None:
    """[O] of the fraud reference and reprints of the Code stay secondary."""
    book = load_rulebook()
    statuses = {a.law(d, day).head.status for a, d, day in _laws(book)}
    assert statuses == {Status.SECONDARY, Status.UNVERIFIED}


def _laws(book):  # type: ignore[no-untyped-def]
    for duty, series in book.laws.items():
        for entry in series.entries:
            yield book, duty, entry.head.valid_from


def test_where_a_date_is_not_known_to_the_day_the_note_says_so() -> None:
    for path in packaged_paths():
        data = read_yaml(path.read_text("utf-8"))
        known = data.get("dates_known_to", "day")
        if data.get("valid_from") == date(2020, 1, 1):
            assert known == "year", path.name
    head = load_rulebook().targets(date(2026, 1, 1)).head
    assert "只知到年" in head.note


def test_coverage_adds_up() -> None:
    found = coverage(load_rulebook())
    rows = {row["slug"]: row for row in found["industries"]}
    assert [row["no"] for row in found["industries"]] == [*range(1, 40), 0]
    assert rows["cement"]["rows"] == {"official": 0, "secondary": 12, "unverified": 0, "design": 0}
    assert rows["cement"]["general_rows"] == 3
    assert rows["ferroalloy"]["rows"]["secondary"] == 4
    assert rows["waterproofing"]["missing"] == 0  # its measures are whole
    for row in found["industries"]:
        assert row["missing"] == sum(
            len(m["grades"]) * len(m["levels"]) if m["what"] == "measures" else 1
            for m in row["missing_items"]
        )
    whole = {slug for slug, row in rows.items() if not row["missing"]}
    assert whole == {"secondary-nonferrous", "glass", "waterproofing"}
    totals = found["totals"]
    assert totals["missing"] == sum(row["missing"] for row in rows.values())
    assert totals["rows"]["secondary"] == sum(r["rows"]["secondary"] for r in rows.values())


def test_own_reader_agrees_with_the_full_one() -> None:
    for path in packaged_paths():
        text = path.read_text("utf-8")
        own, full = read_yaml(text), yaml.safe_load(text)
        assert _floats(own) == full


def _floats(node: object) -> object:
    if isinstance(node, dict):
        return {key: _floats(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_floats(value) for value in node]
    return float(node) if type(node).__name__ == "Decimal" else node  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "kind", "line"),
    [
        ("a: 1\na: 2\n", "duplicate", 2),
        ("a: &x 1\nb: *x\n", "alias", 2),
        ("a: [\n", "syntax", 2),
        ("a: 1\n---\nb: 2\n", "documents", 2),
        ("? [1]\n: 2\n", "syntax", 1),
    ],
)
def test_own_reader_refuses(text: str, kind: str, line: int) -> None:
    with pytest.raises(YamlTrouble) as caught:
        read_yaml(text)
    assert (caught.value.kind, caught.value.line) == (kind, line)


def test_own_reader_takes_an_empty_file() -> None:
    assert read_yaml("") is None
    assert read_yaml("a: 0.10\nb: '0.10'\n")["b"] == "0.10"


def test_lines_are_found() -> None:
    lines = Lines("a:\n- x: 1\n- y:\n    z: 2\n")
    assert lines.at(["a", 1, "y", "z"]) == 4
    assert lines.at(["a", 1, "missing"]) == 3
    assert lines.at(["a", 7]) == 1
    assert Lines("").at(["a"]) == 1
