"""What changes firms and lists: a checked workbook, an accepted edition.

Reading and checking take seconds and happen before an action, outside its transaction.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

import lantian
from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import Inventory
from lantian.jobs.check import CheckReport, run_check
from lantian.jobs.lists import Locate, ReadList, mark_list, read_list
from lantian.jobs.registry.differences import differences
from lantian.jobs.registry.entries import FirmEntry, entries, structure_problems, totals_of
from lantian.jobs.registry.problems import MOST_FIRMS, MOST_UNPACKED_MB, problem
from lantian.kernel.problem import LantianError, Place, Problem, Severity
from lantian.office.audit.action import Done, action
from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import path_of
from lantian.office.people.models import User
from lantian.office.registry.documents import document_of, documents
from lantian.office.registry.models import (
    MASSES,
    Edition,
    Firm,
    FirmChange,
    FirmCount,
    FirmDetail,
    Line,
    Upload,
    UploadProblem,
)
from lantian.rulebook import load_rulebook

_BATCH = 1000
COUNTED = ("district", "industry", "grade", "state", "guaranteed", "small_micro")
"""What `FirmCount` counts by: everything lists filter by, but texts."""
UNRANKED = 9
"""Sorts firms without a grade behind all others."""


@contextmanager
def named_copy(file: StoredFile) -> Iterator[Path]:
    """Give a stored file under its own name, so that problems name the file that people know."""
    with tempfile.TemporaryDirectory(prefix="lantian-list-") as folder:
        name = Path(file.name.replace("\\", "/")).name or "list.xlsx"
        path = Path(folder) / name[-120:]
        shutil.copyfile(path_of(file.hash), path)
        yield path


def check_file(file: StoredFile, day: date, most_firms: int = MOST_FIRMS) -> CheckReport:
    """Read and check a stored list for a day.

    Raises
    ------
    LantianError
        Where it cannot be read; E003 beyond `most_firms`, E015 where it unpacks to too much.
    """
    size = _unpacked_mb(path_of(file.hash))
    if size > MOST_UNPACKED_MB:
        raise LantianError(problem("E015", Place(file=file.name), size=size, mb=MOST_UNPACKED_MB))

    def too_many(inventory: Inventory) -> Problem | None:
        n = len(inventory.firms)
        return (
            problem("E003", Place(file=file.name), n=n, limit=most_firms)
            if n > most_firms
            else None
        )

    with named_copy(file) as path:
        return run_check(path, day=day, refuse=too_many)


def _unpacked_mb(path: Path) -> int:
    """Return the size of a workbook's parts in whole MB; 0 for what is no archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(part.file_size for part in archive.infolist()) >> 20
    except (zipfile.BadZipFile, OSError):  # the reader says what is wrong with it
        return 0


@action("list.upload")
def keep_check(
    actor: User, file: StoredFile, report: CheckReport, carried: Mapping[str, Any] | None = None
) -> Done[Upload]:
    """Keep what checking a stored list found, and first what keeps it from becoming an edition.

    Parameters
    ----------
    carried
        For a list that was written from an edition with grades in force: which, and by which awards.
    """
    inventory = report.read.inventory
    problems = (*structure_problems(inventory), *report.problems)
    levels = Counter(p.severity for p in problems)
    counts = report.read.counts
    upload = Upload.objects.create(
        file=file, name=file.name, day=report.day, by=actor.username,
        checked_with=lantian.__version__, layout=inventory.layout, city=inventory.city[:80],
        firms=len(inventory.firms), lines=len(inventory.lines), rows=report.rows,
        unused={k: v for k, v in counts.items() if k.startswith("unused_") and v},
        errors=levels[Severity.ERROR], warnings=levels[Severity.WARNING], hints=levels[Severity.HINT],
    )  # fmt: skip
    firm_at = firm_rows(report.read)
    UploadProblem.objects.bulk_create(
        (
            UploadProblem(
                upload=upload, number=i, severity=p.severity.value, code=p.code,
                sheet=p.place.sheet[:120], cell=p.place.cell[:12], row=p.place.row,
                column=p.place.column[:120], firm_id=firm_at(p.place),
                message_zh=p.message_zh, message_en=p.message_en,
                remedy_zh=p.remedy_zh, remedy_en=p.remedy_en,
            )
            for i, p in enumerate(problems, 1)
        ),
        batch_size=_BATCH,
    )  # fmt: skip
    event = {
        "upload": upload.pk, "day": report.day.isoformat(), "firms": upload.firms, "lines": upload.lines,
        "rows": upload.rows, "errors": upload.errors, "warnings": upload.warnings, "hints": upload.hints,
        "layout": upload.layout,
    }  # fmt: skip
    about = [f"firm:{f}" for f in carried["awards"]] if carried else []
    event |= {"carried": dict(carried)} if carried else {}
    return Done(upload, event, {file.name: file.hash}, about)


def firm_rows(read: ReadList) -> Callable[[Place], str]:
    """Return a function that gives the id of the firm in whose row a place lies, "" for none."""
    inventory, locate = read.inventory, read.locate
    at: dict[tuple[str, int], str] = {}
    _add(at, "firm", inventory.firms, locate)
    _add(at, "line", inventory.lines, locate)
    _add(at, "measure", inventory.measures, locate)
    return lambda place: at.get((place.sheet, place.row or 0), "")


def _add(at: dict[tuple[str, int], str], table: str, rows: Sequence, locate: Locate) -> None:  # type: ignore[type-arg]
    for row in rows:
        place = locate(table, row.row, "")
        if place.row is not None:
            at[place.sheet, place.row] = row.firm_id[:120]


def marked_copy(upload: Upload) -> Path:
    """Return the workbook with its problems marked in their cells; made once, from the vault.

    Raises
    ------
    LantianError
        X001 to X004, X063 where it cannot be written.
    """
    out = Path(settings.HOME) / "marked" / f"{upload.file_id[:16]}-{upload.day}-{upload.pk}.xlsx"
    if not out.exists():
        out.parent.mkdir(parents=True, exist_ok=True)
        found = [_problem_of(p, upload.name) for p in upload.problems.all()]
        with named_copy(upload.file) as path:
            mark_list(path, out, found)
    return out


def _problem_of(row: UploadProblem, file: str) -> Problem:
    return Problem(
        code=row.code, severity=Severity(row.severity),
        place=Place(file=file, sheet=row.sheet, cell=row.cell, row=row.row, column=row.column),
        message_zh=row.message_zh, message_en=row.message_en,
        remedy_zh=row.remedy_zh, remedy_en=row.remedy_en,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """A checked list read again, ready to become an edition."""

    upload: Upload
    firms: tuple[FirmEntry, ...]
    totals: dict[str, dict[str, int]]
    not_collected: tuple[str, ...]


def candidate_of(upload: Upload, inventory: Inventory | None = None) -> Candidate:
    """Return a checked list ready for acceptance, read again from the vault unless it is at hand.

    Raises
    ------
    LantianError
        E005 to E008: rows would be lost, whoever acknowledges what.
    """
    if inventory is None:
        with named_copy(upload.file) as path:
            inventory = read_list(path).inventory
    wrong = structure_problems(inventory)
    if wrong:
        raise LantianError(*wrong)
    found = tuple(entries(inventory, load_rulebook(), upload.day))
    hidden = tuple(sorted(p.value for p in inventory.not_collected))
    return Candidate(upload, found, totals_of(inventory), hidden)


def errors_of(upload: Upload) -> dict[str, int]:
    """Return the number of errors of a checked list by code."""
    codes = upload.problems.filter(severity=Severity.ERROR.value).values_list("code", flat=True)
    return dict(sorted(Counter(codes).items()))


@action("list.accept")
def accept(
    actor: User,
    candidate: Candidate,
    *,
    seen: int,
    acknowledged: Sequence[str] = (),
    reason: str = "",
    at: datetime | None = None,
) -> Done[Edition]:
    """Make a checked list the edition in force.

    Parameters
    ----------
    candidate
        The list, by `candidate_of`.
    seen
        Number of the edition in force when the person decided, 0 for none.
    acknowledged
        Codes of the errors that the person takes upon himself.
    reason
        Why; needed where there are errors.
    at
        When; now where it is not said.

    Raises
    ------
    LantianError
        E009, E010 errors without acknowledgement or reason; E011 already accepted; E012 another
        edition came in between. Nothing is changed then.
    """
    upload = candidate.upload
    current = Edition.objects.first()
    number = current.number if current else 0
    errors = errors_of(upload)
    _refuse(upload, number, seen, [code for code in errors if code not in acknowledged])
    if errors and not reason.strip():
        raise LantianError(problem("E010"))
    changes = _changes(current, candidate.firms)
    kinds = Counter(kind for _, kind, _ in changes)
    try:
        with transaction.atomic():
            edition = Edition.objects.create(
                number=number + 1, upload=upload, day=upload.day, by=actor.username, at=at or timezone.now(),
                firms=len(candidate.firms), lines=sum(len(f.lines) for f in candidate.firms),
                acknowledged=errors, reason=reason.strip(), totals=candidate.totals,
                not_collected=list(candidate.not_collected), facets=facets_of(candidate.firms),
                unknown=sum(1 for f in candidate.firms if f.unknown),
                added=kinds["added"], removed=kinds["removed"], changed=kinds["changed"],
            )  # fmt: skip
    except IntegrityError:  # accepted by somebody else in this very moment
        raise LantianError(problem("E012", edition=number + 1)) from None
    write_firms(edition, candidate.firms)
    FirmChange.objects.bulk_create(
        (FirmChange(edition=edition, firm_id=f, kind=k, changes=c) for f, k, c in changes),
        batch_size=_BATCH,
    )
    event = {
        "edition": edition.number, "upload": upload.pk, "day": upload.day.isoformat(), "firms": edition.firms,
        "lines": edition.lines, "added": edition.added, "removed": edition.removed,
        "changed": edition.changed, "acknowledged": errors, "reason": edition.reason,
    }  # fmt: skip
    return Done(edition, event, {upload.name: upload.file_id}, [f"firm:{f}" for f, _, _ in changes])


def _refuse(upload: Upload, number: int, seen: int, open_codes: Sequence[str]) -> None:
    already = Edition.objects.filter(upload=upload).first()
    if already is not None:
        raise LantianError(problem("E011", edition=already.number))
    if number != seen:
        raise LantianError(problem("E012", edition=number))
    if open_codes:
        raise LantianError(problem("E009", codes="、".join(open_codes)))


Change = tuple[str, str, list[list[str]]]


def _changes(before: Edition | None, firms: Sequence[FirmEntry]) -> list[Change]:
    """Return firm, kind and differences of every firm that is not as it was."""
    old = (
        dict(Firm.objects.filter(edition=before).values_list("firm_id", "digest")) if before else {}
    )
    found: list[Change] = [(f.firm_id, "added", []) for f in firms if f.firm_id not in old]
    new = {f.firm_id: f for f in firms}
    found += [(firm_id, "removed", []) for firm_id in old if firm_id not in new]
    changed = [f for f in firms if f.firm_id in old and old[f.firm_id] != f.digest]
    was = documents(before, [f.firm_id for f in changed]) if before else {}
    for firm in changed:
        own = differences(was[firm.firm_id], document_of(firm))
        found.append((firm.firm_id, "changed", [d.as_list() for d in own]))
    return found


def facets_of(firms: Sequence[FirmEntry]) -> dict[str, dict[str, list[int]]]:
    """Return number and masses of the firms by what the list of firms can be filtered by.

    Kept with the edition, so that no page adds up all its firms again. Values are cut as in `Firm`.
    """
    found: dict[str, dict[str, list[int]]] = {
        f: {} for f in ("district", "industry", "grade", "state")
    }
    for firm in firms:
        own = {
            "district": firm.values.get("district", "")[:80], "industry": firm.industry[:80],
            "grade": firm.values.get("grade", ""), "state": firm.state,
        }  # fmt: skip
        for field, value in own.items():
            sums = found[field].setdefault(value, [0] * (1 + len(MASSES)))
            sums[0] += 1
            for i, mg in enumerate(firm.base_mg, 1):
                sums[i] += mg or 0
    return found


def write_firms(edition: Edition, firms: Sequence[FirmEntry]) -> None:
    """Write the firms and lines of a new edition."""
    rows = [_firm_row(edition, f) for f in firms]
    Firm.objects.bulk_create(rows, batch_size=_BATCH)
    cells = Counter(tuple(getattr(row, field) for field in COUNTED) for row in rows)
    FirmCount.objects.bulk_create(
        (
            FirmCount(edition=edition, firms=n, **dict(zip(COUNTED, cell, strict=True)))
            for cell, n in cells.items()
        ),
        batch_size=_BATCH,
    )
    FirmDetail.objects.bulk_create(
        (FirmDetail(firm=row, values=f.values) for row, f in zip(rows, firms, strict=True)),
        batch_size=_BATCH,
    )
    Line.objects.bulk_create(
        (
            Line(
                firm=row, place=i, line_id=one.line_id, standing=one.standing, values=one.values,
                measures=list(one.measures), **dict(zip(MASSES, one.base_mg, strict=True)),
            )
            for row, f in zip(rows, firms, strict=True)
            for i, one in enumerate(f.lines)
        ),
        batch_size=_BATCH,
    )  # fmt: skip


def _firm_row(edition: Edition, firm: FirmEntry) -> Firm:
    values = firm.values
    grade = values.get("grade", "")
    name, credit = values.get("name", ""), values.get("credit_code", "")
    return Firm(
        edition=edition, firm_id=firm.firm_id, name=name[:200], credit_code=credit[:40],
        district=values.get("district", "")[:80], industry=firm.industry[:80],
        subtype=values.get("subtype", "")[:80], grade=grade,
        grade_rank=Grade(grade).rank if grade else UNRANKED, state=firm.state,
        guaranteed=values.get("guaranteed"), small_micro=values.get("small_micro"),
        line_count=len(firm.lines), unknown=firm.unknown, digest=firm.digest,
        search=f"{firm.firm_id} {name} {credit}".lower()[:400],
        **dict(zip(MASSES, firm.base_mg, strict=True)),
    )  # fmt: skip
