"""What an edition keeps of each firm of a list: everything that was written, and a few sums.

Masses are whole milligrams a day (decision 0003). The base of a line is that of the checks of the
list: what it emits on a day on which it runs, counted only where it does not stand still.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from lantian.domain.inventory.base import running_base_mg, standing_still
from lantian.domain.inventory.model import Firm, Inventory, Line, Measure, Season
from lantian.jobs.registry.problems import named, problem
from lantian.kernel.mass import kg_to_mg
from lantian.kernel.pollutant import POLLUTANTS
from lantian.kernel.problem import Problem
from lantian.rulebook.book import Rulebook

Masses = tuple[int | None, ...]
Values = dict[str, Any]
LONGEST_ID = 120
"""Characters of an id of a firm or line."""
STRUCTURE = frozenset({"E005", "E006", "E007", "E008"})
"""Codes of `structure_problems`; nobody can acknowledge them (decision 0100)."""
_KEYS = frozenset({"row", "firm_id"})


@dataclass(frozen=True, slots=True)
class LineEntry:
    """One line of a firm.

    Attributes
    ----------
    values
        Every filled field by name; masses as ``daily_kg.NOx``.
    base_mg
        Daily base of a running day by pollutant in mg; None where it cannot be worked out.
    standing
        Why it emits nothing on the day of the list, "" if it runs.
    measures
        Its filed measures as values, in list order.
    """

    line_id: str
    values: Values
    base_mg: Masses
    standing: str
    measures: tuple[Values, ...]


@dataclass(frozen=True, slots=True)
class FirmEntry:
    """One firm with its lines.

    Attributes
    ----------
    industry
        Name of the rulebook's catalogue, or as written where it is not known there.
    state
        ``stopped`` (long), ``seasonal``, ``normal``, ``unsaid`` (the list does not say).
    base_mg
        Sum of known bases of its running lines in mg; None where no line says.
    unknown
        Running lines with a mass that cannot be worked out.
    digest
        Hash of everything written about the firm; the same digest, nothing changed.
    """

    firm_id: str
    industry: str
    state: str
    values: Values
    lines: tuple[LineEntry, ...]
    base_mg: Masses
    unknown: int
    digest: str


def values_of(row: Firm | Line | Measure) -> Values:
    """Return every filled field of a row as text, flag or nested name; unknown is left out."""
    found: Values = {}
    for name in _names(type(row)):  # type: ignore[arg-type]  # a class is hashable, whatever its instances are
        value = getattr(row, name)
        kind = type(value)
        if value is None or (kind is str and not value):
            continue
        if kind is str or kind is bool:
            found[name] = value
        elif isinstance(value, Mapping):
            for key, one in value.items():
                found[f"{name}.{key.value}"] = _plain(one)
        else:
            found[name] = _plain(value)
    return found


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if one.name not in _KEYS)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Enum):
        return value.value
    return value.text() if isinstance(value, Season) else value


def state_of(firm: Firm) -> str:
    """Return whether a firm is long stopped, seasonal, running, or that nobody said."""
    if firm.long_stopped:
        return "stopped"
    if firm.season is not None:
        return "seasonal"
    return "unsaid" if firm.long_stopped is None else "normal"


def entries(inventory: Inventory, rulebook: Rulebook, day: date) -> Iterator[FirmEntry]:
    """Yield what an edition keeps of each firm, in list order.

    Call `structure_problems` first: rows that hang on nothing are not yielded here.
    """
    lines = inventory.lines_by_firm()
    measures: dict[tuple[str, str], list[Values]] = {}
    for measure in inventory.measures:
        key = (measure.firm_id, measure.line_id)
        values = values_of(measure)
        values.pop("line_id", None)
        measures.setdefault(key, []).append(values)
    names: dict[str, str] = {}
    for firm in inventory.firms:
        if firm.industry not in names:
            known = rulebook.find_industry(firm.industry)
            names[firm.industry] = known.name_zh if known else firm.industry.strip()
        own = tuple(
            _line(line, firm, day, measures.get((firm.firm_id, line.line_id), []))
            for line in lines.get(firm.firm_id, ())
        )
        yield _firm(firm, own, names[firm.industry])


def _line(line: Line, firm: Firm, day: date, measures: list[Values]) -> LineEntry:
    values = values_of(line)
    values.pop("line_id", None)
    standing = standing_still(line, firm, day) or ""
    return LineEntry(line.line_id, values, running_base_mg(line), standing, tuple(measures))


def _firm(firm: Firm, lines: tuple[LineEntry, ...], industry: str) -> FirmEntry:
    running = [line.base_mg for line in lines if not line.standing]
    sums: list[int | None] = []
    for p in range(len(POLLUTANTS)):
        known = [base[p] for base in running if base[p] is not None]
        still = bool(lines) and not running
        sums.append(sum(k for k in known if k is not None) if known or still else None)
    values = values_of(firm)
    document = {
        "firm": values,
        "lines": [[line.line_id, line.values, line.measures] for line in lines],
    }
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return FirmEntry(
        firm_id=firm.firm_id,
        industry=industry,
        state=state_of(firm),
        values=values,
        lines=lines,
        base_mg=tuple(sums),
        unknown=sum(1 for base in running if None in base),
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def structure_problems(inventory: Inventory) -> list[Problem]:
    """Return what keeps a list from becoming an edition at all: rows that would be lost.

    Returns
    -------
    list of Problem
        E005 to E008; empty where every row has its place.
    """
    found: list[Problem] = []
    if not inventory.firms:
        found.append(problem("E005"))
    ids: set[str] = set()
    twice = _repeated(ids, ((f.firm_id, f.firm_id) for f in inventory.firms))
    if twice:
        found.append(problem("E006", n=len(twice), ids=named(twice)))
    keys: set[Any] = set()
    pairs = (((line.firm_id, line.line_id), line.line_id) for line in inventory.lines)
    loose = _repeated(keys, pairs)
    loose += [f"{f} {k}".strip() for f, k in sorted(keys) if f not in ids]
    if loose:
        found.append(problem("E007", n=len(loose), ids=named(loose)))
    lost = [
        f"{m.firm_id} {m.line_id}".strip()
        for m in inventory.measures
        if (m.firm_id, m.line_id) not in keys
    ]
    if lost:
        found.append(problem("E008", n=len(lost), ids=named(lost)))
    return found


def _repeated(seen: set[Any], keys: Iterable[tuple[Any, str]]) -> list[str]:
    """Add keys to `seen`; return those that were there already, or have no name."""
    wrong: list[str] = []
    for key, name in keys:
        if not name.strip() or len(name) > LONGEST_ID or key in seen:
            wrong.append(" ".join(key) if isinstance(key, tuple) else key)
        seen.add(key)
    return wrong


def totals_of(inventory: Inventory) -> dict[str, dict[str, int]]:
    """Return the whole-society emission in mg a day by sector and pollutant; unknown is left out.

    The first row of a sector counts, as in the checks; a second one is an error there.
    """
    found: dict[str, dict[str, int]] = {}
    for total in inventory.totals:
        masses = {p.value: kg_to_mg(kg) for p, kg in total.daily_kg.items()}
        found.setdefault(total.sector, masses)
    return found
