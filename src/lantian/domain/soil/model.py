"""A survey as it was handed in: parcels, samples at points, and results as they were written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from lantian.kernel.problem import Place
from lantian.rulebook.soil_tables.model import LandClass


class SampleKind(StrEnum):
    """What a sample is for."""

    NORMAL = "normal"
    DUPLICATE = "duplicate"  # a second sample of the same point, for quality control
    REFERENCE = "reference"  # taken off the parcel, to compare
    BLANK = "blank"  # transport, equipment rinse or full-programme blank

    @property
    def label_zh(self) -> str:
        """Chinese label."""
        return {"normal": "普通", "duplicate": "平行", "reference": "对照", "blank": "空白"}[
            self.value
        ]


class Stage(StrEnum):
    """Stage of a survey for which the density of points is judged."""

    INITIAL = "initial"
    DETAILED = "detailed"

    @property
    def label_zh(self) -> str:
        """Chinese label."""
        return "初步调查" if self is Stage.INITIAL else "详细调查"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel as handed in; areas in m², backgrounds in mg/kg by item name."""

    parcel_id: str
    place: Place
    name: str = ""
    planned_uses: tuple[str, ...] = ()
    given_class: LandClass | None = None
    stage: Stage | None = None
    area_m2: Fraction | None = None
    key_area_m2: Fraction | None = None
    background_mg_kg: Mapping[str, Fraction] = field(default_factory=dict)
    background_source: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample."""

    sample_id: str
    parcel_id: str
    place: Place
    point_id: str = ""
    depth: str = ""
    kind: SampleKind | None = SampleKind.NORMAL  # None: written in a way nobody knows
    duplicate_of: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class GivenResult:
    """One row of results, as text."""

    sample_id: str
    parcel_id: str
    item: str
    cas: str
    value: str
    unit: str
    limit: str
    place: Place
    value_place: Place
    unit_place: Place


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything that was handed in."""

    parcels: tuple[Parcel, ...]
    samples: tuple[Sample, ...]
    results: tuple[GivenResult, ...]
