"""What is known of a section apart from its data: river or lake, target, river, city, basin."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lantian.domain.water.complaint import complain, unreadable
from lantian.jobs.csv_files import read_rows
from lantian.jobs.told import Told
from lantian.jobs.water.columns import _ROLES, plain
from lantian.kernel.problem import LantianError, Place
from lantian.rulebook.water_tables.model import Body

_BODIES: Mapping[str, Body] = {
    "river": Body.RIVER, "河流": Body.RIVER, "河": Body.RIVER, "r": Body.RIVER,
    "lake": Body.LAKE, "湖库": Body.LAKE, "湖泊": Body.LAKE, "水库": Body.LAKE, "湖": Body.LAKE,
    "reservoir": Body.LAKE, "l": Body.LAKE, "湖泊水库": Body.LAKE,
}  # fmt: skip
_CLASSES: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (("i", "1", "ⅰ"), ("ii", "2", "ⅱ"), ("iii", "3", "ⅲ"), ("iv", "4", "ⅳ"), ("v", "5", "ⅴ")), 1
    )
    for name in names
}


def read_body(text: str) -> Body | None:
    """Return river or lake, None for anything else."""
    return _BODIES.get(unicodedata.normalize("NFKC", text).strip().casefold())


def read_class(text: str) -> int | None:
    """Return the number of a class, 6 for 劣Ⅴ; None for anything else."""
    plain_text = unicodedata.normalize("NFKC", text).strip().casefold().removesuffix("类")
    if plain_text in {"劣v", "inferiorv", "inferior-v", "6", "劣5", ">v"}:
        return 6
    return _CLASSES.get(plain_text)


@dataclass(frozen=True, slots=True)
class SectionInfo:
    """Attributes of a section; empty where not said."""

    body: Body | None = None
    target: int | None = None
    words: Mapping[str, str] = field(default_factory=dict)  # river, city, province, basin


@dataclass
class SectionBook:
    """Sections of a list by (province, section); the province is empty where the list has none."""

    known: dict[tuple[str, str], SectionInfo] = field(default_factory=dict)

    def get(self, province: str, section: str) -> SectionInfo:
        """Return what is known of a section."""
        found = self.known.get((province, section)) or self.known.get(("", section))
        return found or SectionInfo()


def read_sections(path: Path, told: Told) -> SectionBook:
    """Return the sections of a CSV: section, type, and if wanted province, target, river, city.

    Raises
    ------
    LantianError
        B001 and B002.
    """
    header, rows = read_rows(path, unreadable)
    names = [plain(name) for name in header]
    at = {
        role: next(names.index(one) for one in known if one in names)
        for role, known in _ROLES.items()
        if any(one in names for one in known)
    }
    if "section" not in at or not {"type", "target"} & set(at):
        place = Place(file=path.name, row=1)
        raise LantianError(complain("B002", place, detail="section, type / target"))
    book = SectionBook()
    for row, texts in rows:
        cells = {role: texts[i] for role, i in at.items()}
        place = Place(file=path.name, row=row)
        body = read_body(cells.get("type", ""))
        if cells.get("type") and body is None:
            told.add(complain("B009", place, detail=cells["type"]))
        target = read_target(cells.get("target", ""), cells["section"], place, told)
        words = {k: cells[k] for k in ("river", "city", "province", "basin") if cells.get(k)}
        book.known[cells.get("province", ""), cells["section"]] = SectionInfo(body, target, words)
    return book


def read_target(text: str, section: str, place: Place, told: Told) -> int | None:
    """Return a target class 1 to 5, None where there is none; a bad one is told (B018)."""
    if not text:
        return None
    target = read_class(text)
    if target is None or target > 5:
        told.add(complain("B018", place, what=section, detail=text[:30]))
        return None
    return target
