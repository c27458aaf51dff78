"""Why a value, an hour or a day counts or does not: stable codes with their words."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """One reason; the code is what ``--json`` and the exported tables show."""

    OK = "ok"
    MISSING = "missing"
    FLAG = "flag"
    NEGATIVE = "negative"
    NO_OXYGEN = "no_oxygen"
    OXYGEN_OF_AIR = "oxygen_of_air"
    NO_REFERENCE = "no_reference"
    TOO_FEW = "too_few"
    DEVICE_MARK = "device_mark"
    CONDITION_MARK = "condition_mark"
    STOPPED_MARK = "stopped_mark"
    MARK_LATE = "mark_late"
    MARK_OVER_LIMIT = "mark_over_limit"
    MARK_OVER_BUDGET = "mark_over_budget"
    MARK_NOT_FORMAL = "mark_not_formal"
    MARK_NO_RULES = "mark_no_rules"
    MARK_NOTE = "mark_note"
    MARK_DUST = "mark_dust"
    NOT_CONVERTED = "not_converted"

    @property
    def zh(self) -> str:
        """Chinese words."""
        return _WORDS[self][0]

    @property
    def en(self) -> str:
        """English words."""
        return _WORDS[self][1]


_WORDS = {
    Reason.OK: ("有效", "valid"),
    Reason.MISSING: ("缺数", "missing"),
    Reason.FLAG: ("仪器标记非正常", "flagged by instrument or logger"),
    Reason.NEGATIVE: ("负值", "negative"),
    Reason.NO_OXYGEN: ("无有效含氧量，不能折算", "no valid oxygen beside it: not converted"),
    Reason.OXYGEN_OF_AIR: ("含氧量达到20.9%，不能折算", "oxygen of 20.9 % or more: not converted"),
    Reason.NO_REFERENCE: ("未登记基准含氧量", "no reference oxygen registered"),
    Reason.TOO_FEW: ("有效数据不足", "too few valid values"),
    Reason.DEVICE_MARK: ("企业标记：监测设备异常", "marked by the firm: monitor out of order"),
    Reason.CONDITION_MARK: ("企业标记：工况异常", "marked by the firm: abnormal condition"),
    Reason.STOPPED_MARK: ("企业标记：停运", "marked by the firm: out of service"),
    Reason.MARK_LATE: ("标记逾期，不影响判定", "marked too late: without effect"),
    Reason.MARK_OVER_LIMIT: ("超过单次时限，不影响判定", "beyond the limit of one mark: no effect"),
    Reason.MARK_OVER_BUDGET: ("超过累计时限，不影响判定", "beyond the time in sum: no effect"),
    Reason.MARK_NOT_FORMAL: (
        "该行业的标记未正式施行，不影响判定",
        "marks are not yet formal in this trade: no effect",
    ),
    Reason.MARK_NO_RULES: (
        "当日没有标记规则，不影响判定",
        "no marking rules in force on the day: no effect",
    ),
    Reason.MARK_NOTE: ("仅作说明，不影响判定", "a note only: no effect"),
    Reason.MARK_DUST: (
        "颗粒物小时均值超过该工况的限值，不影响判定",
        "hourly dust above the bound of this condition: no effect",
    ),
    Reason.NOT_CONVERTED: ("没有有效折算值", "no valid converted value"),
}
