"""Systems that ask, each with one token, and answers that were given once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class System(models.Model):
    """Another system with its token; of the token only the SHA-256 is kept.

    It acts through `account`, a user that nobody can sign in with: what it may do is decided by the
    role of that account and by its scopes, both.
    """

    name = models.CharField(max_length=80)
    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="system")
    scopes = models.JSONField(default=list)
    addresses = models.JSONField(default=list)  # networks it may come from; empty: from anywhere
    per_minute = models.PositiveIntegerField()
    token_hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)  # first letters of the token, to tell them apart
    made_by, made_at = models.CharField(max_length=150), models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_by = models.CharField(max_length=150, blank=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_why = models.CharField(max_length=200, blank=True)
    last_used_at = models.DateTimeField(null=True)
    last_address = models.CharField(max_length=45, blank=True)
    minute = models.BigIntegerField(default=0)  # the minute that `minute_count` counts, since 1970
    minute_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name

    @property
    def usable(self) -> bool:
        """Whether the token still opens anything."""
        return self.revoked_at is None and timezone.now() < self.expires_at


class Answered(models.Model):
    """What a system was answered under an Idempotency-Key: asked again, it gets the same."""

    system = models.ForeignKey(System, models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    asked = models.CharField(max_length=64)  # hash of operation and body
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("system", "key"), name="one_answer_a_key"),)

    def __str__(self) -> str:
        return self.key
