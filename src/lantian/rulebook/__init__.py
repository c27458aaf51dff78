"""Dated rules by subject and the loader that answers: the rule in force on that day."""
