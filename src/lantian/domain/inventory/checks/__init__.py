"""Every check of the list: what `lantian check` looks for, one small module a subject.

A check is a pure function over a `Context`; it is registered with its code, severity, texts
and ground by `lantian.domain.inventory.checks.rule.check`. Adding one is: write it in the
module of its subject, add a failing and a passing case to ``tests/unit/inventory/faults.py``,
and rebuild ``docs/checks.md``.
"""

from lantian.domain.inventory.checks.catalogue import RULES, rule_of
from lantian.domain.inventory.checks.context import Context
from lantian.domain.inventory.checks.rule import CheckRule, Finding
from lantian.domain.inventory.checks.run import Locate, check_list, find_all

__all__ = [
    "RULES",
    "CheckRule",
    "Context",
    "Finding",
    "Locate",
    "check_list",
    "find_all",
    "rule_of",
]
