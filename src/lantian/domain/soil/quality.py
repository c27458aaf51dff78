"""How well a parcel was surveyed: basic items, density of points, duplicates, blanks."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lantian.domain.soil.complaint import complain
from lantian.domain.soil.measured import plain_decimal
from lantian.domain.soil.model import Parcel, Sample, SampleKind, Stage
from lantian.domain.soil.read_results import ReadResult
from lantian.kernel.problem import Problem
from lantian.kernel.rounding import round_fraction
from lantian.kernel.trace import Trace
from lantian.rulebook.model import Status
from lantian.rulebook.soil_tables.model import SoilItem, SoilLimits, SurveyMethod


def missing_basic_items(analysed: Sequence[SoilItem], limits: SoilLimits) -> tuple[SoilItem, ...]:
    """Return the basic items of table 1 that were not analysed, in the order of the table."""
    names = {item.name_zh for item in analysed}
    return tuple(i for i in limits.basic if i.name_zh not in names)


@dataclass(frozen=True, slots=True)
class Density:
    """How many points a parcel has and needs; `needed` is None where it cannot be said."""

    points: int
    needed: int | None
    enough: bool | None
    trace: Trace | None
    problems: tuple[Problem, ...]


def point_density(parcel: Parcel, points: int, method: SurveyMethod) -> Density:
    """Return whether a parcel has the points of its stage.

    Parameters
    ----------
    parcel
        Area in m²; for the detailed stage its key area too (none given: the whole by the wide grid).
    points
        Soil points on the parcel, reference points left out.

    Notes
    -----
    Announcement 72 of 2017: initial survey at least 3 points up to 5000 m² and 6 above; detailed
    survey one point a grid cell of 40 m, of 20 m in key areas. Its mark is unverified.
    """
    if parcel.stage is None or parcel.area_m2 is None:
        what = "调查阶段" if parcel.stage is None else "面积"
        problem = complain("S032", parcel.place, parcel=parcel.parcel_id, detail=what)
        return Density(points, None, None, None, (problem,))
    if parcel.stage is Stage.INITIAL:
        small = parcel.area_m2 <= method.number("initial_small_area_m2")
        key = "initial_points_small" if small else "initial_points_large"
        needed = int(method.number(key))
        bound = plain_decimal(method.number("initial_small_area_m2"))
        why = f"面积 {plain_decimal(parcel.area_m2)} m² {'≤' if small else '>'} {bound} m²"
    else:
        key = "detailed_cell_m2"
        inner = min(parcel.key_area_m2 or Fraction(0), parcel.area_m2)
        cells = math.ceil((parcel.area_m2 - inner) / method.number(key))
        inner_cells = math.ceil(inner / method.number("detailed_key_cell_m2"))
        needed = cells + inner_cells
        why = f"网格 {cells} 个，重点区域网格 {inner_cells} 个"
    enough = points >= needed
    ref = method.values[key].ref
    stage = parcel.stage.label_zh
    words = f"{stage}：{why}，应有 {needed} 个点，实有 {points} 个"
    trace = Trace(words, f"{parcel.stage.value}: {points} of {needed} points", points, rule=ref)
    found: tuple[Problem, ...] = ()
    if not enough:
        found = (
            complain(
                "S031", parcel.place, parcel=parcel.parcel_id, detail=points, known=needed,
                mark=Status(ref.status).label_zh,
                stage=stage, why=why,
            ),
        )  # fmt: skip
    return Density(points, needed, enough, trace, found)


@dataclass(frozen=True, slots=True)
class Deviation:
    """One item of a duplicate and its original; `relative_pct` is None where it cannot be said."""

    duplicate: str
    original: str
    item: SoilItem
    first: str
    second: str
    relative_pct: Fraction | None
    within: bool | None
    trace: Trace


def relative_deviation_pct(first: Fraction, second: Fraction) -> Fraction:
    """Return |a - b| / (a + b) in percent, exactly; both are above zero.

    Examples
    --------
    >>> relative_deviation_pct(Fraction(11), Fraction(9))
    Fraction(10, 1)
    """
    return abs(first - second) / (first + second) * 100


def duplicate_deviations(
    samples: Mapping[str, Sample], results: Sequence[ReadResult], method: SurveyMethod
) -> tuple[list[Deviation], list[Problem]]:
    """Return how far duplicates lie from their originals.

    Where either was not detected no deviation is computed. What is allowed is not in any source
    seen: it is judged only where a rule folder sets ``deviation_limit_pct`` (decision 0083).
    """
    by_sample: dict[str, dict[str, ReadResult]] = defaultdict(dict)
    for one in results:
        by_sample[one.given.sample_id][one.item.name_zh] = one
    allowed = method.values.get("deviation_limit_pct")
    found: list[Deviation] = []
    problems: list[Problem] = []
    for sample in samples.values():
        if sample.kind is not SampleKind.DUPLICATE:
            continue
        originals = by_sample.get(sample.duplicate_of)
        if not originals or sample.duplicate_of == sample.sample_id:
            known = sample.duplicate_of or "（未填）"
            problems.append(complain("S033", sample.place, detail=sample.sample_id, known=known))
            continue
        for name, second in by_sample.get(sample.sample_id, {}).items():
            first = originals.get(name)
            if first is None:
                continue
            pair = _deviation(sample, first, second, method)
            found.append(pair)
            if pair.within is False and allowed is not None and pair.relative_pct is not None:
                shown = round_fraction(pair.relative_pct, method.digits("digits_deviation_pct"))
                limit = plain_decimal(allowed.value)
                problems.append(
                    complain(
                        "S035", second.given.place, detail=sample.sample_id, item=name,
                        known=shown, limit=limit,
                    )
                )  # fmt: skip
    return found, problems


def _deviation(
    sample: Sample, first: ReadResult, second: ReadResult, method: SurveyMethod
) -> Deviation:
    a, b = first.measured, second.measured
    allowed = method.values.get("deviation_limit_pct")
    ref = method.values["digits_deviation_pct"].ref
    within: bool | None = None
    relative: Fraction | None = None
    if a.value is None or b.value is None:
        words = f"{a.shown()} 与 {b.shown()}：有未检出，不计算相对偏差"
        english = "not detected: no relative deviation"
    else:
        relative = relative_deviation_pct(a.value, b.value)
        shown = round_fraction(relative, method.digits("digits_deviation_pct"))
        words = f"|{a.shown()}−{b.shown()}|÷({a.shown()}+{b.shown()}) = {shown}%"
        english = f"relative deviation {shown} %"
        if allowed is not None:
            within = relative <= allowed.value
            ref = allowed.ref
            words += f"，允许 {plain_decimal(allowed.value)}%"
        else:
            words += "，允许值未见，不判断"
    trace = Trace(words, english, rule=ref)
    return Deviation(
        sample.sample_id, sample.duplicate_of, first.item, a.shown(), b.shown(), relative, within,
        trace,
    )  # fmt: skip


def dirty_blanks(samples: Mapping[str, Sample], results: Sequence[ReadResult]) -> list[Problem]:
    """Return a problem for every item found in a blank."""
    return [
        complain(
            "S034", one.given.value_place, detail=one.given.sample_id, item=one.item.name_zh,
            known=f"{one.measured.shown()} mg/kg",
        )
        for one in results
        if samples[one.given.sample_id].kind is SampleKind.BLANK
        and not one.measured.below_detection
    ]  # fmt: skip
