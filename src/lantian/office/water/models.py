"""Sections and what was measured in them."""

from __future__ import annotations

from django.db import models

BODIES = (("river", "河流"), ("lake", "湖库"))


class WaterSection(models.Model):
    """A section; river or lake is its attribute, empty until somebody says it."""

    name = models.CharField(max_length=60, primary_key=True)
    river = models.CharField(max_length=60, blank=True)
    city = models.CharField(max_length=40, blank=True)
    district = models.CharField(max_length=40, blank=True)
    body = models.CharField(max_length=5, choices=BODIES, blank=True)
    target = models.PositiveSmallIntegerField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)

    class Meta:
        ordering = ("river", "name")

    def __str__(self) -> str:
        return self.name

    @property
    def target_zh(self) -> str:
        """The target class as it is written, a dash without one."""
        return "ⅠⅡⅢⅣⅤ"[self.target - 1] if self.target else "—"


class WaterSample(models.Model):
    """One value of one item as it was written, with the exact number that enters means."""

    section = models.ForeignKey(WaterSection, models.PROTECT)
    day = models.DateField(db_index=True)
    minute = models.SmallIntegerField(default=-1)  # of the day; -1 where only the day is known
    item = models.CharField(max_length=12)
    value = models.DecimalField(max_digits=20, decimal_places=10)
    source = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("section", "day", "minute", "item"), name="one_value_an_item"
            ),
        )

    def __str__(self) -> str:
        return f"{self.section_id} {self.day} {self.item}"
