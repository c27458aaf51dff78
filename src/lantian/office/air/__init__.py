"""Ambient air in the office: stations, hours, city days, pages."""
