"""An alert from its proposal to its end, the plans worked out for it, and the orders that went out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models

from lantian.kernel.level import Level
from lantian.office.audit.models import StoredFile

LEVELS = (("yellow", "黄色"), ("orange", "橙色"), ("red", "红色"))


class Alert(models.Model):
    """One alert. A raise or a lowering is an alert of its own that names the one before."""

    class State(models.TextChoices):
        """Where it stands; only these steps follow one another."""

        PROPOSED = "proposed", "待签发"
        SIGNED = "signed", "已签发"
        LIFTED = "lifted", "已解除"
        DROPPED = "dropped", "未采用"

    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    level = models.CharField(max_length=6, choices=LEVELS)
    rule_set = models.CharField(max_length=40)
    start, end = models.DateTimeField(), models.DateTimeField()
    proposal = models.JSONField()
    forecast = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    before = models.OneToOneField("self", models.PROTECT, null=True, related_name="after")
    signer_zh = models.CharField(max_length=80)
    signer_status = models.CharField(max_length=12)
    form_hours = models.PositiveSmallIntegerField(null=True)
    dispatch_hours = models.PositiveSmallIntegerField(null=True)
    proposed_by, proposed_at = models.CharField(max_length=150), models.DateTimeField()
    opinion = models.TextField(blank=True)
    signed_by = models.CharField(max_length=150, blank=True)
    signed_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=150, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.TextField(blank=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.get_level_display()}预警 {self.start:%Y-%m-%d}"

    @property
    def as_level(self) -> Level:
        """The level."""
        return Level(self.level)

    @property
    def form_due(self) -> datetime | None:
        """By when the approval form has to be handed in; None where no rule gives the hours."""
        return self.proposed_at + timedelta(hours=self.form_hours) if self.form_hours else None

    @property
    def dispatch_due(self) -> datetime | None:
        """By when the signed alert has to go out."""
        if self.signed_at is None or not self.dispatch_hours:
            return None
        return self.signed_at + timedelta(hours=self.dispatch_hours)


class PlanWork(models.Model):
    """A plan asked for, worked out by the worker; `result` is its plan.json."""

    class State(models.TextChoices):
        """Where the work stands."""

        QUEUED = "queued", "排队"
        RUNNING = "running", "计算中"
        READY = "ready", "已算出"
        FAILED = "failed", "未算出"

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="plans")
    list_file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    edition = models.PositiveIntegerField(null=True)  # of the accepted list; null for another file
    state = models.CharField(
        max_length=8, choices=State.choices, default=State.QUEUED, db_index=True
    )
    stage = models.CharField(max_length=20, blank=True)
    done, of = models.PositiveIntegerField(default=0), models.PositiveIntegerField(default=0)
    asked_by, asked_at = models.CharField(max_length=150), models.DateTimeField()
    beat_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
    result = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    summary = models.JSONField(default=dict)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.alert} {self.state}"


class Order(models.Model):
    """What one firm must do; it went out with the plan that was approved."""

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="orders")
    plan = models.ForeignKey(PlanWork, models.PROTECT, related_name="orders")
    firm_id = models.CharField(max_length=120, db_index=True)
    firm_name = models.CharField(max_length=200)
    district = models.CharField(max_length=80, blank=True)
    industry_zh = models.CharField(max_length=80, blank=True)
    grade = models.CharField(max_length=12, blank=True)
    cuts = models.BooleanField()
    text_zh = models.TextField()
    values = models.JSONField()
    issued_by, issued_at = models.CharField(max_length=150), models.DateTimeField()
    receipt_by = models.CharField(max_length=150, blank=True)
    receipt_at = models.DateTimeField(null=True)
    report = models.TextField(blank=True)
    reported_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("firm_id",)
        constraints = (
            models.UniqueConstraint(fields=("alert", "firm_id"), name="one_order_a_firm"),
        )

    def __str__(self) -> str:
        return f"{self.firm_id} {self.alert_id}"
