"""``lantian water class``: the class of every row of a file, written beside its own columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import IO, Any

from lantian.domain.water import pollutants
from lantian.domain.water.classify import DEFAULTS, ItemClass, SectionClass, Settings, classify
from lantian.domain.water.complaint import complain, unreadable
from lantian.domain.water.lake import trophic_state
from lantian.domain.water.reading import displayed
from lantian.domain.water.source_water import source_exceedings
from lantian.jobs.csv_files import csv_writer
from lantian.jobs.told import Told
from lantian.jobs.water.read import WaterFile, WaterRow
from lantian.jobs.water.sections import SectionBook, read_class, read_sections
from lantian.kernel.problem import Place
from lantian.rulebook.water_tables import WaterRules, load_water
from lantian.rulebook.water_tables.model import (
    INFERIOR,
    Body,
    Direction,
    WaterLimits,
    WaterMethod,
)

Progress = Callable[[str, int, int], None]
RESULTS = (
    "class", "class_no", "quality", "determining", "exceeding", "items", "reference", "tli",
    "trophic", "source_exceeding",
)  # fmt: skip
_STEP = 2_000


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A row whose given class differs from the computed one, with what decided it."""

    row: int
    section: str
    given: str
    computed: str
    determining: tuple[tuple[str, str], ...]  # item, value as shown


@dataclass
class ClassRun:
    """What a file came to."""

    source: str
    told: Told = field(default_factory=Told)
    rows: int = 0
    rows_unused: int = 0
    by_class: Counter[str] = field(default_factory=Counter)
    without_class: int = 0
    labelled: int = 0
    differing: list[Disagreement] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)
    written: Path | None = None


def run_class(
    path: Path,
    *,
    sections: Path | None = None,
    settings: Settings = DEFAULTS,
    out: Path | None = None,
    stream: IO[str] | None = None,
    keep: bool = False,
    rules: Sequence[Path] = (),
    progress: Progress | None = None,
) -> ClassRun:
    """Give every row its class.

    Parameters
    ----------
    path
        CSV with section, type, date and items; an unrounded value in ``…_raw`` is preferred.
    sections
        List of sections with their type, where the file does not say it.
    settings
        Choices of the method.
    out, stream
        Where the CSV with the added columns goes.
    keep
        Whether rows are kept in `ClassRun.records` too.

    Raises
    ------
    LantianError
        B001 and B002 where a file cannot be read.
    """
    water = load_water(*rules)
    run = ClassRun(path.name)
    book = read_sections(sections, run.told) if sections is not None else SectionBook()
    limits, method = first_rules(water)
    file = WaterFile(path, limits, method, run.told, book)
    header = _header(file, run)
    with csv_writer(out, stream, unreadable) as writer:
        if writer is not None:
            writer.writerow([*header, *RESULTS])
        for row in file.rows():
            record = _record(row, file, water, settings, run)
            if writer is not None:
                writer.writerow([*row.texts, *record.values()])
            if keep:
                run.records.append(dict(zip(header, row.texts, strict=True)) | record)
            if progress and file.rows_read % _STEP == 0:
                progress("class", file.rows_read, 0)
    run.rows, run.rows_unused, run.written = file.rows_read, file.rows_without_date, out
    return run


def first_rules(water: WaterRules) -> tuple[WaterLimits, WaterMethod]:
    """Return the limits whose names and units columns are read by (those of the latest edition)."""
    return water.limits(date.max), water.method(date.max)


def _record(
    row: WaterRow, file: WaterFile, water: WaterRules, settings: Settings, run: ClassRun
) -> dict[str, Any]:
    empty = dict.fromkeys(RESULTS, "")
    if row.moment is None:
        return empty
    limits, method = water.limits(row.moment.day), water.method(row.moment.day)
    found = classify(row.values, row.info.body, limits, method, settings)
    place = Place(file=file.path.name, row=row.number)
    if found.undecided:
        told(run.told, "B008", place, detail=row.section)
    elif found.number is None:
        told(run.told, "B012", place)
    if found.number is None:
        run.without_class += 1
        return empty
    name = method.water_class(found.number).name_zh
    run.by_class[name] += 1
    _compare(row, found, name, method, run)
    values = (
        name, found.number, method.water_class(found.number).quality_zh,
        "、".join(one.item.name_zh for one in found.determining),
        pollutants.words_zh(found.exceeding),
        "、".join(one.item.name_zh for one in found.items),
        "、".join(f"{one.item.name_zh} {method.water_class(one.number).name_zh}" for one in found.reference),
        *_lake(row, method),
        "、".join(f"{one.item.name_zh}({one.multiple})"
                  for one in (source_exceedings(row.values, limits, method) if row.is_source else ())),
    )  # fmt: skip
    return dict(zip(RESULTS, values, strict=True))


def _lake(row: WaterRow, method: WaterMethod) -> tuple[str, str]:
    state = trophic_state(row.values, method) if row.info.body is Body.LAKE else None
    return (str(state.shown), state.word_zh) if state else ("", "")


def _compare(
    row: WaterRow, found: SectionClass, name: str, method: WaterMethod, run: ClassRun
) -> None:
    given = read_class(row.given_class) if row.given_class else None
    if given is None or found.number is None:
        return
    run.labelled += 1
    if given == found.number:
        return
    worst = max(found.number, given)
    deciding = found.determining if found.number == worst else ()
    shown = tuple(
        (one.item.name_zh, displayed(one.value, 6).rstrip("0").rstrip("."))
        for one in deciding or _nearest(found)
    )
    given_name = method.water_class(given).name_zh
    run.differing.append(Disagreement(row.number, row.section, given_name, name, shown))


def _nearest(found: SectionClass) -> tuple[ItemClass, ...]:
    """Return the item nearest to a worse class, where the file's class is worse than ours."""
    near: list[tuple[Fraction, ItemClass]] = []
    for one in found.items:
        if one.number == INFERIOR:
            continue
        limit = one.item.limits[found.body or Body.RIVER][one.number - 1]
        if isinstance(limit, tuple) or not one.value:
            continue
        oxygen = one.item.rule is Direction.GE
        near.append((limit / one.value if oxygen else one.value / limit, one))
    return (max(near, key=lambda pair: pair[0])[1],) if near else ()


def told(book: Told, code: str, place: Place, **values: object) -> None:
    """Note a problem, or count it where enough of its code are kept."""
    if book.wants(code):
        book.add(complain(code, place, **values))
    else:
        book.count(code, 1)


def _header(file: WaterFile, run: ClassRun) -> list[str]:
    header = []
    for name in file.columns.header:
        if name.strip().casefold() in RESULTS:
            place = Place(file=file.path.name, row=1, column=name)
            told(run.told, "B014", place, detail=name, known=f"{name}_given")
            name = f"{name}_given"
        header.append(name)
    return header
