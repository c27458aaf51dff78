"""Ambient air: index tables, limits and the assessment method, each by date."""

from lantian.rulebook.air_tables.load import AirRules, check_air, load_air

__all__ = ["AirRules", "check_air", "load_air"]
