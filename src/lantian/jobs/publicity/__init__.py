"""Notices of enforcement read from a table that another system gave out."""
