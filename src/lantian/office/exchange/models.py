"""Who is told what, and every telling with its proof."""

from __future__ import annotations

from django.db import models

EVENTS = (
    ("alert.signed", "预警签发", "alert signed"),
    ("alert.lifted", "预警解除", "alert lifted"),
    ("order.issued", "管控令下达", "order sent out"),
    ("order.extended", "管控令延长", "order extended"),
    ("order.lifted", "管控令解除", "order lifted"),
)
"""What can be subscribed to."""
TEST = "test"


class Subscription(models.Model):
    """A system that is told of events; its secret is derived from `nonce` and the key of the site."""

    name = models.CharField(max_length=80)
    address = models.CharField(max_length=300)
    events = models.JSONField(default=list)
    nonce = models.CharField(max_length=64)
    made_by, made_at = models.CharField(max_length=150), models.DateTimeField()
    stopped_by = models.CharField(max_length=150, blank=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message to one subscriber: written with what it tells of, sent until it is answered."""

    class State(models.TextChoices):
        """Where it stands; a parked one waits for the operator."""

        WAITING = "waiting", "待投递"
        DONE = "done", "已回执"
        PARKED = "parked", "搁置"
        DROPPED = "dropped", "放弃"

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="deliveries")
    uid = models.CharField(max_length=32, unique=True)  # the receiver drops doubles by it
    event = models.CharField(max_length=20)
    key = models.CharField(max_length=140)  # messages of one key go out in their order
    body = models.TextField()
    body_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    problem_zh = models.CharField(max_length=200, blank=True)
    problem_en = models.CharField(max_length=200, blank=True)
    status = models.PositiveSmallIntegerField(null=True)  # HTTP status of the last answer
    answer_hash = models.CharField(max_length=64, blank=True)
    answer_signature = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-pk",)
        indexes = (
            models.Index(fields=("state", "next_at")),
            models.Index(fields=("subscription", "key", "id")),
        )

    def __str__(self) -> str:
        return f"{self.uid} {self.event}"
