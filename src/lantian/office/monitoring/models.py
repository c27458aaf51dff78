"""Outlets, loggers, days rolled up, marks of the firm, alarms and seals.

Readings stand in the gateway's lake, never here; a day is what the domain made of them.
"""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

from lantian.office.audit.models import StoredFile

MEDIA = (("air", "废气"), ("water", "废水"))


class AppendOnly(models.Model):
    """A row that is written once and neither changed nor removed."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new row; one that is there is never written again."""
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise TypeError("never removed")


class Outlet(models.Model):
    """An outlet with automatic monitoring; everything else stands in its description `file` (YAML).

    `code` is the number in the permit (DA001), unique in the firm only.
    """

    firm_id = models.CharField(max_length=100)
    code = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=120)
    medium = models.CharField(max_length=5, choices=MEDIA)
    trade = models.CharField(max_length=40)
    file = models.ForeignKey(StoredFile, models.PROTECT)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ("firm_id", "code")
        constraints = (
            models.UniqueConstraint(fields=("firm_id", "code"), name="one_outlet_a_firm"),
        )

    def __str__(self) -> str:
        return f"{self.firm_id} {self.code}"


class Logger(models.Model):
    """A data logger as the gateway's register knows it; `password` is locked under the site's key."""

    mn = models.CharField(max_length=40, primary_key=True)
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="loggers")
    name = models.CharField(max_length=80, blank=True)
    password = models.TextField()
    st = models.CharField(max_length=40, blank=True)
    version = models.CharField(max_length=4, blank=True)
    addresses = models.TextField(blank=True)
    sm4_key = models.CharField(max_length=64, blank=True)
    vendor = models.CharField(max_length=64, blank=True)
    cns = models.CharField(max_length=80, default="2051 2061")
    minute_interval = models.PositiveSmallIntegerField(default=1)
    realtime_interval = models.PositiveIntegerField(default=60)
    active = models.BooleanField(default=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ("mn",)

    def __str__(self) -> str:
        return self.mn


class FactorDay(models.Model):
    """One factor of an outlet on one day, as the domain rolled it up; made anew when data or marks change.

    `hours` has one entry for each hour the data reach, `mean` the daily mean; `over` in them is
    true, false, or null where it was not judged. The counts are for lists.
    """

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="days")
    factor = models.CharField(max_length=10)
    day = models.DateField()
    hours = models.JSONField(default=list)
    mean = models.JSONField(default=dict)
    due = models.PositiveIntegerField()  # readings due in the hours that have passed
    received = models.PositiveIntegerField()
    valid = models.PositiveIntegerField()
    valid_hours = models.PositiveSmallIntegerField()
    marked_hours = models.PositiveSmallIntegerField()
    over_hours = models.PositiveSmallIntegerField()
    day_over = models.BooleanField(null=True)
    fed = models.JSONField(
        default=dict
    )  # which outcomes the alarms know: "n" or "o" by end of period
    rolled_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("outlet", "factor", "day"), name="one_day_a_factor"),
        )
        indexes = (models.Index(fields=("day", "outlet")),)

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.factor} {self.day}"


class Progress(models.Model):
    """How far the lake of an outlet was looked through; `backlog` are days that wait, newest first."""

    outlet = models.OneToOneField(Outlet, models.CASCADE, primary_key=True, related_name="progress")
    looked_at = models.DateTimeField(null=True)
    newest = models.DateTimeField(null=True)
    record = models.BigIntegerField(default=0)  # of the spool, the last one looked at
    backlog = models.JSONField(default=list)
    released = models.BigIntegerField(
        default=0
    )  # count of releases read into the lake, the last looked at

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.looked_at}"


class Mark(AppendOnly):
    """One entry of the history of marks; a correction is a withdrawal and a new mark.

    `kind` is the key of the rulebook. `approved_by` is set where an officer let in a late mark.
    """

    class Act(models.TextChoices):
        """What an entry does."""

        PLACE = "place", "标记"
        WITHDRAW = "withdraw", "撤回"

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="marks")
    act = models.CharField(max_length=8, choices=Act.choices)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    kind = models.CharField(max_length=40, blank=True)
    variant = models.CharField(max_length=40, blank=True)
    start = models.DateTimeField(null=True)
    end = models.DateTimeField(null=True)
    factors = models.JSONField(default=list)
    cause = models.TextField(blank=True)
    target = models.ForeignKey("self", models.PROTECT, null=True, related_name="withdrawals")
    approved_by = models.CharField(max_length=150, blank=True)
    files = models.JSONField(default=dict)

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=("outlet", "start")),)

    def __str__(self) -> str:
        return f"{self.pk} {self.act} {self.kind}"


class LateMark(models.Model):
    """A mark asked for after its time; it becomes a `Mark` only by an officer's decision."""

    class State(models.TextChoices):
        """Where the request stands."""

        WAITING = "waiting", "待审批"
        APPROVED = "approved", "已批准"
        REFUSED = "refused", "未批准"

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="late_marks")
    kind = models.CharField(max_length=40)
    variant = models.CharField(max_length=40, blank=True)
    start = models.DateTimeField()
    end = models.DateTimeField()
    factors = models.JSONField(default=list)
    cause = models.TextField()
    files = models.JSONField(default=dict)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True)
    mark = models.OneToOneField(Mark, models.PROTECT, null=True, related_name="request")

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.state}"


class Alarm(models.Model):
    """One alarm: the state of the domain's machine (`domain.monitoring.alarm`), one an episode.

    `worst` is the exact fraction; `last` keeps the newest alarm of its key apart from the older ones.
    """

    class State(models.TextChoices):
        """Where it stands with the people."""

        OPEN = "open", "待企业说明"
        EXPLAINED = "explained", "待处理决定"
        CLOSED = "closed", "已结案"

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="alarms")
    factor = models.CharField(max_length=10)
    average = models.CharField(max_length=4)
    opened_at = models.DateTimeField()
    last_event_at = models.DateTimeField()
    waits_since = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    level = models.PositiveSmallIntegerField()
    periods = models.PositiveIntegerField()
    run = models.PositiveIntegerField()
    normal_run = models.PositiveIntegerField()
    late_levels = models.PositiveIntegerField()
    worst = models.TextField()
    ended = models.BooleanField()

    class Meta:
        ordering = ("-opened_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("outlet", "factor", "average", "opened_at"), name="one_alarm_an_episode"
            ),
        )
        indexes = (models.Index(fields=("state", "outlet")),)

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.factor} {self.opened_at}"


class AlarmNote(AppendOnly):
    """One line of an alarm's own record, with the evidence handed in."""

    alarm = models.ForeignKey(Alarm, models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    notice = models.CharField(max_length=10)
    by = models.CharField(max_length=150, blank=True)
    text = models.TextField(blank=True)
    rule = models.JSONField(null=True)
    files = models.JSONField(default=dict)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.alarm_id} {self.notice}"


class Seal(AppendOnly):
    """A day the gateway sealed, as the ledger has it."""

    day = models.DateField(primary_key=True)
    sha256 = models.CharField(max_length=64)
    sm3 = models.CharField(max_length=64)
    rows = models.BigIntegerField()
    records = models.BigIntegerField()
    event = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("-day",)

    def __str__(self) -> str:
        return f"{self.day}"


class Release(models.Model):
    """A decision of packets that the gateway had put aside, made here or with its command (`outside`).

    The row and its event come first; the gateway is told after they are committed, and again until it knows.
    """

    class Act(models.TextChoices):
        """What was decided."""

        RELEASE = "release", "放行"
        REJECT = "reject", "驳回"

    act = models.CharField(max_length=7, choices=Act.choices)
    mn = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=20, blank=True)
    why = models.TextField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    outside = models.CharField(max_length=60, blank=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("outside",),
                condition=~models.Q(outside=""),
                name="one_row_a_decision_outside",
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.act}"

    @property
    def reference(self) -> str:
        """Under which it stands in the gateway, with each packet."""
        return self.outside or f"office-{self.pk}"


class ReleasedPacket(AppendOnly):
    """One packet of a decision; of each packet it is decided once."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="packets")
    record = models.BigIntegerField(unique=True)

    class Meta:
        ordering = ("record",)

    def __str__(self) -> str:
        return f"{self.release_id} {self.record}"
