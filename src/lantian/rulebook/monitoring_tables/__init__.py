"""Automatic monitoring: roll-ups, marks, exceedance, substitution and alarms by date."""

from lantian.rulebook.monitoring_tables.load import (
    MonitoringRules,
    check_monitoring,
    load_monitoring,
)

__all__ = ["MonitoringRules", "check_monitoring", "load_monitoring"]
