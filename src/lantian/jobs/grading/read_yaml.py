"""One application from a YAML file; every fault with its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

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
from lantian.jobs.grading.read_excel import split_ids
from lantian.kernel.problem import LantianError, Place, Problem
from lantian.rulebook.yamlio import Lines, YamlTrouble, read_yaml

Path_ = tuple[str | int, ...]
LARGEST_BYTES = 20_000_000

FIRM_KEYS = (
    "firm_id",
    "name",
    "credit_code",
    "district",
    "applied_on",
    "wants",
    "industries",
    "evidence",
)
PART_KEYS = ("industry", "subtype", "facts", "decisions", "energy", "published")
FACT_KEYS = ("value", "unit", "o2_pct", "converted", "hours", "date", "evidence")
DECISION_KEYS = ("row", "grade", "holds", "by", "on", "evidence", "note")
ENERGY_KEYS = ("product", "value", "unit", "corrections", "evidence")
CORRECTION_KEYS = ("name", "value", "evidence")
PUBLISHED_KEYS = ("grade", "notice", "on")
EVIDENCE_KEYS = ("id", "file", "sha256", "who", "when", "proves")


def read_application(path: Path) -> tuple[Application, list[Problem]]:
    """Return the application of a YAML file and the fields in it that are not known.

    Raises
    ------
    LantianError
        G026 where the file is no application at all.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise LantianError(_unreadable(path, "文件过大 too large"))
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise LantianError(_unreadable(path, "不是 UTF-8 文本 not UTF-8 text")) from None
    except OSError as error:
        raise LantianError(_unreadable(path, error.strerror or str(error))) from None
    try:
        data = read_yaml(text)
    except YamlTrouble as trouble:
        detail = f"{trouble.kind} {trouble.detail}".strip()
        raise LantianError(_unreadable(path, detail, trouble.line)) from None
    if not isinstance(data, dict) or "industries" not in data:
        raise LantianError(_unreadable(path, "没有 industries 一项 no key industries"))
    reader = _Reader(path.name, text)
    return reader.application(data), reader.problems


def _unreadable(path: Path, detail: str, line: int | None = None) -> Problem:
    return complain("G026", Place(file=path.name, line=line), detail=detail)


class _Reader:
    def __init__(self, name: str, text: str) -> None:
        self._name, self._text = name, text
        self._lines: Lines | None = None
        self.problems: list[Problem] = []

    def place(self, at: Path_) -> Place:
        if self._lines is None:
            self._lines = Lines(self._text)
        return Place(file=self._name, line=self._lines.at(at))

    def mapping(self, value: Any, at: Path_, keys: Sequence[str]) -> Mapping[str, Any]:
        """Return a mapping; unknown keys and other shapes are told."""
        if value is None:
            return {}
        if not isinstance(value, dict):
            detail = f"{'.'.join(map(str, at))} 应为键值表 (mapping)"
            self.problems.append(complain("G026", self.place(at), detail=detail))
            return {}
        for key in value:
            if key not in keys:
                known = ", ".join(keys)
                self.problems.append(
                    complain("G027", self.place((*at, str(key))), detail=key, known=known)
                )
        return value

    def items(self, value: Any, at: Path_) -> list[Any]:
        if value is None:
            return []
        if isinstance(value, list):
            return value
        detail = f"{'.'.join(map(str, at))} 应为列表 (list)"
        self.problems.append(complain("G026", self.place(at), detail=detail))
        return []

    def application(self, data: Mapping[str, Any]) -> Application:
        firm = self.mapping(data, (), FIRM_KEYS)
        parts = [
            self.part(part, ("industries", i))
            for i, part in enumerate(self.items(firm.get("industries"), ("industries",)))
        ]
        evidence = []
        for i, one in enumerate(self.items(firm.get("evidence"), ("evidence",))):
            at: Path_ = ("evidence", i)
            row = self.mapping(one, at, EVIDENCE_KEYS)
            evidence.append(
                GivenEvidence(
                    evidence_id=words(row.get("id")),
                    file=words(row.get("file")),
                    sha256=words(row.get("sha256")),
                    who=words(row.get("who")),
                    when_text=words(row.get("when")),
                    proves=words(row.get("proves")),
                    place=self.place(at),
                )
            )
        return Application(
            firm_id=words(firm.get("firm_id")),
            name=words(firm.get("name")),
            place=self.place(("name",)),
            parts=tuple(parts),
            evidence=tuple(evidence),
            credit_code=words(firm.get("credit_code")),
            district=words(firm.get("district")),
            applied_on_text=words(firm.get("applied_on")),
            wants=words(firm.get("wants")),
        )

    def part(self, value: Any, at: Path_) -> IndustryPart:
        part = self.mapping(value, at, PART_KEYS)
        given = part.get("facts") or {}
        facts: list[GivenFact] = []
        if isinstance(given, dict):
            facts = [self.fact(str(k), v, (*at, "facts", k)) for k, v in given.items()]
        else:
            self.mapping(given, (*at, "facts"), ())
        published = None
        if part.get("published") is not None:
            row = self.mapping(part["published"], (*at, "published"), PUBLISHED_KEYS)
            published = GivenPublished(
                grade=words(row.get("grade")),
                notice=words(row.get("notice")),
                on_text=words(row.get("on")),
                place=self.place((*at, "published")),
            )
        return IndustryPart(
            industry=words(part.get("industry")),
            subtype=words(part.get("subtype")),
            place=self.place((*at, "industry")),
            facts=tuple(facts),
            decisions=tuple(
                self.decision(d, (*at, "decisions", i))
                for i, d in enumerate(self.items(part.get("decisions"), (*at, "decisions")))
            ),
            energy=tuple(
                self.energy(e, (*at, "energy", i))
                for i, e in enumerate(self.items(part.get("energy"), (*at, "energy")))
            ),
            published=published,
        )

    def fact(self, fact_id: str, value: Any, at: Path_) -> GivenFact:
        place = self.place(at)
        if not isinstance(value, dict):
            return GivenFact(fact_id, words(value), place)
        row = self.mapping(value, at, FACT_KEYS)
        o2 = words(row.get("o2_pct"))
        hours = []
        for hour in self.items(row.get("hours"), (*at, "hours")):
            if isinstance(hour, list) and len(hour) == 2:
                hours.append((self._hour(hour[0], row), words(hour[1])))
            else:
                hours.append((self._hour(hour, row), o2))
        return GivenFact(
            fact_id=fact_id,
            text=words(row.get("value")),
            place=place,
            unit=words(row.get("unit")),
            o2_text=o2,
            converted=row.get("converted") is True,
            hours=tuple(hours),
            date_text=words(row.get("date")),
            evidence=ids(row.get("evidence")),
        )

    @staticmethod
    def _hour(value: Any, row: Mapping[str, Any]) -> str:
        text, unit = words(value), words(row.get("unit"))
        return f"{text} {unit}" if unit and not isinstance(value, str) else text

    def decision(self, value: Any, at: Path_) -> GivenDecision:
        row = self.mapping(value, at, DECISION_KEYS)
        return GivenDecision(
            row_id=words(row.get("row")),
            grade=words(row.get("grade")),
            holds=row.get("holds") is True or words(row.get("holds")) in {"yes", "是"},
            by=words(row.get("by")),
            on_text=words(row.get("on")),
            place=self.place(at),
            evidence=ids(row.get("evidence")),
            note=words(row.get("note")),
        )

    def energy(self, value: Any, at: Path_) -> GivenEnergy:
        row = self.mapping(value, at, ENERGY_KEYS)
        corrections = []
        for i, one in enumerate(self.items(row.get("corrections"), (*at, "corrections"))):
            where: Path_ = (*at, "corrections", i)
            c = self.mapping(one, where, CORRECTION_KEYS)
            corrections.append(
                GivenCorrection(
                    words(c.get("name")),
                    words(c.get("value")),
                    ids(c.get("evidence")),
                    self.place(where),
                )
            )
        return GivenEnergy(
            product_id=words(row.get("product")),
            text=words(row.get("value")),
            unit=words(row.get("unit")),
            place=self.place(at),
            corrections=tuple(corrections),
            evidence=ids(row.get("evidence")),
        )


def words(value: Any) -> str:
    """Return a YAML scalar as the text a form would hold."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict | list):
        return "（键值表或列表）"
    return str(value).strip()


def ids(value: Any) -> tuple[str, ...]:
    """Return evidence ids written as a list or as one text."""
    if isinstance(value, list):
        return tuple(words(v) for v in value)
    return split_ids(words(value))
