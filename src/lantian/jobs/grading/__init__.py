"""Grading as an officer does it: read applications, grade, write sheets, notice and summary."""
