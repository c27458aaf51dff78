"""Notices of enforcement from their preparation to their withdrawal, and published bulletins."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lantian.domain.publicity.deadline import KINDS
from lantian.jobs.publicity.fields import PARTIES
from lantian.office.audit.models import StoredFile

REASONS = (
    ("changed", "决定被变更"),
    ("revoked", "决定被撤销"),
    ("unlawful", "决定被确认违法"),
    ("void", "决定被确认无效"),
    ("period", "公示期满"),
    ("mistake", "公示内容有误"),
)
"""Why something published is withdrawn; the first four are those of Art. 48 of the Penalty Law."""
FALLEN = ("changed", "revoked", "unlawful", "void")


class Notice(models.Model):
    """One decision. What people see is `shown`, frozen when it was published; rows are never deleted."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", "待审核"
        RETURNED = "returned", "退回修改"
        PUBLISHED = "published", "已公示"
        WITHDRAWN = "withdrawn", "已撤回"
        DROPPED = "dropped", "不公示"

    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)  # counts every change: a stale form is told
    kind = models.CharField(max_length=12, choices=[(k, names[0]) for k, names in KINDS.items()])
    number = models.CharField(max_length=80)
    party_kind = models.CharField(max_length=8, choices=[(k, n[0]) for k, n in PARTIES.items()])
    party = models.CharField(max_length=120)
    credit_code = models.CharField(max_length=18, blank=True)
    representative = models.CharField(max_length=60, blank=True)
    firm_id = models.CharField(max_length=120, blank=True, db_index=True)
    district = models.CharField(max_length=80, blank=True)
    facts, basis, result = models.TextField(), models.TextField(), models.TextField()
    body = models.CharField(max_length=120)
    decided_on = models.DateField()
    persons = models.CharField(max_length=400, blank=True)  # names to be masked in the texts
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    prepared_by, prepared_at = models.CharField(max_length=150), models.DateTimeField()
    touched_by = models.CharField(max_length=150)  # who changed it last: may not approve it either
    returned_why = models.TextField(blank=True)
    shown = models.JSONField(default=dict)
    search = models.CharField(max_length=400, blank=True)  # of what is shown, in small letters
    published_by = models.CharField(max_length=150, blank=True)
    published_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=150, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=10, choices=REASONS, blank=True)
    withdrawn_why = models.TextField(blank=True)
    fell_on = models.DateField(null=True)  # day the decision was changed, revoked …

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "number"), condition=~Q(state__in=("withdrawn", "dropped")),
                name="one_notice_a_decision",
            ),
        )  # fmt: skip
        indexes = (
            models.Index(fields=("state", "-decided_on", "-id")),
            models.Index(fields=("state", "district", "-decided_on")),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def names_masked(self) -> list[str]:
        """Names of natural persons that are masked wherever they stand."""
        text = self.persons
        for mark in "，,;；/\n ":
            text = text.replace(mark, "、")
        found = [name for name in text.split("、") if name]
        if self.party_kind == "person":
            found.append(self.party)
        if self.representative:
            found.append(self.representative)
        return found


class PublishedBulletin(models.Model):
    """A bulletin as it was published: the same bytes for everybody, whatever later data say."""

    class State(models.TextChoices):
        """Where it stands."""

        PUBLISHED = "published", "已发布"
        WITHDRAWN = "withdrawn", "已撤回"

    state = models.CharField(max_length=9, choices=State.choices, default=State.PUBLISHED)
    kind = models.CharField(max_length=12)
    period = models.CharField(max_length=24)
    edition = models.CharField(max_length=8)
    title_zh, title_en = models.CharField(max_length=200), models.CharField(max_length=200)
    figures = models.PositiveIntegerField()
    files = models.JSONField()  # {"zh.pdf": {"hash": …, "size": …}, …}
    published_by, published_at = models.CharField(max_length=150), models.DateTimeField()
    withdrawn_by = models.CharField(max_length=150, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.TextField(blank=True)

    class Meta:
        ordering = ("-published_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "period", "edition"), condition=Q(state="published"),
                name="one_bulletin_a_period",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.title_zh
