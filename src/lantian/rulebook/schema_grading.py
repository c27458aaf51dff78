"""What an industry's file and the list of industries may contain."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from lantian.kernel.level import Level
from lantian.rulebook.model import FloorKind, Status
from lantian.rulebook.schema import (
    Cited,
    Dated,
    GradeCode,
    Hours,
    MeasureRow,
    Share,
    Strict,
    Text,
)

CutUnitName = Literal[
    "line", "load", "coking_hours", "cells", "flame_systems", "feed", "hot_hold", "boilers"
]


class CutRow(Cited):
    """The unit in which the industry is cut, and whether it can stop at short notice."""

    unit: CutUnitName
    continuous: bool = False
    reason_zh: Text


class SubtypeRow(Strict):
    """A part of the industry with a table of its own."""

    name: Text
    aliases: list[Text] = Field(default_factory=list)
    scheme: list[GradeCode] = Field(default_factory=list)
    scheme_complete: bool = False
    rated_under: str = ""
    note_zh: str = ""


class LocalRow(Cited):
    """What one place ordered at one time."""

    place_zh: Text
    dated: Text
    edition: str = ""
    alert: Text
    grades: list[GradeCode] = Field(min_length=1)
    subtype: str = ""
    kind: FloorKind | None = None
    share: Share | None = None
    hours: Hours | None = None
    hot_hold: bool = False
    text_zh: Text


class RecalledRow(Strict):
    """A fact from memory."""

    item_zh: Text
    certainty: Literal["high", "medium", "low"]
    status: Literal[Status.UNVERIFIED]


class MissingRow(Strict):
    """What no source was found for."""

    what: Literal["scheme", "measures"]
    grades: list[GradeCode] = Field(default_factory=list)
    levels: list[Level] = Field(default_factory=lambda: list(Level))
    subtype: str = ""
    note_zh: Text


class IndustryFile(Dated):
    """`kind: industry`: one key industry in one edition of the guide."""

    kind: Literal["industry"]
    no: int = Field(ge=0)
    slug: Text
    name_zh: Text
    name_en: Text
    aliases: list[Text] = Field(default_factory=list)
    applies_to_zh: Text
    confidence: Literal["thin", "partial", "full"]
    scheme: list[GradeCode]
    scheme_complete: bool
    scheme_note_zh: str = ""
    subtypes: list[SubtypeRow] = Field(default_factory=list)
    cut: CutRow
    measures: list[MeasureRow] = Field(default_factory=list)
    local_measures: list[LocalRow] = Field(default_factory=list)
    recalled: list[RecalledRow] = Field(default_factory=list)
    not_in_force: list[Text] = Field(default_factory=list)
    missing: list[MissingRow] = Field(default_factory=list)


class IndustryName(Strict):
    """Position of an industry in the guide's list."""

    no: int = Field(ge=0)
    slug: Text
    name_zh: Text
    name_en: Text
    aliases: list[Text] = Field(default_factory=list)


class IndustriesFile(Dated):
    """`kind: industries`: the list in its order."""

    kind: Literal["industries"]
    rows: list[IndustryName] = Field(min_length=1)
