"""A table of notices, problems cell by cell, no row lost (issue 4, section 2.8)."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from lantian.jobs.publicity.fields import FIELDS, checked
from lantian.jobs.publicity.problems import CODES
from lantian.jobs.publicity.read import MOST_ROWS, read_notices
from lantian.kernel.problem import LantianError, Severity

TODAY = date(2026, 11, 28)
HEAD = [f.names[0] for f in FIELDS.values()]
GOOD = {
    "number": "示罚1号", "kind": "行政处罚", "party_kind": "法人", "party": "示例公司", "credit_code": "",
    "representative": "",
    "firm_id": "", "district": "示例区", "facts": "事实", "basis": "依据", "result": "罚款", "body": "示例局",
    "decided_on": "2026-11-20", "persons": "",
}  # fmt: skip


def table(path: Path, *rows: dict[str, str], head: list[str] | None = None) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD if head is None else head)
        writer.writerows([GOOD | row][0].values() for row in rows)
    return path


def codes(problems) -> list[str]:  # type: ignore[no-untyped-def]
    return [p.code for p in problems]


def test_a_good_table_in_csv_and_excel(tmp_path: Path) -> None:
    rows = [{"number": f"示罚{n}号"} for n in range(3)]
    from_csv = read_notices(table(tmp_path / "a.csv", *rows), TODAY)
    assert (from_csv.rows, from_csv.problems) == (3, ())
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("公示")
        sheet.write_row(0, 0, HEAD)
        form = book.add_format({"num_format": "yyyy-mm-dd"})
        for i, row in enumerate(rows, 1):
            sheet.write_row(i, 0, [(GOOD | row)[f] for f in FIELDS])
            sheet.write_datetime(i, list(FIELDS).index("decided_on"), date(2026, 11, 20), form)
    from_excel = read_notices(tmp_path / "a.xlsx", TODAY)
    assert from_excel.problems == ()
    assert [d for _, d in from_excel.drafts] == [d for _, d in from_csv.drafts]
    assert from_csv.drafts[0][1]["kind"] == "penalty"
    assert from_csv.drafts[0][1].decided_on == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("field", "value", "code", "severity"),
    [
        ("facts", "", "U003", Severity.ERROR),
        ("decided_on", "昨天", "U004", Severity.ERROR),
        ("kind", "行政拘留", "U005", Severity.ERROR),
        ("party_kind", "机器", "U005", Severity.ERROR),
        ("credit_code", "91", "U006", Severity.WARNING),
        ("decided_on", "2026-11-29", "U009", Severity.ERROR),
        ("facts", "长" * 2001, "U010", Severity.ERROR),
    ],
)
def test_a_wrong_cell_is_named(
    tmp_path: Path, field: str, value: str, code: str, severity: Severity
) -> None:
    read = read_notices(table(tmp_path / "n.csv", {}, {"number": "示罚2号", field: value}), TODAY)
    (one,) = read.problems
    assert (one.code, one.severity, one.place.row) == (code, severity, 3)
    letter = "ABCDEFGHIJKLMN"[list(FIELDS).index(field)]
    assert one.place.cell == f"{letter}3"
    assert one.place.column == FIELDS[field].names[0]
    assert len(read.drafts) == (1 if severity is Severity.ERROR else 2)  # the other row is not lost


def test_a_person_has_no_credit_code() -> None:
    draft, found = checked(
        GOOD | {"party_kind": "自然人", "credit_code": "91990000000010094X"}, TODAY
    )
    assert draft is None
    assert codes(found) == ["U015"]


def test_a_number_twice_names_the_first_row(tmp_path: Path) -> None:
    read = read_notices(table(tmp_path / "n.csv", {}, {}), TODAY)
    assert codes(read.problems) == ["U007"]
    assert "第 2 行" in read.problems[0].message_zh
    assert len(read.drafts) == 1


def test_a_file_that_cannot_be_used_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "broken.csv").write_bytes(b"\x81\x30\x81\xff\xff\xff")
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 nothing")
    table(tmp_path / "short.csv", head=HEAD[:3])
    (tmp_path / "lake.parquet").write_bytes(b"PAR1 nothing")
    for name, code in (("broken.csv", "U001"), ("empty.csv", "X006"), ("broken.xlsx", "X004"), ("short.csv", "U002"),
                       ("lake.parquet", "U001")):  # fmt: skip
        with pytest.raises(LantianError) as caught:
            read_notices(tmp_path / name, TODAY)
        assert caught.value.problems[0].code == code, name


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    path = table(tmp_path / "many.csv", *({"number": f"{n}"} for n in range(MOST_ROWS + 1)))
    with pytest.raises(LantianError) as caught:
        read_notices(path, TODAY)
    assert caught.value.problems[0].code == "U012"


def test_a_row_longer_than_the_header_is_told(tmp_path: Path) -> None:
    path = table(tmp_path / "n.csv", {})
    path.write_text(path.read_text("utf-8-sig").rstrip("\r\n") + ",多出\n", "utf-8-sig")
    read = read_notices(path, TODAY)
    assert codes(read.problems) == ["U014"]
    assert len(read.drafts) == 1


def test_control_characters_never_get_in() -> None:
    draft, _ = checked(GOOD | {"facts": "事\x00实\x0b一\n二"}, TODAY)
    assert draft is not None
    assert draft["facts"] == "事实一\n二"


def test_every_code_has_its_test() -> None:
    here = Path(__file__).read_text("utf-8") + (
        Path(__file__).parents[2] / "web/test_notices.py"
    ).read_text("utf-8")
    assert [code for code in CODES if f'"{code}"' not in here] == []
