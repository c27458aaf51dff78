"""Every dated rule of every room, by its head: what it is, from where, from when to when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from lantian.kernel.problem import LantianError
from lantian.rulebook.air_tables.load import AIR_KINDS
from lantian.rulebook.build import Shelf, Sources, head_of
from lantian.rulebook.critical_values import CRITICAL_KINDS
from lantian.rulebook.files import RuleFile
from lantian.rulebook.grading_tables.load import TABLE_KINDS
from lantian.rulebook.hj212_tables.load import HJ212_KINDS
from lantian.rulebook.loader import load_rulebook
from lantian.rulebook.model import RuleHead
from lantian.rulebook.monitoring_tables.load import MONITORING_KINDS
from lantian.rulebook.process_tables.load import PROCESS_KINDS
from lantian.rulebook.rooms import room_files
from lantian.rulebook.schema import Dated
from lantian.rulebook.soil_tables.load import SOIL_KINDS
from lantian.rulebook.water_tables.load import WATER_KINDS

ROOM_KINDS: Mapping[str, type[Any]] = {
    **TABLE_KINDS,
    **HJ212_KINDS,
    **{
        kind: schema
        for room in (
            AIR_KINDS, WATER_KINDS, SOIL_KINDS, MONITORING_KINDS, CRITICAL_KINDS, PROCESS_KINDS,
        )
        for kind, (schema, _) in room.items()
    },
}  # fmt: skip
"""Kinds whose file is one rule; the files of `files.KINDS` hold many, and the rulebook lists them."""

_IDS: Mapping[str, str] = {
    "indicators": "grading.{edition}.{industry}",
    "grading-process": "grading.process.{province}",
    "process": "process.{process}",
    "energy-levels": "grading.energy.{edition}",
    "hj212-factors": "hj212.factors.{edition}",
    "critical-values": "statistics.spearman",
}
"""Ids of rules whose kind alone does not give it."""

SUBJECTS_ZH: Mapping[str, str] = {
    "law": "法律",
    "response": "应急响应",
    "grading": "绩效分级",
    "air": "环境空气",
    "water": "地表水",
    "soil": "土壤",
    "monitoring": "自动监控",
    "hj212": "数据传输",
    "process": "办理流程",
    "statistics": "统计",
}


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One edition of one rule.

    Attributes
    ----------
    subject
        The room it belongs to, a key of `SUBJECTS_ZH`.
    head
        Document, clause, dates, source and mark.
    file
        Where it is written; "" for a rule that shares a file with others.
    text
        The file as it stands.
    """

    subject: str
    head: RuleHead
    file: str = ""
    text: str = ""


def catalogue(*extra: Path) -> tuple[CatalogueEntry, ...]:
    """Return every edition of every rule, by subject, rule and day of entry into force.

    Parameters
    ----------
    extra
        The bureau's own folders, the last one on top.

    Raises
    ------
    LantianError
        With every R-problem of every file, each with file, line and remedy.
    """
    return _packaged() if not extra else _catalogue(tuple(Path(path) for path in extra))


@cache
def _packaged() -> tuple[CatalogueEntry, ...]:
    return _catalogue(())


def _catalogue(extra: tuple[Path, ...]) -> tuple[CatalogueEntry, ...]:
    order = {subject: i for i, subject in enumerate(SUBJECTS_ZH)}
    found = [
        CatalogueEntry(head.rule_id.split(".")[0], head) for head in load_rulebook(*extra).rules()
    ]
    found += _of_rooms(extra)
    return tuple(sorted(found, key=lambda one: _place(one, order)))


def _place(entry: CatalogueEntry, order: Mapping[str, int]) -> tuple[int, str, date]:
    return order.get(entry.subject, len(order)), entry.head.rule_id, entry.head.valid_from


def _of_rooms(extra: tuple[Path, ...]) -> list[CatalogueEntry]:
    files = room_files(("",), ROOM_KINDS, extra)
    shelf = Shelf()
    entries = [
        CatalogueEntry(_subject(file), _head(file, shelf), file.path, file.text)
        for file in files
        if file.model.kind in ROOM_KINDS and isinstance(file.model, Dated)
    ]
    if shelf.problems:
        raise LantianError(*shelf.problems)
    return entries


def _subject(file: RuleFile) -> str:
    kind = file.model.kind
    if kind in TABLE_KINDS:
        return "grading"
    return "statistics" if kind in CRITICAL_KINDS else str(kind.split("-")[0])


def _head(file: RuleFile, shelf: Shelf) -> RuleHead:
    """Return the head of a file that is one rule, under the id by which results cite it."""
    model = file.model
    pattern = _IDS.get(model.kind, model.kind.replace("-", ".", 1))
    rule_id = pattern.format_map({name: value for name, value in model if isinstance(value, str)})
    return head_of(file, rule_id, Sources(file, model.sources, shelf), shelf=shelf)
