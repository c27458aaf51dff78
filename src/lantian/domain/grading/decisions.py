"""Grades and judgements that people recorded: published notices and officers' decisions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from lantian.domain.grading.application import GivenDecision, GivenPublished, IndustryPart
from lantian.domain.grading.complaint import complain
from lantian.domain.grading.grade import Grade
from lantian.kernel.problem import Place, Problem
from lantian.rulebook.grading_tables.model import IndicatorTable


@dataclass
class Decided:
    """What people decided about one industry part, as far as it may be used."""

    rows: dict[tuple[str, str], bool] = field(default_factory=dict)  # (row id, grade)
    whole: GivenDecision | None = None
    published: GivenPublished | None = None


def read_decisions(
    part: IndustryPart,
    table: IndicatorTable | None,
    scheme: tuple[str, ...],
    day: date,
    evidence: frozenset[str],
    problems: list[Problem],
) -> Decided:
    """Return the decisions that name a person, a day and evidence, and a grade that exists.

    What cannot be used is told in `problems` and not used.
    """
    found = Decided()
    judged = (
        {(row.row_id, g) for row in table.rows for g, r in row.levels.items() if r.judged}
        if table
        else set()
    )
    for one in part.decisions:
        if not _recorded(one, day, evidence, problems):
            continue
        if one.row_id:
            if (one.row_id, one.grade) not in judged:
                detail = f"{one.row_id} {one.grade}"
                problems.append(complain("G017", one.place, detail=detail))
                continue
            found.rows[one.row_id, one.grade] = one.holds
        elif _known_grade(one.grade, scheme, table is not None, one.place, problems):
            found.whole = one
    published = part.published
    if published is not None:
        dated = _date(published.on_text, day, published.place, problems)
        if not published.notice.strip() or dated is None:
            detail = f"{published.grade} {published.notice} {published.on_text}".strip()
            problems.append(complain("G020", published.place, detail=detail))
        elif _known_grade(published.grade, scheme, table is not None, published.place, problems):
            found.published = published
    return found


def _recorded(
    one: GivenDecision, day: date, evidence: frozenset[str], problems: list[Problem]
) -> bool:
    dated = _date(one.on_text, day, one.place, problems)
    unknown = [e for e in one.evidence if e not in evidence]
    for evidence_id in unknown:
        problems.append(complain("G015", one.place, detail=evidence_id))
    if not one.by.strip() or dated is None or not one.evidence:
        detail = f"{one.row_id or '整体'} {one.grade}"
        problems.append(complain("G018", one.place, detail=detail))
        return False
    return not unknown


def _known_grade(
    grade: str, scheme: tuple[str, ...], strict: bool, place: Place, problems: list[Problem]
) -> bool:
    """Whether a grade exists; with a table it must be one of the scheme, unless that is open."""
    codes = {g.value for g in Grade}
    closed = strict and scheme and scheme[-1] != Grade.UNGRADED.value
    known = set(scheme) if closed else codes
    if grade in known:
        return True
    problems.append(complain("G019", place, detail=grade, known="、".join(sorted(known))))
    return False


def _date(text: str, day: date, place: Place, problems: list[Problem]) -> date | None:
    plain = text.strip()[:10]
    if not plain:
        return None
    try:
        found = date.fromisoformat(plain)
    except ValueError:
        problems.append(complain("G010", place, detail=text))
        return None
    if found > day:
        problems.append(complain("G011", place, detail=text))
        return None
    return found
