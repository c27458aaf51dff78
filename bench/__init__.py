"""Measurements: each script is one command and prints, or writes, a Markdown table."""
