"""The workbook of soil: opened by its layout, as xlsx or CSV; cells read as what they should be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from lantian.adapters.excel.form import FormData, FormRow, FormSheet, read_csv_form, read_form
from lantian.adapters.excel.form_layout import packaged_form, read_form_layout
from lantian.adapters.excel.workbook import sniff
from lantian.domain.soil.complaint import complain
from lantian.domain.soil.measured import read_value
from lantian.jobs.told import Told
from lantian.kernel.calendar import parse_moment
from lantian.kernel.problem import LantianError
from lantian.rulebook.soil_tables.model import LandClass

FORM = "soil-1"
_SEPARATORS = re.compile(r"[、，,;；/\n]+")
_CLASSES = {
    **dict.fromkeys(("1", "一类", "第一类", "第一类用地", "一类用地"), LandClass.FIRST),
    **dict.fromkeys(("2", "二类", "第二类", "第二类用地", "二类用地"), LandClass.SECOND),
}


def soil_form(layout: Path | None = None) -> dict[str, FormSheet]:
    """Return the sheets of the form, or those of a layout of one's own (X008 where it is wrong)."""
    packaged = packaged_form(FORM)
    return packaged if layout is None else read_form_layout(layout, packaged)


def open_form(path: Path, layout: Path | None, needed: str, others: Sequence[str]) -> FormData:
    """Return the rows of a file.

    Parameters
    ----------
    path
        A workbook, or a CSV file that holds the sheet `needed` alone.
    layout
        A layout file of one's own.
    needed
        Sheet that must be there.
    others
        Sheets that are read too; all further ones of the form are passed over in silence.

    Raises
    ------
    LantianError
        X codes where nothing can be read.
    """
    form = soil_form(layout)
    if sniff(path) == "csv":
        return read_csv_form(path, replace(form[needed], required=True))
    sheets = [
        replace(s, required=s.key == needed, silent=s.key not in (needed, *others))
        for s in form.values()
    ]
    return read_form(path, sheets)


class Cells:
    """Reads cells of a room's rows; what cannot be read is told at its cell."""

    def __init__(self, told: Told) -> None:
        self.told = told

    def say(self, code: str, row: FormRow, key: str = "", **values: object) -> None:
        """Tell a problem at a cell."""
        self.told.add(complain(code, row.place(key), **values))

    def many(self, row: FormRow, key: str) -> tuple[str, ...]:
        """Return the parts of a cell that names several things."""
        return tuple(p.strip() for p in _SEPARATORS.split(row[key]) if p.strip())

    def positive(self, row: FormRow, key: str, header: str) -> Fraction | None:
        """Return a positive number; S026 where it is none."""
        if not row[key]:
            return None
        written = read_value(row[key])
        number = None if written is None or written.below or written.unit else written.number
        if number is None or number <= 0:
            self.say("S026", row, key, column=header, detail=row[key])
            return None
        return number

    def day(self, row: FormRow, key: str) -> date | None:
        """Return a date; S050 where it is none."""
        try:
            return parse_moment(row[key], row.place(key)).date()
        except LantianError:
            self.say("S050", row, key, detail=row[key])
            return None

    def land_class(self, row: FormRow, key: str) -> LandClass | None:
        """Return a land class; S024 where it is none."""
        if not row[key]:
            return None
        found = _CLASSES.get(unicodedata.normalize("NFKC", row[key]).strip())
        if found is None:
            self.say("S024", row, key, detail=row[key])
        return found
