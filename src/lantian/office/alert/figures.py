"""What other pages show of alerts."""

from __future__ import annotations

from lantian.office.alert.models import Alert


def in_force() -> Alert | None:
    """Return the alert that is in force now."""
    return Alert.objects.filter(state=Alert.State.SIGNED).order_by("-signed_at").first()
