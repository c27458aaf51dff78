"""Roles of the bureau and its surroundings."""

from __future__ import annotations

from django.db import models


class Role(models.TextChoices):
    """What somebody is to the bureau; `access` says what follows."""

    LEADER = "leader", "市领导"
    AIR = "air", "大气科"
    WATER = "water", "水科"
    SOIL = "soil", "土壤科"
    MONITORING = "monitoring", "监测"
    ENFORCEMENT = "enforcement", "执法"
    DISTRICT = "district", "县区"
    EXPERT = "expert", "专家"
    INSPECTOR = "inspector", "现场检查"
    ENTERPRISE = "enterprise", "企业"
    AUDITOR = "auditor", "审计"
    OPERATOR = "operator", "系统运维"


BUREAU = frozenset({
    Role.LEADER, Role.AIR, Role.WATER, Role.SOIL, Role.MONITORING, Role.ENFORCEMENT,
})  # fmt: skip
"""Officers of the city's bureau."""

STAFF = BUREAU | {Role.DISTRICT, Role.EXPERT, Role.INSPECTOR, Role.AUDITOR}
"""Everybody who works with the bureau; not firms, not who runs the machines."""
