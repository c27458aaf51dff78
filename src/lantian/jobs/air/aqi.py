"""``lantian air aqi``: the index of every row of a file, written beside its own columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any

import numpy as np

from lantian.domain.air.complaint import complain, unreadable
from lantian.domain.air.index import NONE, ORDER, IndexColumns, index_columns, names_of
from lantian.jobs.air.read import AirBlock, AirFile
from lantian.jobs.air.stamps import Stamp
from lantian.jobs.csv_files import csv_writer
from lantian.jobs.told import Told
from lantian.kernel.problem import Place
from lantian.rulebook.air_tables import AirRules, load_air
from lantian.rulebook.air_tables.model import AirIndex

AUTO = "auto"
Progress = Callable[[str, int, int], None]
RESULTS = (
    *(f"iaqi_{p}" for p in ORDER),
    "aqi",
    "level",
    "category",
    "primary",
    "exceeding",
    "edition",
)


@dataclass
class AqiRun:
    """What a file came to: rows by class, the editions used, problems."""

    source: str
    hourly: bool
    told: Told = field(default_factory=Told)
    rows: int = 0
    rows_unused: int = 0
    without_index: int = 0
    by_category: Counter[str] = field(default_factory=Counter)
    by_edition: Counter[str] = field(default_factory=Counter)
    records: list[dict[str, Any]] = field(default_factory=list)
    written: Path | None = None


def run_aqi(
    path: Path,
    *,
    hourly: bool = False,
    edition: str = AUTO,
    out: Path | None = None,
    stream: IO[str] | None = None,
    keep: bool = False,
    rules: Sequence[Path] = (),
    progress: Progress | None = None,
) -> AqiRun:
    """Compute the index of every row.

    Parameters
    ----------
    path
        CSV with a date or time, the six pollutants in any case, and any other columns.
    hourly
        Real-time form: 1 h values of all six.
    edition
        ``auto`` (that of each row's day), ``2012`` or ``2026``.
    out, stream
        Where the CSV with the added columns goes; memory stays that of a block.
    keep
        Whether rows are kept in `AqiRun.records` too.
    rules
        The bureau's own rule folders.

    Raises
    ------
    LantianError
        A001 and A002 where the file cannot be read.
    """
    air = load_air(*rules)
    run = AqiRun(path.name, hourly)
    file = AirFile(path, hourly, run.told, air)
    names = _result_names(file, run)
    with csv_writer(out, stream, unreadable) as writer:
        if writer is not None:
            writer.writerow([*_kept_header(file, names), *RESULTS])
        for block in file.blocks():
            for texts, record in _rows(block, file, air, edition, run):
                if writer is not None:
                    writer.writerow([*texts, *record.values()])
                if keep:
                    kept = dict(zip(_kept_header(file, names), texts, strict=True))
                    run.records.append(kept | record)
            if progress:
                progress("aqi", file.rows_read, 0)
    run.rows, run.rows_unused, run.written = file.rows_read, file.rows_unused, out
    return run


def edition_of(stamp: Stamp, edition: str, air: AirRules) -> AirIndex:
    """Return the index by which a row is judged."""
    return air.index(stamp.day if edition == AUTO else air.day_of(edition))


def index_of_block(
    block: AirBlock, air: AirRules, edition: str, *, hourly: bool
) -> list[tuple[np.ndarray, AirIndex, IndexColumns]]:
    """Return the index of the usable rows of a block, one entry an edition."""
    by_edition: dict[str, tuple[AirIndex, list[int]]] = {}
    for i in np.flatnonzero(block.usable).tolist():
        stamp = block.stamps[i]
        assert stamp is not None
        index = edition_of(stamp, edition, air)
        by_edition.setdefault(index.head.edition, (index, []))[1].append(i)
    found = []
    for index, rows in by_edition.values():
        at = np.array(rows)
        columns = {p: c.pick(at) for p, c in block.concentrations.items()}
        found.append((at, index, index_columns(columns, index, hourly=hourly)))
    return found


def _rows(
    block: AirBlock, file: AirFile, air: AirRules, edition: str, run: AqiRun
) -> Iterator[tuple[list[str], dict[str, Any]]]:
    """Yield every row of a block with its results; rows that are not usable have none."""
    results: list[dict[str, Any] | None] = [None] * len(block.rows)
    early: date | None = None
    for at, index, columns in index_of_block(block, air, edition, hourly=run.hourly):
        name = index.head.edition
        run.by_edition[name] += len(at)
        iaqi = [columns.iaqi[p].tolist() for p in ORDER]
        labels = {c.level: c.name_zh for c in index.categories}
        for k, i in enumerate(at.tolist()):
            aqi, level = int(columns.aqi[k]), int(columns.level[k])
            exceeding = names_of(int(columns.exceeding[k])) if index.names_exceeding else ()
            values = [iaqi[p][k] for p in range(len(ORDER))]
            results[i] = dict(
                zip(
                    RESULTS,
                    (
                        *("" if v == NONE else v for v in values),
                        "NA" if aqi == NONE else aqi,
                        level or "NA",
                        labels.get(level, "NA"),
                        "、".join(names_of(int(columns.primary[k]))),
                        "、".join(exceeding),
                        name,
                    ),
                    strict=True,
                )
            )
            run.by_category[labels.get(level, "NA")] += 1
            run.without_index += aqi == NONE
            stamp = block.stamps[i]
            if edition == AUTO and stamp is not None and stamp.day < air.starts():
                early = min(early or stamp.day, stamp.day)
                run.told.count("A010", 1)
    if early is not None and not any(p.code == "A010" for p in run.told.problems):
        place = Place(file=file.path.name)
        run.told.problems.append(complain("A010", place, detail=early, known=air.starts()))
    empty = dict.fromkeys(RESULTS, "")
    for i in range(len(block.rows)):
        yield [column[i] or "" for column in block.texts], results[i] or empty


def _result_names(file: AirFile, run: AqiRun) -> dict[int, str]:
    """Return new names for columns that would collide with a result."""
    renamed = {}
    for i, name in enumerate(file.columns.header):
        if name.strip().casefold() in RESULTS:
            renamed[i] = f"{name}_given"
            place = Place(file=file.path.name, row=1, column=name)
            run.told.add(complain("A012", place, detail=name, known=renamed[i]))
    return renamed


def _kept_header(file: AirFile, renamed: dict[int, str]) -> list[str]:
    return [renamed.get(i, name) for i, name in enumerate(file.columns.header)]
