"""Who signs an alert and by when, as the rulebook's provisions of the day say (reference 1.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from lantian.kernel.level import Level
from lantian.kernel.trace import RuleRef
from lantian.rulebook.book import Rulebook


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs, and the two clocks before and after the signature."""

    signer_zh: str
    rule_en: str
    form_hours: int | None
    dispatch_hours: int | None
    ref: RuleRef

    @property
    def text_zh(self) -> str:
        """The procedure in one Chinese sentence."""
        form = f"{self.form_hours}小时内" if self.form_hours is not None else ""
        dispatch = f"{self.dispatch_hours}小时内" if self.dispatch_hours is not None else ""
        return f"会商意见形成后{form}报审批表，由{self.signer_zh}签发，签发后{dispatch}下达"

    @property
    def text_en(self) -> str:
        """The procedure in one English sentence."""
        return (
            f"{self.rule_en.rstrip('.')}; approval form within {self.form_hours} h of the "
            f"consultation opinion, dispatch within {self.dispatch_hours} h of the signature"
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the procedure for JSON."""
        return {
            "signer_zh": self.signer_zh,
            "text_zh": self.text_zh,
            "text_en": self.text_en,
            "form_hours": self.form_hours,
            "dispatch_hours": self.dispatch_hours,
            "rule": self.ref.as_dict(),
        }


def signature(rulebook: Rulebook, level: Level, day: date) -> Signature:
    """Return who signs an alert of a level and within which hours, on `day`.

    The signer is the office named in provision ``sign-<level>`` ("由……签发").
    """
    rule = rulebook.provision(f"sign-{level.value}", day)
    named = re.search(r"由(.+?)签发", rule.text_zh)
    return Signature(
        signer_zh=named.group(1) if named else rule.text_zh,
        rule_en=rule.text_en,
        form_hours=rulebook.provision("approval-form", day).value,
        dispatch_hours=rulebook.provision("dispatch", day).value,
        ref=rule.head.ref(),
    )
