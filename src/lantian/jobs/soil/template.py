"""``lantian soil template``: the empty workbook of the form, with the choices of the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from lantian.adapters.excel.form import FormSheet, write_form
from lantian.jobs.soil.form import soil_form
from lantian.jobs.soil.write import unwritable
from lantian.rulebook.soil_tables import load_soil

Rows = Mapping[str, Sequence[Mapping[str, str]]]


def write_template(path: Path, day: date, *, rows: Rows | None = None) -> Path:
    """Write the form: sheets 地块, 点位, 检测结果, 进展; choices are those of `day`.

    Parameters
    ----------
    path
        The workbook.
    day
        Day whose events, triggers and items are offered.
    rows
        Rows to fill in, by sheet and column key.

    Raises
    ------
    LantianError
        S090 where the file cannot be written.
    """
    book = load_soil()
    process, spot = book.process(day), book.spot_check(day)
    choices = {
        ("event", "event"): tuple(e.name_zh for e in process.events.values()),
        ("parcel", "trigger"): tuple(t.name_zh for t in process.triggers.values()),
        ("parcel", "attention"): tuple(a.name_zh for a in spot.attention.values()),
    }
    sheets = [_with_choices(sheet, choices) for sheet in soil_form().values()]
    try:
        write_form(path, "建设用地土壤", sheets, rows or {})
    except OSError as error:
        raise unwritable(path, error) from error
    return path


def _with_choices(
    sheet: FormSheet, choices: Mapping[tuple[str, str], tuple[str, ...]]
) -> FormSheet:
    """Return a sheet with the choices of the rules; long lists go into the column's note."""
    columns = []
    for column in sheet.columns:
        offered = choices.get((sheet.key, column.key))
        if offered:
            note = "；".join(text for text in (column.note, "可填：" + "、".join(offered)) if text)
            column = replace(column, choices=offered, note=note)
        columns.append(column)
    return replace(sheet, columns=tuple(columns))
