"""The catalogue of every rule: no packaged file is left out, ids are those that results cite."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import lantian.rulebook as rulebook
from lantian.kernel.problem import LantianError
from lantian.rulebook.air_tables.load import AIR_KINDS
from lantian.rulebook.catalogue import SUBJECTS_ZH, catalogue
from lantian.rulebook.files import rule_paths
from lantian.rulebook.rooms import read_room
from lantian.rulebook.water_tables.load import WATER_KINDS

PACKAGED = Path(rulebook.__file__).parent
NO_RULES = "/cases/"  # expected grades, for tests


def test_no_dated_file_is_left_out() -> None:
    listed = {one.file for one in catalogue()}
    editions = {one.head.edition for one in catalogue()}
    for path in rule_paths(PACKAGED):
        shown = "rulebook/" + path.relative_to(PACKAGED).as_posix()
        if shown in listed or NO_RULES in shown or shown == "rulebook/industries.yaml":
            continue
        lines = path.read_text("utf-8").splitlines()
        edition = next(
            (ln.split(":", 1)[1].strip().strip("\"'") for ln in lines if ln.startswith("edition:")),
            "",
        )
        assert not edition or edition in editions, shown


def test_ids_are_those_that_results_cite() -> None:
    listed = {(one.head.rule_id, one.head.edition) for one in catalogue()}
    for folder, kinds in (("air", AIR_KINDS), ("water", WATER_KINDS)):
        for series in read_room(folder, kinds, ()).values():
            for entry in series.entries:
                assert (entry.head.rule_id, entry.head.edition) in listed


def test_every_entry_has_subject_document_source_and_mark() -> None:
    for one in catalogue():
        assert one.subject in SUBJECTS_ZH
        assert one.head.document
        assert one.head.sources
        assert one.head.status


def test_editions_of_a_rule_follow_each_other() -> None:
    index = [one.head for one in catalogue() if one.head.rule_id == "air.index"]
    assert [head.edition for head in index] == ["2012", "2026"]
    assert [head.in_force(date(2026, 3, 1)) for head in index] == [False, True]


def test_a_damaged_folder_is_refused_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("kind: air-index\nedition: x\n", "utf-8")
    with pytest.raises(LantianError) as caught:
        catalogue(tmp_path)
    assert all("own.yaml" in p.place.file for p in caught.value.problems)
