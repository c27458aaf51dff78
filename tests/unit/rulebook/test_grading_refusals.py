"""Every refusal of a grading table (R040 to R056): provoked by one fault, told at its line.

Issue 3, section 1: checks of the loader; section 4: the loader refuses a table without cases.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from lantian.kernel.problem import LantianError, Problem
from lantian.rulebook.grading_tables import check_grading, load_grading
from lantian.rulebook.grading_tables.refusals import GRADING_REFUSALS

TABLE = """\
kind: indicators
industry: cellulose-ether
edition: test
document: 试验用指标表（虚构）
clause: 试验
valid_from: 2029-01-01
source: [t]
status: official
sources: [{id: t, document: 虚构, address: ''}]
without_general: [transport-road]
schemes: {甲: [A, B, C], 乙: [leading, non_leading]}
facts:
  - {id: pm, zh: 颗粒物, en: PM, unit: mg/m3}
  - {id: kind, zh: 工艺, en: kind, choices: {wet: 湿法, dry: 干法}}
rows:
  - id: pm
    dimension: emission_limit
    item_zh: 颗粒物
    subtypes: [甲]
    levels:
      A: {tests: {pm: '<= 10'}}
      B: {tests: {pm: '<= 20'}}
  - id: kind
    dimension: process
    item_zh: 工艺
    subtypes: [乙]
    levels: {leading: {tests: {kind: in dry}}}
absent: [{dimensions: [management], grades: [A], subtypes: [甲], note_zh: 未见}]
"""
CASES = """\
kind: grading-cases
industry: cellulose-ether
edition: test
clause: 试验
cases:
  - {row: pm, subtype: 甲, fact: pm, steps: [{10 mg/m3: A}]}
"""
PROCESS = """\
kind: grading-process
province: testland
province_zh: 试验省
edition: test
document: 虚构
clause: 虚构
valid_from: 2029-01-01
source: [t]
status: official
sources: [{id: t, document: 虚构, address: ''}]
energy_gate:
  clause: 能效
  source: [t]
  status: official
  needs: {A: benchmark}
  capped_at: C
  products: {coking: [coke-top-charged, no-such-product]}
"""
ENERGY = """\
kind: energy-levels
edition: test
document: 虚构
clause: 虚构
valid_from: 2029-01-01
source: [t]
status: official
sources: [{id: t, document: 虚构, address: ''}]
rows:
  - {id: x, area_zh: 甲, product_zh: 乙, unit: kgce/t, benchmark: 12, baseline: 10, attested: none,
     source: [t], status: official}
"""


def refused(folder: Path, **files: str) -> list[Problem]:
    for name, text in ({"table": TABLE, "cases": CASES} | files).items():
        if text:
            (folder / f"{name}.yaml").write_text(text, "utf-8")
    return list(check_grading(folder))


def test_the_table_itself_is_accepted(tmp_path: Path) -> None:
    assert refused(tmp_path) == []


Edit = Callable[[str], str]


def swap(old: str, new: str) -> Edit:
    def edit(text: str) -> str:
        assert text.count(old) >= 1, old
        return text.replace(old, new, 1)

    return edit


@pytest.mark.parametrize(
    ("code", "line", "edit"),
    [
        ("R040", 13, swap("unit: mg/m3}", "unit: mg/m3, yes_no: true}")),
        ("R040", 13, swap("unit: mg/m3}", "unit: furlong}")),
        ("R041", 21, swap("{pm: '<= 10'}", "{so2: '<= 10'}")),
        ("R042", 21, swap("'<= 10'", "ten")),
        ("R042", 27, swap("in dry", "in boiling")),
        ("R043", 21, swap("{tests: {pm: '<= 10'}}", "{tests: {pm: '<= 10'}, nothing: true}")),
        ("R043", 21, swap("{tests: {pm: '<= 10'}}", "{certainty: high}")),
        ("R044", 22, swap("      B: {tests: {pm: '<= 20'}}", "      C: {tests: {pm: '<= 20'}}")),
        ("R045", 20, swap("      B: {tests: {pm: '<= 20'}}\n", "")),
        ("R047", 21, swap("'<= 10'", "'<= 30'")),
        ("R048", 19, swap("subtypes: [甲]\n    levels", "subtypes: [丙]\n    levels")),
        ("R048", 28, swap("subtypes: [甲], note", "subtypes: [丙], note")),
        ("R049", 11, swap("[A, B, C]", "[A]")),
        ("R051", 10, swap("[transport-road]", "[no-such-row]")),
        ("R052", 21, swap("{tests: {pm: '<= 10'}}", "{tests: {pm: '<= 10'}, status: unverified}")),
    ],
)
def test_a_fault_of_the_table(tmp_path: Path, code: str, line: int, edit: Edit) -> None:
    found = [p for p in refused(tmp_path, table=edit(TABLE)) if p.code == code]
    assert found, code
    assert found[0].place.line == line
    assert found[0].place.file.endswith("table.yaml")
    assert found[0].remedy_zh
    assert found[0].remedy_en


@pytest.mark.parametrize(
    "edit",
    [
        swap("row: pm", "row: nmhc"),
        swap("fact: pm", "fact: nmhc"),
        swap("subtype: 甲", "subtype: 丁"),
        swap(": A}", ": D}"),
    ],
)
def test_a_case_that_names_what_the_table_has_not(tmp_path: Path, edit: Edit) -> None:
    found = refused(tmp_path, cases=edit(CASES))
    assert {p.code for p in found} == {"R051"}
    assert found[0].place.line == 6


def test_a_table_without_cases_is_refused(tmp_path: Path) -> None:
    assert [p.code for p in refused(tmp_path, cases="")] == ["R050"]


def test_no_table_on_a_day_before_the_guide() -> None:
    with pytest.raises(LantianError) as raised:
        load_grading().table("foundry", date(2010, 1, 1))
    assert raised.value.problems[0].code == "R053"
    assert "2010-01-01" in raised.value.problems[0].message_zh


def test_no_process_of_a_province() -> None:
    with pytest.raises(LantianError) as raised:
        load_grading().process("atlantis", date(2022, 12, 1))
    (problem,) = raised.value.problems
    assert problem.code == "R054"
    assert "shanxi" in problem.remedy_zh


def test_a_gate_may_only_name_products_of_the_energy_table(tmp_path: Path) -> None:
    found = refused(tmp_path, process=PROCESS)
    assert [(p.code, p.place.line) for p in found] == [("R055", 17)]
    assert "no-such-product" in found[0].message_zh


def test_a_benchmark_is_not_wider_than_its_baseline(tmp_path: Path) -> None:
    found = refused(tmp_path, energy=ENERGY)
    assert "R056" in {p.code for p in found}
    assert "12 > 10" in found[0].message_zh


def test_every_code_of_the_catalogue_is_provoked_here() -> None:
    text = Path(__file__).read_text("utf-8")
    assert [code for code in GRADING_REFUSALS if f'"{code}"' not in text] == []
