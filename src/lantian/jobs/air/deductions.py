"""The list of approved dust deductions: city, date, pollutants (both PM where not said)."""

from __future__ import annotations

from pathlib import Path

from lantian.domain.air.complaint import complain, unreadable
from lantian.domain.air.dust import Deduction
from lantian.jobs.air.columns import plain
from lantian.jobs.air.stamps import read_stamp
from lantian.jobs.csv_files import read_rows
from lantian.jobs.told import Told
from lantian.kernel.problem import LantianError, Place

_PM = frozenset({"pm10", "pm25"})
_POLLUTANTS = {"pm10": "pm10", "pm2.5": "pm25", "pm25": "pm25", "pm2_5": "pm25"}


def read_deductions(path: Path, told: Told) -> list[Deduction]:
    """Return the approved deductions of a CSV with columns date, city and, if wanted, pollutants.

    Raises
    ------
    LantianError
        A001 and A002.
    """
    header, rows = read_rows(path, unreadable)
    names = [plain(name) for name in header]
    missing = [name for name in ("date", "city") if name not in names]
    if missing:
        place = Place(file=path.name, row=1)
        raise LantianError(complain("A002", place, detail="、".join(missing)))
    found = []
    for row, texts in rows:
        cells = dict(zip(names, texts, strict=True))
        stamp = read_stamp(cells["date"], hourly=False)
        if stamp is None:
            place = Place(file=path.name, row=row)
            told.add(complain("A007", place, detail=cells["date"] or "（空）"))
            continue
        words = cells.get("pollutants", "").replace("、", ",").replace(";", ",").split(",")
        named = {_POLLUTANTS.get(plain(w)) for w in words if w.strip()}
        if None in named:
            place = Place(file=path.name, row=row, column="pollutants")
            told.add(complain("A003", place, column="pollutants", detail=cells["pollutants"]))
            continue
        pollutants = frozenset(n for n in named if n) or _PM
        found.append(Deduction(cells["city"], stamp.day, pollutants))
    return found
