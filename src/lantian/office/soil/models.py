"""Parcels of the register and what was handed in or decided of them."""

from __future__ import annotations

from django.db import models


class Parcel(models.Model):
    """One parcel; `triggers` and `attention` are keys of the rulebook."""

    parcel_id = models.CharField(max_length=60, primary_key=True)
    name = models.CharField(max_length=120, blank=True)
    district = models.CharField(max_length=40, blank=True, db_index=True)
    current_use = models.CharField(max_length=80, blank=True)
    planned_uses = models.JSONField(default=list)
    triggers = models.JSONField(default=list)
    user = models.CharField(max_length=120, blank=True)
    institute = models.CharField(max_length=120, blank=True)
    attention = models.JSONField(default=list)

    class Meta:
        ordering = ("parcel_id",)

    def __str__(self) -> str:
        return self.name or self.parcel_id


class ParcelEvent(models.Model):
    """One event, never changed; a wrong one is answered by another."""

    parcel = models.ForeignKey(Parcel, models.PROTECT, related_name="events")
    day = models.DateField()
    event = models.CharField(max_length=40)
    who = models.CharField(max_length=120, blank=True)
    documents = models.JSONField(default=list)
    due = models.DateField(null=True)
    source = models.CharField(max_length=64, blank=True)  # hash of the workbook it came in

    class Meta:
        ordering = ("day", "pk")
        constraints = (
            models.UniqueConstraint(fields=("parcel", "day", "event"), name="one_event_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.parcel_id} {self.day} {self.event}"
