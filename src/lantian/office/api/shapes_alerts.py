"""What the interface answers about alerts, orders and their receipts."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field

from lantian.office.api.shapes import example


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


class Extension(Schema):
    """A later end of an alert."""

    id: int
    state: str = Field(description="proposed, signed or dropped")
    basis: str = Field(description="forecast, above (a notice from above) or decision")
    old_end: str
    new_end: str
    why: str
    signed_by: str
    signed_at: str | None


_EXTENSION = {
    "id": 5, "state": "signed", "basis": "forecast", "old_end": "2026-12-21T00:00:00+08:00",
    "new_end": "2026-12-22T00:00:00+08:00", "why": "新预报", "signed_by": "leader",
    "signed_at": "2026-12-20T17:00:00+08:00",
}  # fmt: skip


class AlertOne(Alert):
    """An alert with what it rests on and its later ends."""

    proposal: dict[str, Any]
    forecast_hash: str
    extensions: list[Extension]
    model_config = example(**_ALERT, proposal={}, forecast_hash="cd" * 32, extensions=[_EXTENSION])


class Alerts(Schema):
    """Alerts, newest first."""

    items: list[Alert]
    next: str | None
    model_config = example(items=[_ALERT], next=None)


class InForce(Schema):
    """The alert in force, or null."""

    alert: Alert | None
    model_config = example(alert=_ALERT)


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
    model_config = example(items=[_ORDER], next=None)


class OrderExtension(Extension):
    """A later end that was signed, and whether the firm confirmed that it knows."""

    receipt_by: str
    receipt_at: str | None


class Picture(Schema):
    """A picture handed in with a report."""

    id: int
    kind: str
    file_hash: str


class Report(Schema):
    """How a firm says it carried the order out."""

    text: str
    by: str
    at: str
    pictures: list[Picture]


class OrderOne(Order):
    """One order with its computation (lines, rule, document, clause), later ends and every report."""

    values: dict[str, Any]
    extensions: list[OrderExtension]
    reports: list[Report]
    model_config = example(
        **_ORDER, values={"rule": {"document": "…", "clause": "…"}},
        extensions=[_EXTENSION | {"receipt_by": "", "receipt_at": None}],
        reports=[{"text": "1号窑已停产", "by": "system-1", "at": "2026-12-17T01:00:00+08:00",
                  "pictures": [{"id": 3, "kind": "image/jpeg", "file_hash": "ab" * 32}]}],
    )  # fmt: skip


class ExtensionReceipt(Schema):
    """That a firm knows of the later end of its order."""

    order: int
    extension: int
    receipt_by: str
    receipt_at: str
    model_config = example(
        order=17, extension=5, receipt_by="system-1", receipt_at="2026-12-20T17:05:00+08:00"
    )


class Receipt(Schema):
    """An order as it stands after the answer."""

    order: Order
    model_config = example(
        order=_ORDER | {"receipt_by": "system-1", "receipt_at": "2026-12-15T18:05:00+08:00"}
    )


class ReportIn(Schema):
    """How an order was carried out."""

    text: str = Field(min_length=1, max_length=4000, pattern=r"^[^\x00]*$")
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"text": "1号窑已于18:30停产"}}
    )
