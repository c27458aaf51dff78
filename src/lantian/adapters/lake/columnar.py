"""Parquet files as tables, read and written in blocks."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from lantian.adapters.lake.source import BLOCK_ROWS, PREVIEW_ROWS, Block, Oddity

_WRITE_ROWS = 200_000


class ParquetSheet:
    """One Parquet file; its column names count as row 1."""

    typed = False

    def __init__(self, path: Path, name: str | None = None) -> None:
        import polars as pl

        self.file = path.name
        self.name = name or path.stem
        self._path = path
        self._scan = pl.scan_parquet(path, glob=False)
        self._names = self._scan.collect_schema().names()

    def preview(self) -> Sequence[Sequence[Any]]:
        """Return the column names and the first rows."""
        return [self._names, *self._scan.head(PREVIEW_ROWS - 1).collect().rows()]

    def row_estimate(self) -> int:
        """Return the number of rows."""
        import polars as pl

        return int(self._scan.select(pl.len()).collect().item())

    def blocks(self, after_row: int, numeric: Collection[int]) -> Iterator[Block]:
        """Yield all rows in blocks; the file stays columnar in memory until its block is due."""
        frame = self._scan.collect()
        for start in range(max(0, after_row - 1), frame.height, BLOCK_ROWS):
            part = frame.slice(start, BLOCK_ROWS)
            columns = [column.to_list() for column in part.get_columns()]
            yield Block(range(start + 2, start + 2 + part.height), columns)

    def oddities(self) -> Sequence[Oddity]:
        """Return nothing: a Parquet file has no hidden rows or merged cells."""
        return ()


def write_parquet(
    path: Path, header: Sequence[str], exact: Sequence[bool], rows: Iterator[Sequence[Any]]
) -> None:
    """Write rows as Parquet; `exact` tells which columns are numbers that a float holds exactly.

    Every other column is text, a number in full digits, so that nothing is rounded.
    """
    import polars as pl

    schema = {h: pl.Float64 if e else pl.String for h, e in zip(header, exact, strict=True)}
    frames: list[pl.DataFrame] = []
    while chunk := list(itertools.islice(rows, _WRITE_ROWS)):
        columns = [_plain(col, e) for col, e in zip(zip(*chunk, strict=True), exact, strict=True)]
        frames.append(pl.DataFrame(dict(zip(header, columns, strict=True)), schema=schema))
    whole = pl.concat(frames) if frames else pl.DataFrame(schema=schema)
    whole.write_parquet(path)


def _plain(column: Sequence[Any], exact: bool) -> list[Any]:
    if exact:
        return [None if v is None else float(v) for v in column]
    return [
        None if v is None else format(v, "f") if isinstance(v, Decimal) else str(v) for v in column
    ]
