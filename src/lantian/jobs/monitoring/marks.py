"""The file of marks: an append-only list as CSV, one line an entry, in the order they were made."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path

from lantian.adapters.lake.textfile import CsvSheet, EncodingUnknownError
from lantian.domain.monitoring.complaint import complain
from lantian.domain.monitoring.marks import Act, MarkEntry, MarkHistory, history_of
from lantian.jobs.monitoring.times import read_time
from lantian.jobs.told import Told
from lantian.kernel.problem import LantianError, Place
from lantian.rulebook.monitoring_tables.model import Factors

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "编号"),
    "action": ("action", "动作"),
    "made_at": ("made_at", "填写时间"),
    "made_by": ("made_by", "填写人"),
    "mark": ("mark", "标记"),
    "from": ("from", "开始"),
    "to": ("to", "结束"),
    "variant": ("variant", "类型"),
    "factors": ("factors", "因子"),
    "cause": ("cause", "原因"),
    "target": ("target", "撤回编号"),
    "by_device": ("by_device", "设备自动"),
}
_NEEDED = ("id", "action", "made_at", "made_by", "mark", "from", "to")
_ACTS = {"place": Act.PLACE, "标记": Act.PLACE, "withdraw": Act.WITHDRAW, "撤回": Act.WITHDRAW}
_YES = {"1": True, "yes": True, "true": True, "是": True, "": False, "0": False, "no": False,
        "false": False, "否": False}  # fmt: skip


def read_marks(path: Path, factors: Factors, told: Told) -> MarkHistory:
    """Return the history of a file; rows that cannot be used are told and counted.

    Raises
    ------
    LantianError
        M001 where it cannot be read, M030 where columns lack.
    """
    try:
        sheet = CsvSheet(path)
        header = [(name or "").strip().casefold() for name in (sheet.preview() or [[]])[0]]
        blocks = list(sheet.blocks(1, ()))
    except (OSError, EncodingUnknownError, csv.Error, UnicodeError) as error:
        raise LantianError(complain("M001", Place(file=path.name), detail=str(error))) from None
    at = {
        key: next(header.index(name) for name in names if name in header)
        for key, names in _COLUMNS.items()
        if any(name in header for name in names)
    }
    lacking = [key for key in _NEEDED if key not in at]
    if lacking:
        place = Place(file=path.name, row=1)
        raise LantianError(complain("M030", place, detail=", ".join(lacking)))
    entries = []
    for block in blocks:
        for k, row in enumerate(block.rows):
            cells = {key: (block.columns[i][k] or "").strip() for key, i in at.items()}
            if any(cells.values()):
                entry = _entry(cells, Place(file=path.name, row=row), factors, told)
                if entry is not None:
                    entries.append(entry)
    for odd in sheet.oddities():
        told.add(complain("M008", Place(file=path.name, row=odd.row)))
    history, refused = history_of(entries)
    for own in refused:
        for problem in own.problems:
            told.add(problem)
    return history


def _entry(
    cells: Mapping[str, str], place: Place, factors: Factors, told: Told
) -> MarkEntry | None:
    def bad(column: str) -> None:
        told.add(complain("M042", place, column=column, detail=cells.get(column, "")[:40]))

    act = _ACTS.get(cells["action"].casefold())
    made_at = read_time(cells["made_at"])
    device = _YES.get(cells.get("by_device", "").casefold())
    for column, good in (
        ("id", cells["id"]), ("action", act), ("made_at", made_at), ("made_by", cells["made_by"]),
        ("by_device", device is not None),
    ):  # fmt: skip
        if not good:
            bad(column)
            return None
    assert act is not None
    assert made_at is not None
    base = MarkEntry(
        cells["id"], act, made_at, cells["made_by"], cause=cells.get("cause", ""),
        target=cells.get("target", ""), by_device=bool(device), place=place,
    )  # fmt: skip
    if act is Act.WITHDRAW:
        return base
    start, end = read_time(cells["from"]), read_time(cells["to"])
    for column, good in (("from", start), ("to", end), ("mark", cells["mark"])):
        if not good:
            bad(column)
            return None
    codes = set()
    for name in re.split(r"[、，,;；\s]+", cells.get("factors", "")):
        factor = factors.find(name) if name else None
        if name and factor is None:
            bad("factors")
            return None
        if factor is not None:
            codes.add(factor.code)
    return MarkEntry(
        base.entry_id, act, made_at, base.made_by, cells["mark"], cells.get("variant", ""), start,
        end, frozenset(codes), base.cause, "", base.by_device, place,
    )  # fmt: skip
