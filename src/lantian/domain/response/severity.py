"""Which broken rules forbid a plan changed by hand to go out, and which ask for a reason (decision 0130).

What law, list or arithmetic say is an error. Fairness between grades is Lantian's own reading, caps of
districts and spared firms are the bureau's own settings: who signs may part from them, and says why.
A target that the computed plan could not reach either is told, not forbidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lantian.domain.response.adjust import Base
from lantian.domain.response.assemble import floor_rule
from lantian.domain.response.model import Plan, Violation
from lantian.domain.response.reasons import FAIRNESS_RULE, citations
from lantian.domain.response.summary import figures
from lantian.kernel.trace import RuleRef

ASK_FOR_A_REASON = frozenset({"C07", "C10", "C17"})
_BY_CITE = {
    "C02": "autonomous",
    "C04": "guaranteed",
    "C06": "several-lines",
    "C13": "stopped",
    "C14": "cannot-stop",
}


@dataclass(frozen=True, slots=True)
class Broken:
    """One broken rule of a plan changed by hand.

    `error` forbids the plan to go out; otherwise a stated reason is needed. `rule` is None where
    arithmetic or the bureau's own setting is broken, not a rule.
    """

    code: str
    error: bool
    level: str
    subject: str
    message_zh: str
    message_en: str
    rule: RuleRef | None

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "code": self.code, "error": self.error, "level": self.level, "subject": self.subject,
            "message_zh": self.message_zh, "message_en": self.message_en,
            "rule": self.rule.as_dict() if self.rule is not None else None,
        }  # fmt: skip


def judged(base: Base, plan: Plan, violations: Sequence[Violation]) -> tuple[Broken, ...]:
    """Return every broken rule with its clause, errors first.

    One fault is told once: an exception of fairness that is missing from the list (C18) because the
    pair itself is unfair (C07) is left out.
    """
    unfair = {(v.level, v.subject) for v in violations if v.code == "C07"}
    found = [
        _broken(base, v)
        for v in violations
        if not (v.code == "C18" and (v.level, v.subject) in unfair)
    ]
    found += _short(base, plan)
    return tuple(sorted(found, key=lambda b: (not b.error, b.code)))


def _broken(base: Base, v: Violation) -> Broken:
    level = "" if v.level is None else v.level.value
    return Broken(
        v.code, v.code not in ASK_FOR_A_REASON, level, v.subject, v.message_zh, v.message_en,
        _rule(base, v),
    )  # fmt: skip


def _rule(base: Base, v: Violation) -> RuleRef | None:
    book, day = base.draft.inputs.rulebook, base.draft.inputs.day
    if v.code in ("C07", "C18"):
        return FAIRNESS_RULE
    if v.code == "C08":
        return book.targets(day).head.ref()
    if v.code == "C09":
        return book.exchange(day).head.ref()
    firm_id = v.subject.split("/")[0]
    if v.code in ("C03", "C05") and v.level is not None and firm_id in base.place:
        return floor_rule(base.index.groups[base.place[firm_id]], v.level).ref
    cites: Mapping[str, RuleRef] = citations(book, day)
    return cites.get(_BY_CITE.get(v.code, ""))


def _short(base: Base, plan: Plan) -> Iterator[Broken]:
    """Yield the targets that are missed by a plan whose computed form missed targets, too."""
    if plan.feasible:
        return
    rule = base.draft.inputs.rulebook.targets(base.draft.inputs.day).head.ref()
    for level in figures(plan).levels:
        for one in level.pollutants:
            if one.known and not one.met:
                yield Broken(
                    "C08", False, level.level.value, one.pollutant.value,
                    f"{one.pollutant.label_zh}差{one.short_kg:.3f}千克/日；原方案也未达到全部目标",
                    f"{one.pollutant.value} is {one.short_kg:.3f} kg/d short; the computed plan misses targets, too",
                    rule,
                )  # fmt: skip
