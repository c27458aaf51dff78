"""Habits of vendors, one file each; the decoder itself tolerates form (docs/hj212.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lantian.gateway.vendors import (
    answers_own_system,
    login_9021,
    long_password,
    qn_of_seconds,
    short_codes,
)
from lantian.gateway.vendors.habit import Example, Habit

HABITS: Final[Mapping[str, Habit]] = {
    module.HABIT.name: module.HABIT
    for module in (answers_own_system, long_password, login_9021, qn_of_seconds, short_codes)
}
"""Habits by the name the register uses."""

__all__ = ["HABITS", "Example", "Habit"]
