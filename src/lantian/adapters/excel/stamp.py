"""The time written into a workbook's properties: none, so that content alone makes the bytes."""

from __future__ import annotations

from datetime import datetime

NO_TIME = datetime(1980, 1, 1)
"""The first moment a zip archive can name; the same list or plan is the same file."""
