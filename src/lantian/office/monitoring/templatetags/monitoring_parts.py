"""Filters of the monitoring pages: shares, hours, exact figures."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from django import template

from lantian.jobs.monitoring.answer import shown_hours
from lantian.jobs.monitoring.run import shown

register = template.Library()


@register.filter
def share(value: float) -> str:
    """Return a share as a percentage with two decimals, cut: 99.999 % is not 100 %."""
    return f"{int(value * 10_000) / 100:.2f}"


@register.filter
def hours(value: timedelta) -> str:
    """Return a length in hours."""
    return shown_hours(value)


@register.filter
def exact(value: Fraction | None) -> str:
    """Return a figure of the register, a dash for none."""
    return shown(value) or "—"
