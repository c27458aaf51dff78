"""New grades carried into a list: the firms' cells, and their filed measures raised to the new floors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import Firm, Inventory
from lantian.domain.response.refile import refile_measures
from lantian.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class NewGrade:
    """A grade that a firm holds now, and the document it rests on."""

    grade: Grade
    notice: str


def carry(
    inventory: Inventory, grades: Mapping[str, NewGrade], book: Rulebook, day: date
) -> tuple[Inventory, int]:
    """Return the list with new grades, and how many filed measures rose to their new floor.

    What a firm filed beyond its floor stays: a better grade lets it file less, but that is its own step.

    Parameters
    ----------
    inventory
        The list as read.
    grades
        By firm id. All rows of a firm change together; the notice is added behind the one that stands there.
    day
        The day whose rules hold.
    """
    firms = tuple(
        _at_grade(f, grades[f.firm_id]) if f.firm_id in grades else f for f in inventory.firms
    )
    return refile_measures(replace(inventory, firms=firms), book, day, grades.keys())


def _at_grade(firm: Firm, new: NewGrade) -> Firm:
    notice = firm.grade_notice.strip()
    if not notice.endswith(new.notice):
        notice = f"{notice}；{new.notice}" if notice else new.notice
    return replace(firm, grade=new.grade, grade_text=new.grade.label_zh, grade_notice=notice)
