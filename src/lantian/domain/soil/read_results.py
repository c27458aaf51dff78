"""From rows of results as written to measured contents; every row that is not used is told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from lantian.domain.soil.complaint import complain
from lantian.domain.soil.measured import (
    Measured,
    Written,
    plain_decimal,
    plain_unit,
    read_value,
    unit_factor,
)
from lantian.domain.soil.model import GivenResult
from lantian.kernel.problem import Problem
from lantian.rulebook.soil_tables.model import SoilItem, SoilLimits, SurveyMethod, plain_name

_CAS = re.compile(r"\d{2,7}-\d{2}-\d")


@dataclass(frozen=True, slots=True)
class ReadResult:
    """One result that can be judged."""

    given: GivenResult
    item: SoilItem
    measured: Measured


@dataclass
class ReadResults:
    """Results that can be judged, problems, and how many rows were not used and why."""

    results: list[ReadResult] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unused: Counter[str] = field(default_factory=Counter)


def read_results(
    rows: Iterable[GivenResult], limits: SoilLimits, method: SurveyMethod
) -> ReadResults:
    """Return what the rows of results say.

    Items the standard does not have are counted by name and told once each; a row of any other
    fault is told by itself. `ReadResults.unused` counts rows by the code they were refused with.
    """
    out = ReadResults()
    unknown: dict[str, tuple[GivenResult, int]] = {}
    seen: set[tuple[str, str, str]] = set()
    for row in rows:
        item = _item(row, limits, out)
        if item is None:
            if row.item or row.cas:
                name = row.item or row.cas
                first, n = unknown.get(plain_name(name), (row, 0))
                unknown[plain_name(name)] = (first, n + 1)
            continue
        if isinstance(item, str):
            out.unused[item] += 1
            continue
        key = (row.parcel_id, row.sample_id, item.name_zh)
        if key in seen:
            _refuse(out, "S010", row, detail=f"{row.sample_id} {item.name_zh}")
            continue
        measured = _measured(row, item, method, out)
        if measured is not None:
            seen.add(key)
            out.results.append(ReadResult(row, item, measured))
    for first, n in unknown.values():
        name = first.item or first.cas
        out.problems.append(complain("S005", first.place, detail=name, n=n))
        out.unused["S005"] += n
    return out


def _refuse(out: ReadResults, code: str, row: GivenResult, **values: object) -> None:
    place = {"S003": row.unit_place, "S015": row.unit_place}.get(code, row.value_place)
    out.problems.append(complain(code, place, **values))
    out.unused[code] += 1


def _item(row: GivenResult, limits: SoilLimits, out: ReadResults) -> SoilItem | str | None:
    """Return the item, None where the standard has none, or the code a row was refused with."""
    if not (row.item or row.cas) or not row.sample_id:
        missing = "样品编号" if not row.sample_id else "检测项目"
        out.problems.append(complain("S014", row.place, detail=missing))
        return "S014"
    numbers = frozenset(_CAS.findall(row.cas))
    by_cas = limits.find_cas(numbers) if numbers else None
    by_name = limits.find(row.item) if row.item else None
    if by_name is not None and numbers and by_cas is not by_name and by_name.cas:
        part_of_sum = len(by_name.cas) > 1 and numbers < frozenset(by_name.cas)
        if by_cas is not None or not part_of_sum:
            out.problems.append(complain("S006", row.place, item=row.item, detail=row.cas.strip()))
            return "S006"
    found = by_name or by_cas
    if found is None and numbers:
        whole = next((i for i in limits.items if numbers < frozenset(i.cas)), None)
        if whole is not None:
            name = row.item or row.cas
            out.problems.append(complain("S016", row.place, item=whole.name_zh, detail=name))
            return "S016"
    return found


def _measured(
    row: GivenResult, item: SoilItem, method: SurveyMethod, out: ReadResults
) -> Measured | None:
    if not row.value.strip():
        _refuse(out, "S014", row, detail="检测结果")
        return None
    written = read_value(row.value)
    if written is None:
        _refuse(out, "S001", row, detail=row.value)
        return None
    factor = _factor(row, written, out)
    if factor is None:
        return None
    if written.number is not None and written.number <= 0:
        code = "S002" if written.number < 0 else "S009"
        _refuse(out, code, row, detail=row.value)
        return None
    number = written.number * factor if written.number is not None else None
    most = method.number("most_mg_kg")
    if number is not None and number > most:
        _refuse(out, "S004", row, item=item.name_zh, detail=f"{plain_decimal(number)} mg/kg")
        return None
    limit = _limit(row, factor, out)
    if written.below:
        if number is not None and limit is not None and number != limit:
            shown, other = plain_decimal(number), plain_decimal(limit)
            out.problems.append(complain("S013", row.value_place, detail=shown, known=other))
        return Measured(row.value.strip(), None, number if number is not None else limit)
    assert number is not None
    if limit is not None and number < limit:
        shown, other = plain_decimal(number), plain_decimal(limit)
        out.problems.append(complain("S012", row.value_place, detail=shown, known=other))
    return Measured(row.value.strip(), number, limit)


def _factor(row: GivenResult, written: Written, out: ReadResults) -> Fraction | None:
    """Return mg/kg per unit of the row; a mark of non-detection alone needs a unit only for its limit."""
    if written.unit and row.unit and plain_unit(written.unit) != plain_unit(row.unit):
        _refuse(out, "S015", row, detail=written.unit, known=row.unit)
        return None
    unit = row.unit or written.unit
    factor = unit_factor(unit)
    if factor is None and not unit and written.number is None and not row.limit:
        return Fraction(1)
    if factor is None:
        _refuse(out, "S003", row, detail=unit or "（空）")
    return factor


def _limit(row: GivenResult, factor: Fraction, out: ReadResults) -> Fraction | None:
    if not row.limit.strip():
        return None
    written = read_value(row.limit)
    number = written.number if written is not None else None
    if number is None or number <= 0 or (written is not None and written.unit
                                         and unit_factor(written.unit) != factor):  # fmt: skip
        out.problems.append(complain("S011", row.place, detail=row.limit.strip()))
        return None
    return number * factor
