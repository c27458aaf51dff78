"""Rows of the gateway's lake as Parquet: one schema a tree, the same rows always the same bytes."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from lantian.adapters.inplace import atomic

if TYPE_CHECKING:
    import polars as pl

Table: TypeAlias = "pl.DataFrame"
"""A table in memory; its library has its doors here and in `adapters.excel`."""

SUFFIXES: Final[Mapping[str, str]] = {
    "Rtd": "rtd", "Min": "min", "Avg": "avg", "Max": "max", "Cou": "cou", "ZsRtd": "zs_rtd",
    "ZsMin": "zs_min", "ZsAvg": "zs_avg", "ZsMax": "zs_max", "Info": "info",
}  # fmt: skip
"""Suffixes of HJ 212 that have columns of their own."""

KEY: Final = ("mn", "cn", "factor", "about", "time")
_NUMBERS: Final = tuple(SUFFIXES.values())
VALUES: Final = ("flag", *_NUMBERS, *(f"{n}_d" for n in _NUMBERS), "texts")
ROW_GROUP: Final = 65_536
"""Rows of one part of a file."""
_PACKET_SORT: Final = ("record", "release")


def schema(tree: str) -> dict[str, Any]:
    """Return the columns of a tree of the lake and their types, in order."""
    import polars as pl

    time = pl.Datetime("ms", "UTC")
    if tree == "packets":
        return {
            "record": pl.UInt64, "received": time, "segment": pl.UInt64, "offset": pl.UInt32,
            "bytes": pl.UInt32, "mn": pl.String, "cn": pl.String, "st": pl.String,
            "qn": pl.String, "pno": pl.String, "flag": pl.String, "peer": pl.String,
            "time": time, "version": pl.String, "cls": pl.String, "tolerances": pl.String,
            "problems": pl.String, "outcome": pl.String, "reason": pl.String,
            "digest": pl.UInt64, "rows": pl.Int32, "duplicates": pl.Int32, "conflicts": pl.Int32,
            "release": pl.String,
        }  # fmt: skip
    columns: dict[str, Any] = {
        "mn": pl.String, "cn": pl.String, "time": time, "factor": pl.String, "about": pl.String,
        "flag": pl.String,
    }  # fmt: skip
    for name in _NUMBERS:
        columns |= {name: pl.Int64, f"{name}_d": pl.Int8}
    return columns | {
        "texts": pl.String, "rf": pl.Boolean, "version": pl.String, "record": pl.UInt64
    }  # fmt: skip


def table(tree: str, columns: Mapping[str, Sequence[Any]]) -> pl.DataFrame:
    """Return columns of plain values as a table; times are milliseconds since 1970 (UTC)."""
    import polars as pl

    built = {}
    for name, kind in schema(tree).items():
        if isinstance(kind, pl.Datetime):
            built[name] = pl.Series(name, columns[name], dtype=pl.Int64).cast(kind)
        else:
            built[name] = pl.Series(name, columns[name], dtype=kind)
    return pl.DataFrame(built)


def ordered(tree: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows in the order of their file, which does not depend on how they came."""
    by = _PACKET_SORT if tree == "packets" else (*KEY, "record")
    return frame.sort(list(by), maintain_order=True).rechunk()


def write(tree: str, frame: pl.DataFrame, path: Path) -> int:
    """Write a file of the lake, on the disk before it has its name; return its bytes.

    Raises
    ------
    OSError
        Where the disk does not take it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic(path) as new:
        ordered(tree, frame.select(list(schema(tree)))).write_parquet(
            new, compression="zstd", compression_level=6, statistics=True,
            row_group_size=ROW_GROUP, use_pyarrow=False,
        )  # fmt: skip
        with new.open("rb+") as stream:
            os.fsync(stream.fileno())
        size = new.stat().st_size
    _sync_folder(path.parent)
    return size


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def merged(tree: str, paths: Sequence[Path]) -> pl.DataFrame:
    """Return the rows of several files of one tree in their order."""
    import polars as pl

    if not paths:
        return pl.DataFrame(schema=schema(tree))
    return ordered(tree, _opened(tree, paths).collect())


def _opened(tree: str, paths: Sequence[Path], *, skipping: bool = True) -> pl.LazyFrame:
    """Return the rows of files as they stand; a column that older files do not have is null there."""
    import polars as pl

    return pl.scan_parquet(
        list(paths), glob=False, schema=schema(tree), use_statistics=skipping,
        missing_columns="insert",
    )  # fmt: skip


def scan(
    tree: str,
    paths: Sequence[Path],
    *,
    mns: Collection[str] = (),
    start: datetime | None = None,
    end: datetime | None = None,
    cns: Collection[str] = (),
    factors: Collection[str] = (),
    column: str = "time",
    skipping: bool = True,
) -> pl.LazyFrame:
    """Return the rows with `column` in [start, end) of the devices, commands and factors named.

    Parameters
    ----------
    skipping
        Whether the statistics of the files are looked at to leave parts of them unread. In files of
        one part each there is nothing to leave out, and looking takes a fifth of the time.
    """
    import polars as pl

    if not paths:
        return pl.LazyFrame(schema=schema(tree))
    frame = _opened(tree, paths, skipping=skipping)
    for name, wanted in (("mn", mns), ("cn", cns), ("factor", factors)):
        if len(wanted) == 1:
            frame = frame.filter(pl.col(name) == next(iter(wanted)))
        elif wanted:
            frame = frame.filter(pl.col(name).is_in(sorted(wanted)))
    kind = pl.Datetime("ms", "UTC")
    if start is not None:
        frame = frame.filter(pl.col(column) >= pl.lit(milliseconds(start)).cast(kind))
    if end is not None:
        frame = frame.filter(pl.col(column) < pl.lit(milliseconds(end)).cast(kind))
    return frame


def milliseconds(time: datetime) -> int:
    """Return an aware moment as milliseconds since 1970."""
    return round(time.timestamp() * 1000)


class Parted(NamedTuple):
    """Rows against those that are kept: new ones, the same again, other values of a key."""

    fresh: pl.DataFrame
    repeated: pl.DataFrame
    conflicts: pl.DataFrame


def part(frame: pl.DataFrame, kept: Sequence[Path], in_conflict: Sequence[Path]) -> Parted:
    """Part rows by what files hold already; the first value of a key stays the value.

    Parameters
    ----------
    frame
        Rows of one day and bucket, columns of the tree ``lake``.
    kept, in_conflict
        Files of the same day and bucket in ``lake`` and in ``conflicts`` that may hold its keys.
    """
    import polars as pl

    rows = frame.sort("record", maintain_order=True).with_row_index("_n")
    keys = rows.select(KEY).unique()
    if not kept and not in_conflict and keys.height == rows.height:  # a first file, no key twice
        return Parted(rows.select(frame.columns), frame.clear(), frame.clear())
    low, high = rows["time"].min(), rows["time"].max()
    old = _holding(kept, keys, low, high)
    firsts = rows.unique(list(KEY), keep="first", maintain_order=True)
    firsts = firsts.join(old.select(KEY), on=list(KEY), how="anti")
    fresh_n = firsts["_n"]
    base = pl.concat([old, firsts.select([*KEY, *VALUES])])
    others = rows.filter(~pl.col("_n").is_in(fresh_n.implode()))
    same = pl.all_horizontal(pl.col(c).eq_missing(pl.col(f"{c}_old")) for c in VALUES)
    others = others.join(base, on=list(KEY), how="left", suffix="_old").with_columns(_same=same)
    columns = frame.columns
    differing = others.filter(~pl.col("_same")).select(["_n", *columns])
    told = _holding(in_conflict, differing.select(KEY).unique(), low, high)
    signature = [*KEY, *VALUES]
    anew = differing.join(told, on=signature, how="anti", nulls_equal=True).unique(
        signature, keep="first", maintain_order=True
    )
    again = others.filter(~pl.col("_n").is_in(anew["_n"].implode()))
    return Parted(
        firsts.sort("_n").select(columns), again.select(columns), anew.sort("_n").select(columns)
    )


def _holding(paths: Sequence[Path], keys: pl.DataFrame, low: Any, high: Any) -> pl.DataFrame:
    import polars as pl

    columns = [*KEY, *VALUES]
    if not paths or keys.is_empty():
        return pl.DataFrame(schema={c: t for c, t in schema("lake").items() if c in columns})[
            columns
        ]
    found = _opened("lake", paths).filter(
        pl.col("time").is_between(pl.lit(low), pl.lit(high)),
        pl.col("mn").is_in(keys["mn"].unique().implode()),
    )
    return found.select(columns).join(keys.lazy(), on=list(KEY), how="semi").collect()


def summary(tree: str, frame: pl.DataFrame) -> dict[str, int]:
    """Return rows, and the range of records and of times in milliseconds, of rows that are some."""
    import polars as pl

    column = "received" if tree == "packets" else "time"
    times = frame[column].cast(pl.Int64)
    records = frame["record"]
    found = {
        "first_record": records.min(),
        "last_record": records.max(),
        "min_time": times.min(),
        "max_time": times.max(),
    }
    return {"rows": frame.height} | {k: int(str(v)) for k, v in found.items() if v is not None}


def by_place(frame: pl.DataFrame, bucket_of: Callable[[str], int], column: str) -> list[
    tuple[date, int, pl.DataFrame]
]:  # fmt: skip
    """Return rows by the Beijing day of `column` and the bucket of their device, in order."""
    import polars as pl

    mns = frame["mn"].unique().sort()
    buckets = pl.DataFrame(
        {"mn": mns, "_bucket": pl.Series([bucket_of(m) for m in mns], dtype=pl.Int16)},
        schema_overrides={"mn": pl.String},
    )
    day = (pl.col(column) + pl.duration(hours=8)).dt.date()
    placed = frame.join(buckets, on="mn", how="left", maintain_order="left").with_columns(_day=day)
    parts = placed.partition_by(["_day", "_bucket"], as_dict=True, include_key=False)
    return [(key[0], key[1], parts[key]) for key in sorted(parts)]


def counts_by_record(frame: pl.DataFrame) -> dict[int, int]:
    """Return how many rows came with each record."""
    counted = frame.group_by("record").len()
    return dict(zip(counted["record"].to_list(), counted["len"].to_list(), strict=True))


def newest(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Return of each device, command and factor the row with the greatest time, in milliseconds."""
    import polars as pl

    found = frame.sort("time", "record").unique(list(KEY[:-1]), keep="last", maintain_order=True)
    return found.with_columns(pl.col("time").cast(pl.Int64)).to_dicts()


def distinct_times(paths: Sequence[Path]) -> list[tuple[str, str, int]]:
    """Return how many different times each device and command has in files of the tree ``lake``."""
    import polars as pl

    if not paths:
        return []
    found = _opened("lake", paths).group_by("mn", "cn")
    counted = found.agg(pl.col("time").n_unique()).sort("mn", "cn").collect()
    return [(mn, cn, int(n)) for mn, cn, n in counted.iter_rows()]


def packets_of(
    paths: Sequence[Path], mns: Collection[str], qns: Collection[str]
) -> list[tuple[str, str, str, str, int, int, int]]:
    """Return MN, CN, QN, PNO, digest, record, arrival (ms) of accepted packets by MN and QN."""
    import polars as pl

    if not paths or not mns:
        return []
    found = (
        _opened("packets", paths)
        .filter(pl.col("mn").is_in(sorted(mns)), pl.col("qn").is_in(sorted(qns)))
        .filter(~pl.col("outcome").is_in(["quarantined", "sent"]))
        .select("mn", "cn", "qn", "pno", "digest", "record", pl.col("received").cast(pl.Int64))
        .sort("record")
    )
    return list(found.collect().iter_rows())


def packets_among(
    found: pl.LazyFrame, records: Collection[int], outcomes: Collection[str], most: int | None
) -> pl.DataFrame:
    """Return packets by record and outcome, the newest `most`, in order."""
    import polars as pl

    for name, wanted in (("record", records), ("outcome", outcomes)):
        if wanted:
            found = found.filter(pl.col(name).is_in(sorted(wanted)))
    found = found.sort(_PACKET_SORT, maintain_order=True)
    return (found if most is None else found.tail(most)).collect()


def plain_rows(table: pl.DataFrame, times: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield rows as plain values, the times named in milliseconds since 1970."""
    import polars as pl

    plain = table.with_columns(pl.col(n).cast(pl.Int64) for n in times)
    yield from plain.iter_rows(named=True)
