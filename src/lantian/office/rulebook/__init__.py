"""The rulebook in the site: every rule with edition, clause, source, mark and use."""
