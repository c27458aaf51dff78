"""Users with their role, district and firm."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models

from lantian.office.people.roles import Role


class User(AbstractUser):
    """Somebody who signs in; `district` limits district officers, `firm_id` enterprise users."""

    role = models.CharField(max_length=12, choices=Role.choices)
    district = models.CharField(max_length=40, blank=True)
    firm_id = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return self.get_full_name() or self.username
