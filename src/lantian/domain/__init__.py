"""Pure rules and computations: no web, no database, no files, no clock."""
