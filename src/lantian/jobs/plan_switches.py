"""Rulebook switches that a plan honours, and the refusal of those it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from lantian.domain.response.settings import Switches
from lantian.kernel.problem import LantianError, Place, Problem, Severity
from lantian.rulebook import Rulebook

HONOURED: Mapping[str, str] = {
    "small-micro-spared": "spare_small_micro",
    "so2-nox-exchange": "exchange",
    "unverified-measures": "unverified_measures",
    "general-rule-when-silent": "general_rule",
    "ungraded-as-lowest": "ungraded_as_lowest",
}
"""Key of the rulebook's switch: setting of the plan."""

FIXED: Mapping[str, bool] = {
    "guaranteed-load-kept": True,
    "autonomous-counts-zero": True,
    "stopped-counts-zero": True,
    "key-projects-may-work": False,
    "operating-days-330": False,
}
"""What every plan does today; a rulebook that says otherwise is refused, not passed over."""

NO_FIGURE = frozenset({"list-covers-all"})
"""Switches that no figure of a plan depends on."""


def switches_in_force(
    rulebook: Rulebook, day: date, asked: Switches, chosen: Mapping[str, bool]
) -> Switches:
    """Return the settings of a plan: the rulebook's defaults, then what the officer asked for.

    Parameters
    ----------
    chosen
        Switches set for this plan alone, by key. A setting of `asked` that is on stays on.

    Raises
    ------
    LantianError
        P005 for a key the rulebook does not have, P006 for a value no plan honours.
    """
    known = {s.key: s.enabled_by_default for s in rulebook.switches(day)}
    unknown = [_unknown(key, known) for key in chosen if key not in known]
    if unknown:
        raise LantianError(*unknown)
    wanted = known | dict(chosen)
    refused = [_refused(k, on) for k, on in wanted.items() if FIXED.get(k, on) is not on]
    refused += [
        _refused(k, wanted[k])
        for k in wanted
        if k not in HONOURED and k not in FIXED and k not in NO_FIGURE
    ]
    if refused:
        raise LantianError(*refused)
    changes = {HONOURED[k]: on for k, on in wanted.items() if k in HONOURED}
    for field in ("spare_small_micro", "exchange"):  # options of their own on the command line
        changes[field] = changes.get(field, False) or bool(getattr(asked, field))
    return replace(asked, **changes)  # type: ignore[arg-type]


def _unknown(key: str, known: Mapping[str, bool]) -> Problem:
    return Problem(
        "P005",
        Severity.ERROR,
        Place(),
        f"规则库没有开关“{key}”",
        f"the rulebook has no switch “{key}”",
        f"可用：{'、'.join(k for k in known if k in HONOURED)}",
        f"known: {', '.join(k for k in known if k in HONOURED)}",
    )


def _refused(key: str, on: bool) -> Problem:
    return Problem(
        "P006",
        Severity.ERROR,
        Place(),
        f"开关“{key}”设为{'开' if on else '关'}，本版本的方案不能照此计算",
        f"switch “{key}” is {'on' if on else 'off'}, which no plan of this version honours",
        "改回默认值，或去掉改动该开关的地方规则",
        "restore its default, or drop the rule file that changed it",
    )
