"""Automatic monitoring: validity, marks, roll-ups, exceedance, alarms; exact and without side effects."""
