"""Which topic belongs to which page of the site: behind the "?" at its head. A room adds its own line.

The names are those of addresses; a test holds that every page of the menu has a topic and that every
topic exists.
"""

from __future__ import annotations

from collections.abc import Mapping

from lantian.office.help.book import address

TOPICS: Mapping[str, tuple[str, str]] = {
    "today": ("help/pages", "今日"),
    "alerts": ("help/pages", "预警与管控"),
    "alert": ("help/pages", "预警与管控"),
    "own-orders": ("help/firm", ""),
    "firms": ("help/pages", "企业"),
    "firms-map": ("help/pages", "企业"),
    "firm": ("help/pages", "企业"),
    "list": ("help/pages", "减排清单"),
    "list-upload": ("help/pages", "减排清单"),
    "list-edition": ("help/pages", "减排清单"),
    "list-compare": ("help/pages", "减排清单"),
    "air-now": ("help/pages", "环境空气"),
    "air-period": ("help/pages", "环境空气"),
    "air-quality": ("help/pages", "环境空气"),
    "water-sections": ("help/pages", "地表水"),
    "water-section": ("help/pages", "地表水"),
    "soil-parcels": ("help/pages", "土壤地块"),
    "soil-parcel": ("help/pages", "土壤地块"),
    "rules": ("help/pages", "规则"),
    "rule": ("help/pages", "规则"),
    "rules-industry": ("help/pages", "规则"),
    "processes": ("help/pages", "办理流程"),
    "process": ("help/pages", "办理流程"),
    "record": ("help/pages", "台账"),
    "record-event": ("help/pages", "台账"),
    "people": ("help/pages", "账号"),
    "new-person": ("help/pages", "账号"),
    "person": ("help/pages", "账号"),
    "own-account": ("help/sign-in", ""),
    "sign-in": ("help/sign-in", ""),
    "account_login": ("help/sign-in", ""),
    "public-air": ("help/public", ""),
    "public-water": ("help/public", ""),
    "public-soil": ("help/public", ""),
}


def help_address(url_name: str | None, *, signed_in: bool) -> str:
    """Return where the "?" of a page leads: to its topic, else to the contents, or to what is open to all."""
    if url_name in TOPICS:
        return address(*TOPICS[url_name])
    return address("help/index") if signed_in else address("help/public")
