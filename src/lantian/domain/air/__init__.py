"""Ambient air: hourly and daily values to AQI, statistics and the composite index, by edition."""
