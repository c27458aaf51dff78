"""Quantities, exact rounding, calendar, and the shapes Trace and Problem."""
