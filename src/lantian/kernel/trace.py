"""How a result came about: a tree of steps that page, paper and record can show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class RuleRef:
    """The rule a step leaned on, as an order would cite it.

    Attributes
    ----------
    rule_id
        Stable id in the rulebook, e.g. ``"response.targets"``.
    edition
        Edition in force on the day asked for.
    clause
        Clause, table or row of the document.
    document
        Document name and number in Chinese.
    status
        ``official``, ``secondary`` or ``unverified`` (see the design, rule 1), or ``design``
        for a choice of Lantian's that no rule gives.
    """

    rule_id: str
    edition: str
    clause: str
    document: str
    status: str

    def as_dict(self) -> dict[str, str]:
        """Return the reference as a plain dictionary."""
        return {
            "rule_id": self.rule_id,
            "edition": self.edition,
            "clause": self.clause,
            "document": self.document,
            "status": self.status,
        }


@dataclass(frozen=True, slots=True)
class Trace:
    """One step of a computation with its inputs, its rule and the steps below it."""

    what_zh: str
    what_en: str
    value: Any = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    rule: RuleRef | None = None
    steps: tuple[Trace, ...] = ()

    def rules(self) -> tuple[RuleRef, ...]:
        """Return every rule leaned on here and below, each once, in order of use."""
        seen: dict[RuleRef, None] = {}
        if self.rule is not None:
            seen[self.rule] = None
        for step in self.steps:
            for rule in step.rules():
                seen[rule] = None
        return tuple(seen)

    def as_dict(self) -> dict[str, Any]:
        """Return the tree as plain dictionaries, values as text where not JSON."""
        out: dict[str, Any] = {"what_zh": self.what_zh, "what_en": self.what_en}
        if self.value is not None:
            out["value"] = (
                self.value if isinstance(self.value, int | str | bool) else str(self.value)
            )
        if self.inputs:
            out["inputs"] = {
                k: v if isinstance(v, int | str | bool | None) else str(v)
                for k, v in self.inputs.items()
            }
        if self.rule is not None:
            out["rule"] = self.rule.as_dict()
        if self.steps:
            out["steps"] = [step.as_dict() for step in self.steps]
        return out
