"""Firms, their lines, and the editions of the list in the office."""
