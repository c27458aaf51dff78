"""The demo city 示例市（虚构）: an invented list with published proportions.

Covers section 2 of the contract for the list: 1,555 firms with 8 A, 33 B (B- included) and 58
leading as reported for Taiyuan in 2022 (secondary source), the 39 key industries and others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

from lantian.demo.cells import cells
from lantian.demo.draw import Draw, Floats, draw_chunk, firm_order
from lantian.demo.filed import FiledRules, RuleOf, file_measures, filed_rules
from lantian.demo.other import city_totals, dust_rows, industry_sum, mobile_rows
from lantian.demo.parameters import Parameters, load_parameters
from lantian.demo.rows import firm_rows, line_rows, measure_rows
from lantian.domain.inventory.model import Inventory
from lantian.kernel.level import Level
from lantian.rulebook.model import Industry, MeasureRule

try:
    from lantian.rulebook import load_rulebook  # type: ignore[attr-defined]
except ImportError:
    from lantian.demo.interim import Book as load_rulebook  # type: ignore[assignment]

Progress = Callable[[int, int], None]
"""Called with firms done and firms in all."""


def make_city(firms: int = 1555, seed: int = 1, *, progress: Progress | None = None) -> Inventory:
    """Return the invented city as one list in memory.

    Parameters
    ----------
    firms
        Number of firms, 1 or more. The published proportions are kept at every size.
    seed
        Same seed and size, same city, row for row.
    progress
        Told after every chunk.

    Raises
    ------
    ValueError
        If `firms` is below 1 or `seed` is negative.
    """
    parts = list(stream_city(firms, seed, progress=progress))
    last = parts[-1]
    return Inventory(
        firms=tuple(row for part in parts for row in part.firms),
        lines=tuple(row for part in parts for row in part.lines),
        measures=tuple(row for part in parts for row in part.measures),
        dust=last.dust,
        mobile=last.mobile,
        totals=last.totals,
        city=last.city,
        notes=last.notes,
    )


def stream_city(
    firms: int = 1555, seed: int = 1, *, progress: Progress | None = None
) -> Iterator[Inventory]:
    """Yield the city chunk by chunk; the last part holds dust, mobile sources and totals.

    Memory is that of one chunk (20,000 firms). The rows of all parts together are those of
    `make_city`.
    """
    if firms < 1 or seed < 0:
        raise ValueError(f"firms >= 1 and seed >= 0 needed, got {firms} and {seed}")
    parameters = load_parameters()
    industries, rules = _rulebook_parts(parameters)
    profile, grade = firm_order(cells(parameters, firms), seed)
    size = int(parameters.raw["chunk_firms"])
    notes = (parameters.label_zh, parameters.label_en)
    sums: list[Floats] = []
    lines = 0
    for chunk, first in enumerate(range(0, firms, size)):
        part = slice(first, first + size)
        draw = draw_chunk(
            parameters, profile[part], grade[part], first=first, seed=seed, chunk=chunk
        )
        sums.append(_grams_as_kg(draw))
        yield Inventory(
            firms=tuple(firm_rows(draw, parameters, industries)),
            lines=tuple(line_rows(draw, parameters, lines)),
            measures=tuple(
                measure_rows(draw, parameters, file_measures(draw, parameters, rules), rules, lines)
            ),
            city=parameters.city,
            notes=notes,
        )
        lines += len(draw.firm)
        if progress is not None:
            progress(min(first + size, firms), firms)
    totals = city_totals(parameters, industry_sum(sums))
    by_sector = {t.sector: t.daily_kg for t in totals}
    (pm, *_) = by_sector["dust"].values()
    yield Inventory(
        firms=(),
        lines=(),
        measures=(),
        dust=tuple(dust_rows(parameters, firms, seed, pm)),
        mobile=tuple(mobile_rows(parameters, firms, seed, by_sector["mobile"])),
        totals=tuple(totals),
        city=parameters.city,
        notes=notes,
    )


def demo_day() -> date:
    """Return the first day of the invented episode; rules in force then shape the filing."""
    return date.fromisoformat(load_parameters().raw["forecast"]["first_day"])


def _grams_as_kg(draw: Draw) -> Floats:
    """Return the chunk's sum as one row ``(1, 4)``, so that no chunk is kept."""
    total: Floats = draw.daily_kg.sum(axis=0, keepdims=True)
    return total


def _rulebook_parts(parameters: Parameters) -> tuple[dict[str, Industry], FiledRules]:
    book = load_rulebook()
    day = demo_day()

    def rule_of(industry: str, subtype: str, grade: str, level: Level) -> MeasureRule:
        return book.measure(industry, subtype, grade, level, day)

    asked: RuleOf = rule_of
    return {i.slug: i for i in book.industries()}, filed_rules(parameters, asked)


def issued_at() -> datetime:
    """Return when the invented forecast was issued."""
    return datetime.fromisoformat(load_parameters().raw["forecast"]["issued_at"])
