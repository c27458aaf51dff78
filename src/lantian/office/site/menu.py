"""The menu: what stands at the side of every page, for whom."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry; who lacks the permission does not see it."""

    zh: str
    en: str
    url: str
    permission: str


MENU = (
    MenuEntry("今日", "Today", "today", "site.today"),
    MenuEntry("环境空气", "Air", "air-now", "air.view"),
    MenuEntry("地表水", "Water", "water-sections", "water.view"),
    MenuEntry("企业", "Firms", "firms", "firms.view"),
    MenuEntry("减排清单", "List", "list", "list.view"),
    MenuEntry("台账", "Record", "record", "audit.view"),
)
