"""Ambient air: index, daily and city values, statistics, composite index, ranking, trend."""
