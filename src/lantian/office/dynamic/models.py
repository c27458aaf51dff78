"""Draws of firms to be checked, their checks, downgrades, and what firms say to them."""

from __future__ import annotations

from django.db import models

from lantian.office.grading.models import Award
from lantian.office.process.models import Case, Step
from lantian.office.registry.models import Edition


class Draw(models.Model):
    """One draw: announced with the digest of its population, made once with a seed known later.

    Attributes
    ----------
    wants
        The conditions: ``{"grades": [], "industries": [], "districts": []}``; an empty list is all.
    must
        Firms that are checked in any case, with the reason.
    again_why
        Why the same population is drawn once more.
    """

    name = models.CharField(max_length=120)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    wants, must = models.JSONField(), models.JSONField(default=dict)
    strata = models.CharField(max_length=8, blank=True)  # grade, industry, district or ""
    share = models.CharField(max_length=40)  # an exact fraction
    seed_rule = models.TextField()
    again_why = models.TextField(blank=True)
    firms = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    announced_by, announced_at = models.CharField(max_length=150), models.DateTimeField()
    seed = models.CharField(max_length=120, blank=True)
    drawn_by = models.CharField(max_length=150, blank=True)
    drawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name


class Check(models.Model):
    """A drawn firm; only drawn ones are kept, anybody can work out the others again."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="checks")
    firm_id = models.CharField(max_length=120, db_index=True)
    firm_name = models.CharField(max_length=200)
    district = models.CharField(max_length=80, blank=True)
    industry = models.CharField(max_length=80, blank=True)
    grade = models.CharField(max_length=12, blank=True)
    stratum = models.CharField(max_length=80, blank=True)
    rank = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    must_why = models.CharField(max_length=200, blank=True)
    assigned_to = models.CharField(max_length=150, blank=True)
    findings = models.JSONField(default=list)
    """What was found: ``[{"indicator": …, "found": …}]``."""
    case = models.OneToOneField(Case, models.PROTECT, related_name="check_of_grade")

    class Meta:
        ordering = ("stratum", "rank")
        constraints = (
            models.UniqueConstraint(fields=("draw", "firm_id"), name="one_check_a_firm"),
        )

    def __str__(self) -> str:
        return f"{self.firm_name} {self.draw_id}"


class Downgrade(models.Model):
    """A firm's downgrade: the ground, what it rests on, the grade it falls to, and who said so.

    Attributes
    ----------
    named_why
        Why a person named the grade, where no source does.
    again_on
        First day of a new application; null where no source gives a wait.
    proposal
        What the rule proposes, with its trace, as it was when the case was opened.
    before, after
        The grade records it ended and made; null before it takes effect, or where the grade stood in the list only.
    """

    firm_id = models.CharField(max_length=120, db_index=True)
    firm_name = models.CharField(max_length=200)
    district = models.CharField(max_length=80, blank=True)
    industry = models.CharField(max_length=60)
    industry_zh = models.CharField(max_length=80)
    subtype = models.CharField(max_length=80, blank=True)
    from_grade = models.CharField(max_length=12)
    to_grade = models.CharField(max_length=12, blank=True)
    named_why = models.TextField(blank=True)
    ground = models.CharField(max_length=60)
    found_on = models.DateField()
    facts = models.TextField()
    again_on = models.DateField(null=True)
    proposal = models.JSONField()
    check_found = models.ForeignKey(Check, models.PROTECT, null=True, related_name="downgrades")
    before = models.ForeignKey(Award, models.PROTECT, null=True, related_name="+")
    after = models.OneToOneField(Award, models.PROTECT, null=True, related_name="downgrade")
    case = models.OneToOneField(Case, models.PROTECT, related_name="downgrade")
    opened_by, opened_at = models.CharField(max_length=150), models.DateTimeField()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.firm_name} {self.from_grade} → {self.to_grade or '?'}"


class Statement(models.Model):
    """What a firm says to its downgrade, before the decision or as an appeal, and the answer."""

    downgrade = models.ForeignKey(Downgrade, models.PROTECT, related_name="statements")
    step = models.OneToOneField(Step, models.PROTECT, related_name="statement")
    appeal = models.BooleanField()
    text = models.TextField()
    by, at = models.CharField(max_length=150), models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=150, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.downgrade_id} {self.by}"
