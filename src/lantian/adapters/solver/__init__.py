"""The optimiser library behind one protocol."""
