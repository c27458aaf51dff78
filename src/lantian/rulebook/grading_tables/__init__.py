"""Grading tables: what each industry must show for each grade, and how a province grades.

Files: ``rulebook/grading/<edition>/indicators`` (tables), ``cases`` (golden cases of each table),
``rulebook/grading/scheme``, ``process`` (provinces) and ``energy``.
"""

from lantian.rulebook.grading_tables.load import GradingRules, check_grading, load_grading

__all__ = ["GradingRules", "check_grading", "load_grading"]
