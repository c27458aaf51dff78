"""What the interface answers, field by field. Exact numbers are texts: a float would round them."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field


def example(**values: Any) -> ConfigDict:
    """Return the settings of a shape with its example."""
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
    model_config = example(
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
    model_config = example(edition=2, total=1555, items=[_FIRM], next="WzIsICJGMDAwMSJd")


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
    model_config = example(**_FIRM, edition=2, values={"address": "示例路1号"}, production_lines=[])


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
    model_config = example(items=[_EDITION])


class FieldChanged(Schema):
    """One field that changed: of the firm, of a line, or of a measure of a line at a level."""

    line_id: str
    level: str
    field: str
    before: Any
    after: Any


class FirmChanged(Schema):
    """What an edition changed about a firm."""

    firm_id: str
    kind: str = Field(description="added, removed or changed")
    changes: list[FieldChanged]


class Changes(Schema):
    """What an edition changed against the one before, firm by firm."""

    edition: int
    items: list[FirmChanged]
    next: str | None
    model_config = example(
        edition=2,
        items=[{"firm_id": "F0001", "kind": "changed",
                "changes": [{"line_id": "", "level": "", "field": "grade", "before": "C", "after": "B"}]}],
        next=None,
    )  # fmt: skip


class Taken(Schema):
    """What handed-in readings came to."""

    rows: int
    used: int
    not_used: int
    file_hash: str = Field(description="hash under which the content as it came is kept")
    problems: list[Complaint]
    problems_more: dict[str, int] = Field(description="number by code of those not listed above")
    model_config = example(
        rows=144, used=143, not_used=1, file_hash="ef" * 32, problems=[], problems_more={}
    )


class ForecastsTaken(Schema):
    """How many days of a forecast were set."""

    days: int
    model_config = example(days=5)


class Bulletin(Schema):
    """A bulletin that can be fetched."""

    name: str
    subject: str
    period: str
    forms: list[str]


class Bulletins(Schema):
    """Bulletins of the periods that have data."""

    items: list[Bulletin]
    model_config = example(
        items=[
            {"name": "air-2026-11", "subject": "air", "period": "2026-11", "forms": ["pdf", "docx"]}
        ]
    )


class PublishedFile(Schema):
    """One file of a published bulletin: fetched by its name, kept under its hash."""

    name: str = Field(description="zh.pdf, zh.docx, en.pdf, en.docx")
    hash: str
    size: int


class Published(Schema):
    """A bulletin as it was published: the same bytes for everybody. Withdrawn ones say why."""

    number: int
    kind: str
    period: str
    edition: str
    title_zh: str
    title_en: str
    state: str = Field(description="published or withdrawn")
    published_by: str
    published_at: str
    withdrawn_at: str | None
    withdrawn_why: str
    files: list[PublishedFile]


class Publications(Schema):
    """Published bulletins, newest first."""

    items: list[Published]
    next: str | None
    model_config = example(
        items=[{"number": 4, "kind": "air", "period": "2026-11", "edition": "auto",
                "title_zh": "2026年11月环境空气质量公报", "title_en": "Air quality bulletin, November 2026",
                "state": "published", "published_by": "air", "published_at": "2026-12-02T09:00:00+08:00",
                "withdrawn_at": None, "withdrawn_why": "",
                "files": [{"name": "zh.pdf", "hash": "ab" * 32, "size": 81920}]}],
        next=None,
    )  # fmt: skip


class Head(Schema):
    """Where the record stands."""

    number: int
    hash: str
    at: str | None
    algorithm: str
    model_config = example(
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
    model_config = example(
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
    model_config = example(day="2026-12-15", items=[_RULE])


class RuleOne(Schema):
    """Every edition of a rule, oldest first."""

    rule_id: str
    editions: list[Rule]
    in_force: str | None = Field(description="edition in force on the day asked for")
    day: str
    model_config = example(
        rule_id="response.alert", editions=[_RULE], in_force="national-2024", day="2026-12-15"
    )
