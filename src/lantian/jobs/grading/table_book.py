"""A grading table as a workbook and back: what a bureau downloads, corrects and loads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from lantian.adapters.excel.form import FormRow, read_form
from lantian.adapters.inplace import atomic
from lantian.jobs.grading.read_excel import split_ids
from lantian.jobs.grading.table_form import KINDS, SHEETS
from lantian.kernel.problem import Place, Problem
from lantian.rulebook.files import RuleFile, explain_model
from lantian.rulebook.grading_tables import load_grading
from lantian.rulebook.grading_tables.build import GENERAL, TableShelf, build_table
from lantian.rulebook.grading_tables.build_process import build_cases
from lantian.rulebook.grading_tables.model import DIMENSIONS, IndicatorTable
from lantian.rulebook.grading_tables.refusals import refuse_table
from lantian.rulebook.grading_tables.schema import CasesFile, IndicatorsFile
from lantian.rulebook.yamlio import dump_yaml

Loc = tuple[str | int, ...]
HEAD_KEYS: Mapping[str, str] = {
    "行业": "industry",
    "主题": "subject",
    "版本": "edition",
    "文件": "document",
    "条款": "clause",
    "生效日期": "valid_from",
    "失效日期": "valid_to",
    "日期精度": "dates_known_to",
    "来源编号": "source",
    "状态": "status",
    "说明": "note",
    "不继承的通用行": "without_general",
}
_DIMENSION_CODES = {label: code for code, label in DIMENSIONS.items()}


@dataclass(frozen=True, slots=True)
class Imported:
    """A table that was read, checked and, unless refused, written."""

    table: IndicatorTable | None
    cases: int
    files: tuple[Path, ...]
    problems: tuple[Problem, ...]


def import_table(path: Path, folder: Path) -> Imported:
    """Read a table's workbook, check it as any rule file, and write it into a rule folder.

    Nothing is written where anything is refused; each refusal names its cell.

    Raises
    ------
    LantianError
        X codes where the file is no workbook of this form.
    """
    data = read_form(path, SHEETS)
    made = _Made(path.name, data.rows)
    indicators, cases = made.indicators(), made.cases()
    shelf = TableShelf()
    file = _checked(made, indicators, IndicatorsFile, shelf)
    case_file = _checked(made, cases, CasesFile, shelf)
    table = None
    if file is not None:
        general = None
        if file.model.industry != GENERAL:
            general = load_grading().general(file.model.subject, file.model.valid_from)
        table = build_table(file, shelf, general)
        if case_file is not None:
            build_cases(case_file, table, general, shelf)
    problems = (*made.problems, *shelf.problems)
    if problems or table is None:
        return Imported(None, len(cases["cases"]), (), (*problems, *data.problems))
    slug, edition = table.industry, table.head.edition
    targets = (folder / f"{slug}-{edition}.yaml", folder / f"{slug}-{edition}-cases.yaml")
    for target, content in zip(targets, (indicators, cases), strict=True):
        with atomic(target) as sibling:
            sibling.write_text(dump_yaml(content), encoding="utf-8")
    return Imported(table, len(cases["cases"]), targets, tuple(data.problems))


class _CellFile(RuleFile):
    """A rule file whose parts stand in cells, not in lines."""

    def __init__(self, name: str, model: Any, cells: Mapping[Loc, Place]) -> None:
        super().__init__(path=name, model=model, layer=1)
        self._cells = cells

    def place(self, path: Sequence[str | int]) -> Place:
        """Return the cell of the deepest part of a path that has one."""
        for n in range(len(path), 0, -1):
            found = self._cells.get(tuple(path[:n]))
            if found is not None:
                return found
        return Place(file=self.path)


def _checked(
    made: _Made, content: dict[str, Any], model: Any, shelf: TableShelf
) -> RuleFile | None:
    cells = made.case_cells if model is CasesFile else made.cells
    file = _CellFile(made.name, None, cells)
    try:
        file.model = model.model_validate(content)
    except ValidationError as error:
        shelf.problems += explain_model(file, error)
        return None
    return file


class _Made:
    """The content of a rule file, made from rows of cells, with the cell of each part."""

    def __init__(self, name: str, rows: Mapping[str, Sequence[FormRow]]) -> None:
        self.name, self._rows = name, rows
        self.cells: dict[Loc, Place] = {}
        self.case_cells: dict[Loc, Place] = {}
        self.problems: list[Problem] = []
        self._head = {
            HEAD_KEYS.get(row["key"], row["key"]): row for row in rows["head"] if row["value"]
        }

    def _value(self, key: str) -> str:
        row = self._head.get(key)
        return row["value"] if row is not None else ""

    def indicators(self) -> dict[str, Any]:
        """Return the content of the table's file."""
        content: dict[str, Any] = {"kind": "indicators"}
        for key, row in self._head.items():
            text = row["value"]
            self.cells[key,] = row.place("value")
            if key in {"valid_from", "valid_to"}:
                content[key] = _date(text)
            elif key in {"source", "without_general"}:
                content[key] = list(split_ids(text))
            else:
                content[key] = text
        content["sources"] = [
            _filled(id=r["id"], document=r["document"], address=r["address"], covers=r["covers"])
            for r in self._rows["source"]
        ]
        content["schemes"] = {
            r["subtype"]: list(split_ids(r["grades"])) for r in self._rows["scheme"]
        }
        content["facts"] = [self._fact(i, r) for i, r in enumerate(self._rows["fact"])]
        content["rows"] = self._indicator_rows()
        content["absent"] = [self._absent(i, r) for i, r in enumerate(self._rows["absent"])]
        for i, row in enumerate(self._rows["source"]):
            self.cells["sources", i] = row.place("id")
        if self._rows["scheme"]:
            self.cells["schemes",] = self._rows["scheme"][0].place("grades")
        return {k: v for k, v in content.items() if v not in ([], "", None)}

    def _fact(self, i: int, row: FormRow) -> dict[str, Any]:
        for key in ("id", "zh", "unit", "low", "high"):
            self.cells["facts", i, key] = row.place(key)
        self.cells["facts", i] = row.place("id")
        kind = KINDS.get(row["kind"], row["kind"])
        fact = _filled(id=row["id"], zh=row["zh"], en=row["en"] or row["zh"])
        if kind == "yes_no":
            fact["yes_no"] = True
        elif kind == "choice":
            fact["choices"] = _pairs(row["choices"], "=")
        elif row["counted_in"]:
            fact["counted_in"] = row["counted_in"]
        else:
            fact["unit"] = row["unit"]
        for key in ("low", "high", "o2_ref_pct"):
            if row[key]:
                fact[key] = _number(row[key])
        return fact

    def _indicator_rows(self) -> list[dict[str, Any]]:
        levels: dict[str, dict[str, FormRow]] = {}
        for row in self._rows["level"]:
            levels.setdefault(row["row"], {})[row["grade"]] = row
        found = []
        for i, row in enumerate(self._rows["row"]):
            self.cells["rows", i] = row.place("id")
            self.cells["rows", i, "when"] = row.place("when")
            self.cells["rows", i, "dimension"] = row.place("dimension")
            one = _filled(
                id=row["id"],
                dimension=_DIMENSION_CODES.get(row["dimension"], row["dimension"]),
                item_zh=row["item"],
                clause=row["clause"],
                status=row["status"],
                certainty=row["certainty"],
                note=row["note"],
            )
            if row["source"]:
                one["source"] = list(split_ids(row["source"]))
            if row["subtypes"]:
                one["subtypes"] = [s.strip() for s in row["subtypes"].split("|")]
            if row["when"]:
                one["when"] = _tests(row["when"])
            one["levels"] = {
                grade: self._level(("rows", i, "levels", grade), level)
                for grade, level in levels.pop(row["id"], {}).items()
            }
            found.append(one)
        for name, orphans in levels.items():  # demands of a row that the sheet of rows lacks
            first = next(iter(orphans.values()))
            self.problems.append(refuse_table("R051", first.place("row"), detail=name))
        return found

    def _level(self, loc: Loc, row: FormRow) -> dict[str, Any]:
        self.cells[loc] = row.place("tests") if row["tests"] else row.place("grade")
        one = _filled(
            text_zh=row["text"],
            clause=row["clause"],
            status=row["status"],
            certainty=row["certainty"],
            note=row["note"],
        )
        if row["source"]:
            one["source"] = list(split_ids(row["source"]))
        if row["nothing"]:
            one["nothing"] = True
        ways = [way for way in re.split(r"\s或\s|\s*\|\|\s*", row["tests"]) if way.strip()]
        if len(ways) == 1:
            one["tests"] = _tests(ways[0])
        elif ways:
            one["any"] = [_tests(way) for way in ways]
        return one

    def _absent(self, i: int, row: FormRow) -> dict[str, Any]:
        self.cells["absent", i] = row.place("dimensions")
        one: dict[str, Any] = {
            "dimensions": [_DIMENSION_CODES.get(d, d) for d in split_ids(row["dimensions"])],
            "grades": list(split_ids(row["grades"])),
            "note_zh": row["note"],
        }
        if row["subtypes"]:
            one["subtypes"] = [s.strip() for s in row["subtypes"].split("|")]
        return one

    def cases(self) -> dict[str, Any]:
        """Return the content of the cases' file."""
        found = []
        for i, row in enumerate(self._rows["case"]):
            self.case_cells["cases", i] = row.place("steps")
            one = _filled(row=row["row"], subtype=row["subtype"], fact=row["fact"])
            if row["given"]:
                one["given"] = _pairs(row["given"], "=")
            one["steps"] = [{value: grade} for value, grade in _pair_list(row["steps"], ":")]
            found.append(one)
        return {
            "kind": "grading-cases",
            "industry": self._value("industry"),
            "edition": self._value("edition"),
            "clause": self._value("clause") or "判例",
            "cases": found,
        }


def _filled(**values: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def _date(text: str) -> date | str:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return text


def _number(text: str) -> Decimal | str:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return text


def _pair_list(text: str, sign: str) -> list[tuple[str, str]]:
    parts = re.split(r"[;；\n]+", text.replace("：", ":") if sign == ":" else text)
    pairs = (part.rpartition(sign) if sign == ":" else part.partition(sign) for part in parts)
    return [(a.strip(), b.strip()) for a, _, b in pairs if a.strip() or b.strip()]


def _pairs(text: str, sign: str) -> dict[str, str]:
    return dict(_pair_list(text, sign))


def _tests(text: str) -> dict[str, str]:
    found = {}
    for part in re.split(r"[;；\n]+", text):
        fact_id, _, rest = part.strip().partition(" ")
        if fact_id:
            found[fact_id] = rest.strip().replace("≤", "<=").replace("≥", ">=").replace("，", ",")
    return found
