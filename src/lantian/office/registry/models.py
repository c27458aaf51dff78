"""Checked workbooks, editions of the list, and what each edition says of firms and lines."""

from __future__ import annotations

from django.db import models

from lantian.kernel.pollutant import POLLUTANTS
from lantian.office.audit.models import StoredFile

MASSES = tuple(f"{p.value.lower()}_mg" for p in POLLUTANTS)
"""Columns of daily masses: pm_mg, so2_mg, nox_mg, voc_mg."""
STATES = (
    ("normal", "正常"),
    ("seasonal", "季节性生产"),
    ("stopped", "长期停产"),
    ("unsaid", "未说明"),
)


def _mass() -> models.BigIntegerField:
    """Return a column of daily masses in whole milligrams (decision 0003); null where unknown."""
    return models.BigIntegerField(null=True)


class Upload(models.Model):
    """A workbook that was checked for a day; its bytes lie in the vault."""

    file = models.ForeignKey(StoredFile, models.PROTECT)
    name = models.CharField(max_length=200)
    day = models.DateField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)
    checked_with = models.CharField(max_length=40)  # version of Lantian
    layout = models.CharField(max_length=80)
    city = models.CharField(max_length=80, blank=True)
    firms = models.PositiveIntegerField()
    lines = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    unused = models.JSONField(default=dict)  # columns and sheets that were not read
    errors = models.PositiveIntegerField()
    warnings = models.PositiveIntegerField()
    hints = models.PositiveIntegerField()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("file", "day", "checked_with"), name="one_check_a_file"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.day}"


class UploadProblem(models.Model):
    """One problem of a checked workbook, with the firm whose row it is in."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="problems")
    number = models.PositiveIntegerField()
    severity = models.CharField(max_length=7)
    code = models.CharField(max_length=4)
    sheet = models.CharField(max_length=120, blank=True)
    cell = models.CharField(max_length=12, blank=True)
    row = models.PositiveIntegerField(null=True)
    column = models.CharField(max_length=120, blank=True)
    firm_id = models.CharField(max_length=120, blank=True)
    message_zh, message_en = models.TextField(), models.TextField()
    remedy_zh, remedy_en = models.TextField(), models.TextField()

    class Meta:
        ordering = ("number",)
        indexes = (
            models.Index(fields=("upload", "severity", "code", "number")),
            models.Index(fields=("upload", "firm_id")),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.sheet}!{self.cell}"


class Edition(models.Model):
    """An accepted list. The one with the highest number is in force; none is ever changed."""

    number = models.PositiveIntegerField(primary_key=True)
    upload = models.OneToOneField(Upload, models.PROTECT)
    day = models.DateField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    firms = models.PositiveIntegerField()
    lines = models.PositiveIntegerField()
    acknowledged = models.JSONField(default=dict)  # number of errors by code
    reason = models.TextField(blank=True)
    totals = models.JSONField(default=dict)  # mg a day by sector and pollutant
    not_collected = models.JSONField(default=list)
    facets = models.JSONField(default=dict)
    """By district, industry, grade and state: number of firms and their four masses in mg a day."""
    unknown = models.PositiveIntegerField()  # firms with a running line of unknown mass
    added = models.PositiveIntegerField()
    removed = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()

    class Meta:
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"{self.number}"


class Firm(models.Model):
    """A firm in one edition: only what lists filter, sort and show; the rest is in `FirmDetail`."""

    edition = models.ForeignKey(Edition, models.PROTECT, db_index=False)
    firm_id = models.CharField(max_length=120)
    name = models.CharField(max_length=200, blank=True)
    credit_code = models.CharField(max_length=40, blank=True)
    district = models.CharField(max_length=80, blank=True)
    industry = models.CharField(max_length=80, blank=True)
    subtype = models.CharField(max_length=80, blank=True)
    grade = models.CharField(max_length=12, blank=True)
    grade_rank = models.PositiveSmallIntegerField(default=9)
    state = models.CharField(max_length=8, choices=STATES)
    guaranteed = models.BooleanField(null=True)
    small_micro = models.BooleanField(null=True)
    line_count = models.PositiveIntegerField()
    unknown = models.PositiveIntegerField()  # running lines with a mass that is not known
    pm_mg, so2_mg, nox_mg, voc_mg = _mass(), _mass(), _mass(), _mass()
    digest = models.CharField(max_length=64)
    search = models.CharField(max_length=400)  # id, name and credit code in small letters

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("edition", "firm_id"), name="one_firm_an_edition"),
        )
        indexes = (
            models.Index(fields=("edition", "district", "firm_id")),
            models.Index(fields=("edition", "industry", "firm_id")),
            models.Index(fields=("edition", "grade_rank", "firm_id")),
            models.Index(fields=("edition", "grade", "firm_id")),
            models.Index(fields=("edition", "state", "firm_id")),
            models.Index(fields=("edition", "name", "firm_id")),
            models.Index(fields=("edition", "nox_mg", "firm_id")),
            models.Index(fields=("edition", "voc_mg", "firm_id")),
            models.Index(fields=("edition", "search", "firm_id")),
            models.Index(fields=("firm_id",)),
        )

    def __str__(self) -> str:
        return f"{self.firm_id} {self.name}"


class FirmCount(models.Model):
    """How many firms of an edition share what lists filter by: any filter is counted at once."""

    edition = models.ForeignKey(Edition, models.PROTECT)
    district = models.CharField(max_length=80, blank=True)
    industry = models.CharField(max_length=80, blank=True)
    grade = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=8)
    guaranteed = models.BooleanField(null=True)
    small_micro = models.BooleanField(null=True)
    firms = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.edition_id} {self.district} {self.industry} {self.firms}"


class FirmDetail(models.Model):
    """Everything an edition says of a firm, field by field, as it was written."""

    firm = models.OneToOneField(Firm, models.CASCADE, primary_key=True, related_name="detail")
    values = models.JSONField()

    def __str__(self) -> str:
        return f"{self.firm_id}"


class Line(models.Model):
    """A production line of a firm in one edition, with what is filed for each level."""

    firm = models.ForeignKey(Firm, models.CASCADE, related_name="lines")
    place = models.PositiveIntegerField()  # in the firm, from 0
    line_id = models.CharField(max_length=120)
    standing = models.CharField(max_length=16, blank=True)
    pm_mg, so2_mg, nox_mg, voc_mg = _mass(), _mass(), _mass(), _mass()
    values = models.JSONField()
    measures = models.JSONField()

    class Meta:
        ordering = ("place",)

    def __str__(self) -> str:
        return self.line_id


class FirmChange(models.Model):
    """What an edition changed about a firm: added, removed, or field by field."""

    edition = models.ForeignKey(Edition, models.PROTECT, db_index=False)
    firm_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=7)  # added, removed, changed
    changes = models.JSONField(default=list)

    class Meta:
        indexes = (
            models.Index(fields=("firm_id", "edition")),
            models.Index(fields=("edition", "kind", "firm_id")),
        )

    def __str__(self) -> str:
        return f"{self.edition_id} {self.firm_id} {self.kind}"
