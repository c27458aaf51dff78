"""The groups of CP: in few steps where the layout was met before, else item by item."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from lantian.domain.hj212.names import NameTable
from lantian.domain.hj212.packet import Group, Item
from lantian.domain.hj212.stamp import is_time, read_epoch, read_stamp

_PLAIN: Final = bytes(set(range(33, 127)) - set(b"=,;/"))
_SEPARATOR_OR_LOG: Final = re.compile(r"[;,]|=//")
_LOG_END: Final = re.compile(r"//(?=[;,]|\Z)")


class Layout(NamedTuple):
    """Everything about a CP but its values; loggers send the same names in every packet.

    Attributes
    ----------
    marks, names
        The separators in order, and the names of all items.
    cuts
        The items of every group.
    tolerances
        What has to be tolerated whatever the values are.
    times
        Items whose value has to be looked at: times.
    """

    marks: bytes
    names: tuple[str, ...]
    cuts: tuple[slice, ...]
    tolerances: tuple[str, ...]
    times: tuple[int, ...]


Outline = tuple[bytes, tuple[str, ...]]
"""The separators of a CP in order, and its names."""


def marks_of(written: bytes) -> bytes:
    """Return the separators of a CP in order, and among them whatever is not plain.

    Plain is what is neither blank nor control, ASCII, and no slash, which may begin a log.
    """
    return written.translate(None, _PLAIN)


def is_plain(marks: bytes) -> bool:
    """Whether a CP holds nothing but plain characters and separators."""
    return not marks.translate(None, b",;=")


def is_regular(marks: bytes) -> bool:
    """Whether every item of a CP is one name and one value."""
    n_items, odd = divmod(len(marks), 2)
    return bool(odd) and marks[::2] == b"=" * (n_items + 1) and b"=" not in marks[1::2]


def parts_of(cp: str) -> list[str]:
    """Return names and values of a regular CP in turn."""
    return cp.replace(";", "=").replace(",", "=").split("=")


def layout_of(seen: Outline, table: NameTable) -> Layout | None:
    """Return the layout that belongs to an outline, None where a name or group is empty."""
    marks, names = seen
    if not all(names):
        return None
    stops = [i + 1 for i, mark in enumerate(marks[1::2]) if mark == ord(";")]
    cuts = tuple(slice(a, b) for a, b in pairwise([0, *stops, len(names)]))
    groups = [tuple((name, "") for name in names[cut]) for cut in cuts]
    tolerances = _about_groups(groups, table)
    times = tuple(i for i, name in enumerate(names) if _kind(table, name) == "time")
    return Layout(marks, names, cuts, tuple(dict.fromkeys(tolerances)), times)


def read_quickly(values: list[str], layout: Layout) -> tuple[Group, ...] | None:
    """Return the groups of a known layout with their values, None where a time is none."""
    for i in layout.times:
        if not is_time(values[i]):
            return None
    pairs = tuple(zip(layout.names, values, strict=True))
    return tuple([pairs[cut] for cut in layout.cuts])


def read_patiently(cp: str, table: NameTable) -> tuple[tuple[Group, ...], list[str]]:
    """Return the groups of a CP in whatever form, and the tolerances used."""
    tolerances: list[str] = []
    groups: list[Group] = []
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
            group.append(item)
            tolerances += _about_time(table, item)
        if group:
            groups.append(tuple(group))
    return tuple(groups), tolerances + _about_groups(groups, table)


def _about_groups(groups: Sequence[Group], table: NameTable) -> list[str]:
    """Return what names and their grouping need to have tolerated, whatever the values."""
    tolerances: list[str] = []
    before = ""  # the factor of the group before
    for group in groups:
        names = [name for name, _ in group]
        for name in names:
            tolerances += table.name(name).tolerances
        if len(set(names)) < len(names):
            tolerances.append("item-repeated")
        if {"BeginTime", "EndTime"} <= set(names):
            tolerances.append("times-joined")
        first = table.name(names[0])
        if len(group) == 1 and first.suffix == "Flag" and first.code and first.code == before:
            tolerances.append("flag-apart")
        before = first.code
    return tolerances


def _split(cp: str, tolerances: list[str]) -> list[list[str]]:
    """Return the pieces of every group; separators between ``//`` and ``//`` part nothing."""
    if "//" not in cp:
        return [text.split(",") for text in cp.split(";")]
    groups: list[list[str]] = [[]]
    start = at = 0
    closes = True
    while (found := _SEPARATOR_OR_LOG.search(cp, at)) is not None:
        at = found.end()
        if found[0] == "=//":
            # Once nothing closes a log, nothing later does: looked for once only.
            close = _LOG_END.search(cp, at) if closes else None
            if close is None:
                closes = False
                continue
            if _parts(cp[at : close.start()]):
                tolerances.append("log-separators")
            at = close.end()
            continue
        groups[-1].append(cp[start : found.start()])
        start = at
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


def _kind(table: NameTable, name: str) -> str:
    parameter = table.name(name).parameter
    return "" if parameter is None else parameter.data_type.kind


def _about_time(table: NameTable, item: Item) -> tuple[str, ...]:
    value = item[1]
    if value is None or _kind(table, item[0]) != "time":
        return ()
    if len(value) == 17 and read_stamp(value) is not None:
        return ("times-17",)
    return ("times-epoch",) if read_epoch(value) is not None else ()
