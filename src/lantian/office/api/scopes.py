"""What a token may be allowed: one scope a kind of access, each resting on permissions of a role.

A scope alone opens nothing: the role of the system's account must have one of its permissions too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lantian.office.people.roles import Role


@dataclass(frozen=True, slots=True)
class Scope:
    """One scope.

    Attributes
    ----------
    zh, en
        What it opens.
    permissions
        Any of these the account's role must have.
    """

    zh: str
    en: str
    permissions: tuple[str, ...]


SCOPES: Mapping[str, Scope] = {
    "firms:read": Scope("读取企业", "read firms", ("firms.view",)),
    "grades:read": Scope("读取绩效等级", "read grades", ("firms.view",)),
    "lists:read": Scope("读取清单版次", "read editions of the list", ("list.view",)),
    "alerts:read": Scope("读取预警", "read alerts", ("alert.view",)),
    "orders:read": Scope("读取管控令", "read orders", ("alert.view", "order.own")),
    "receipts:write": Scope(
        "确认收到、报告执行", "confirm receipt, report execution", ("order.receipt",)
    ),
    "readings:write": Scope("报送监测数据", "hand in readings", ("air.import", "water.import")),
    "forecasts:write": Scope("报送空气预报", "hand in forecasts of the air", ("air.import",)),
    "bulletins:read": Scope("下载公报", "download bulletins", ("bulletin.make",)),
    "ledger:read": Scope("读取台账与证明", "read the record and its proofs", ("audit.view",)),
    "rules:read": Scope("读取规则库", "read the rulebook", ("rules.view",)),
}

SYSTEM_ROLES = (
    Role.AIR, Role.WATER, Role.SOIL, Role.MONITORING, Role.ENFORCEMENT, Role.DISTRICT, Role.EXPERT,
    Role.ENTERPRISE, Role.AUDITOR,
)  # fmt: skip
"""Roles a system may have: none that signs, and none that runs the site."""
