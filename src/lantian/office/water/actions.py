"""What changes water data: a file of samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lantian.jobs.told import SHOWN, Told
from lantian.jobs.water.classes import first_rules
from lantian.jobs.water.read import WaterFile
from lantian.jobs.water.sections import SectionInfo
from lantian.kernel.problem import Problem
from lantian.office.audit.action import Done, action
from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import path_of
from lantian.office.people.models import User
from lantian.office.water.models import WaterSample, WaterSection
from lantian.rulebook.water_tables import load_water

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file of samples came to."""

    rows: int
    rows_unused: int
    values: int
    sections: int
    problems: tuple[Problem, ...]
    left_out: dict[str, int]


@action("water.import")
def import_samples(
    actor: User, file: StoredFile, raw: StoredFile | None = None, shown: int = SHOWN
) -> Done[Imported]:
    """Take in a stored file of samples; a later file replaces the values it names.

    A new section takes river or lake, target, river and city from the file; one that is known
    keeps what is set and only fills what is empty. `raw` is what came in where `file` was made from it;
    `shown` problems of one code are told in full.

    Raises
    ------
    LantianError
        B001, B002 where the file cannot be read.
    """
    told = Told(shown=shown)
    source = WaterFile(path_of(file.hash), *first_rules(load_water()), told)
    known = {s.name: s for s in WaterSection.objects.all()}
    values: list[WaterSample] = []
    touched: set[str] = set()
    for row in source.rows():
        if row.moment is None or row.repeated or not row.values:
            continue
        section = known.get(row.section)
        if section is None:
            section = known[row.section] = WaterSection(name=row.section)
            _fill(section, row.info)
            section.save(force_insert=True)
        elif _fill(section, row.info):
            section.save()
        touched.add(row.section)
        minute = -1 if row.moment.minute is None else row.moment.minute
        values += [
            WaterSample(
                section=section, day=row.moment.day, minute=minute, item=key,
                value=Decimal(v.numerator) / Decimal(v.denominator), source=file.hash,
            )
            for key, v in row.values.items()
        ]  # fmt: skip
    WaterSample.objects.bulk_create(
        values, batch_size=_BATCH, update_conflicts=True,
        unique_fields=("section", "day", "minute", "item"), update_fields=("value", "source"),
    )  # fmt: skip
    unused = source.rows_without_date + source.rows_repeated
    found = Imported(
        source.rows_read, unused, len(values), len(touched), tuple(told.problems), told.left_out
    )
    event = {"rows": found.rows, "unused": unused, "values": found.values, "sections": found.sections,
             "problems": dict(told.counts)}  # fmt: skip
    return Done(found, event, {one.name: one.hash for one in (file, raw) if one is not None})


@dataclass(frozen=True, slots=True)
class SectionPlace:
    """Where a section lies and to whom it belongs."""

    name: str
    district: str
    lon: float | None
    lat: float | None


@action("water.import")
def set_places(actor: User, places: Sequence[SectionPlace]) -> Done[int]:
    """Set district and place of known sections."""
    known = {s.name: s for s in WaterSection.objects.all()}
    rows = []
    for place in places:
        if (section := known.get(place.name)) is not None:
            section.district, section.lon, section.lat = place.district, place.lon, place.lat
            rows.append(section)
    WaterSection.objects.bulk_update(rows, ("district", "lon", "lat"))
    return Done(len(rows), {"sections": [f"{p.name} {p.district}" for p in places]})


def _fill(section: WaterSection, info: SectionInfo) -> bool:
    """Set what is empty; return whether anything was."""
    changed = False
    given = {
        "body": info.body.value if info.body else "", "target": info.target,
        "river": info.words.get("river", ""), "city": info.words.get("city", ""),
    }  # fmt: skip
    for field, value in given.items():
        if value and not getattr(section, field):
            setattr(section, field, value)
            changed = True
    return changed
