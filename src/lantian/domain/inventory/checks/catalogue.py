"""The catalogue of checks: every rule of every subject, by code."""

from __future__ import annotations

from types import ModuleType

from lantian.domain.inventory.checks import (
    contact,
    duplicates,
    dust_mobile,
    emissions,
    floors,
    grades,
    guaranteed,
    identity,
    industry,
    lines,
    measure_rows,
    measure_shares,
    measure_sizes,
    measure_texts,
    places,
    totals,
    units,
)
from lantian.domain.inventory.checks.rule import CheckRule

_SUBJECTS: tuple[ModuleType, ...] = (
    identity,
    duplicates,
    contact,
    industry,
    grades,
    lines,
    emissions,
    floors,
    units,
    guaranteed,
    measure_rows,
    measure_shares,
    measure_texts,
    measure_sizes,
    dust_mobile,
    totals,
    places,
)


def _collect() -> tuple[CheckRule, ...]:
    rules: dict[str, CheckRule] = {}
    for subject in _SUBJECTS:
        for rule in vars(subject).values():
            if isinstance(rule, CheckRule) and rules.setdefault(rule.code, rule) is not rule:
                raise RuntimeError(f"check code {rule.code} is used twice")
    return tuple(rules[code] for code in sorted(rules))


RULES: tuple[CheckRule, ...] = _collect()
"""Every registered check, in order of code."""

_BY_CODE = {rule.code: rule for rule in RULES}


def rule_of(code: str) -> CheckRule | None:
    """Return the check with this code, None if there is none (or it was a reading problem)."""
    return _BY_CODE.get(code)
