"""What the doctor says about signing in."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from lantian.kernel.problem import Problem
from lantian.office.people.complaint import complain
from lantian.office.people.roles import Role
from lantian.office.site.models import Setting
from lantian.office.site.sign_on import FILE

SHOULD = (Role.LEADER, Role.OPERATOR)
"""Whoever signs and whoever runs the machines should have a second factor."""


def sign_on_findings() -> Iterator[Problem]:
    """Yield what is wrong: no second factor required of those who should have one, a provider in clear text."""
    without = [role for role in SHOULD if role not in settings.SIGN_ON.second_factor]
    if without and Setting.read().get("invented") != "1":
        yield complain("V101", "、".join(str(role.label) for role in without), FILE)
    city = settings.SIGN_ON.city
    if city is not None and not city.issuer.startswith("https://"):
        yield complain("V112", city.issuer, FILE)
