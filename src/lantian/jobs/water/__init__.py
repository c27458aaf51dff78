"""Use cases of surface water: class of a file, summary of a period, trend."""
