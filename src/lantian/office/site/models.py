"""What is set for the whole site."""

from __future__ import annotations

from django.db import models


class Setting(models.Model):
    """One setting: name of the city, whether the data are invented."""

    key = models.CharField(max_length=40, primary_key=True)
    value = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.key}={self.value}"

    @classmethod
    def read(cls) -> dict[str, str]:
        """Return all settings."""
        return dict(cls.objects.values_list("key", "value"))
