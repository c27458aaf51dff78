"""How figures look on paper: kilograms, shares, yuan and marks, the same on every page."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from lantian.domain.response.wording import percent
from lantian.kernel.mass import mg_to_kg
from lantian.kernel.rounding import ceil_to, round_gbt8170
from lantian.kernel.trace import RuleRef
from lantian.rulebook.model import Status

ABSENT = "—"


def kg(value: Decimal) -> str:
    """Return kilograms with two decimals and thousands separated, GB/T 8170.

    Examples
    --------
    >>> kg(Decimal("12345.675"))
    '12,345.68'
    """
    return f"{round_gbt8170(value, 2):,}"


def short_kg(value: Decimal) -> str:
    """Return a shortfall in kilograms, rounded up: what is short never reads as 0.00."""
    return f"{ceil_to(value, 2):,}"


def mass(mg: int) -> str:
    """Return whole milligrams as kilograms on paper."""
    return kg(mg_to_kg(mg))


def share(value: Fraction) -> str:
    """Return a share of load as the orders' sentences say it, at most two decimals.

    Examples
    --------
    >>> share(Fraction(1, 3)), share(Fraction(1, 2)), share(Fraction(0))
    ('33.33%', '50%', '0%')
    """
    return percent(value)


def wan(value: Decimal) -> str:
    """Return yuan in 10,000 yuan (万元) with two decimals."""
    return f"{round_gbt8170(value.scaleb(-4), 2):,}"


def money(value: Decimal, basis: str) -> str:
    """Return a cost on paper: 万元, or plain size units where costs are not yuan."""
    return wan(value) if basis == "cny" else f"{round_gbt8170(value, 2):,}"


def money_unit(basis: str) -> str:
    """Return the unit that goes with `money`."""
    return "万元/日" if basis == "cny" else "规模单位/日"


def mark(status: str) -> str:
    """Return the mark shown after a rule; nothing after an official text."""
    found = Status(status)
    return "" if found is Status.OFFICIAL else f"【{found.label_zh}】"


def cite(rule: RuleRef) -> str:
    """Return a rule as it is cited on paper, with its mark."""
    clause = f" {rule.clause}" if rule.clause else ""
    return f"{rule.document}{clause}（{rule.edition}）{mark(rule.status)}"
