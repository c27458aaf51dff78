"""Dated rules by subject and the loader that answers: the rule in force on that day."""

from lantian.rulebook.book import Rulebook
from lantian.rulebook.loader import check_rules, load_rulebook

__all__ = ["Rulebook", "check_rules", "load_rulebook"]
