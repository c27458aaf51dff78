"""Use cases of ambient air: index of a file, summary of a period, city days from station hours."""
