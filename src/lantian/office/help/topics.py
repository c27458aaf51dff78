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
    "own": ("help/firm", ""),
    "way-up": ("help/firm", ""),
    "alert-compare": ("help/pages", "预警与管控"),
    "alert-draft": ("help/pages", "预警与管控"),
    "alert-orders": ("help/pages", "预警与管控"),
    "alert-order": ("help/pages", "预警与管控"),
    "grading": ("help/pages", "绩效分级"),
    "grading-application": ("help/pages", "绩效分级"),
    "grading-draft": ("help/pages", "绩效分级"),
    "grading-batches": ("help/pages", "绩效分级"),
    "grading-batch": ("help/pages", "绩效分级"),
    "dynamic": ("help/pages", "动态管理"),
    "draw": ("help/pages", "动态管理"),
    "grade-check": ("help/pages", "动态管理"),
    "downgrade": ("help/pages", "动态管理"),
    "downgrade-new": ("help/pages", "动态管理"),
    "monitoring": ("help/pages", "自动监控"),
    "monitoring-outlet": ("help/pages", "自动监控"),
    "monitoring-day": ("help/pages", "自动监控"),
    "monitoring-packets": ("help/pages", "自动监控"),
    "monitoring-parameters": ("help/pages", "自动监控"),
    "monitoring-alarms": ("help/pages", "自动监控"),
    "monitoring-alarm": ("help/pages", "自动监控"),
    "monitoring-register": ("help/pages", "自动监控"),
    "monitoring-quarantine": ("help/pages", "隔离的报文"),
    "monitoring-quarantine-group": ("help/pages", "隔离的报文"),
    "monitoring-own": ("help/pages", "本企业监控"),
    "monitoring-marks": ("help/pages", "本企业监控"),
    "notices": ("help/pages", "公示与公报"),
    "notice": ("help/pages", "公示与公报"),
    "bulletins": ("help/pages", "公示与公报"),
    "exchange": ("help/pages", "对外投递"),
    "exchange-delivery": ("help/pages", "对外投递"),
    "systems": ("help/pages", "接口令牌"),
    "api-docs": ("help/pages", "接口令牌"),
    "help": ("help/index", ""),
    "public-home": ("help/public", ""),
    "public-alerts": ("help/public", ""),
    "public-firms": ("help/public", ""),
    "public-notices": ("help/public", ""),
    "public-bulletins": ("help/public", ""),
    "public-grading": ("help/public", ""),
    "public-grading-batch": ("help/public", ""),
    "public-grading-object": ("help/public", ""),
    "firms": ("help/pages", "企业"),
    "firms-map": ("help/pages", "企业"),
    "firm": ("help/pages", "企业"),
    "list": ("help/pages", "减排清单"),
    "list-upload": ("help/pages", "减排清单"),
    "list-edition": ("help/pages", "减排清单"),
    "list-compare": ("help/pages", "减排清单"),
    "list-grades": ("help/pages", "减排清单"),
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
