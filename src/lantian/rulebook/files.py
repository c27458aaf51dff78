"""Rule files from a folder to checked models; every refusal of every file is collected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from lantian.kernel.problem import Place, Problem
from lantian.rulebook import schema, schema_grading
from lantian.rulebook.refusal import refuse
from lantian.rulebook.yamlio import Lines, YamlTrouble, read_yaml

KINDS: dict[str, type[BaseModel]] = {
    "law": schema.LawFile,
    "alert-rules": schema.AlertFile,
    "targets": schema.TargetsFile,
    "exchange": schema.ExchangeFile,
    "switches": schema.SwitchesFile,
    "provisions": schema.ProvisionsFile,
    "general-measures": schema.GeneralFile,
    "measures": schema.CityMeasuresFile,
    "industry": schema_grading.IndustryFile,
    "industries": schema_grading.IndustriesFile,
}

OTHER_KINDS = (
    "indicators",
    "grading-cases",
    "grading-scheme",
    "grading-process",
    "process",
    "energy-levels",
    "air-index",
    "air-limits",
    "air-method",
    "water-limits",
    "water-method",
    "critical-values",
    "soil-limits",
    "soil-land-use",
    "soil-survey",
    "soil-process",
    "soil-spot-check",
    "hj212-factors",
    "hj212-protocol",
    "monitoring-factors",
    "monitoring-flags",
    "monitoring-gas",
    "monitoring-water",
    "monitoring-alarm",
    "monitoring-marks",
    "monitoring-marks-waste",
    "monitoring-exceedance",
    "monitoring-substitution",
    "monitoring-oxygen",
)
"""Kinds that other rooms of the rulebook read."""

Loc = tuple[str | int, ...]


@dataclass
class RuleFile:
    """One file that was read; `model` is None where it was refused."""

    path: str
    text: str = ""
    model: Any = None
    layer: int = 0  # 0 packaged, 1 … the bureau's own folders in their order
    _lines: Lines | None = field(default=None, repr=False)

    def place(self, path: Sequence[str | int]) -> Place:
        """Return file and line of a part of the file."""
        if self._lines is None:
            self._lines = Lines(self.text)
        return Place(file=self.path, line=self._lines.at(path))


def rule_paths(root: Path) -> list[Path]:
    """Return the rule files under `root` (or `root` itself if it is a file), in order."""
    if root.is_file():
        return [root]
    found = (p for p in root.rglob("*") if p.suffix in {".yaml", ".yml"} and p.is_file())
    # Holiday notices have a reader of their own: lantian.rulebook.calendar.
    return sorted(p for p in found if p.parent.name != "calendar")


def read_files(
    groups: Iterable[tuple[Path, Sequence[Path], int, str]],
    kinds: Mapping[str, type[BaseModel]] = KINDS,
) -> tuple[list[RuleFile], list[Problem]]:
    """Read the rule files of groups given as (folder, files, layer, shown prefix).

    A bureau's folder may hold files of other rooms (`OTHER_KINDS`); those that are not among
    `kinds` are passed over, each room reads its own.

    Returns
    -------
    files
        The files that passed their schema.
    problems
        What was refused, all files together.
    """
    files: list[RuleFile] = []
    problems: list[Problem] = []
    for root, paths, layer, prefix in groups:
        if not paths:
            problems.append(refuse("R034", Place(file=str(root)), detail=str(root)))
        for path in paths:
            shown = prefix + path.relative_to(root).as_posix() if prefix else str(path)
            file = RuleFile(path=shown, layer=layer)
            found = _read(path, file, kinds)
            problems.extend(found)
            if not found and file.model is not None:
                files.append(file)
    return files, problems


def _read(path: Path, file: RuleFile, kinds: Mapping[str, type[BaseModel]]) -> list[Problem]:
    try:
        file.text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        detail = (
            "不是 UTF-8 编码 not UTF-8"
            if isinstance(error, UnicodeDecodeError)
            else str(error.strerror)
        )
        return [refuse("R001", Place(file=file.path, line=1), detail=detail)]
    try:
        data = read_yaml(file.text)
    except YamlTrouble as trouble:
        place = Place(file=file.path, line=trouble.line)
        if trouble.kind == "duplicate":
            return [refuse("R002", place, detail=trouble.detail)]
        words = {
            "alias": "不使用锚点和别名 anchors and aliases are not used",
            "documents": "不止一个文档 more than one document",
            "deep": "嵌套过深 nested too deeply",
        }
        return [refuse("R001", place, detail=words.get(trouble.kind, trouble.detail))]
    if not isinstance(data, dict):
        return [
            refuse(
                "R001",
                Place(file=file.path, line=1),
                detail="最上层应为键值表 no mapping at the top",
            )
        ]
    kind = data.get("kind")
    model = kinds.get(kind) if isinstance(kind, str) else None
    if model is None:
        if file.layer and kind in OTHER_KINDS:
            return []
        known = ", ".join(dict.fromkeys((*kinds, *OTHER_KINDS)))
        return [refuse("R013", file.place(["kind"]), detail=kind, known=known)]
    try:
        file.model = model.model_validate(data)
    except ValidationError as error:
        return explain_model(file, error)
    return []


def explain_model(file: RuleFile, error: ValidationError) -> list[Problem]:
    """Return what a model refused, each complaint at its place in the file."""
    problems: dict[tuple[str, int | None, str], Problem] = {}
    for item in error.errors(include_url=False, include_context=False):
        path = tuple(item["loc"])
        kind, value = item["type"], item.get("input")
        code, detail = _code(path, kind, value, item["msg"])
        problem = refuse(code, file.place(path), detail=detail)
        problems.setdefault((code, problem.place.line, detail), problem)
    return list(problems.values())


def _code(path: Loc, kind: str, value: object, message: str) -> tuple[str, str]:
    """Return the code and the detail for one complaint of pydantic."""
    last = str(path[-1]) if path else ""
    parent = str(path[-2]) if len(path) > 1 else ""
    shown = ".".join(str(p) for p in path)
    in_condition = "when" in path
    if kind == "missing":
        by_field = {"source": "R005", "sources": "R005", "status": "R006", "clause": "R007"}
        if in_condition:
            return "R024", shown
        return by_field.get(last, "R004"), shown
    if kind == "extra_forbidden":
        if in_condition:
            return "R024", shown
        return ("R010", last) if parent in {"levels", "triggers", "ratio"} else ("R003", last)
    if kind.startswith("share_"):
        return "R011", f"{shown} = {value}"
    if kind == "grade_unknown":
        return "R009", f"{shown} = {value}"
    if last == "status":
        return "R006", f"{shown} = {value}"
    if last in {"valid_from", "valid_to", "until"}:
        return "R008", f"{shown} = {value}"
    if "levels" in path and kind == "enum" and last != "kind":
        return "R010", f"{shown} = {value}"
    if kind in {"too_short", "string_too_short"} and last in {"source", "sources"}:
        return "R005", shown
    if kind == "string_too_short" and last in {"clause", "article"}:
        return "R007", shown
    return "R014", f"{shown} = {value!r} ({message})"
