"""The ledger's entries and the files that they name."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

from lantian.domain.ledger.seal import Seal


class Event(models.Model):
    """One entry of the ledger; written once by `record`, never changed.

    `event` is the canonical text whose hash, with number and hash before, is `hash`.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=150)
    what = models.CharField(max_length=60, db_index=True)
    event = models.TextField()
    before = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number} {self.what}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new entry; one that is there is never written again."""
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: an entry is never removed."""
        raise TypeError("entries of the ledger are never removed")


class EventAbout(models.Model):
    """Finds the entries about one thing, as ``firm:F0001``; not part of the chain, made from it."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="about")
    subject = models.CharField(max_length=160)

    class Meta:
        indexes = (models.Index(fields=("subject", "event")),)

    def __str__(self) -> str:
        return f"{self.event_id} {self.subject}"


class StoredFile(models.Model):
    """A file as it came in, kept under its hash."""

    hash = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    stored_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class SealRow(models.Model):
    """The signed root of a finished day; written once by `seals`, never changed."""

    day = models.DateField(primary_key=True)
    first = models.BigIntegerField(unique=True)
    last = models.BigIntegerField(unique=True)
    root = models.CharField(max_length=64)
    before = models.CharField(max_length=64)
    algorithm = models.CharField(max_length=10)
    scheme = models.CharField(max_length=20)
    key = models.CharField(max_length=64)
    signature = models.CharField(max_length=200)

    class Meta:
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day} {self.root[:12]}"

    def as_seal(self) -> Seal:
        """Return it as a plain value."""
        return Seal(
            self.day.isoformat(), self.first, self.last, self.root, self.before, self.algorithm,
            self.scheme, self.key, self.signature,
        )  # fmt: skip

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new seal; one that is there is never written again."""
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: a seal is never removed."""
        raise TypeError("seals of the ledger are never removed")
