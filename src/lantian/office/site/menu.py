"""The menu: what stands at the side of every page, for whom."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry; who lacks the permission does not see it. Entries of a part stand together."""

    zh: str
    en: str
    url: str
    permission: str
    part: str = "day"


MENU = (
    MenuEntry("今日", "Today", "today", "site.today"),
    MenuEntry("预警与管控", "Alerts", "alerts", "alert.view"),
    MenuEntry("我的企业", "Our firm", "own", "order.own"),
    MenuEntry("本企业管控令", "Our orders", "own-orders", "order.own"),
    MenuEntry("企业", "Firms", "firms", "firms.view", "firms"),
    MenuEntry("绩效分级", "Grading", "grading", "grading.view", "firms"),
    MenuEntry("减排清单", "List", "list", "list.view", "firms"),
    MenuEntry("动态管理", "Checks", "dynamic", "dynamic.view", "firms"),
    MenuEntry("自动监控", "Monitoring", "monitoring", "monitoring.view", "environment"),
    MenuEntry("本企业监控", "Our monitoring", "monitoring-own", "monitoring.own", "environment"),
    MenuEntry("环境空气", "Air", "air-now", "air.view", "environment"),
    MenuEntry("地表水", "Water", "water-sections", "water.view", "environment"),
    MenuEntry("土壤地块", "Soil", "soil-parcels", "soil.view", "environment"),
    MenuEntry("公示与公报", "Publicity", "notices", "notice.view", "word"),
    MenuEntry("规则", "Rulebook", "rules", "rules.view", "word"),
    MenuEntry("台账", "Record", "record", "audit.view", "word"),
    MenuEntry("账号", "Accounts", "people", "people.view", "system"),
    MenuEntry("对外投递", "Deliveries", "exchange", "exchange.view", "system"),
    MenuEntry("接口令牌", "Systems", "systems", "api.view", "system"),
    MenuEntry("帮助", "Help", "help", "help.view", "system"),
)
