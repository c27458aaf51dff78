"""Layouts are data: the schema refuses what it does not know, and the docs tell the same codes."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from lantian.adapters.excel import units
from lantian.adapters.excel.codes import CODES
from lantian.adapters.excel.fields import FIELDS
from lantian.adapters.excel.layout import LayoutFaultError, parse_layout
from lantian.jobs.lists import layout_names, load_layout
from lantian.kernel.problem import LantianError

DOCS = Path(__file__).parents[3] / "docs" / "layouts.md"


def minimal() -> dict:
    return {
        "layout": "x",
        "title_zh": "某",
        "title_en": "x",
        "tables": {"total": {"sheet": "s", "columns": [{"field": "sector", "header": "部门"}]}},
    }


@pytest.mark.parametrize("name", ["lantian-1", "city-2024"])
def test_packaged_layouts_hold_every_field(name):
    layout = load_layout(name)
    assert layout.writable
    assert layout.not_collected == frozenset()
    for table, fields in FIELDS.items():
        held = {c.spec.key for c in layout.tables[table].columns}
        if layout.tables[table].wide:
            held.add("level")
        assert held == set(fields), table


def test_every_packaged_layout_loads():
    assert {"lantian-1", "city-2024"} <= set(layout_names())
    for name in layout_names():
        assert load_layout(name).name == name


def column(**extra):
    data = minimal()
    data["tables"]["total"]["columns"].append({"field": "daily_kg.SO2", "header": "h", **extra})
    return data


def table(name, key, **extra):
    body = {"sheet": "s", "columns": [{"field": key, "header": "n"}], **extra}
    return {**minimal(), "tables": {name: body}}


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ({**minimal(), "tabels": {}}, "(top)"),
        ({**minimal(), "tables": {}}, "tables"),
        ({**minimal(), "layout": ""}, "layout"),
        ([], "(top)"),
        (column(unit="lb"), "unit"),
        (column(factor=907.18474), "factor"),
        (column(factor="-1"), "factor"),
        (column(take="mean"), "tables.total"),
        (column(value="3"), "columns[1]"),
        (column(level="red"), "columns[1]"),
        (column(type="text"), "columns[1]"),
        (column(heading="x"), "columns[1]"),
        (column(required="yes"), "required"),
        (table("firm", "name"), "tables.firm"),
        (table("total", "nope"), "columns[0]"),
        (table("total", "sector", header_row=0), "header_row"),
    ],
)
def test_faults_name_the_key(data, where):
    with pytest.raises(LayoutFaultError) as caught:
        parse_layout(data)
    assert where in caught.value.where
    assert caught.value.zh
    assert caught.value.en


def test_a_faulty_file_is_a_problem_with_its_line(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("layout: x\n  bad indent: [\n", encoding="utf-8")
    with pytest.raises(LantianError) as caught:
        load_layout(path)
    assert caught.value.problems[0].code == "X008"
    assert caught.value.problems[0].place.line is not None


def test_units_are_exact():
    assert units.factor("short_ton/d", "kg/d") == Decimal("907.18474")
    assert units.factor("千克/年", "t/a") == Decimal("0.001")
    assert units.factor("kg/d", "t/a") is None
    assert units.suffix_factor("吨", "t/a", "t/a") == Decimal(1)
    assert units.suffix_factor("kg", "t/a", "t/a") == Decimal("0.001")
    assert units.suffix_factor("m3", "t/a", "t/a") is None


def test_the_docs_print_every_code():
    text = DOCS.read_text(encoding="utf-8")
    for code, entry in CODES.items():
        row = f"| {code} | {entry.severity.label_zh} | {entry.zh} | {entry.remedy_zh} |"
        assert row in text, row


def test_the_example_of_the_docs_parses():
    text = DOCS.read_text(encoding="utf-8")
    blocks = [b.split("```")[0] for b in text.split("```yaml\n")[1:]]
    whole = [yaml.safe_load(b) for b in blocks if b.startswith("layout:")]
    assert len(whole) == 2
    for data in whole:
        data["tables"].setdefault("total", minimal()["tables"]["total"])
        for table in data["tables"].values():
            present = {c["field"] for c in table["columns"]}
            if "annual_t.SO2" in present:
                table["columns"].append({"field": "firm_id", "header": "企业"})
        assert parse_layout(data).name
