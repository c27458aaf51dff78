"""What the interface answers about grades: the list, the awards, what they rest on, the batches."""

from __future__ import annotations

from typing import Literal

from ninja import Schema
from pydantic import Field

from lantian.office.api.shapes import example

_AGREES = (
    "same: list and award say the same; list_older: the edition was accepted before the award and follows "
    "with the next one; list_newer: an edition accepted after the award says otherwise, somebody has to look; "
    "no_award: the grade stands in the list only; not_on_list: the list in force no longer has the firm"
)


class GradeInForce(Schema):
    """The grade a firm holds: by an award in the industry the list names, else by the list alone."""

    grade: str = Field(description="as in firms; empty: not filled in")
    basis: Literal["award", "list"]
    since: str | None = Field(
        description="when the award took effect; null where only the list says it"
    )
    award: int | None = Field(description="number of the award, see /awards")
    agreement: Literal["same", "list_older", "list_newer", "no_award", "not_on_list"] = Field(
        description=_AGREES
    )


_HELD = {"grade": "B", "basis": "award", "since": "2026-12-20T09:00:00+08:00", "award": 7,
         "agreement": "list_older"}  # fmt: skip


class GradeShort(Schema):
    """The grade of a firm in the edition, and the one in force."""

    firm_id: str
    grade: str = Field(description="what the edition says")
    in_force: GradeInForce


class Grades(Schema):
    """Grades of one edition."""

    edition: int
    items: list[GradeShort]
    next: str | None
    model_config = example(
        edition=2, items=[{"firm_id": "F0001", "grade": "C", "in_force": _HELD}], next=None
    )


class GradeThen(Schema):
    """From which edition on a firm had a grade."""

    edition: int
    day: str
    grade: str


class AwardBatch(Schema):
    """The batch an award came with: reported, published for objections, in force."""

    number: int
    name: str
    application: int | None
    reported_at: str
    published_at: str | None
    effective_at: str | None
    document_hash: str


class CitedRule(Schema):
    """A rule with its mark."""

    rule_id: str
    edition: str
    document: str
    clause: str
    status: str = Field(description="official, secondary, unverified or design")


class AwardDowngrade(Schema):
    """The downgrade an award came with, or ended with."""

    number: int
    ground: str = Field(description="id of the ground in the province's rules")
    found_on: str
    from_grade: str
    to_grade: str
    named_why: str = Field(description="why a person named the grade, where no source does")
    decided_at: str | None
    state: str = Field(description="where the case stands in the process grading-downgrade")
    again_on: str | None = Field(description="first day of a new application; null: no source says")
    rules: list[CitedRule] = Field(
        description="what the proposal rested on when the case was opened"
    )


class Award(Schema):
    """A grade a firm holds or held in one industry. A new one ends the one before; none is deleted."""

    number: int
    firm_id: str
    firm_name: str
    district: str
    industry: str
    industry_zh: str
    subtype: str
    grade: str
    in_force: bool
    since: str
    until: str | None
    ended_why: str
    basis: Literal["batch", "downgrade", "appeal", "other"] = Field(
        description="appeal: given back because an appeal against `downgrade` was upheld"
    )
    document: str
    by: str
    batch: AwardBatch | None
    downgrade: AwardDowngrade | None


_AWARD = {
    "number": 7, "firm_id": "F0001", "firm_name": "示例水泥有限公司", "district": "示例区", "industry": "cement",
    "industry_zh": "水泥", "subtype": "水泥制品", "grade": "B", "in_force": True,
    "since": "2026-12-20T09:00:00+08:00", "until": None, "ended_why": "", "basis": "batch",
    "document": "2026年第四批", "by": "air",
    "batch": {"number": 2, "name": "2026年第四批", "application": 9, "reported_at": "2026-12-01T09:00:00+08:00",
              "published_at": "2026-12-10T09:00:00+08:00", "effective_at": "2026-12-20T09:00:00+08:00",
              "document_hash": "ab" * 32},
    "downgrade": None,
}  # fmt: skip


class AwardOne(Award):
    """One award."""

    model_config = example(**_AWARD)


class Awards(Schema):
    """Awards in the order in which they were made."""

    items: list[Award]
    next: str | None
    model_config = example(items=[_AWARD], next=None)


class ListSays(Schema):
    """What the newest edition that has the firm says."""

    edition: int
    day: str
    accepted_at: str
    grade: str
    current: bool = Field(description="whether that edition is the one in force")


class GradeHistory(Schema):
    """The grade now and before: by edition of the list, and by award, newest first."""

    firm_id: str
    grade: str = Field(description="what the newest edition that has the firm says")
    history: list[GradeThen]
    list_says: ListSays
    in_force: GradeInForce
    awards: list[Award]
    model_config = example(
        firm_id="F0001", grade="C", history=[{"edition": 2, "day": "2026-12-15", "grade": "C"}],
        list_says={"edition": 2, "day": "2026-12-15", "accepted_at": "2026-12-01T09:00:00+08:00", "grade": "C",
                   "current": True},
        in_force=_HELD, awards=[_AWARD],
    )  # fmt: skip


class Batch(Schema):
    """A batch of applications as it stands."""

    number: int
    name: str
    state: Literal["reported", "published", "in_force", "withdrawn"]
    firms: int
    reported_by: str
    reported_at: str
    published_at: str | None
    effective_at: str | None
    withdrawn_at: str | None
    withdrawn_why: str
    document_hash: str


_BATCH = {
    "number": 2, "name": "2026年第四批", "state": "in_force", "firms": 1, "reported_by": "air",
    "reported_at": "2026-12-01T09:00:00+08:00", "published_at": "2026-12-10T09:00:00+08:00",
    "effective_at": "2026-12-20T09:00:00+08:00", "withdrawn_at": None, "withdrawn_why": "",
    "document_hash": "ab" * 32,
}  # fmt: skip


class Batches(Schema):
    """Batches, newest first."""

    items: list[Batch]
    next: str | None
    model_config = example(items=[_BATCH], next=None)


class Listed(Schema):
    """A firm as it was reported."""

    application: int
    firm_id: str
    firm: str
    district: str
    industry: str
    subtype: str
    grade: str


class Objections(Schema):
    """How many objections came during the notice; names and texts stay inside."""

    all: int
    open: int
    upheld: int


class BatchOne(Batch):
    """One batch with its firms."""

    listed: list[Listed]
    objections: Objections
    model_config = example(
        **_BATCH,
        listed=[{"application": 9, "firm_id": "F0001", "firm": "示例水泥有限公司", "district": "示例区",
                 "industry": "水泥", "subtype": "水泥制品", "grade": "B"}],
        objections={"all": 1, "open": 0, "upheld": 0},
    )  # fmt: skip
