"""Write a list as a workbook or as a folder of CSV or Parquet files, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from lantian.adapters.excel import codes
from lantian.adapters.excel.catalogue import load_layout
from lantian.adapters.excel.cover import cover_rows
from lantian.adapters.excel.flatten import Cell, Lost, cells_of, rows_of
from lantian.adapters.excel.layout import Layout, TableLayout
from lantian.adapters.inplace import atomic
from lantian.adapters.lake.columnar import write_parquet
from lantian.adapters.lake.source import Progress
from lantian.adapters.lake.textfile import write_csv
from lantian.domain.inventory.model import Inventory
from lantian.kernel.problem import LantianError, Place, Problem

__all__ = ["MAX_EXCEL_ROWS", "Progress", "float_is_exact", "refuse_source", "write_list"]

MAX_EXCEL_ROWS = 1_048_576


def write_list(
    inventory: Inventory,
    path: Path,
    *,
    layout: str | Path,
    form: str | None = None,
    progress: Progress | None = None,
) -> tuple[Problem, ...]:
    """Write `inventory` in a layout; read again it is the same list.

    Parameters
    ----------
    path
        A file ending in ``.xlsx``, or a folder. An existing list there is replaced in one step.
    form
        ``xlsx``, ``csv`` or ``parquet``; after the suffix of `path` when None (``list.csv`` and
        ``list.parquet`` are folders, any other name without ``.xlsx`` is a folder of CSV).

    Returns
    -------
    tuple of Problem
        X061 for rows the layout has no place for; empty when everything was written.

    Raises
    ------
    LantianError
        X062 too many rows for a workbook, X063 cannot be written, X064 read-only layout.
    """
    path = Path(path)
    chosen = load_layout(layout)
    if not chosen.writable:
        raise LantianError(codes.problem("X064", Place(file=path.name), layout=chosen.name))
    kind = form or {".xlsx": "xlsx", ".parquet": "parquet"}.get(path.suffix.lower(), "csv")
    lost = Lost()
    try:
        with atomic(path, folder=kind != "xlsx") as target:
            if kind == "xlsx":
                from lantian.adapters.excel.sheetwriter import write_workbook

                _check_rows(path, chosen, inventory)
                write_workbook(target, chosen, inventory, lost, progress)
            else:
                _write_folder(target, chosen, inventory, kind, lost, progress)
    except OSError as error:
        why = error.strerror or str(error)
        raise LantianError(codes.problem("X063", Place(file=path.name), why=why)) from None
    return tuple(
        codes.problem(
            "X061",
            Place(file=path.name, sheet=chosen.tables[t].sheet),
            layout=chosen.name,
            n=n,
            why=why,
        )
        for (t, why), n in lost.reasons.items()
    ) + tuple(_absent(chosen, inventory, path))


def refuse_source(source: Path, out: Path) -> None:
    """Raise X065 if `out` is the list itself: what was handed in is never changed."""
    if out.exists() and source.exists() and out.samefile(source):
        raise LantianError(codes.problem("X065", Place(file=out.name)))


def _absent(layout: Layout, inventory: Inventory, path: Path) -> Iterator[Problem]:
    for name in ("firm", "line", "measure", "dust", "mobile", "total"):
        rows = rows_of(inventory, name)
        if rows and name not in layout.tables:
            yield codes.problem(
                "X061",
                Place(file=path.name),
                layout=layout.name,
                n=len(rows),
                why=f"没有该表 no table {name}",
            )


def _check_rows(path: Path, layout: Layout, inventory: Inventory) -> None:
    for table in layout.tables.values():
        n = len(rows_of(inventory, table.name)) + table.header_row
        if n > MAX_EXCEL_ROWS:
            place = Place(file=path.name, sheet=table.sheet)
            raise LantianError(
                codes.problem("X062", place, sheet=table.sheet, n=n, limit=MAX_EXCEL_ROWS)
            )


def _write_folder(
    folder: Path,
    layout: Layout,
    inventory: Inventory,
    kind: str,
    lost: Lost,
    progress: Progress | None,
) -> None:
    for table in layout.tables.values():
        rows = rows_of(inventory, table.name)
        header = [c.title for c in table.columns]
        cells = _reported(cells_of(layout, table, rows, lost), table, len(rows), progress)
        if kind == "csv":
            texts = ([_text(v) for v in row] for row in cells)
            write_csv(folder / f"{table.sheet}.csv", header, texts)
        else:
            exact = _exact_columns(layout, table, rows)
            write_parquet(folder / f"{table.sheet}.parquet", header, exact, cells)
    if layout.cover_sheet:
        pairs = iter([list(pair) for pair in cover_rows(layout, inventory)])
        write_csv(folder / f"{layout.cover_sheet}.csv", ["项目", "内容"], pairs)


def _reported(
    cells: Iterator[list[Cell]], table: TableLayout, total: int, progress: Progress | None
) -> Iterator[list[Cell]]:
    for done, row in enumerate(cells, 1):
        yield row
        if progress is not None and done % 10_000 == 0:
            progress(table.sheet, done, total)


def _text(value: Cell) -> str:
    return "" if value is None else format(value, "f") if isinstance(value, Decimal) else value


def float_is_exact(value: Decimal) -> bool:
    """Whether a float, read back by its shortest digits, is this very number."""
    number = float(value)
    return abs(number) < 1e15 and Decimal(repr(number)) == value


def _exact_columns(layout: Layout, table: TableLayout, rows: Any) -> list[bool]:
    """Tell which columns a Parquet file may hold as numbers without losing a digit."""
    exact = [c.spec.kind.value == "decimal" for c in table.columns]
    known: set[Decimal] = set()
    for row in cells_of(layout, table, rows, Lost()):
        for i, value in enumerate(row):
            if not isinstance(value, Decimal) or not exact[i] or value in known:
                continue
            if float_is_exact(value):
                if len(known) < 100_000:
                    known.add(value)
            else:
                exact[i] = False
    return exact
