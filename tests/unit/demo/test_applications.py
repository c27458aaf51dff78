"""Applications of the demo city: the facts come to the grades of the list, computed like anybody's.

Issue 3, section 3: two batches of 3 A + 24 B + 46 leading and 5 A + 9 B + 12 leading, 99 of 1,555.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.demo.applications.bands import Band, within
from lantian.demo.applications.invert import Inverter
from lantian.demo.applications.write import write_applications
from lantian.demo.city import make_city
from lantian.demo.draw import generator
from lantian.demo.parameters import load_parameters
from lantian.demo.write import write_city
from lantian.domain.grading.assess import Assessor
from lantian.domain.grading.compiled import CompiledTable
from lantian.domain.grading.evaluate import Settings
from lantian.domain.inventory.model import Firm
from lantian.jobs.grading.run import GradeRun, run_grade
from lantian.jobs.grading.summary import summary_of
from lantian.rulebook.grading_tables import load_grading

DAY = date(2022, 12, 31)


def graded(folder: Path, *, unverified: bool = True) -> GradeRun:
    return run_grade(
        folder / "applications.xlsx",
        day=DAY,
        province="shanxi",
        use_unverified=unverified,
        evidence=folder / "evidence",
    )


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("city")
    write_applications(out, make_city(1555, 1).firms, load_parameters(), 1)
    return out


@pytest.fixture(scope="module")
def run(city: Path) -> GradeRun:
    return graded(city)


def test_two_batches_of_73_and_26_are_99_of_1555(run: GradeRun) -> None:
    summary = summary_of(run)
    counts = [(dict(one.counts), one.total) for one in summary.rounds]
    assert counts == [({"A": 3, "B": 24, "leading": 46}, 73), ({"A": 5, "B": 9, "leading": 12}, 26)]
    assert (summary.firms, summary.noticed) == (1555, 99)


def test_every_firm_comes_to_the_grade_of_the_list(run: GradeRun) -> None:
    listed = {f.firm_id: f.grade for f in make_city(1555, 1).firms}
    found = {r.firm_id: r.grade for r in run.results}
    wanted = {firm: "" if g is None or g == "ungraded" else g.value for firm, g in listed.items()}
    assert found == wanted


def test_nothing_of_it_is_refused_and_the_evidence_holds(run: GradeRun) -> None:
    assert run.problems == ()
    assert {check.state for check in run.evidence} == {"same"}
    assert run.unused == 0


def test_most_of_the_99_are_computed_and_the_rest_decided_by_a_named_person(run: GradeRun) -> None:
    noticed = [r for one in summary_of(run).rounds for r in one.firms]
    basis = Counter(r.basis.value for r in noticed)
    assert basis["computed"] > 80
    assert set(basis) == {"computed", "decided"}
    assert all(r.provisional for r in noticed if r.basis.value == "computed")


def test_one_worse_fact_changes_the_count(run: GradeRun) -> None:
    first = next(r for r in run.results if r.grade == "A" and r.basis.value == "computed")
    application = next(a for a in run.applications if a.firm_id == first.firm_id)
    part = application.parts[0]
    worse = tuple(
        replace(f, text="否") if f.text == "是" else replace(f, text="0%") if "%" in f.text else f
        for f in part.facts
    )
    changed = replace(application, parts=(replace(part, facts=worse),))
    assessor = Assessor(run.rulebook, run.rules, DAY, "shanxi", Settings(use_unverified=True))
    assert assessor.firm(application).grade == "A"
    assert assessor.firm(changed).grade != "A"


def test_without_unverified_rows_a_computed_grade_leans_on_none(city: Path) -> None:
    results = graded(city, unverified=False).results
    computed = [r for r in results if r.basis.value == "computed"]
    assert computed
    # Only refutation by attested rows: the lowest grade of the scheme.
    assert all(r.grade == r.parts[0].scheme[-1] for r in computed)
    assert not any(r.provisional or r.parts[0].unverified for r in computed)
    assert sum(r.basis.value == "undecidable" for r in results) > 1000


def test_same_seed_same_bytes_another_seed_other_facts(tmp_path: Path) -> None:
    digests = []
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        done = write_city(tmp_path / name, firms=60, seed=seed)
        assert done.applications is not None
        digests.append(hashlib.sha256(done.applications.read_bytes()).hexdigest())
    assert digests[0] == digests[1] != digests[2]


def test_a_city_beyond_one_workbook_of_applications_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lantian.demo.write.MOST_APPLICANTS", 59)
    done = write_city(tmp_path, firms=60, seed=1)
    assert done.applications is None
    assert "lantian grade" not in done.readme.read_text("utf-8")


@pytest.mark.parametrize("slug", ["coking", "foundry", "cement", "furniture", "industrial-coating"])
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), share=st.integers(1, 99))
def test_any_value_of_a_band_gives_the_same_grade(slug: str, seed: int, share: int) -> None:
    table = load_grading().table(slug, DAY)
    subtype = next(iter(table.schemes))
    inverter = Inverter(table, subtype)
    compiled = CompiledTable(table, subtype, Settings(use_unverified=True))
    for wanted in table.schemes[subtype]:
        bands = inverter.find(wanted, generator(seed, 0))
        assert bands is not None, (slug, wanted)
        facts = {
            fact: band.value
            if band.low is None
            else within(band, Fraction(share, 100), whole=share % 2 == 0)
            for fact, band in bands.items()
        }
        found = compiled.grade(facts)
        assert (found.proven, found.possible) == (wanted, wanted)


def test_a_value_in_a_band_is_short_and_never_its_edge() -> None:
    narrow = Band(Fraction(1005, 100), Fraction(10), Fraction(101, 10))
    for share in range(1, 100):
        value = within(narrow, Fraction(share, 100), whole=False)
        assert Fraction(10) < value < Fraction(101, 10)
        assert value.denominator <= 10_000
    assert within(Band(Fraction(1), Fraction(1), Fraction(1)), Fraction(1, 2), whole=True) == 1


def test_ungraded_firms_hand_in_a_name_and_nothing_else(run: GradeRun) -> None:
    ungraded = {f.firm_id for f in make_city(1555, 1).firms if f.grade == "ungraded"}
    rows: list[Firm] = [f for f in make_city(1555, 1).firms if f.firm_id in ungraded]
    assert rows
    for application in run.applications:
        if application.firm_id in ungraded:
            assert not application.applied_on_text
            assert not application.parts[0].facts
            assert not application.parts[0].decisions
