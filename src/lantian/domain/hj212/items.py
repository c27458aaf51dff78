"""The groups of CP: the quick reader for what is as it should be, the patient one for the rest."""

from __future__ import annotations

import re
from typing import Final

from lantian.domain.hj212.names import ALONE, FLAG, TIME, NameTable
from lantian.domain.hj212.packet import Group, Item
from lantian.domain.hj212.stamp import is_time, read_epoch, read_stamp

_LOG_OR_SEPARATOR: Final = re.compile(r"[;,]|=//(.*?)//(?=[;,]|\Z)", re.DOTALL)


def read_quickly(cp: str, table: NameTable) -> tuple[Group, ...] | None:
    """Return the groups of a CP that needs no tolerance, None where it may need one.

    What it returns is what `read_patiently` returns without tolerances.
    """
    if not cp:
        return ()
    quick = table.quick.get
    groups: list[Group] = []
    n_items = 0
    names = set()
    try:
        for text in cp.split(";"):
            group = []
            for piece in text.split(","):
                name, value = piece.split("=")
                watch = quick(name)
                if watch is None:
                    return None
                if watch != 1 and not _as_it_should(watch, text, value):
                    return None
                names.add(name)
                group.append((name, value))
            n_items += len(group)
            groups.append(tuple(group))
    except ValueError:  # an item with no or with two equals signs
        return None
    return tuple(groups) if len(names) == n_items else None


def _as_it_should(watch: int, group: str, value: str) -> bool:
    if watch == TIME:
        return is_time(value)
    if watch == ALONE:
        return "," not in group and is_time(value)
    return "," in group or watch != FLAG


def read_patiently(cp: str, table: NameTable) -> tuple[tuple[Group, ...], list[str]]:
    """Return the groups of a CP in whatever form, and the tolerances used."""
    tolerances: list[str] = []
    groups: list[Group] = []
    before = ""  # the factor of the group before
    for pieces in _split(cp, tolerances) if cp else []:
        if len(pieces) == 1 and not pieces[0].strip():
            tolerances.append("group-empty")
            continue
        group: list[Item] = []
        for piece in pieces:
            if not piece.strip():
                tolerances.append("item-empty")
                continue
            item = _item(piece, tolerances)
            if any(item[0] == name for name, _ in group):
                tolerances.append("item-repeated")
            group.append(item)
            tolerances += table.name(item[0]).tolerances
            tolerances += _about_time(table, item)
        if not group:
            continue
        names = {name for name, _ in group}
        if {"BeginTime", "EndTime"} <= names:
            tolerances.append("times-joined")
        first = table.name(group[0][0])
        if len(group) == 1 and first.suffix == "Flag" and first.code and first.code == before:
            tolerances.append("flag-apart")
        before = first.code
        groups.append(tuple(group))
    return tuple(groups), tolerances


def _split(cp: str, tolerances: list[str]) -> list[list[str]]:
    """Return the pieces of every group; separators between ``//`` and ``//`` part nothing."""
    if "//" not in cp:
        return [text.split(",") for text in cp.split(";")]
    groups: list[list[str]] = [[]]
    start = 0
    for found in _LOG_OR_SEPARATOR.finditer(cp):
        if len(found[0]) > 1:
            if _parts(found[1]):
                tolerances.append("log-separators")
            continue
        groups[-1].append(cp[start : found.start()])
        start = found.end()
        if found[0] == ";":
            groups.append([])
    groups[-1].append(cp[start:])
    return groups


def _parts(text: str) -> bool:
    return any(mark in text for mark in ";,=")


def _item(piece: str, tolerances: list[str]) -> Item:
    name, equals, value = piece.partition("=")
    if name != name.strip() or value != value.strip():
        tolerances.append("item-space")
        name, value = name.strip(), value.strip()
    if not equals:
        tolerances.append("item-without-value")
        return name, None
    if "=" in value and not is_log(value):
        tolerances.append("item-equals")
    return name, value


def is_log(value: str) -> bool:
    """Whether a value is a text between ``//`` and ``//``."""
    return len(value) >= 4 and value.startswith("//") and value.endswith("//")


def _about_time(table: NameTable, item: Item) -> tuple[str, ...]:
    parameter = table.name(item[0]).parameter
    value = item[1]
    if parameter is None or value is None or parameter.data_type.kind != "time":
        return ()
    if len(value) == 17 and read_stamp(value) is not None:
        return ("times-17",)
    return ("times-epoch",) if read_epoch(value) is not None else ()
