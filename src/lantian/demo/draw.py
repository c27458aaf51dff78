"""The dice: numpy columns of firms and lines for one chunk of the city.

Every chunk has its own PCG64 stream seeded by (seed, chunk), so a city is drawn chunk by chunk
in constant memory and the same seed gives the same city on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence
from numpy.typing import NDArray

from lantian.demo.cells import Cell
from lantian.demo.parameters import Parameters, Profile
from lantian.domain.grading.grade import Grade

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

ORDER_STREAM, CHUNK_STREAM, OTHER_STREAM = 0, 1, 2


def generator(seed: int, *key: int) -> Generator:
    """Return the stream of one purpose: a PCG64 seeded with `seed` and the key."""
    return Generator(PCG64(SeedSequence([seed, *key])))


def firm_order(cells: tuple[Cell, ...], seed: int) -> tuple[Ints, Ints]:
    """Return profile and grade code of every firm in list order, shuffled.

    Grade codes are positions in ``list(Grade)``.
    """
    grades = list(Grade)
    counts = [c.firms for c in cells]
    profile = np.repeat(np.array([c.profile for c in cells], dtype=np.int64), counts)
    grade = np.repeat(np.array([grades.index(c.grade) for c in cells], dtype=np.int64), counts)
    order = generator(seed, ORDER_STREAM).permutation(len(profile))
    return profile[order], grade[order]


@dataclass(frozen=True, slots=True)
class Draw:
    """Columns of one chunk: ``(F,)`` a firm, ``(T,)`` a line, pollutants last.

    `start` is ``(F+1,)``: the lines of firm ``f`` are ``start[f]:start[f+1]``.
    """

    first: int
    profile: Ints
    grade: Ints
    district: Ints
    longitude: Floats
    latitude: Floats
    organisation: Ints
    word: Ints
    park: Ints
    road: Ints
    house: Ints
    person: Ints
    monitoring: Ints
    guaranteed: Bools
    small_micro: Bools
    long_stopped: Bools
    seasonal: Bools
    files_more: Bools
    commitment: Bools
    start: Ints
    firm: Ints
    number: Ints
    equipment: Ints
    annual_t: Floats
    daily_kg: Floats
    days: Ints
    capacity: Ints
    output: Ints
    kwh: Ints
    accounting: Ints
    stopped: Bools
    units_total: Ints
    normal_hours: Ints
    longest_hours: Ints
    task_share: Floats
    value: Ints
    restart: Ints

    def lists(self) -> dict[str, Any]:
        """Return the columns as plain lists: a loop over rows reads them four times faster."""
        return {f.name: getattr(self, f.name).tolist() for f in fields(self) if f.name != "first"}


def draw_chunk(
    parameters: Parameters, profile: Ints, grade: Ints, *, first: int, seed: int, chunk: int
) -> Draw:
    """Draw all columns of the firms ``first:first+len(profile)``."""
    rng = generator(seed, CHUNK_STREAM, chunk)
    raw, profiles, n = parameters.raw, parameters.profiles, len(profile)
    grades = [parameters.grades.get(g) for g in Grade]
    size = np.array([g.size if g else 1.0 for g in grades])[grade]
    intensity = np.array([g.intensity if g else 1.0 for g in grades])[grade]
    small = np.array([g.small_micro if g else 0.0 for g in grades])[grade]
    spread = np.array([g.spread if g else 1.0 for g in grades])[grade]
    worth = np.array([g.value if g else 1.0 for g in grades])[grade]
    sigma = _of(profiles, lambda p: p.sigma)[profile] * spread
    activity = size * np.exp(sigma * rng.standard_normal(n) - sigma**2 / 4)

    district = rng.choice(len(parameters.districts), n, p=[d.share for d in parameters.districts])
    box = np.array([(d.west, d.south, d.east, d.north) for d in parameters.districts])[district]
    lon = np.round(box[:, 0] + (box[:, 2] - box[:, 0]) * rng.uniform(0.02, 0.98, n), 6)
    lat = np.round(box[:, 1] + (box[:, 3] - box[:, 1]) * rng.uniform(0.02, 0.98, n), 6)

    guarantee = _of(profiles, lambda p: p.guarantee.share if p.guarantee else 0.0)[profile]
    guaranteed = rng.random(n) < guarantee
    small_micro = (rng.random(n) < small) & (activity < 1.5) & ~guaranteed
    long_stopped = (rng.random(n) < raw["long_stopped_share"]) & (size <= 1.0) & ~guaranteed
    seasonal = (rng.random(n) < _of(profiles, lambda p: p.season_share)[profile]) & (
        ~guaranteed | (_of(profiles, lambda p: p.season_share)[profile] >= 1.0)
    )

    mean_lines = _of(profiles, lambda p: p.lines)[profile]
    lines = 1 + np.minimum(rng.poisson((mean_lines - 1) * raw["lines_factor"]), 11)
    start = np.concatenate([[0], np.cumsum(lines)]).astype(np.int64)
    firm = np.repeat(np.arange(n), lines)
    number = np.arange(len(firm)) - start[firm]
    kinds = np.array([len(p.equipment) for p in profiles])[profile][firm]
    equipment = number % kinds

    t = len(firm)
    weight = rng.gamma(raw["line_weight_shape"], 1.0, t) + 0.05
    weight /= np.add.reduceat(weight, start[:-1])[firm]
    noise = np.exp(raw["spread"]["firm_pollutant"] * rng.standard_normal((n, 4)))
    firm_kg = np.array([p.kg_d for p in profiles])[profile] * noise
    firm_kg *= (activity * intensity)[:, None]
    days = np.maximum(60, _of(profiles, lambda p: p.days)[profile] + rng.integers(-15, 16, n))
    days = np.minimum(days, 365).astype(np.int64)[firm]
    annual = np.round(firm_kg[firm] * weight[:, None] * days[:, None] / 1000, 5)
    daily = np.round(annual * 1000 / days[:, None], 3)

    noise_of = raw["spread"]
    value = (
        _of(profiles, lambda p: p.value)[profile] * worth * activity ** noise_of["value_exponent"]
    )
    line_value = value[firm] * weight * np.exp(noise_of["line_value"] * rng.standard_normal(t))
    line_value = _round_figures(np.maximum(line_value, 200.0))
    low, high = raw["restart_share"]
    restart = _round_figures(line_value * rng.uniform(low, high, t))
    kwh = _of(profiles, lambda p: p.electricity)[profile] * activity**0.9
    capacity = _round_figures(np.maximum(rng.uniform(8, 60, t) * activity[firm] ** 0.5, 2))

    units = np.array([p.units or (0, 0) for p in profiles])[profile][firm]
    normal = np.array([p.normal_hours or (0, 0) for p in profiles])[profile][firm]
    stretch = np.array([p.stretch or (1.0, 1.0) for p in profiles])[profile][firm]
    normal_hours = rng.integers(normal[:, 0], normal[:, 1] + 1)
    longest = np.floor(normal_hours * rng.uniform(stretch[:, 0], stretch[:, 1] + 1e-9))
    task = np.array([p.guarantee.task_share if p.guarantee else (0, 0) for p in profiles])
    task_share = np.round(rng.uniform(task[:, 0][profile], task[:, 1][profile] + 1e-9), 2)

    return Draw(
        first=first,
        profile=profile,
        grade=grade,
        district=district,
        longitude=lon,
        latitude=lat,
        organisation=_organisations(first, n, seed),
        word=rng.integers(0, len(raw["words"]), n),
        park=np.where(rng.random(n) < raw["park_share"], rng.integers(0, len(raw["parks"]), n), -1),
        road=rng.integers(0, len(raw["roads"]), n),
        house=rng.integers(1, 400, n),
        person=rng.integers(0, len(raw["surnames"]), (n, 2)),
        monitoring=_monitoring(rng, activity, size),
        guaranteed=guaranteed,
        small_micro=small_micro,
        long_stopped=long_stopped,
        seasonal=seasonal,
        files_more=rng.random(n) < raw["filed"]["more_share"],
        commitment=rng.random(n) < raw["filed"]["leading_commitment"],
        start=start,
        firm=firm,
        number=number,
        equipment=equipment,
        annual_t=annual,
        daily_kg=daily,
        days=days,
        capacity=capacity,
        output=np.maximum(1, np.floor(capacity * rng.uniform(0.55, 0.95, t))).astype(np.int64),
        kwh=np.maximum(20, np.rint(kwh[firm] * weight)).astype(np.int64),
        accounting=rng.choice(len(raw["reliability"]), t, p=list(raw["reliability"].values())),
        stopped=(rng.random(t) < raw["line_stopped_share"]) & (lines[firm] > 1),
        units_total=rng.integers(units[:, 0], units[:, 1] + 1),
        normal_hours=normal_hours,
        longest_hours=longest.astype(np.int64),
        task_share=task_share[firm],
        value=line_value,
        restart=restart,
    )


def _of(profiles: tuple[Profile, ...], get: object) -> Floats:
    assert callable(get)
    return np.array([float(get(p)) for p in profiles])


def _round_figures(values: Floats, figures: int = 3) -> Ints:
    """Return whole numbers with `figures` significant digits, as people write them."""
    scale = 10.0 ** np.maximum(0, np.floor(np.log10(np.maximum(values, 1))) - figures + 1)
    rounded: Ints = (np.rint(values / scale) * scale).astype(np.int64)
    return rounded


def _organisations(first: int, n: int, seed: int) -> Ints:
    """Return eight-digit numbers, each once: a walk with a step prime to the modulus."""
    modulus, step = 99_999_989, 7_654_321
    return (np.arange(first, first + n, dtype=np.int64) * step + 1009 * (seed % 97_003)) % modulus


def _monitoring(rng: Generator, activity: Floats, size: Floats) -> Ints:
    """Return a bit set: CEMS 1, DCS 2, electricity 4, gate 8, video 16."""
    n = len(activity)
    big = activity > 2.0
    bits = np.where(big, 1 | 2, 0) | 4 | np.where(big | (size > 2), 8, 0)
    video: Ints = np.where(rng.random(n) < 0.4, 16, 0)
    return np.asarray(bits | video, dtype=np.int64)
