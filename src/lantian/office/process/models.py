"""A case under one edition of a process, and its steps, which are only ever added."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models


class Case(models.Model):
    """Something that runs through a process.

    `version` is the number of steps so far: a form says which version it was made from. `district` and
    `firm_id` decide who sees it (`access.own_firms`). `due` and `escalates` are those of the present
    state, null where none is known.
    """

    process = models.CharField(max_length=60)
    edition = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=40)
    subject = models.CharField(max_length=120)
    title = models.CharField(max_length=300)
    firm_id = models.CharField(max_length=120, blank=True, db_index=True)
    district = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=60)
    since = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)
    started_by, started_at = models.CharField(max_length=150), models.DateTimeField()
    due = models.DateTimeField(null=True)
    escalates = models.DateTimeField(null=True)
    escalates_to = models.JSONField(default=list)
    closed_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        ordering = ("pk",)
        indexes = (
            models.Index(fields=("closed_at", "process", "edition", "state")),
            models.Index(fields=("subject_type", "subject")),
        )

    def __str__(self) -> str:
        return self.title


class Step(models.Model):
    """A step of a case: written once, never changed, never removed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()  # from 1
    transition = models.CharField(max_length=60)
    origin, to = models.CharField(max_length=60), models.CharField(max_length=60)
    by, role = models.CharField(max_length=150), models.CharField(max_length=12)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    evidence = models.JSONField(default=dict)  # hashes by key of the evidence

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("case", "number"), name="one_step_a_number"),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.number} {self.transition}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new step; one that is there is never written again."""
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: a step is never removed."""
        raise TypeError("steps of a case are never removed")
