"""The only door to each heavy library."""
