"""The outlet file: medium, trade, reference oxygen, flow unit, limits with their documents."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from lantian.domain.monitoring.complaint import complain
from lantian.domain.monitoring.model import Average, FlowUnit, Outlet, OutletLimit
from lantian.kernel.problem import LantianError, Place, Problem
from lantian.rulebook.grading_tables.schema import Number
from lantian.rulebook.monitoring_tables import MonitoringRules
from lantian.rulebook.monitoring_tables.model import Medium, Role
from lantian.rulebook.schema import Day, Strict, Text
from lantian.rulebook.yamlio import Lines, YamlTrouble, read_yaml

_MOST_BYTES = 1 << 20


class LimitRow(Strict):
    """One limit."""

    factor: Text
    average: Literal["hour", "day"]
    high: Number | None = None
    low: Number | None = None
    converted: bool | None = None
    document: Text
    clause: str = ""
    valid_from: Day
    valid_to: Day | None = None


class OutletFile(Strict):
    """The whole file."""

    outlet: Text
    name_zh: Text
    medium: Literal["air", "water"]
    trade: Text
    plant: str = ""
    reference_o2_pct: Number | None = None
    reference_o2_document: str = ""
    flow_unit: Literal["m3/s", "m3/h", "L/s"] | None = None
    marking_document: str = ""
    limits: list[LimitRow] = Field(default_factory=list)


def read_outlet(path: Path, rules: MonitoringRules, day: date) -> Outlet:
    """Return the outlet of a file.

    Raises
    ------
    LantianError
        M010 where it is no YAML, M011 with line for everything that is wrong in it.
    """
    text = _text(path)
    try:
        data = read_yaml(text)
    except YamlTrouble as trouble:
        place = Place(file=path.name, line=trouble.line)
        raise LantianError(complain("M010", place, detail=trouble.detail or trouble.kind)) from None
    if not isinstance(data, dict):
        raise LantianError(complain("M010", Place(file=path.name, line=1), detail="key: value"))
    lines = Lines(text)
    try:
        # YAML knows numbers only; an outlet called 001 is still a name.
        if isinstance(data.get("outlet"), int):
            data["outlet"] = str(data["outlet"])
        model = OutletFile.model_validate(data)
    except ValidationError as error:
        raise LantianError(*_explain(error, path.name, lines)) from None
    wrong = _Check(path.name, lines, rules, day).problems(model)
    if wrong:
        raise LantianError(*wrong)
    return _outlet(model, rules, day)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
        if len(raw) > _MOST_BYTES:
            raise LantianError(complain("M010", Place(file=path.name), detail="> 1 MB"))
        return raw.decode("utf-8-sig")
    except OSError as error:
        detail = error.strerror or str(error)
        raise LantianError(complain("M010", Place(file=path.name), detail=detail)) from None
    except UnicodeDecodeError:
        raise LantianError(complain("M010", Place(file=path.name), detail="UTF-8")) from None


def _explain(error: ValidationError, name: str, lines: Lines) -> list[Problem]:
    found = {}
    for item in error.errors(include_url=False, include_context=False):
        path = tuple(p for p in item["loc"] if isinstance(p, int) or p.isidentifier())
        words = {
            "missing": "缺少 missing",
            "extra_forbidden": "不认识的字段 unknown field",
        }.get(item["type"], item["msg"])
        shown = ".".join(str(p) for p in path)
        place = Place(file=name, line=lines.at(path))
        found[shown] = complain("M011", place, detail=f"{shown}: {words}")
    return list(found.values())


class _Check:
    def __init__(self, name: str, lines: Lines, rules: MonitoringRules, day: date) -> None:
        self.name, self.lines = name, lines
        self.factors = rules.factors(day)

    def problems(self, model: OutletFile) -> list[Problem]:
        """Return what the schema cannot see."""
        found: list[Problem] = []

        def say(path: tuple[str | int, ...], detail: str) -> None:
            place = Place(file=self.name, line=self.lines.at(path))
            found.append(complain("M011", place, detail=detail))

        o2 = model.reference_o2_pct
        if o2 is not None and not 0 <= o2 < 21:
            say(("reference_o2_pct",), f"reference_o2_pct = {float(o2):g}: 0 … 21")
        if o2 is not None and not model.reference_o2_document.strip():
            say(("reference_o2_pct",), "reference_o2_document: 缺少 missing")
        if (model.flow_unit == "L/s") != (model.medium == "water") and model.flow_unit == "L/s":
            say(("flow_unit",), "flow_unit L/s: medium water")
        for i, row in enumerate(model.limits):
            factor = self.factors.find(row.factor)
            if factor is None or factor.medium.value != model.medium:
                say(("limits", i, "factor"), f"factor {row.factor}: {model.medium}")
                continue
            if row.high is None and row.low is None:
                say(("limits", i), f"{row.factor}: high / low")
            if row.high is not None and row.low is not None and row.high < row.low:
                say(("limits", i), f"{row.factor}: high < low")
            if row.valid_to is not None and row.valid_to < row.valid_from:
                say(("limits", i, "valid_to"), f"{row.factor}: valid_to < valid_from")
            air = model.medium == "air" and factor.role is Role.CONCENTRATION
            if air and row.converted is None:
                say(("limits", i), f"{row.factor}: converted 缺少 missing (true / false)")
            if row.converted and (not air or o2 is None):
                say(("limits", i, "converted"), f"{row.factor}: converted → reference_o2_pct")
        return found


def _outlet(model: OutletFile, rules: MonitoringRules, day: date) -> Outlet:
    factors = rules.factors(day)
    limits = []
    for row in model.limits:
        factor = factors.find(row.factor)
        assert factor is not None
        limits.append(
            OutletLimit(
                factor.code, Average(row.average), row.high, row.low, bool(row.converted),
                row.document, row.clause, row.valid_from, row.valid_to,
            )
        )  # fmt: skip
    return Outlet(
        outlet_id=model.outlet,
        name_zh=model.name_zh,
        medium=Medium(model.medium),
        trade=model.trade,
        o2_ref_pct=model.reference_o2_pct,
        o2_document=model.reference_o2_document,
        flow_unit=FlowUnit(model.flow_unit) if model.flow_unit else None,
        marking_document=model.marking_document,
        limits=tuple(limits),
        plant=model.plant,
    )
