"""Write the workbook of applications of the demo city with its (invented) evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from lantian.adapters.excel.form import write_form
from lantian.adapters.inplace import atomic
from lantian.demo.applications.rows import ApplicationRows, Plan
from lantian.demo.parameters import Parameters
from lantian.domain.inventory.model import Firm
from lantian.jobs.grading.form import SHEETS
from lantian.rulebook import load_rulebook
from lantian.rulebook.grading_tables import load_grading

APPLICATIONS = "applications.xlsx"
EVIDENCE = "evidence"


def write_applications(out: Path, firms: Sequence[Firm], parameters: Parameters, seed: int) -> Path:
    """Write ``applications.xlsx`` and the folder ``evidence``; return the workbook's path.

    Parameters
    ----------
    out
        Folder of the city.
    firms
        Sheet 企业 of the city's list: the grade of a firm there is the one its facts come to.
    parameters, seed
        Of the same city.
    """
    plan = Plan.of(parameters.raw["grading"])
    hashes: dict[str, str] = {}
    (out / EVIDENCE).mkdir(parents=True, exist_ok=True)
    for name, what in (
        (plan.application_file, "企业申报材料"),
        (plan.decision_file, "核查组判定记录"),
    ):
        text = f"{parameters.label_zh}\n{what}（虚构）\n\n{parameters.label_en}\n"
        content = text.encode("utf-8")
        with atomic(out / EVIDENCE / name) as sibling:
            sibling.write_bytes(content)
        hashes[name] = hashlib.sha256(content).hexdigest()
    book, rules = load_rulebook(), load_grading()
    rows = ApplicationRows(plan, book, rules, hashes, seed).rows(firms)
    path = out / APPLICATIONS
    title = f"{parameters.city} {plan.day.year}年度重点行业绩效分级申报汇总　{parameters.label_zh}"
    write_form(path, title, SHEETS, rows)
    return path
