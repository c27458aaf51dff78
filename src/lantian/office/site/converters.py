"""Days in addresses."""

from __future__ import annotations

from datetime import date


class DayConverter:
    """A day as 2022-03-05."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Return the day of an address."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """Return the address of a day."""
        return str(value)
