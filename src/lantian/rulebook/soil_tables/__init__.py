"""Soil of construction land: limits, land use, surveys, the statutory process, spot checks, by date."""

from lantian.rulebook.soil_tables.load import SoilRules, check_soil, load_soil

__all__ = ["SoilRules", "check_soil", "load_soil"]
