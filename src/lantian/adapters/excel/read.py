"""Read a list: find the files, find the layout, turn every row into the model, lose nothing."""

from __future__ import annotations

import contextlib
import csv
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lantian.adapters.excel import codes
from lantian.adapters.excel.catalogue import layout_names, load_layout
from lantian.adapters.excel.cover import read_cover
from lantian.adapters.excel.detect import ACCEPT_SCORE, LayoutMatch, match_layout
from lantian.adapters.excel.layout import Layout
from lantian.adapters.excel.locate import Locate, Locator
from lantian.adapters.excel.sheetxml import BrokenSheetError
from lantian.adapters.excel.tables import TableReader
from lantian.adapters.excel.workbook import Workbook, sniff
from lantian.adapters.lake.columnar import ParquetSheet
from lantian.adapters.lake.source import Progress, SheetSource
from lantian.adapters.lake.textfile import CsvSheet, EncodingUnknownError
from lantian.domain.inventory.model import Inventory
from lantian.kernel.collector import no_collection
from lantian.kernel.problem import LantianError, Place, Problem


@dataclass(frozen=True)
class ReadList:
    """A list as read.

    Attributes
    ----------
    inventory
        The list; unreadable cells are None there and a problem here.
    problems
        What reading found (codes X…), sheet by sheet.
    locate
        From table, source row and field to the cell.
    counts
        Rows by table: ``firm`` used, ``firm_read`` read; ``unused_columns``, ``unused_sheets``.
    """

    inventory: Inventory
    problems: tuple[Problem, ...]
    locate: Locate
    counts: Mapping[str, int]


def read_list(
    path: Path, *, layout: str | Path | None = None, progress: Progress | None = None
) -> ReadList:
    """Read a workbook, a CSV or Parquet file, or a folder of them.

    Parameters
    ----------
    path
        ``.xlsx`` file, ``.csv`` or ``.parquet`` file, or folder of such files named by sheet.
    layout
        Name of a packaged layout or path of a layout file; found by names when None.
    progress
        Told of every block of rows.

    Returns
    -------
    ReadList
        The list with all problems of reading; every row is there, whatever its cells hold.

    Raises
    ------
    LantianError
        If nothing can be read at all (X001 to X010).
    """
    path = Path(path)
    with _opened(path, load_layout(layout) if layout is not None else None) as (sources, digest):
        try:
            match = _find_layout(path, sources, layout)
            with no_collection():
                return _read(path, match, sources, digest, progress)
        except (BrokenSheetError, csv.Error, OSError, UnicodeError) as error:
            raise LantianError(
                codes.problem("X004", Place(file=path.name), why=str(error))
            ) from None


@contextlib.contextmanager
def _opened(path: Path, layout: Layout | None) -> Iterator[tuple[list[SheetSource], str]]:
    place = Place(file=path.name)
    if path.is_dir():
        files = _files(path, layout)
        if not files:
            why = "文件夹中没有 .csv 或 .parquet 文件 no .csv or .parquet in the folder"
            raise LantianError(codes.problem("X001", place, why=why))
        yield [_table_file(f) for f in files], _folder_hash(files)
        return
    if not path.exists():
        raise LantianError(codes.problem("X001", place, why="文件不存在 no such file"))
    if sniff(path) != "xlsx":
        yield [_table_file(path)], _file_hash(path)
        return
    digest = _file_hash(path)
    with Workbook(path) as book:
        if not book.sheets:
            raise LantianError(codes.problem("X006", place))
        yield list(book.sheets), digest


def _files(folder: Path, layout: Layout | None) -> list[Path]:
    pattern = layout.files if layout is not None else "*"
    try:
        found = sorted(p for p in folder.glob(pattern) if p.is_file())
    except OSError as error:
        raise LantianError(codes.problem("X001", Place(file=folder.name), why=str(error))) from None
    return [p for p in found if p.suffix.lower() in (".csv", ".parquet", ".txt", ".tsv")]


def _table_file(path: Path) -> SheetSource:
    place = Place(file=path.name)
    kind = sniff(path)
    try:
        if kind == "parquet":
            return ParquetSheet(path)
        if kind == "csv":
            return CsvSheet(path)
    except EncodingUnknownError as error:
        raise LantianError(codes.problem("X009", place, offset=error.offset)) from None
    except LantianError:
        raise
    except Exception as error:
        # Polars raises its own exception types for a damaged Parquet file.
        raise LantianError(codes.problem("X004", place, why=str(error))) from None
    raise LantianError(codes.problem("X002", place, found="工作簿 workbook"))


def _file_hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise LantianError(
            codes.problem("X001", Place(file=path.name), why=error.strerror or str(error))
        ) from None


def _folder_hash(files: Sequence[Path]) -> str:
    """Return one hash over the names and hashes of all files."""
    whole = hashlib.sha256()
    for file in files:
        whole.update(f"{file.name}\0{_file_hash(file)}\n".encode())
    return whole.hexdigest()


def _find_layout(
    path: Path, sources: Sequence[SheetSource], layout: str | Path | None
) -> LayoutMatch:
    if layout is not None:
        matches = [match_layout(load_layout(layout), sources)]
    else:
        matches = [match_layout(load_layout(name), sources) for name in layout_names()]
    best = max(matches, key=lambda m: m.score)
    if best.score >= (ACCEPT_SCORE if layout is None else 1e-9):
        return best
    place = Place(file=path.name)
    if all(not any(c is not None for row in s.preview() for c in row) for s in sources):
        raise LantianError(codes.problem("X006", place))
    nearest = max(matches, key=lambda m: (m.score, m.known_columns(sources)))
    if not nearest.score and not nearest.known_columns(sources):
        raise LantianError(codes.problem("X010", place, layouts="、".join(layout_names())))
    missing = "、".join(nearest.lacking(sources)) or "多数列 most columns"
    raise LantianError(codes.problem("X007", place, nearest=nearest.layout.name, missing=missing))


def _read(
    path: Path,
    match: LayoutMatch,
    sources: Sequence[SheetSource],
    digest: str,
    progress: Progress | None,
) -> ReadList:
    layout = match.layout
    locator = Locator(path.name)
    problems: list[Problem] = []
    counts: dict[str, int] = {"unused_columns": 0, "unused_sheets": len(match.unused)}
    rows: dict[str, tuple[Any, ...]] = {}
    unused = _unused_columns(match)
    step = None if progress is None else _counter(match, progress)
    for table in layout.tables.values():
        found = [m for m in match.tables if m.table is table]
        reader = TableReader(table, found, locator, step, unused)
        rows[table.name] = tuple(reader.read())
        problems += reader.problems
        counts[table.name] = len(rows[table.name])
        counts[f"{table.name}_read"] = reader.rows_read
        counts["unused_columns"] += reader.unused_columns
    problems += _sheet_problems(path, match)
    cover = read_cover(layout, sources)
    inventory = Inventory(
        firms=rows.get("firm", ()),
        lines=rows.get("line", ()),
        measures=rows.get("measure", ()),
        dust=rows.get("dust", ()),
        mobile=rows.get("mobile", ()),
        totals=rows.get("total", ()),
        city=cover.city or layout.city,
        layout=layout.name,
        source=path.name,
        sha256=digest,
        not_collected=layout.not_collected | cover.not_collected,
        notes=(*layout.notes, *cover.notes),
    )
    return ReadList(inventory, tuple(problems), locator, counts)


def _unused_columns(match: LayoutMatch) -> dict[int, list[str]]:
    """Return by source the headers that no table uses, as field or as repeated field."""
    used: dict[int, set[int]] = {}
    names: dict[int, dict[int, str]] = {}
    for found in match.tables:
        mine = used.setdefault(id(found.source), set())
        mine |= {*found.columns.values(), *found.extra.values()}
        mine |= {i for c in found.table.headed for i in found.header.find(c.headers)}
        heads = {i: n.strip() for i, n in enumerate(found.header.names) if n.strip()}
        names.setdefault(id(found.source), heads)
    return {s: [n for i, n in heads.items() if i not in used[s]] for s, heads in names.items()}


def _counter(match: LayoutMatch, progress: Progress) -> Callable[[int], None]:
    """Return what blocks report their rows to; the total grows where the estimate was low."""
    total = sum(m.source.row_estimate() for m in match.tables)
    done = 0

    def step(n: int) -> None:
        nonlocal done
        done += n
        progress("read", done, max(done, total))

    return step


def _sheet_problems(path: Path, match: LayoutMatch) -> Iterator[Problem]:
    for table in match.missing:
        code = "X011" if table.required else "X012"
        yield codes.problem(code, Place(file=path.name, sheet=table.sheet), sheet=table.sheet)
    for source in match.unused:
        n = len([r for r in source.preview() if any(c is not None for c in r)])
        if n:
            place = Place(file=source.file, sheet=source.name)
            shown = f"{n}" if n < len(source.preview()) or n < 15 else "15+"
            yield codes.problem("X017", place, sheet=source.name, n=shown)
