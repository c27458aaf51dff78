"""What the interface answers, field by field. Exact numbers are texts: a float would round them."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"example": values})


class Complaint(Schema):
    """One thing that is wrong."""

    code: str = Field(description="stable code; see docs/problem-codes.md")
    message_zh: str
    message_en: str
    remedy_zh: str
    remedy_en: str
    place: str = Field(description="parameter, field, row or column; empty where it is the whole")


class Refusal(Complaint):
    """The one shape of every error."""

    others: list[Complaint] = Field(description="further problems of the same request")
    request_id: str
    model_config = _example(
        code="I008", message_zh="没有这一项，或不在该系统可见范围",
        message_en="there is no such thing, or the system may not see it", remedy_zh="核对地址与编号",
        remedy_en="look at the address and the number", place="", others=[], request_id="a1b2c3",
    )  # fmt: skip


class Masses(Schema):
    """Mass of a day in kg as exact decimal text; null where it is not known (not zero)."""

    PM: str | None
    SO2: str | None
    NOx: str | None
    VOC: str | None


_MASSES = {"PM": "12.5", "SO2": "8", "NOx": "31.25", "VOC": None}


class FirmShort(Schema):
    """A firm as lists show it."""

    firm_id: str
    name: str
    credit_code: str
    district: str
    industry: str
    subtype: str
    grade: str = Field(description="A, B, B-, C, D, leading, non_leading, …; empty: not filled in")
    state: str
    guaranteed: bool | None = Field(description="guaranteed-supply firm; null: not said")
    small_micro: bool | None
    lines: int
    daily_kg: Masses
    unknown_lines: int = Field(description="running lines of which a mass is not known")


_FIRM = {
    "firm_id": "F0001", "name": "示例水泥有限公司", "credit_code": "", "district": "示例区", "industry": "水泥",
    "subtype": "", "grade": "B", "state": "normal", "guaranteed": None, "small_micro": False, "lines": 3,
    "daily_kg": _MASSES, "unknown_lines": 0,
}  # fmt: skip


class Firms(Schema):
    """Firms of one edition, in the order of their ids."""

    edition: int
    total: int
    items: list[FirmShort]
    next: str | None = Field(description="cursor of the next part; null at the end")
    model_config = _example(edition=2, total=1555, items=[_FIRM], next="WzIsICJGMDAwMSJd")


class Line(Schema):
    """A production line as the edition has it."""

    line_id: str
    standing: str
    daily_kg: Masses
    values: dict[str, Any]
    measures: list[dict[str, Any]]


class Firm(FirmShort):
    """Everything an edition says of a firm."""

    edition: int
    values: dict[str, Any]
    production_lines: list[Line]
    model_config = _example(
        **_FIRM, edition=2, values={"address": "示例路1号"}, production_lines=[]
    )


class GradeShort(Schema):
    """The grade of a firm in the edition."""

    firm_id: str
    grade: str


class Grades(Schema):
    """Grades of one edition."""

    edition: int
    items: list[GradeShort]
    next: str | None
    model_config = _example(edition=2, items=[{"firm_id": "F0001", "grade": "B"}], next=None)


class GradeThen(Schema):
    """From which edition on a firm had a grade."""

    edition: int
    day: str
    grade: str


class GradeHistory(Schema):
    """The grade now and before, newest first."""

    firm_id: str
    grade: str
    history: list[GradeThen]
    model_config = _example(
        firm_id="F0001", grade="B", history=[{"edition": 2, "day": "2026-12-15", "grade": "B"}]
    )


class Edition(Schema):
    """One accepted list."""

    number: int
    day: str
    accepted_by: str
    accepted_at: str
    firms: int
    lines: int
    added: int
    removed: int
    changed: int
    file_hash: str
    reason: str


_EDITION = {
    "number": 2, "day": "2026-12-15", "accepted_by": "leader", "accepted_at": "2026-12-01T09:00:00+08:00",
    "firms": 1555, "lines": 6220, "added": 3, "removed": 1, "changed": 40, "file_hash": "ab" * 32, "reason": "",
}  # fmt: skip


class Editions(Schema):
    """All editions, newest first."""

    items: list[Edition]
    model_config = _example(items=[_EDITION])


class Alert(Schema):
    """An alert as it stands."""

    id: int
    level: str = Field(description="yellow, orange or red")
    state: str = Field(description="proposed, signed (in force), lifted or dropped")
    rule_set: str
    start: str
    end: str
    follows: int | None
    signed_by: str
    signed_at: str | None
    ended_at: str | None
    ended_why: str
    orders: int


_ALERT = {
    "id": 3, "level": "orange", "state": "signed", "rule_set": "national-2024", "start": "2026-12-17T00:00:00+08:00",
    "end": "2026-12-21T00:00:00+08:00", "follows": None, "signed_by": "leader",
    "signed_at": "2026-12-15T17:00:00+08:00", "ended_at": None, "ended_why": "", "orders": 1555,
}  # fmt: skip


class AlertOne(Alert):
    """An alert with what it rests on."""

    proposal: dict[str, Any]
    forecast_hash: str
    model_config = _example(**_ALERT, proposal={}, forecast_hash="cd" * 32)


class Alerts(Schema):
    """Alerts, newest first."""

    items: list[Alert]
    next: str | None
    model_config = _example(items=[_ALERT], next=None)


class InForce(Schema):
    """The alert in force, or null."""

    alert: Alert | None
    model_config = _example(alert=_ALERT)


class Order(Schema):
    """What a firm must do under an alert."""

    id: int
    alert: int
    level: str
    in_force: bool
    start: str
    end: str
    firm_id: str
    firm_name: str
    district: str
    grade: str
    cuts: bool
    text_zh: str
    issued_by: str
    issued_at: str
    receipt_by: str
    receipt_at: str | None
    report: str
    reported_at: str | None


_ORDER = {
    "id": 17, "alert": 3, "level": "orange", "in_force": True, "start": "2026-12-17T00:00:00+08:00",
    "end": "2026-12-21T00:00:00+08:00", "firm_id": "F0001", "firm_name": "示例水泥有限公司", "district": "示例区",
    "grade": "B", "cuts": True, "text_zh": "1号窑停产", "issued_by": "leader",
    "issued_at": "2026-12-15T18:00:00+08:00", "receipt_by": "", "receipt_at": None, "report": "", "reported_at": None,
}  # fmt: skip


class Orders(Schema):
    """Orders, in the order in which they went out."""

    items: list[Order]
    next: str | None
    model_config = _example(items=[_ORDER], next=None)


class OrderOne(Order):
    """One order with its computation: lines, rule, document, clause."""

    values: dict[str, Any]
    model_config = _example(**_ORDER, values={"rule": {"document": "…", "clause": "…"}})


class Receipt(Schema):
    """An order as it stands after the answer."""

    order: Order
    model_config = _example(
        order=_ORDER | {"receipt_by": "system-1", "receipt_at": "2026-12-15T18:05:00+08:00"}
    )


class ReportIn(Schema):
    """How an order was carried out."""

    text: str = Field(min_length=1, max_length=4000, pattern=r"^[^\x00]*$")
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"text": "1号窑已于18:30停产"}}
    )


class Taken(Schema):
    """What handed-in readings came to."""

    rows: int
    used: int
    not_used: int
    file_hash: str = Field(description="hash under which the content as it came is kept")
    problems: list[Complaint]
    problems_more: dict[str, int] = Field(description="number by code of those not listed above")
    model_config = _example(
        rows=144, used=143, not_used=1, file_hash="ef" * 32, problems=[], problems_more={}
    )


class ForecastsTaken(Schema):
    """How many days of a forecast were set."""

    days: int
    model_config = _example(days=5)


class Bulletin(Schema):
    """A bulletin that can be fetched."""

    name: str
    subject: str
    period: str
    forms: list[str]


class Bulletins(Schema):
    """Bulletins of the periods that have data."""

    items: list[Bulletin]
    model_config = _example(
        items=[
            {"name": "air-2026-11", "subject": "air", "period": "2026-11", "forms": ["pdf", "docx"]}
        ]
    )


class Head(Schema):
    """Where the record stands."""

    number: int
    hash: str
    at: str | None
    algorithm: str
    model_config = _example(
        number=41, hash="12" * 32, at="2026-12-15T18:05:00+08:00", algorithm="sm3"
    )


class Proof(Schema):
    """An event with the way from its hash to the root of its day (RFC 9162, section 2)."""

    number: int
    before: str
    event: dict[str, Any]
    hash: str
    day: str
    place: int
    size: int
    path: list[str]
    root: str
    algorithm: str
    holds: bool
    model_config = _example(
        number=41, before="34" * 32, event={"what": "alert.signed"}, hash="12" * 32, day="2026-12-15", place=0, size=2,
        path=["56" * 32], root="78" * 32, algorithm="sm3", holds=True,
    )  # fmt: skip


class Rule(Schema):
    """One edition of a rule; the mark says how surely it is known."""

    rule_id: str
    edition: str
    subject: str
    document: str
    clause: str
    valid_from: str
    valid_to: str | None
    status: str = Field(description="official, secondary, unverified or design")


_RULE = {
    "rule_id": "response.alert", "edition": "national-2024", "subject": "response", "document": "…", "clause": "…",
    "valid_from": "2024-01-01", "valid_to": None, "status": "secondary",
}  # fmt: skip


class Rules(Schema):
    """Rules in force on a day."""

    day: str
    items: list[Rule]
    model_config = _example(day="2026-12-15", items=[_RULE])


class RuleOne(Schema):
    """Every edition of a rule, oldest first."""

    rule_id: str
    editions: list[Rule]
    in_force: str | None = Field(description="edition in force on the day asked for")
    day: str
    model_config = _example(
        rule_id="response.alert", editions=[_RULE], in_force="national-2024", day="2026-12-15"
    )
