"""CSV and Parquet: encodings, delimiters, ragged rows, folders, and flat files in groups."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from lantian.adapters.lake.textfile import CsvSheet, find_encoding
from lantian.jobs.lists import read_list
from lantian.kernel.pollutant import Pollutant
from lantian.kernel.problem import LantianError

FIRMS = "企业编号,企业名称,重点行业,绩效等级\nF1,甲厂,焦化,B\n"
LINES = "企业编号,生产线编号,年运行天数,年排放SO2(t/a),能否快速启停\nF1,L1,330,1.25,是\n"

FLAT = """
layout: daily
title_zh: 机组日排放
title_en: Daily emissions
files: "*.csv"
tables:
  firm:
    sheet: "*"
    required: true
    group_by: [PLANT]
    columns:
      - {field: firm_id, header: PLANT}
      - {field: name, header: NAME, take: same}
      - {field: industry, value: other}
  line:
    sheet: "*"
    required: true
    group_by: [PLANT, UNIT]
    columns:
      - {field: firm_id, header: PLANT}
      - {field: line_id, join: [PLANT, UNIT], separator: "/"}
      - {field: operating_days, take: count, where: {header: HOURS, above: 0}}
      - {field: output, header: LOAD, take: sum}
      - {field: daily_kg.SO2, header: SO2, unit: short_ton/d, take: mean, where: {header: HOURS, above: 0}}
"""


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ","), ("gb18030", "\t"), ("utf-16", ";")],
)
def test_encodings_and_delimiters(tmp_path, encoding, delimiter):
    for name, text in (("企业", FIRMS), ("生产线", LINES)):
        path = tmp_path / f"{name}.csv"
        path.write_text(text.replace(",", delimiter), encoding=encoding)
    read = read_list(tmp_path)
    assert read.inventory.firms[0].name == "甲厂"
    assert read.inventory.lines[0].annual_t == {Pollutant.SO2: Decimal("1.25")}
    assert read.inventory.lines[0].stoppable is True
    place = read.locate("line", 2, "operating_days")
    assert (place.file, place.sheet, place.cell) == ("生产线.csv", "生产线", "C2")


def test_encoding_is_that_of_the_whole_file(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"a" * 3_000_000 + "厂".encode("gb18030"))
    assert find_encoding(path) == "gb18030"


def test_ragged_rows_are_told(tmp_path):
    (tmp_path / "企业.csv").write_text(FIRMS + "F2,乙厂,焦化,C,多余\nF3\n", encoding="utf-8")
    (tmp_path / "生产线.csv").write_text(LINES, encoding="utf-8")
    read = read_list(tmp_path)
    assert [f.firm_id for f in read.inventory.firms] == ["F1", "F2", "F3"]
    assert [(p.code, p.place.cell) for p in read.problems if p.code == "X022"] == [("X022", "A3")]


def test_csv_blocks_keep_row_numbers(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n\n3,4\n", encoding="utf-8")
    blocks = list(CsvSheet(path).blocks(1, ()))
    assert [list(b.rows) for b in blocks] == [[2, 4]]


def test_parquet_numbers_and_texts(tmp_path):
    pl.DataFrame({"企业编号": ["F1"], "企业名称": ["甲厂"]}).write_parquet(
        tmp_path / "企业.parquet"
    )
    pl.DataFrame(
        {
            "企业编号": ["F1", "F1"],
            "生产线编号": [1, 2],
            "年运行天数": [330.5, None],
            "年排放SO2(t/a)": ["0.1", "x"],
        }
    ).write_parquet(tmp_path / "生产线.parquet")
    read = read_list(tmp_path)
    assert [x.line_id for x in read.inventory.lines] == ["1", "2"]
    assert read.inventory.lines[0].operating_days == Decimal("330.5")
    assert read.inventory.lines[0].annual_t == {Pollutant.SO2: Decimal("0.1")}
    assert ("X031", "D3") in [(p.code, p.place.cell) for p in read.problems]


def test_a_damaged_parquet_file(tmp_path):
    (tmp_path / "企业.parquet").write_bytes(b"PAR1" + bytes(50))
    with pytest.raises(LantianError) as caught:
        read_list(tmp_path)
    assert caught.value.problems[0].code == "X004"


def test_an_empty_folder(tmp_path):
    with pytest.raises(LantianError) as caught:
        read_list(tmp_path)
    assert caught.value.problems[0].code == "X001"


def test_flat_files_are_grouped_over_all_files(tmp_path):
    layout = tmp_path / "daily.yaml"
    layout.write_text(FLAT, encoding="utf-8")
    data = tmp_path / "data"
    data.mkdir()
    head = "PLANT,NAME,UNIT,HOURS,LOAD,SO2,DAY\n"
    (data / "a.csv").write_text(
        head + "7,North,1,24,10,1.5,d1\n7,North,2,0,,,d1\n7,North,1,0,,,d2\n", encoding="utf-8"
    )
    (data / "b.csv").write_text(head + "7,South,1,12,20,2.5,d3\n", encoding="utf-8")
    read = read_list(data, layout=layout)
    (firm,) = read.inventory.firms
    one, two = read.inventory.lines
    assert (firm.firm_id, firm.name, firm.industry) == ("7", "North", "other")
    assert (one.line_id, one.operating_days, one.output) == ("7/1", Decimal(2), Decimal(30))
    # Mean of 1.5 and 2.5 short tons over the two running days; 907.18474 kg each, exact.
    assert one.daily_kg == {Pollutant.SO2: Decimal("1814.36948")}
    assert (two.operating_days, two.daily_kg) == (Decimal(0), {})
    assert read.inventory.not_collected == {Pollutant.PM, Pollutant.NOX, Pollutant.VOC}
    differs = [p for p in read.problems if p.code == "X048"]
    assert [(p.place.file, p.place.row) for p in differs] == [("b.csv", 2)]
    unused = [p.message_zh for p in read.problems if p.code == "X016"]
    assert len(unused) == 2
    assert all("DAY" in text and "HOURS" not in text for text in unused)
    assert read.locate("line", two.row, "output").text() == "a.csv a!E3 LOAD"
