"""A whole survey judged: every result with its trace, every parcel with what stands out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lantian.domain.soil.assess import Assessed, Outcome, WhyUndecided, assess
from lantian.domain.soil.complaint import complain
from lantian.domain.soil.land import LandDecision, decide_land_class
from lantian.domain.soil.measured import plain_decimal
from lantian.domain.soil.model import Parcel, Sample, SampleKind, Survey
from lantian.domain.soil.quality import (
    Density,
    Deviation,
    dirty_blanks,
    duplicate_deviations,
    missing_basic_items,
    point_density,
)
from lantian.domain.soil.read_results import ReadResult, read_results
from lantian.kernel.problem import Place, Problem
from lantian.rulebook.soil_tables.model import (
    LandClass,
    LandUses,
    SoilItem,
    SoilLimits,
    SurveyMethod,
    plain_name,
)

_JUDGED = frozenset({SampleKind.NORMAL, SampleKind.DUPLICATE, SampleKind.REFERENCE})


@dataclass(frozen=True, slots=True)
class Row:
    """One judged result with its sample."""

    sample: Sample
    given_place: Place
    assessed: Assessed


@dataclass(frozen=True, slots=True)
class ParcelReport:
    """What one parcel came to.

    `worst` is the worst outcome of its own soil (reference samples left out), by land class.
    """

    parcel: Parcel
    decision: LandDecision
    samples: int
    rows: tuple[Row, ...]
    worst: Mapping[LandClass, Outcome]
    missing: tuple[SoilItem, ...]
    density: Density

    def of(self, outcome: Outcome, land_class: LandClass) -> tuple[Row, ...]:
        """Return the rows of one outcome of the parcel's own soil, the largest multiple first."""
        found = [
            r
            for r in self.rows
            if r.assessed.outcome is outcome
            and r.assessed.land_class is land_class
            and r.sample.kind is not SampleKind.REFERENCE
        ]
        return tuple(sorted(found, key=lambda r: -(r.assessed.multiple or Fraction(0))))


@dataclass(frozen=True, slots=True)
class SurveyReport:
    """A whole survey; `unused` counts rows of results by the code they were refused with."""

    parcels: tuple[ParcelReport, ...]
    deviations: tuple[Deviation, ...]
    problems: tuple[Problem, ...]
    rows_read: int
    rows_judged: int
    rows_blank: int
    unused: Mapping[str, int]


def judge_survey(
    survey: Survey,
    limits: SoilLimits,
    uses: LandUses,
    method: SurveyMethod,
    asked: LandClass | None = None,
) -> SurveyReport:
    """Return what a survey came to under the rules of one day.

    Every row of results is judged, is a blank's, or is counted in `SurveyReport.unused`.
    """
    problems: list[Problem] = []
    read = read_results(survey.results, limits, method)
    problems += read.problems
    unused = Counter(read.unused)
    parcels = {p.parcel_id: p for p in survey.parcels}
    samples = {s.sample_id: s for s in survey.samples}
    usable: list[ReadResult] = []
    for one in read.results:
        kind = samples[one.given.sample_id].kind
        if kind is None:
            unused["S037"] += 1
        else:
            usable.append(one)
    for sample in survey.samples:
        if sample.kind is None:
            problems.append(complain("S037", sample.place, detail=sample.sample_id))
    by_parcel: dict[str, list[ReadResult]] = defaultdict(list)
    blanks = 0
    for one in usable:
        sample = samples[one.given.sample_id]
        if sample.kind in _JUDGED:
            by_parcel[sample.parcel_id].append(one)
        else:
            blanks += 1
    samples_of: dict[str, list[Sample]] = defaultdict(list)
    for sample in survey.samples:
        samples_of[sample.parcel_id].append(sample)
    reports = []
    for parcel in parcels.values():
        own = samples_of[parcel.parcel_id]
        report, found = _parcel(
            parcel, own, by_parcel.get(parcel.parcel_id, []), samples, limits, uses, method, asked
        )
        reports.append(report)
        problems += found
    deviations, found = duplicate_deviations(samples, usable, method)
    problems += found
    problems += dirty_blanks(samples, usable)
    judged = sum(map(len, by_parcel.values()))
    if not judged:
        place = Place(file=survey.results[0].place.file if survey.results else "")
        problems.append(complain("S040", place))
    return SurveyReport(
        tuple(reports), tuple(deviations), tuple(problems), len(survey.results), judged, blanks,
        dict(unused),
    )  # fmt: skip


def _parcel(
    parcel: Parcel,
    own: Sequence[Sample],
    results: Sequence[ReadResult],
    samples: Mapping[str, Sample],
    limits: SoilLimits,
    uses: LandUses,
    method: SurveyMethod,
    asked: LandClass | None,
) -> tuple[ParcelReport, list[Problem]]:
    decision = decide_land_class(parcel, uses, asked)
    problems = list(decision.problems)
    background = {plain_name(name): v for name, v in parcel.background_mg_kg.items()}
    rows = [
        Row(
            samples[one.given.sample_id],
            one.given.value_place,
            assess(
                one.item, one.measured, cls, limits, method,
                background.get(plain_name(one.item.name_zh)),
            ),
        )
        for one in results
        for cls in decision.classes
    ]  # fmt: skip
    worst = {}
    for cls in decision.classes:
        outcomes = [
            r.assessed.outcome
            for r in rows
            if r.assessed.land_class is cls and r.sample.kind is not SampleKind.REFERENCE
        ]
        if outcomes:
            worst[cls] = max(outcomes, key=lambda o: o.rank)
    soil = [s for s in own if s.kind in (SampleKind.NORMAL, SampleKind.DUPLICATE)]
    analysed = [
        one.item for one in results if samples[one.given.sample_id].kind is SampleKind.NORMAL
    ]
    missing = missing_basic_items(analysed, limits) if results else ()
    if missing:
        names = "、".join(i.name_zh for i in missing)
        problems.append(
            complain("S030", parcel.place, parcel=parcel.parcel_id, n=len(missing), detail=names)
        )
    points = len({s.point_id or s.sample_id for s in soil})
    density = point_density(parcel, points, method)
    problems += density.problems
    problems += _undecided(rows)
    problems += _background_asked(rows, background)
    report = ParcelReport(parcel, decision, len(own), tuple(rows), worst, missing, density)
    return report, problems


def _undecided(rows: Sequence[Row]) -> list[Problem]:
    """Return one problem an item whose results cannot be judged, at the first of them."""
    groups: dict[tuple[WhyUndecided, str, LandClass], list[Row]] = defaultdict(list)
    for row in rows:
        one = row.assessed
        if one.why is not None:
            cls = one.land_class if one.why is WhyUndecided.LIMIT_TOO_HIGH else LandClass.FIRST
            groups[one.why, one.item.name_zh, cls].append(row)
    found = []
    for (why, name, _), group in groups.items():
        one = group[0].assessed
        if why is WhyUndecided.NO_LIMIT:
            n = len({(r.sample.sample_id, r.assessed.item.name_zh) for r in group})
            found.append(complain("S007", group[0].given_place, item=name, n=n))
            continue
        highest = max(r.assessed.measured.limit or Fraction(0) for r in group)
        known = plain_decimal(one.item.screening[one.land_class])
        item = f"{name}（{one.land_class.label_zh}）"
        found.append(
            complain(
                "S008", group[0].given_place, item=item, detail=plain_decimal(highest),
                known=known, n=len(group),
            )
        )  # fmt: skip
    return found


def _background_asked(rows: Sequence[Row], background: Mapping[str, Fraction]) -> list[Problem]:
    groups: dict[tuple[str, LandClass], list[Row]] = defaultdict(list)
    for row in rows:
        item = row.assessed.item
        over = row.assessed.outcome in (Outcome.EXCEEDS, Outcome.INTERVENTION)
        if over and item.background_note and plain_name(item.name_zh) not in background:
            groups[item.name_zh, row.assessed.land_class].append(row)
    return [
        complain("S025", group[0].given_place, item=name, n=len(group))
        for (name, _), group in groups.items()
    ]
