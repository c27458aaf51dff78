"""Why a step is refused, for people: in both languages, with code and clause where a rule says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from lantian.domain.response.alert.change import Refused

BEIJING = ZoneInfo("Asia/Shanghai")


class StepRefusedError(ValueError):
    """A step that cannot be taken now; said in words.

    `str` is the Chinese; `en` the English, where there is one.
    """

    def __init__(self, zh: str, en: str = "", code: str = "") -> None:
        super().__init__(zh)
        self.code = code
        self.zh = f"{code} {zh}" if code else zh
        self.en = f"{code} {en or zh}" if code else en or zh


def refuse_by_rule(found: Sequence[Refused]) -> None:
    """Refuse a step for the first rule that stands in its way; none stands, nothing happens.

    Raises
    ------
    StepRefusedError
        With cause, clause and remedy.
    """
    for one in found:
        clause = "" if one.rule is None else f" ({one.rule.document}, {one.rule.clause})"
        raise StepRefusedError(
            f"{one.cited_zh}。{one.remedy_zh}", f"{one.en}{clause}. {one.remedy_en}", one.code
        )


def naive(moment: datetime) -> datetime:
    """Return a time as the domain takes it: Beijing, to the minute, without a zone."""
    return moment.astimezone(BEIJING).replace(tzinfo=None)


def aware(moment: datetime) -> datetime:
    """Return a time of the domain with its zone."""
    return moment.replace(tzinfo=BEIJING)
