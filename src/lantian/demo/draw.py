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
    """Draw all columns of the firms ``first:first+len(profile)``.

    The order of the draws is part of what a seed means: a new column goes to the end.
    """
    rng = generator(seed, CHUNK_STREAM, chunk)
    raw, n = parameters.raw, len(profile)
    traits = _traits(parameters, grade)
    activity = _activity(rng, parameters.profiles, profile, traits)
    firms = _firm_columns(rng, parameters, profile, traits, activity)
    lines = _line_columns(rng, parameters, profile, traits, activity)
    return Draw(
        first=first,
        profile=profile,
        grade=grade,
        organisation=_organisations(first, n, seed),
        word=rng.integers(0, len(raw["words"]), n),
        park=np.where(rng.random(n) < raw["park_share"], rng.integers(0, len(raw["parks"]), n), -1),
        road=rng.integers(0, len(raw["roads"]), n),
        house=rng.integers(1, 400, n),
        person=rng.integers(0, len(raw["surnames"]), (n, 2)),
        monitoring=_monitoring(rng, activity, traits["size"]),
        files_more=rng.random(n) < raw["filed"]["more_share"],
        commitment=rng.random(n) < raw["filed"]["leading_commitment"],
        **firms,
        **lines,
        **_last_columns(rng, parameters, profile, lines),
    )


def _traits(parameters: Parameters, grade: Ints) -> dict[str, Floats]:
    """Return what a grade does to a firm's size, emission, spread and worth, by firm."""
    grades = [parameters.grades.get(g) for g in Grade]
    names = {"size": 1.0, "intensity": 1.0, "small_micro": 0.0, "spread": 1.0, "value": 1.0}
    return {
        name: np.array([getattr(g, name) if g else default for g in grades])[grade]
        for name, default in names.items()
    }


def _activity(
    rng: Generator, profiles: tuple[Profile, ...], profile: Ints, traits: dict[str, Floats]
) -> Floats:
    """Return the relative size of each firm: lognormal with a heavy tail."""
    sigma = _of(profiles, lambda p: p.sigma)[profile] * traits["spread"]
    activity: Floats = traits["size"] * np.exp(
        sigma * rng.standard_normal(len(profile)) - sigma**2 / 4
    )
    return activity


def _firm_columns(
    rng: Generator,
    parameters: Parameters,
    profile: Ints,
    traits: dict[str, Floats],
    activity: Floats,
) -> dict[str, Any]:
    """Draw where the firms lie and what kind of firm they are."""
    raw, profiles, n = parameters.raw, parameters.profiles, len(profile)
    district = rng.choice(len(parameters.districts), n, p=[d.share for d in parameters.districts])
    box = np.array([(d.west, d.south, d.east, d.north) for d in parameters.districts])[district]
    longitude = np.round(box[:, 0] + (box[:, 2] - box[:, 0]) * rng.uniform(0.02, 0.98, n), 6)
    latitude = np.round(box[:, 1] + (box[:, 3] - box[:, 1]) * rng.uniform(0.02, 0.98, n), 6)
    guarantee = _of(profiles, lambda p: p.guarantee.share if p.guarantee else 0.0)[profile]
    guaranteed = rng.random(n) < guarantee
    small_micro = (rng.random(n) < traits["small_micro"]) & (activity < 1.5) & ~guaranteed
    long_stopped = rng.random(n) < raw["long_stopped_share"]
    season_share = _of(profiles, lambda p: p.season_share)[profile]
    return {
        "district": district,
        "longitude": longitude,
        "latitude": latitude,
        "guaranteed": guaranteed,
        "small_micro": small_micro,
        "long_stopped": long_stopped & (traits["size"] <= 1.0) & ~guaranteed,
        "seasonal": (rng.random(n) < season_share) & (~guaranteed | (season_share >= 1.0)),
    }


def _line_columns(
    rng: Generator,
    parameters: Parameters,
    profile: Ints,
    traits: dict[str, Floats],
    activity: Floats,
) -> dict[str, Any]:
    """Draw the lines of the firms: how many, how large, what they emit, cost and use."""
    raw, profiles, n = parameters.raw, parameters.profiles, len(profile)
    spread = raw["spread"]
    mean_lines = _of(profiles, lambda p: p.lines)[profile]
    lines = 1 + np.minimum(rng.poisson((mean_lines - 1) * raw["lines_factor"]), 11)
    start = np.concatenate([[0], np.cumsum(lines)]).astype(np.int64)
    firm = np.repeat(np.arange(n), lines)
    number = np.arange(len(firm)) - start[firm]
    kinds = np.array([len(p.equipment) for p in profiles])[profile][firm]

    t = len(firm)
    weight = rng.gamma(raw["line_weight_shape"], 1.0, t) + 0.05
    weight /= np.add.reduceat(weight, start[:-1])[firm]
    noise = np.exp(spread["firm_pollutant"] * rng.standard_normal((n, 4)))
    firm_kg = np.array([p.kg_d for p in profiles])[profile] * noise
    firm_kg *= (activity * traits["intensity"])[:, None]
    days = np.maximum(60, _of(profiles, lambda p: p.days)[profile] + rng.integers(-15, 16, n))
    days = np.minimum(days, 365).astype(np.int64)[firm]
    annual = np.round(firm_kg[firm] * weight[:, None] * days[:, None] / 1000, 5)

    worth = _of(profiles, lambda p: p.value)[profile] * traits["value"]
    value = worth * activity ** spread["value_exponent"]
    line_value = value[firm] * weight * np.exp(spread["line_value"] * rng.standard_normal(t))
    line_value = _round_figures(np.maximum(line_value, 200.0))
    low, high = raw["restart_share"]
    restart = _round_figures(line_value * rng.uniform(low, high, t))
    kwh = _of(profiles, lambda p: p.electricity)[profile] * activity**0.9
    return {
        "start": start,
        "firm": firm,
        "number": number,
        "equipment": number % kinds,
        "annual_t": annual,
        "daily_kg": np.round(annual * 1000 / days[:, None], 3),
        "days": days,
        "value": line_value,
        "restart": restart,
        "kwh": np.maximum(20, np.rint(kwh[firm] * weight)).astype(np.int64),
        "capacity": _round_figures(np.maximum(rng.uniform(8, 60, t) * activity[firm] ** 0.5, 2)),
        **_cut_columns(rng, profiles, profile, firm),
    }


def _cut_columns(
    rng: Generator, profiles: tuple[Profile, ...], profile: Ints, firm: Ints
) -> dict[str, Any]:
    """Draw what each line's own unit of cutting needs: hours now, and the guaranteed task."""
    normal = np.array([p.normal_hours or (0, 0) for p in profiles])[profile][firm]
    stretch = np.array([p.stretch or (1.0, 1.0) for p in profiles])[profile][firm]
    normal_hours = rng.integers(normal[:, 0], normal[:, 1] + 1)
    longest = np.floor(normal_hours * rng.uniform(stretch[:, 0], stretch[:, 1] + 1e-9))
    task = np.array([p.guarantee.task_share if p.guarantee else (0, 0) for p in profiles])
    share = rng.uniform(task[:, 0][profile], task[:, 1][profile] + 1e-9)
    return {
        "normal_hours": normal_hours,
        "longest_hours": longest.astype(np.int64),
        "task_share": np.round(share, 2)[firm],
    }


def _last_columns(
    rng: Generator,
    parameters: Parameters,
    profile: Ints,
    lines: dict[str, Any],
) -> dict[str, Any]:
    """Draw output, accounting, standing lines and numbers of cells or flame systems."""
    raw, profiles = parameters.raw, parameters.profiles
    firm, capacity, t = lines["firm"], lines["capacity"], len(lines["firm"])
    units = np.array([p.units or (0, 0) for p in profiles])[profile][firm]
    several = np.diff(lines["start"])[firm] > 1
    return {
        "output": np.maximum(1, np.floor(capacity * rng.uniform(0.55, 0.95, t))).astype(np.int64),
        "accounting": rng.choice(len(raw["reliability"]), t, p=list(raw["reliability"].values())),
        "stopped": (rng.random(t) < raw["line_stopped_share"]) & several,
        "units_total": rng.integers(units[:, 0], units[:, 1] + 1),
    }


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
