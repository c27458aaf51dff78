"""Automatic monitoring in the office: outlets, loggers, marks, alarms, curves, packets as received."""
