"""Processes of the bureau as dated data: states, transitions, clocks, escalation."""

from lantian.rulebook.process_tables.load import ProcessRules, check_processes, load_processes

__all__ = ["ProcessRules", "check_processes", "load_processes"]
