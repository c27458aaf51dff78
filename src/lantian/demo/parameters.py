"""The invented parameters of the demo city, read from ``city.yaml`` into frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import CutUnit, Season
from lantian.kernel.level import Level


@dataclass(frozen=True, slots=True)
class Equipment:
    """One kind of line: what stands there, what it makes, whether it stops at short notice."""

    name: str
    product: str
    unit: str
    stoppable: bool


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A guaranteed-supply task, the share of firms that have it and the load it needs."""

    task: str
    share: float
    task_share: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Profile:
    """A group of alike firms: one industry, one sub-type, one way of making things."""

    slug: str
    subtype: str
    word: str
    code: str
    grades: Mapping[Grade, int]
    lines: float
    kg_d: tuple[float, float, float, float]
    sigma: float
    value: float
    electricity: float
    days: int
    fuel: str
    treatment: str
    continuous: bool
    unit: CutUnit
    units: tuple[int, int] | None
    normal_hours: tuple[int, int] | None
    stretch: tuple[float, float] | None
    season_share: float
    season: Season | None
    guarantee: Guarantee | None
    equipment: tuple[Equipment, ...]


@dataclass(frozen=True, slots=True)
class GradeFactors:
    """What a grade means: size and its spread, emission and value per activity, being small."""

    size: float
    spread: float
    intensity: float
    value: float
    small_micro: float


@dataclass(frozen=True, slots=True)
class District:
    """An invented district as a box of coordinates, with its share of the firms."""

    name: str
    share: float
    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Parameters:
    """Everything of ``city.yaml``; `raw` keeps the plain values used in one place only."""

    label_zh: str
    label_en: str
    city: str
    districts: tuple[District, ...]
    grades: Mapping[Grade, GradeFactors]
    profiles: tuple[Profile, ...]
    filed: Mapping[str, Mapping[Level, float]]
    raw: Mapping[str, Any]


@cache
def load_parameters() -> Parameters:
    """Return the packaged parameters."""
    text = resources.files("lantian.demo").joinpath("city.yaml").read_text(encoding="utf-8")
    raw: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    filed = {
        key: {Level(level): float(value) for level, value in raw["filed"][key].items()}
        for key in ("limit", "stop_some", "coking_hours")
    }
    return Parameters(
        label_zh=raw["label_zh"],
        label_en=raw["label_en"],
        city=raw["city"],
        districts=tuple(District(*row) for row in raw["districts"]),
        grades={Grade(key): GradeFactors(**value) for key, value in raw["grades"].items()},
        profiles=tuple(_profile(row) for row in raw["profiles"]),
        filed=filed,
        raw=raw,
    )


def _profile(row: Mapping[str, Any]) -> Profile:
    season = row.get("season")
    guarantee = row.get("guaranteed")
    pm, so2, nox, voc = (float(v) for v in row["kg_d"])
    return Profile(
        slug=row["slug"],
        subtype=row.get("sub", ""),
        word=row["word"],
        code=row["code"],
        grades={Grade(key): int(count) for key, count in row["grades"].items()},
        lines=float(row["lines"]),
        kg_d=(pm, so2, nox, voc),
        sigma=float(row["sigma"]),
        value=float(row["value"]),
        electricity=float(row["electricity"]),
        days=int(row["days"]),
        fuel=row["fuel"],
        treatment=row["treatment"],
        continuous=bool(row.get("continuous", False)),
        unit=CutUnit(row.get("unit", "line")),
        units=_pair(row.get("units")),
        normal_hours=_pair(row.get("normal_hours")),
        stretch=_pair(row.get("stretch")),
        season_share=float(season["share"]) if season else 0.0,
        season=Season(*season["span"]) if season else None,
        guarantee=(
            Guarantee(guarantee["task"], float(guarantee["share"]), tuple(guarantee["task_share"]))
            if guarantee
            else None
        ),
        equipment=tuple(Equipment(*item) for item in row["equipment"]),
    )


def _pair(value: Any) -> Any:
    return None if value is None else (value[0], value[1])
