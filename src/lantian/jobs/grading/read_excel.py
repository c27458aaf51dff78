"""Applications from the workbook of `form`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from lantian.adapters.excel.form import FormData, FormRow, read_form
from lantian.domain.grading.application import (
    Application,
    GivenCorrection,
    GivenDecision,
    GivenEnergy,
    GivenEvidence,
    GivenFact,
    GivenPublished,
    IndustryPart,
)
from lantian.domain.grading.complaint import complain
from lantian.jobs.grading.form import SHEETS
from lantian.kernel.problem import Problem
from lantian.rulebook.book import Rulebook

_YES = frozenset({"是", "yes", "true", "1", "√"})
Key = tuple[str, str]  # firm id, industry slug or name


def read_workbook(path: Path, book: Rulebook) -> tuple[list[Application], list[Problem]]:
    """Return the applications of a workbook and what is wrong with it.

    Rows that name a firm or an industry that sheet 企业 does not have are told, not dropped in
    silence.

    Raises
    ------
    LantianError
        X codes where the file is no readable workbook of this form.
    """
    data = read_form(path, SHEETS)
    problems = list(data.problems)
    reader = _Reader(data, book, problems)
    return reader.applications(), problems


class _Reader:
    def __init__(self, data: FormData, book: Rulebook, problems: list[Problem]) -> None:
        self.data, self.book, self.problems = data, book, problems
        self.parts: dict[str, dict[str, FormRow]] = defaultdict(dict)
        for row in data.rows["firm"]:
            firm = row["firm_id"] or row["name"]
            slug = self._slug(row["industry"])
            if slug in self.parts[firm]:
                self._say("G014", row, "industry", detail=f"{firm} {row['industry']}")
                continue
            self.parts[firm][slug] = row

    def _slug(self, text: str) -> str:
        industry = self.book.find_industry(text) if text else None
        return industry.slug if industry else text

    def _say(self, code: str, row: FormRow, key: str = "", **values: object) -> None:
        self.problems.append(complain(code, row.place(key), **values))

    def _grouped(self, sheet: str) -> dict[Key, list[FormRow]]:
        """Return the rows of a sheet by firm and industry; orphans are told."""
        found: dict[Key, list[FormRow]] = defaultdict(list)
        for row in self.data.rows[sheet]:
            firm = row["firm_id"]
            parts = self.parts.get(firm)
            if parts is None:
                self._say("G025", row, "firm_id", detail=firm or "（空）")
                continue
            slug = self._slug(row["industry"])
            if not slug and len(parts) == 1:
                slug = next(iter(parts))
            if slug not in parts:
                self._say("G001", row, "industry", detail=row["industry"] or "（空）")
                continue
            found[firm, slug].append(row)
        return found

    def applications(self) -> list[Application]:
        facts, hours = self._grouped("fact"), self._grouped("hour")
        decisions, energy = self._grouped("decision"), self._grouped("energy")
        evidence: dict[str, list[GivenEvidence]] = defaultdict(list)
        for row in self.data.rows["evidence"]:
            if row["firm_id"] not in self.parts:
                self._say("G025", row, "firm_id", detail=row["firm_id"] or "（空）")
                continue
            evidence[row["firm_id"]].append(
                GivenEvidence(
                    row["id"],
                    row["file"],
                    row["sha256"],
                    row["who"],
                    row["when"],
                    row["proves"],
                    row.place("id"),
                )
            )
        found = []
        for firm, parts in self.parts.items():
            first = next(iter(parts.values()))
            made = []
            for slug, row in parts.items():
                key = (firm, slug)
                given = self._facts(facts.pop(key, []), hours.pop(key, []))
                made.append(
                    IndustryPart(
                        industry=slug,
                        subtype=row["subtype"],
                        place=row.place("industry"),
                        facts=tuple(given),
                        decisions=tuple(_decision(r) for r in decisions.pop(key, [])),
                        energy=tuple(self._energy(energy.pop(key, []))),
                        published=_published(row),
                    )
                )
            found.append(
                Application(
                    firm_id=firm,
                    name=first["name"],
                    place=first.place("name"),
                    parts=tuple(made),
                    evidence=tuple(evidence.get(firm, ())),
                    credit_code=first["credit_code"],
                    district=first["district"],
                    applied_on_text=first["applied_on"],
                    wants=first["wants"],
                )
            )
        return found

    def _facts(self, rows: Iterable[FormRow], hours: Iterable[FormRow]) -> list[GivenFact]:
        by_fact: dict[str, list[FormRow]] = defaultdict(list)
        for row in hours:
            by_fact[row["fact"]].append(row)
        found = []
        for row in rows:
            own = by_fact.pop(row["fact"], [])
            found.append(
                GivenFact(
                    fact_id=row["fact"],
                    text=row["value"],
                    place=row.place("value"),
                    unit=row["unit"],
                    o2_text=row["o2"],
                    converted=row["converted"].casefold() in _YES,
                    hours=tuple(
                        (_with_unit(h["value"], row["unit"]), h["o2"] or row["o2"]) for h in own
                    ),
                    date_text=row["date"],
                    evidence=split_ids(row["evidence"]),
                )
            )
        for name, own in by_fact.items():  # hourly values without a row of their own
            self._say("G003", own[0], "fact", detail=name, known="指标事实表中没有同名事实")
        return found

    def _energy(self, rows: Iterable[FormRow]) -> list[GivenEnergy]:
        found: dict[str, GivenEnergy] = {}
        corrections: list[FormRow] = []
        for row in rows:
            if row["correction"]:
                corrections.append(row)
            elif row["product"] in found:
                self._say("G014", row, "product", detail=row["product"])
            else:
                found[row["product"]] = GivenEnergy(
                    row["product"],
                    row["value"],
                    row["unit"],
                    row.place("value"),
                    evidence=split_ids(row["evidence"]),
                )
        for row in corrections:
            owner = found.get(row["product"])
            if owner is None:
                self._say("G021", row, "product", detail=row["product"], known="、".join(found))
                continue
            one = GivenCorrection(
                row["correction"], row["value"], split_ids(row["evidence"]), row.place("value")
            )
            found[row["product"]] = replace(owner, corrections=(*owner.corrections, one))
        return list(found.values())


def _with_unit(text: str, unit: str) -> str:
    return f"{text} {unit}" if unit and re.fullmatch(r"[\d.,+-]+", text) else text


def _decision(row: FormRow) -> GivenDecision:
    return GivenDecision(
        row_id=row["row"],
        grade=row["grade"],
        holds=row["holds"].casefold() in _YES,
        by=row["by"],
        on_text=row["on"],
        place=row.place("grade"),
        evidence=split_ids(row["evidence"]),
        note=row["note"],
    )


def _published(row: FormRow) -> GivenPublished | None:
    if not row["published_grade"]:
        return None
    return GivenPublished(
        row["published_grade"],
        row["published_notice"],
        row["published_on"],
        row.place("published_grade"),
    )


def split_ids(text: str) -> tuple[str, ...]:
    """Return the ids of a cell, separated by commas, blanks or 、."""
    return tuple(part for part in re.split(r"[\s,，、;；]+", text) if part)
