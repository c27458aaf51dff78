"""Workbooks in and out: layouts, reading, writing, marking."""
