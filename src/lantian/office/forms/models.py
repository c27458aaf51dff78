"""Forms that have had their effect."""

from __future__ import annotations

from django.db import models


class UsedForm(models.Model):
    """One form that an action took; written in the action's own transaction."""

    key = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(db_index=True)
    target = models.CharField(max_length=400, blank=True)  # where the first answer led

    def __str__(self) -> str:
        return self.key[:12]
