"""A downgrade carried through: the proposal, the list with the new grade, the measures of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from lantian.domain.grading.complaint import complain
from lantian.domain.grading.dynamic import Downgrade, propose_downgrade
from lantian.domain.grading.grade import Grade
from lantian.jobs.grading.carry import NewGrade, carry
from lantian.jobs.lists import read_list, refuse_source, write_list
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.problem import LantianError, Place, Problem
from lantian.rulebook import Rulebook, load_rulebook
from lantian.rulebook.grading_tables import load_grading
from lantian.rulebook.grading_tables.refusals import refuse_table
from lantian.rulebook.model import MeasureRule


@dataclass(frozen=True, slots=True)
class MeasureChange:
    """What one level demands of the firm before and after."""

    level: Level
    before: MeasureRule
    after: MeasureRule


@dataclass(frozen=True, slots=True)
class DowngradeRun:
    """The proposal for every industry row of a firm, and what changes in the list."""

    firm_id: str
    firm_name: str
    proposal: Downgrade
    measures: tuple[MeasureChange, ...]
    measures_risen: int  # filed measures brought up to the new floor
    written: Path | None
    problems: tuple[Problem, ...]


def run_downgrade(
    list_path: Path,
    firm_id: str,
    ground: str,
    *,
    day: date,
    province: str,
    to_grade: str = "",
    proven: str = "",
    wait_months: int | None = None,
    out: Path | None = None,
    layout: str | Path | None = None,
    rules: Sequence[Path] = (),
) -> DowngradeRun:
    """Propose a downgrade and, with `out`, write the list as it stands from that day.

    Parameters
    ----------
    list_path
        The emergency emission-reduction list.
    firm_id
        The firm; all its rows in the list that hold a grade change together.
    ground
        Key of the province's grounds.
    day
        Day on which the ground was established; measures before and after are of this day.
    to_grade
        The grade a person decided on, where the ground names none.
    proven
        The grade that a check still proves, for the ground of a failed check.
    wait_months
        The bureau's own waiting period where its province gives none.

    Raises
    ------
    LantianError
        When the list cannot be read, the firm is not on it, the ground is not known, no grade
        follows, or the new list cannot be written.
    """
    book = load_rulebook(*rules)
    process = load_grading(*rules).process(province, day)
    if ground not in process.grounds:
        known = ", ".join(process.grounds)
        raise LantianError(refuse_table("R054", detail=f"{province} {ground}", known=known))
    read = read_list(list_path, layout=layout)
    place = Place(file=list_path.name)
    firms = [f for f in read.inventory.firms if f.firm_id == firm_id]
    if not firms or firms[0].grade is None:
        raise LantianError(complain("G025", place, detail=firm_id))
    firm = firms[0]
    assert firm.grade is not None
    industry = book.industry(book.industry_slug(firm.industry), day)
    scheme = scheme_for(book, firm.industry, firm.subtype, firm.grade, day)
    proposal = propose_downgrade(
        process,
        ground,
        grade=firm.grade.value,
        scheme=scheme,
        found_on=day,
        proven=proven,
        wait_months=wait_months,
    )
    target = to_grade or proposal.to_grade
    if target not in {g.value for g in Grade}:
        detail = f"{target or '（空）'}：{'；'.join(proposal.needs_person_zh)}"
        raise LantianError(complain("G019", place, detail=detail, known="、".join(scheme)))
    proposal = replace(proposal, to_grade=target)
    measures = tuple(
        MeasureChange(
            level,
            book.measure(industry.slug, firm.subtype, firm.grade.value, level, day),
            book.measure(industry.slug, firm.subtype, target, level, day),
        )
        for level in LEVELS
    )
    risen = 0
    if out is not None:
        refuse_source(list_path, out)
        notice = f"{day.isoformat()} {proposal.ground.name_zh}，{firm.grade.value} 降为 {target}"
        inventory, risen = carry(
            read.inventory, {firm_id: NewGrade(Grade(target), notice)}, book, day
        )
        write_list(inventory, out, layout=read.inventory.layout)
    return DowngradeRun(firm_id, firm.name, proposal, measures, risen, out, tuple(read.problems))


def scheme_for(
    book: Rulebook, industry: str, subtype: str, grade: Grade, day: date
) -> tuple[str, ...]:
    """Return the grades a firm of an industry can hold on a day, best first (decision 0005).

    Raises
    ------
    LantianError
        R codes where the industry is not known on the day.
    """
    found = book.industry(book.industry_slug(industry), day)
    return _scheme(found.subtype_scheme.get(subtype) or found.scheme, grade)


def _scheme(known: tuple[str, ...], grade: Grade) -> tuple[str, ...]:
    """Return the grades of the industry, best first; D ends a scheme that no source shows whole.

    Decision 0005 takes D as the lowest grade where the whole scheme is not known.
    """
    order = [g.value for g in Grade if g.value != "ungraded"]
    lowest = "non_leading" if grade in {Grade.LEADING, Grade.NON_LEADING} else "D"
    codes = {*known, grade.value, lowest}
    if lowest == "D":
        codes -= {"leading", "non_leading"}
    else:
        codes &= {"leading", "non_leading"}
    return tuple(code for code in order if code in codes)
