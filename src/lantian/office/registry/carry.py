"""Grades in force carried into the list: a workbook of the edition in force with them, ready to be accepted.

Reading and writing take seconds and happen before the action, outside its transaction.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils import timezone

from lantian.domain.grading.grade import Grade
from lantian.jobs.grading.carry import NewGrade, carry
from lantian.jobs.lists import read_list, write_list
from lantian.jobs.registry.problems import MOST_FIRMS, named, problem
from lantian.kernel.problem import LantianError, Place, Problem
from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import store
from lantian.office.grading.models import Award
from lantian.office.grading.standing import differing
from lantian.office.registry.actions import named_copy
from lantian.office.registry.models import Edition
from lantian.rulebook import load_rulebook


@dataclass(frozen=True, slots=True)
class Carried:
    """A list written anew with grades in force.

    Attributes
    ----------
    awards
        By firm id the number of the award that was carried.
    risen
        Filed measures that were raised to their new floor.
    lost
        Rows the layout has no place for; a list with such rows is read, but not written whole.
    """

    file: StoredFile
    edition: int
    awards: dict[str, int]
    risen: int
    lost: tuple[Problem, ...]

    def noted(self) -> dict[str, object]:
        """Return what the record says of it."""
        return {"edition": self.edition, "awards": self.awards, "measures_risen": self.risen}


def carried(edition: Edition, firms: Collection[str], day: date) -> Carried:
    """Write the list of an edition with the grades in force of some firms as of a day, and keep it.

    Raises
    ------
    LantianError
        E003 too many firms; E016 none chosen; E017 a firm that does not differ (any more); X codes where the
        layout cannot be written.
    """
    if edition.firms > MOST_FIRMS:
        raise LantianError(problem("E003", Place(), n=edition.firms, limit=MOST_FIRMS))
    if not firms:
        raise LantianError(problem("E016"))
    chosen = _chosen(edition, firms)
    grades = {f: NewGrade(Grade(a.grade), notice_of(a)) for f, a in chosen.items()}
    with named_copy(edition.upload.file) as source:
        inventory = read_list(source).inventory
    inventory, risen = carry(inventory, grades, load_rulebook(), day)
    with tempfile.TemporaryDirectory(prefix="lantian-carry-") as folder:
        out = Path(folder) / f"清单第{edition.number}版-写入生效等级-{day.isoformat()}.xlsx"
        lost = write_list(inventory, out, layout=inventory.layout)
        file = store(out.name, out.read_bytes())
    awards = {f: a.pk for f, a in chosen.items()}
    return Carried(file, edition.number, awards, risen, lost)


def _chosen(edition: Edition, firms: Collection[str]) -> dict[str, Award]:
    """Return by firm id the awards of the chosen firms that the edition does not follow."""
    lacking = {s.firm.firm_id: s.award for s in differing(edition)}
    gone = sorted(set(firms) - lacking.keys())
    if gone:
        raise LantianError(problem("E017", ids=named(gone)))
    return {f: lacking[f] for f in sorted(set(firms))}


def notice_of(award: Award) -> str:
    """Return what the list's column of the rating's notice says of an award: its document and its day."""
    return f"{award.document}（{timezone.localdate(award.at)}生效）"
