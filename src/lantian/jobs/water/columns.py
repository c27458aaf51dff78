"""Which column of a water file is which: items by key, Chinese or English name, or factor code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lantian.domain.water.complaint import complain
from lantian.kernel.problem import LantianError, Place
from lantian.rulebook.water_tables.model import SourceItem, WaterItem, WaterLimits

_ROLES: Mapping[str, tuple[str, ...]] = {
    "section": ("section", "断面", "断面名称", "监测断面", "点位"),
    "type": ("type", "水体类型", "断面类型", "inferred"),
    "date": ("date", "datetime", "time", "日期", "时间", "监测时间", "采样日期", "month", "月份"),
    "class": ("class", "类别", "水质类别"),
    "target": ("target", "目标", "水质目标", "目标类别"),
    "river": ("river", "河流", "所在水体", "水体"),
    "city": ("city", "城市", "所在城市"),
    "province": ("province", "省份", "省"),
    "basin": ("basin", "流域"),
    "source": ("source", "饮用水源", "水源地"),
}
_LAKE_ITEMS: Mapping[str, tuple[str, ...]] = {
    "chla": ("chla", "叶绿素a", "chlorophylla"),
    "chla_mg_m3": ("chla_mg_m3", "chla_ug_l"),
    "sd": ("sd", "透明度", "transparency"),
}
RAW = "_raw"
"""Ending of a column with the unrounded value; it is taken where it is filled."""

_UNIT = re.compile(r"\((mg/l|ug/l|µg/l|℃|个/l|无量纲|m|-)\)$")


@dataclass(frozen=True, slots=True)
class WaterColumns:
    """Header of a file and the place of each role and item in it."""

    header: tuple[str, ...]
    roles: Mapping[str, int]
    items: Mapping[str, int]
    raw: Mapping[str, int]

    def has(self, role: str) -> bool:
        """Whether the file has a column of a role."""
        return role in self.roles


def plain(name: str) -> str:
    """Return a header in the form names are compared in."""
    text = unicodedata.normalize("NFKC", name).strip().casefold().replace(" ", "")
    return _UNIT.sub("", text)


def find_columns(
    header: Sequence[str | None], file: str, limits: WaterLimits, needed: Sequence[str]
) -> WaterColumns:
    """Return the columns of a header.

    Raises
    ------
    LantianError
        B002 where a needed role is missing, or every item.
    """
    names = [plain(name or "") for name in header]
    roles = {role: at for role, known in _ROLES.items() if (at := _first(names, known)) is not None}
    known_items: dict[str, tuple[str, ...]] = dict(_LAKE_ITEMS)
    everything: list[WaterItem | SourceItem] = [*limits.items.values()]
    everything += limits.source_items.values()
    for item in everything:
        known_items[item.key] = (
            item.key,
            plain(item.name_zh),
            plain(item.name_en),
            *map(plain, item.also),
        )
    items, raw = {}, {}
    for key, known in known_items.items():
        at = _first(names, known)
        if at is not None and at not in roles.values():
            items[key] = at
        at = _first(names, [f"{name}{RAW}" for name in known])
        if at is not None:
            raw[key] = at
    missing = [role for role in needed if role not in roles]
    if not items and not raw:
        missing.append("ph, do, codmn, nh3n, tp …")
    if missing:
        place = Place(file=file, row=1)
        raise LantianError(complain("B002", place, detail="；".join(missing)))
    return WaterColumns(tuple(name or "" for name in header), roles, items, raw)


def _first(names: Sequence[str], known: Sequence[str]) -> int | None:
    return next((names.index(one) for one in known if one in names), None)
