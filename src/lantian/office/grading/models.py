"""An application for a grade with its evidence and opinions, batches, objections, grades in force."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from lantian.office.audit.models import StoredFile
from lantian.office.process.models import Case, Step


class Batch(models.Model):
    """Applications reported together; published for objections, then in force. Withdrawn, never deleted."""

    name = models.CharField(max_length=120)
    document = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    document_word = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", null=True)
    listed = models.JSONField(default=list)  # firm, district, industry, grade as they were reported
    reported_by, reported_at = models.CharField(max_length=150), models.DateTimeField()
    published_by = models.CharField(max_length=150, blank=True)
    published_at = models.DateTimeField(null=True)
    effective_by = models.CharField(max_length=150, blank=True)
    effective_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=150, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.TextField(blank=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> tuple[str, str]:
        """Where it stands, in Chinese and English."""
        if self.withdrawn_at:
            return "已撤回", "withdrawn"
        if self.effective_at:
            return "已生效", "in force"
        if self.published_at:
            return "公示中", "public notice"
        return "已上报，待公示", "reported, waits for the notice"

    @property
    def told(self) -> str:
        """Where it stands, who brought it there and when, for somebody who comes second."""
        steps = (
            (self.reported_at, self.reported_by), (self.published_at, self.published_by),
            (self.effective_at, self.effective_by), (self.withdrawn_at, self.withdrawn_by),
        )  # fmt: skip
        at, by = max((at, by) for at, by in steps if at is not None)
        return f"{self.state[0]}（{by} {timezone.localtime(at):%m-%d %H:%M}）"


class Application(models.Model):
    """What a firm hands in for one industry; the facts are as written, the domain reads them.

    Attributes
    ----------
    facts
        By id of the fact: ``{"value", "unit", "o2", "converted", "date", "hours"}``, texts as written.
    energy
        By product of the energy table: ``{"value", "unit"}``.
    draft
        Counts the savings of the draft; a form says which one it was made from.
    day
        The day whose tables it is judged by.
    granted
        The grade the experts' meeting came to; "" before.
    """

    firm_id = models.CharField(max_length=120, db_index=True)
    firm_name = models.CharField(max_length=200)
    district = models.CharField(max_length=80, blank=True)
    credit_code = models.CharField(max_length=40, blank=True)
    industry = models.CharField(max_length=60)
    industry_zh = models.CharField(max_length=80)
    subtype = models.CharField(max_length=80, blank=True)
    wants = models.CharField(max_length=12)
    granted = models.CharField(max_length=12, blank=True)
    day = models.DateField()
    facts, energy = models.JSONField(default=dict), models.JSONField(default=dict)
    draft = models.PositiveIntegerField(default=0)
    case = models.OneToOneField(Case, models.PROTECT, related_name="grading")
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="applications")
    made_by, made_at = models.CharField(max_length=150), models.DateTimeField()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.firm_name} {self.industry_zh}"


class Document(models.Model):
    """A file that proves an indicator; taken back, never deleted."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="documents")
    row = models.CharField(max_length=80)  # id of the indicator
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    by, at = models.CharField(max_length=150), models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class Opinion(models.Model):
    """One expert's opinion of one application, at one meeting; it belongs to a step and is never changed."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="opinions")
    step = models.OneToOneField(Step, models.PROTECT, related_name="opinion")
    expert = models.CharField(max_length=150)
    agrees = models.BooleanField()
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.application_id} {self.expert}"


class Objection(models.Model):
    """What somebody objects to during the public notice; a case of its own for the officer to answer."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="objections")
    application = models.ForeignKey(Application, models.PROTECT, related_name="objections")
    case = models.OneToOneField(Case, models.PROTECT, related_name="grading_objection")
    name = models.CharField(max_length=80)
    contact = models.CharField(max_length=120)
    text = models.TextField()
    at = models.DateTimeField()
    upheld = models.BooleanField(null=True)
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=150, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.batch_id} {self.pk}"


class Award(models.Model):
    """A grade a firm holds in one industry from a day on. A new one ends the one before; none is deleted.

    `document` is what it rests on in words (batch, notice); `ended_why` says why it ended: a later
    grade, a downgrade, an expiry.
    """

    firm_id = models.CharField(max_length=120, db_index=True)
    firm_name = models.CharField(max_length=200)
    district = models.CharField(max_length=80, blank=True)
    industry = models.CharField(max_length=60)
    industry_zh = models.CharField(max_length=80)
    subtype = models.CharField(max_length=80, blank=True)
    grade = models.CharField(max_length=12)
    application = models.OneToOneField(Application, models.PROTECT, null=True, related_name="award")
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="awards")
    document = models.CharField(max_length=200, blank=True)
    by, at = models.CharField(max_length=150), models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("firm_id", "industry"), condition=models.Q(ended_at=None),
                name="one_grade_in_force",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.firm_id} {self.grade}"
