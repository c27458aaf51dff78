"""The lake of readings: what is kept, read back exactly; what comes again, told apart."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from lantian.adapters.lake import readings
from lantian.jobs.gateway.catalogue import Catalogue, FileRow, locked
from lantian.jobs.gateway.home import BUCKETS, Home, bucket_of, home_of
from lantian.jobs.gateway.rows import Columns, Row, row_of
from lantian.jobs.gateway.spool import moment
from lantian.kernel.calendar import BEIJING

COMPACT_AT: Final = 8
"""So many files of one size class in a day and bucket become one."""
LAKE_LOCK: Final = "lake"
LAKE_WAIT_S: Final = 60.0
"""How long one writer of the lake waits for another."""
_TRIES: Final = 5


class Written(NamedTuple):
    """How many rows were new, there already, or differed from what is kept."""

    kept: int
    duplicates: int
    conflicts: int


@dataclass
class Settled:
    """What a batch of rows came to, before it is committed."""

    files: list[FileRow] = field(default_factory=list)
    kept: dict[int, int] = field(default_factory=dict)
    duplicates: dict[int, int] = field(default_factory=dict)
    conflicts: dict[int, int] = field(default_factory=dict)
    latest: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def written(self) -> Written:
        """The totals."""
        totals = (sum(d.values()) for d in (self.kept, self.duplicates, self.conflicts))
        return Written(*totals)


def read(
    home: Path | Home,
    *,
    mns: Collection[str] = (),
    start: datetime | None = None,
    end: datetime | None = None,
    cns: Collection[str] = (),
    factors: Collection[str] = (),
    tree: str = "lake",
) -> list[Row]:
    """Return the readings with DataTime in [start, end), by device, command, factor and time.

    Parameters
    ----------
    home
        Folder of the gateway.
    mns, cns, factors
        Devices, commands and factors; all where empty.
    start, end
        Aware moments; open where None.
    tree
        ``lake``, or ``conflicts`` for second values of a key.

    Raises
    ------
    LantianError
        J003 where there is no lake.
    """
    table = frame(
        home, mns=mns, start=start, end=end, cns=cns, factors=factors, tree=tree
    )  # fmt: skip
    return [row_of(values) for values in readings.plain_rows(table, ("time",))]


def frame(
    home: Path | Home,
    *,
    mns: Collection[str] = (),
    start: datetime | None = None,
    end: datetime | None = None,
    cns: Collection[str] = (),
    factors: Collection[str] = (),
    columns: Sequence[str] = (),
    tree: str = "lake",
    ordered: bool = True,
) -> readings.Table:
    """Return the same as a table with the columns of docs/gateway.md, or only `columns`.

    Parameters
    ----------
    ordered
        False leaves the rows as they come from the files, for a caller that sorts by what it needs.
    """

    def collect(files: list[FileRow], paths: list[Path]) -> readings.Table:
        low, high = _bounds(start, end)
        inside = all(_within(f, low, high) for f in files)  # then no row need be asked for its time
        found = readings.scan(
            tree, paths, mns=mns, cns=cns, factors=factors,
            start=None if inside else start, end=None if inside else end,
            skipping=any(f.rows > readings.ROW_GROUP for f in files),
        )  # fmt: skip
        if ordered:
            found = found.sort([*readings.KEY, "record"])
        return (found.select(list(columns)) if columns else found).collect()

    return _reading(home_of(home), tree, mns, start, end, collect)


def packets(
    home: Path | Home,
    *,
    mn: str = "",
    start: datetime | None = None,
    end: datetime | None = None,
    records: Collection[int] = (),
    outcomes: Collection[str] = (),
    most: int | None = None,
) -> list[dict[str, Any]]:
    """Return packets that arrived in [start, end), in order, times in Beijing time.

    Parameters
    ----------
    records
        Only those with these record numbers.
    outcomes
        Only those with these outcomes, e.g. ``quarantined``.
    most
        At most so many, the newest.
    """

    def collect(_: list[FileRow], paths: list[Path]) -> readings.Table:
        found = readings.scan(
            "packets", paths, mns=[mn] if mn else [], start=start, end=end, column="received"
        )
        return readings.packets_among(found, records, outcomes, most)

    table = _reading(home_of(home), "packets", [mn] if mn else (), start, end, collect)
    times = ("received", "time")
    return [
        row | {n: moment(row[n]) if row[n] is not None else None for n in times}
        for row in readings.plain_rows(table, times)
    ]


def _reading(
    home: Home,
    tree: str,
    mns: Collection[str],
    start: datetime | None,
    end: datetime | None,
    collect: Callable[[list[FileRow], list[Path]], readings.Table],
) -> readings.Table:
    """Collect from the files that count; once more where a merge removed one on the way."""
    first = (start.astimezone(BEIJING) if start else datetime(1, 1, 2, tzinfo=BEIJING)).date()
    last = (end.astimezone(BEIJING) if end else datetime(9999, 1, 1, tzinfo=BEIJING)).date()
    buckets = {bucket_of(m) for m in mns} if mns else range(BUCKETS)
    for attempt in range(_TRIES):
        with Catalogue(home) as catalogue:
            found = catalogue.between(tree, first, last, buckets)
        low, high = _bounds(start, end)
        files = [f for f in found if f.max_time >= low and f.min_time < high]
        paths = [home.root / f.path for f in files]
        try:
            return collect(files, paths)
        except OSError:  # polars' own ComputeError of a missing file is one
            if attempt + 1 == _TRIES or all(p.exists() for p in paths):
                raise
    raise AssertionError  # pragma: no cover


def _bounds(start: datetime | None, end: datetime | None) -> tuple[float, float]:
    """Return a span in milliseconds, open where None."""
    low = readings.milliseconds(start) if start else float("-inf")
    return low, readings.milliseconds(end) if end else float("inf")


def _within(file: FileRow, low: float, high: float) -> bool:
    """Whether every row of a file lies in [low, high)."""
    return file.min_time >= low and file.max_time < high


def write(home: Path | Home, rows: Iterable[Row]) -> Written:
    """Keep rows that came from no spool (an import, invented data); the same rules hold.

    Raises
    ------
    LantianError
        J002 while another process writes the lake.
    """
    columns = Columns()
    add, ms = columns.add, readings.milliseconds
    for r in rows:
        key = (r.mn, r.cn, ms(r.time), r.factor, r.about)
        add(key, r.flag, r.written, r.rf, r.version, r.record)
    return write_columns(home, columns)


def write_columns(home: Path | Home, columns: Columns) -> Written:
    """Keep rows that stand in columns already, as `write` does.

    Raises
    ------
    LantianError
        J002 while another process writes the lake.
    """
    at = home_of(home)
    with locked(at, LAKE_LOCK, LAKE_WAIT_S), Catalogue(at, create=True) as catalogue:
        serial = int(catalogue.meta("writes") or 0) + 1
        begin_writing(catalogue)
        settled = settle(catalogue, columns, f"w{serial:09d}")
        with catalogue.transaction():
            catalogue.set_meta("writes", str(serial))
            commit(catalogue, settled)
        compact(catalogue)
        end_writing(catalogue)
    return settled.written


def begin_writing(catalogue: Catalogue) -> int:
    """Note that files are being written; return how many an interrupted run left, now removed."""
    strays = catalogue.remove_strays() if catalogue.meta("writing") else 0
    catalogue.set_meta("writing", "1")
    return strays


def end_writing(catalogue: Catalogue) -> None:
    """Note that nothing is left over."""
    catalogue.set_meta("writing", "")


def settle(catalogue: Catalogue, columns: Columns, tag: str) -> Settled:
    """Write the files of a batch, which count only once `commit` is called.

    Parameters
    ----------
    tag
        What makes the names of the files unique in the home.
    """
    settled = Settled()
    if not len(columns):
        return settled
    table = readings.table("lake", columns.columns)
    for day, bucket, part in readings.by_place(table, bucket_of, "time"):
        place = (day, bucket)
        span = readings.summary("lake", part)
        kept = _overlapping(catalogue, "lake", place, span)
        told = _overlapping(catalogue, "conflicts", place, span)
        parted = readings.part(part, kept, told)
        for tree, rows in (("lake", parted.fresh), ("conflicts", parted.conflicts)):
            if rows.height:
                settled.files.append(put(catalogue.home, tree, place, rows, f"part-{tag}"))
        for counts, rows in zip(
            (settled.kept, settled.duplicates, settled.conflicts), parted, strict=True
        ):
            for record, n in readings.counts_by_record(rows).items():
                counts[record] = counts.get(record, 0) + n
        settled.latest += _latest(parted.fresh)
    return settled


def put(
    home: Home, tree: str, place: tuple[date, int], rows: readings.Table, name: str,
    *, tier: int = 0, sealed: str = "",
) -> FileRow:  # fmt: skip
    """Write one file and return its row of the catalogue."""
    day, bucket = place
    path = home.partition(tree, day, bucket) / f"{name}.parquet"
    size = readings.write(tree, rows, path)
    span = readings.summary(tree, rows)
    relative = path.relative_to(home.root).as_posix()
    return FileRow(
        relative, tree, day.isoformat(), bucket, tier, span["rows"], size, span["first_record"],
        span["last_record"], span["min_time"], span["max_time"], sealed,
    )  # fmt: skip


def _overlapping(
    catalogue: Catalogue, tree: str, place: tuple[date, int], span: dict[str, int]
) -> list[Path]:
    return [
        catalogue.home.root / f.path
        for f in catalogue.files(tree, [place[0].isoformat()], [place[1]])
        if f.max_time >= span["min_time"] and f.min_time <= span["max_time"]
    ]


def _latest(rows: readings.Table) -> list[tuple[Any, ...]]:
    found = []
    for values in readings.newest(rows):
        row = row_of(values)
        written = json.dumps(dict(row.written), ensure_ascii=False, sort_keys=True)
        found.append(
            (row.mn, row.cn, row.factor, row.about, values["time"], row.record, row.flag, written)
        )
    return found


def commit(catalogue: Catalogue, settled: Settled) -> None:
    """Let a batch count; inside a transaction."""
    catalogue.add_files(settled.files)
    catalogue.db.executemany(
        "INSERT INTO latest VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (mn, cn, factor, about) DO UPDATE SET time = excluded.time,"
        " record = excluded.record, flag = excluded.flag, written = excluded.written"
        " WHERE excluded.time >= time",
        settled.latest,
    )


def compact(catalogue: Catalogue, trees: Sequence[str] = ("lake", "conflicts", "packets")) -> int:
    """Merge small files that are not sealed; return how many merges were done."""
    done = 0
    for tree in trees:
        groups: dict[tuple[str, int, int], list[FileRow]] = {}
        for file in catalogue.files(tree):
            if not file.sealed:
                groups.setdefault((file.day, file.bucket, file.tier), []).append(file)
        for (day, bucket, tier), files in sorted(groups.items()):
            if len(files) >= COMPACT_AT:
                _merge(catalogue, tree, (date.fromisoformat(day), bucket), tier, files)
                done += 1
    return done


def _merge(
    catalogue: Catalogue, tree: str, place: tuple[date, int], tier: int, files: list[FileRow]
) -> None:
    home = catalogue.home
    rows = readings.merged(tree, [home.root / f.path for f in files])
    stem = Path(files[-1].path).stem.partition(".")[0]
    new = put(home, tree, place, rows, f"{stem}.m{tier + 1}", tier=tier + 1)
    with catalogue.transaction():
        catalogue.drop_files(f.path for f in files)
        catalogue.add_files([new])
    for file in files:
        (home.root / file.path).unlink(missing_ok=True)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return the first moment of a day and of the next, Beijing time."""
    start = datetime(day.year, day.month, day.day, tzinfo=BEIJING)
    return start, start + timedelta(days=1)
