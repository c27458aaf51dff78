"""Surface water: limits and method by date."""

from lantian.rulebook.water_tables.load import WaterRules, check_water, load_water

__all__ = ["WaterRules", "check_water", "load_water"]
