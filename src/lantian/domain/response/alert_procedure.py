"""Who signs an alert and by when: the procedure of the Taiyuan plan of 2019 (reference 1.4).

The plan was seen in secondary text only, hence its status; another city's plan may differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lantian.kernel.level import Level
from lantian.kernel.trace import RuleRef

PROCEDURE_REF = RuleRef(
    rule_id="alert.procedure",
    edition="taiyuan-2019",
    clause="第三部分 预警发布",
    document="太原市重污染天气应急预案（2019年）",
    status="secondary",
)
FORM_HOURS = 2
DISPATCH_HOURS = 2


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs, and the two clocks before and after the signature."""

    signer_zh: str
    signer_en: str
    form_hours: int
    dispatch_hours: int
    ref: RuleRef

    @property
    def text_zh(self) -> str:
        """The procedure in one Chinese sentence."""
        return (
            f"会商意见形成后{self.form_hours}小时内报审批表，由{self.signer_zh}签发，"
            f"签发后{self.dispatch_hours}小时内下达"
        )

    @property
    def text_en(self) -> str:
        """The procedure in one English sentence."""
        return (
            f"approval form within {self.form_hours} h of the consultation opinion, signed by "
            f"the {self.signer_en}, dispatched within {self.dispatch_hours} h"
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the procedure for JSON."""
        return {
            "signer_zh": self.signer_zh,
            "signer_en": self.signer_en,
            "form_hours": self.form_hours,
            "dispatch_hours": self.dispatch_hours,
            "rule": self.ref.as_dict(),
        }


def signature(level: Level) -> Signature:
    """Return who signs an alert of a level: the vice mayor in charge, for red the mayor."""
    zh, en = ("市长", "mayor") if level is Level.RED else ("分管副市长", "vice mayor in charge")
    return Signature(zh, en, FORM_HOURS, DISPATCH_HOURS, PROCEDURE_REF)
