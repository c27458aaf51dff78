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
    signed_as = models.CharField(max_length=80, blank=True)  # the office the signer acts in
    signed_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=150, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.TextField(blank=True)
    case = models.OneToOneField("process.Case", models.PROTECT, null=True, related_name="+")
    end_forecast = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")

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


class Extension(models.Model):
    """A later end of a running alert: proposed on a new forecast or a notice from above, then signed."""

    class Basis(models.TextChoices):
        """What it rests on."""

        FORECAST = "forecast", "新预报"
        ABOVE = "above", "上级通知"
        DECISION = "decision", "决定"

    class State(models.TextChoices):
        """Where it stands."""

        PROPOSED = "proposed", "待签发"
        SIGNED = "signed", "已签发"
        DROPPED = "dropped", "未采用"

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="extensions")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    basis = models.CharField(max_length=8, choices=Basis.choices)
    old_end, new_end = models.DateTimeField(), models.DateTimeField()
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    proposal = models.JSONField(default=dict)
    why = models.TextField()
    signer_zh = models.CharField(max_length=80)
    signer_status = models.CharField(max_length=12)
    form_hours = models.PositiveSmallIntegerField(null=True)
    dispatch_hours = models.PositiveSmallIntegerField(null=True)
    proposed_by, proposed_at = models.CharField(max_length=150), models.DateTimeField()
    signed_by = models.CharField(max_length=150, blank=True)
    signed_as = models.CharField(max_length=80, blank=True)
    signed_at = models.DateTimeField(null=True)
    dropped_why = models.TextField(blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("alert",), condition=models.Q(state="proposed"), name="one_open_extension"
            ),
        )

    def __str__(self) -> str:
        return f"{self.alert_id} → {self.new_end:%Y-%m-%d %H:%M}"

    @property
    def form_due(self) -> datetime | None:
        """By when the approval form has to be handed in."""
        return self.proposed_at + timedelta(hours=self.form_hours) if self.form_hours else None


class PlanWork(models.Model):
    """A plan asked for, worked out by the worker; `result` is its plan.json."""

    class State(models.TextChoices):
        """Where the work stands."""

        QUEUED = "queued", "排队"
        RUNNING = "running", "计算中"
        READY = "ready", "已算出"
        FAILED = "failed", "未算出"

    class Kind(models.TextChoices):
        """What it is for: orders go out from a plan only."""

        PLAN = "plan", "方案"
        WHAT_IF = "whatif", "推演"

    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.PLAN)
    options = models.JSONField(default=dict)  # what a what-if supposes
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


class PlanDraft(models.Model):
    """A copy of a plan that officers change by hand; the plan itself is never touched.

    `version` counts the changes: a form that was opened before another's change is told.
    """

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", "修改中"
        ISSUED = "issued", "已下达"

    plan = models.OneToOneField(PlanWork, models.PROTECT, related_name="draft")
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    version = models.PositiveIntegerField(default=0)
    summary = models.JSONField(default=dict)  # figures and broken rules of the latest version
    accepted_why = models.TextField(blank=True)
    result = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    made_by, made_at = models.CharField(max_length=150), models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.plan_id}+{self.version}"


class DraftChange(models.Model):
    """One change by hand: the shares of a firm's lines, or back to the plan where `shares` is empty."""

    draft = models.ForeignKey(PlanDraft, models.PROTECT, related_name="changes")
    number = models.PositiveIntegerField()
    firm_id = models.CharField(max_length=120)
    firm_name = models.CharField(max_length=200)
    district = models.CharField(max_length=80, blank=True)
    shares = models.JSONField(default=dict)  # exact, as "1/2", by line
    before_zh, after_zh = models.TextField(), models.TextField()
    why = models.TextField()
    by, at = models.CharField(max_length=150), models.DateTimeField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("draft", "number"), name="one_change_a_version"),
        )

    def __str__(self) -> str:
        return f"{self.draft_id}:{self.number} {self.firm_id}"


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
    adjusted = models.JSONField(default=dict)  # by whom and why, where the officer changed it
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("firm_id",)
        constraints = (
            models.UniqueConstraint(fields=("alert", "firm_id"), name="one_order_a_firm"),
            models.UniqueConstraint(
                fields=("firm_id",), condition=models.Q(ended_at=None), name="one_current_order"
            ),
        )
        indexes = (models.Index(fields=("alert", "district", "firm_id")),)

    def __str__(self) -> str:
        return f"{self.firm_id} {self.alert_id}"


class ExtensionReceipt(models.Model):
    """That a firm knows of a later end."""

    extension = models.ForeignKey(Extension, models.PROTECT, related_name="receipts")
    order = models.ForeignKey(Order, models.PROTECT, related_name="extension_receipts")
    by, at = models.CharField(max_length=150), models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("extension", "order"), name="one_receipt_a_change"),
        )

    def __str__(self) -> str:
        return f"{self.extension_id} {self.order_id}"


class OrderReport(models.Model):
    """How a firm says it carried an order out; each is kept, the latest also stands in the order."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="reports")
    text = models.TextField()
    by, at = models.CharField(max_length=150), models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.order_id} {self.at:%Y-%m-%d %H:%M}"


class OrderPhoto(models.Model):
    """A picture handed in with a report, kept under its hash."""

    report = models.ForeignKey(OrderReport, models.PROTECT, related_name="photos")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)

    def __str__(self) -> str:
        return self.file_id


class Review(models.Model):
    """An after-action report that was made, with what could not be worked out."""

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="reviews")
    pdf = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    docx = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    missing = models.JSONField(default=list)
    made_by, made_at = models.CharField(max_length=150), models.DateTimeField()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.alert_id} {self.made_at:%Y-%m-%d %H:%M}"
