"""An empty form for one industry: every fact of its table, with unit, choices and limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from lantian.adapters.excel.form import FormColumn, FormSheet, write_form
from lantian.domain.grading.complaint import complain
from lantian.domain.grading.facts import names_of
from lantian.jobs.grading.form import SHEETS
from lantian.kernel.problem import LantianError, Place
from lantian.rulebook import load_rulebook
from lantian.rulebook.grading_tables import load_grading
from lantian.rulebook.grading_tables.model import FactDef, FactKind, IndicatorTable

_HELP = FormColumn("help", "填写说明", width=60)


def write_template(path: Path, industry: str, day: date, rules: Sequence[Path] = ()) -> int:
    """Write the form of an industry and return how many facts it asks for.

    Raises
    ------
    LantianError
        G001 for an unknown industry, R053 where no table is in force.
    """
    book = load_rulebook(*rules)
    found = book.find_industry(industry)
    if found is None:
        raise LantianError(complain("G001", Place(), detail=industry))
    table = load_grading(*rules).table(found.slug, day)
    subtypes = tuple(s for s in table.schemes if s)
    sheets = [
        replace(sheet, columns=(*sheet.columns, _HELP)) if sheet.key == "fact" else sheet
        for sheet in SHEETS
    ]
    sheets[0] = _with_choices(sheets[0], "subtype", subtypes)
    firm = {"firm_id": "1", "industry": found.name_zh, "subtype": subtypes[0] if subtypes else ""}
    names = Counter(fact.name_zh for fact in table.facts.values())
    facts = [
        {
            "firm_id": "1",
            "fact": names_of(fact)[names[fact.name_zh] > 1],
            "unit": fact.unit or fact.counted_in,
            "help": _help(table, fact),
        }
        for fact in table.facts.values()
    ]
    write_form(path, f"{found.name_zh} 绩效分级申报表", sheets, {"firm": [firm], "fact": facts})
    return len(facts)


def _with_choices(sheet: FormSheet, key: str, choices: tuple[str, ...]) -> FormSheet:
    columns = tuple(replace(c, choices=choices) if c.key == key else c for c in sheet.columns)
    return replace(sheet, columns=columns)


def _help(table: IndicatorTable, fact: FactDef) -> str:
    rows = [
        row.item_zh + (f"（{'、'.join(sorted(row.subtypes))}）" if row.subtypes else "")
        for row in table.rows
        if any(test.fact_id == fact.fact_id for test in row.tests())
    ]
    used = "用于：" + "、".join(dict.fromkeys(rows)) if rows else "未被引用"
    if fact.kind is FactKind.YES_NO:
        return f"填 是 或 否。{used}"
    if fact.kind is FactKind.CHOICE:
        return f"选一项：{'；'.join((fact.choices or {}).values())}。{used}"
    oxygen = (
        f"同时填实测氧含量（基准氧{fact.o2_ref_pct}%），或注明已折算。"
        if fact.o2_ref_pct is not None
        else ""
    )
    unit = "比例，如 85%" if not fact.unit and not fact.counted_in else ""
    return f"填数值。{unit}{oxygen}{used}"
