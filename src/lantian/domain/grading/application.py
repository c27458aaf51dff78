"""What a firm hands in for grading, as it was written, each piece with its place."""

from __future__ import annotations

from dataclasses import dataclass

from lantian.kernel.problem import Place


@dataclass(frozen=True, slots=True)
class GivenFact:
    """One fact as written: text of the value, unit, oxygen, date, evidence.

    `hours` are hourly values in the same unit, each with its oxygen text where one is given.
    `converted` says that the value is already at the reference oxygen.
    """

    fact_id: str
    text: str
    place: Place
    unit: str = ""
    o2_text: str = ""
    converted: bool = False
    hours: tuple[tuple[str, str], ...] = ()
    date_text: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenDecision:
    """What an officer or expert decided: a row that needs judgement, or the whole grade.

    `row_id` is empty for the whole grade; then `holds` has no meaning.
    """

    row_id: str
    grade: str
    holds: bool
    by: str
    on_text: str
    place: Place
    evidence: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class GivenCorrection:
    """A correction term of an energy figure, to be subtracted, with its evidence."""

    name: str
    text: str
    evidence: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class GivenEnergy:
    """The energy figure of one product."""

    product_id: str
    text: str
    unit: str
    place: Place
    corrections: tuple[GivenCorrection, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenPublished:
    """A grade that was officially published, with the number of the notice."""

    grade: str
    notice: str
    on_text: str
    place: Place


@dataclass(frozen=True, slots=True)
class GivenEvidence:
    """A file that proves something: its hash, who gave it, when, what it proves."""

    evidence_id: str
    file: str
    sha256: str
    who: str
    when_text: str
    proves: str
    place: Place


@dataclass(frozen=True, slots=True)
class IndustryPart:
    """One industry (and subtype) of a firm."""

    industry: str
    subtype: str
    place: Place
    facts: tuple[GivenFact, ...] = ()
    decisions: tuple[GivenDecision, ...] = ()
    energy: tuple[GivenEnergy, ...] = ()
    published: GivenPublished | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """One firm with everything it handed in."""

    firm_id: str
    name: str
    place: Place
    parts: tuple[IndustryPart, ...]
    evidence: tuple[GivenEvidence, ...] = ()
    credit_code: str = ""
    district: str = ""
    applied_on_text: str = ""
    wants: str = ""  # the grade applied for
