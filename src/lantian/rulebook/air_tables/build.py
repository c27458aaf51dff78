"""From checked files to the frozen rules of ambient air."""

from __future__ import annotations

from itertools import pairwise

from lantian.rulebook.air_tables.model import (
    AIR_POLLUTANTS,
    Above,
    AirIndex,
    AirLimits,
    AirMethod,
    Breakpoints,
    Category,
    Incomplete,
    Limit,
    ReferenceState,
)
from lantian.rulebook.air_tables.schema import (
    BreakpointRow,
    IndexFile,
    LimitsFile,
    MethodFile,
)
from lantian.rulebook.build import Shelf, Sources, head_of
from lantian.rulebook.files import Loc, RuleFile
from lantian.rulebook.method import read_values
from lantian.rulebook.model import RuleHead

_NAMES_ZH = {"daily": "日报", "hourly": "实时报"}


def build_index(file: RuleFile, shelf: Shelf) -> AirIndex:
    """Return one edition of the index; refuses tables that do not rise or lack a pollutant."""
    model: IndexFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, "air.index", sources, shelf=shelf)
    tables = {}
    for form in ("daily", "hourly"):
        rows: dict[str, BreakpointRow] = dict(getattr(model, form))
        for missing in [p for p in AIR_POLLUTANTS if p not in rows]:
            shelf.refuse("R058", file, (form,), detail=missing)
        tables[form] = {
            pollutant: _column(pollutant, row, form, head, sources, file, shelf)
            for pollutant, row in rows.items()
        }
    tops = [c.up_to for c in model.categories]
    if tops[-1] is not None or any(
        a is None or (b is not None and a >= b) for a, b in pairwise(tops)
    ):
        shelf.refuse("R059", file, ("categories",), detail=str(tops))
    return AirIndex(
        head=head,
        daily=tables["daily"],
        hourly=tables["hourly"],
        categories=tuple(
            Category(c.level, c.level_zh, c.name_zh, c.name_en, c.up_to, tuple(c.colour))  # type: ignore[arg-type]
            for c in model.categories
        ),
        digits={str(p): n for p, n in model.digits.items()},
        rounds_first=model.rounds_first,
        lowest=model.lowest,
        incomplete=Incomplete(model.incomplete),
        names_exceeding=model.names_exceeding,
    )


def _column(
    pollutant: str,
    row: BreakpointRow,
    form: str,
    head: RuleHead,
    sources: Sources,
    file: RuleFile,
    shelf: Shelf,
) -> Breakpoints:
    loc: Loc = (form, pollutant)
    rising = all(a < b for a, b in pairwise(row.points)) and all(
        a < b for a, b in pairwise(row.limits)
    )
    if len(row.points) != len(row.limits) or not rising or row.limits[0] != 0:
        shelf.refuse("R059", file, loc, detail=f"{pollutant} {form}")
    ref = head.ref(f"{_NAMES_ZH[form]} {AIR_POLLUTANTS[pollutant]}", row.status)
    if row.source:
        sources.find(row.source, loc)
    return Breakpoints(
        pollutant, tuple(row.points), tuple(row.limits), row.unit, row.mean, Above(row.above), ref
    )


def build_limits(file: RuleFile, shelf: Shelf) -> AirLimits:
    """Return one edition of the limits; refuses a pollutant's mean given twice."""
    model: LimitsFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, "air.limits", sources, shelf=shelf)
    limits: dict[tuple[str, str], Limit] = {}
    for i, row in enumerate(model.rows):
        key = (row.pollutant, row.mean)
        if key in limits:
            shelf.refuse("R012", file, ("rows", i), detail=" ".join(key))
        limits[key] = Limit(row.pollutant, row.mean, row.grade1, row.grade2, row.unit)
    needed = [("co", "day"), ("o3", "max8h")]
    needed += [(p, "year") for p in ("so2", "no2", "pm10", "pm25")]
    needed += [(p, "day") for p in ("so2", "no2", "pm10", "pm25")]
    for pair in needed:
        if pair not in limits:
            shelf.refuse("R058", file, ("rows",), detail=" ".join(pair))
    states = tuple(
        ReferenceState(s.valid_from, s.temperature_k, s.status, s.note)
        for s in model.reference_states
    )
    return AirLimits(head, limits, states)


REQUIRED = (
    "day_hours", "eight_hour_hours", "hour_minutes", "year_days", "month_days", "february_days",
    "o3_windows", "o3_first_stamp", "o3_last_stamp", "sites_share", "good_aqi", "heavy_aqi",
    "digits_concentration", "digits_co", "digits_ratio_pct", "digits_change_pct",
    "digits_multiple", "digits_index",
    *(f"percentile_{p}" for p in AIR_POLLUTANTS), *(f"weight_{p}" for p in AIR_POLLUTANTS),
)  # fmt: skip


def build_method(file: RuleFile, shelf: Shelf) -> AirMethod:
    """Return one edition of the method; refuses one that lacks a number."""
    model: MethodFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, "air.method", sources, shelf=shelf)
    values = read_values(file, model.values, REQUIRED, head, sources, shelf)
    return AirMethod(head, values, tuple(model.open_zh))
