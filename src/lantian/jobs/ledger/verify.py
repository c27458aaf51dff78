"""``lantian ledger verify``: an exported ledger, and the files it names, checked without the site.

The export is JSON lines: a head ``{"ledger": "lantian-1", "algorithm": …}``, then entries
``{"number", "before", "event", "hash"}``, and ``{"seal": {…}}`` for every sealed day; exports made
before there were seals have ``{"root": …, "first": n, "last": m, "day": …}``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lantian.adapters.crypto.signing import PublicKey
from lantian.domain.ledger.canonical import NotCanonicalError
from lantian.domain.ledger.chain import ALGORITHMS, Entry, breaks, digest
from lantian.domain.ledger.merkle import root
from lantian.domain.ledger.seal import Seal, day_of, faults, from_dict
from lantian.jobs.ledger import seal_complaint
from lantian.jobs.ledger.complaint import complain
from lantian.jobs.ledger.keys import checkers
from lantian.kernel.problem import LantianError, Place, Problem

FORMAT = "lantian-1"


@dataclass
class VerifyRun:
    """What a ledger file came to."""

    source: str
    algorithm: str = ""
    entries: int = 0
    days: int = 0
    files_checked: int = 0
    last_hash: str = ""
    seals: int = 0
    last_sealed: str = ""
    signatures_checked: bool = False
    problems: list[Problem] = field(default_factory=list)


def run_verify(
    path: Path, files: Path | None = None, keys: Mapping[str, PublicKey] | None = None
) -> VerifyRun:
    """Check an exported ledger.

    Parameters
    ----------
    path
        The export.
    files
        Folder of the files that events name by their hash, each under its hash or as the vault keeps it.
    keys
        Public keys by fingerprint. With them every seal's signature is checked, and a finished day
        without a seal is named.

    Raises
    ------
    LantianError
        Y001 where the file cannot be read as a ledger.
    """
    run = VerifyRun(path.name)
    lines = _lines(path)
    number, head = next(lines, (0, {}))
    if head.get("ledger") != FORMAT or head.get("algorithm") not in ALGORITHMS:
        raise LantianError(
            complain("Y001", Place(file=path.name, line=1), detail=f"head ≠ {FORMAT}")
        )
    run.algorithm = head["algorithm"]
    last: Entry | None = None
    hashes: dict[int, str] = {}
    days: dict[int, str] = {}
    seals: list[Seal] = []
    for number, line in lines:
        place = Place(file=path.name, line=number)
        if "seal" in line:
            _read_seal(line, seals, run, place)
            continue
        if "root" in line:
            _check_root(line, hashes, run, place)
            continue
        entry = _entry(line, place, run)
        if entry is None:
            continue
        try:
            found = list(breaks(run.algorithm, [entry], last))
        except NotCanonicalError as error:
            run.problems.append(complain("Y002", place, number=entry.number, detail=str(error)))
            found = []
        for one in found:
            code = {"number": "Y003", "before": "Y004", "hash": "Y005"}[one.kind]
            values = {"number": one.number, "expected": one.expected, "found": one.found}
            run.problems.append(complain(code, place, **values))
        hashes[entry.number], days[entry.number] = entry.hash, day_of(entry.event)
        if files is not None:
            _check_files(entry, files, run, place)
        last = entry
        run.entries += 1
    run.last_hash = last.hash if last else ""
    known = None if keys is None else checkers(keys)
    today = str(head.get("exported_on", ""))
    for fault in faults(run.algorithm, hashes, days, seals, known, today):
        code = seal_complaint.BY_FAULT[fault.kind]
        told = {"day": fault.day, "expected": fault.expected, "found": fault.found}
        run.problems.append(seal_complaint.complain(code, Place(file=path.name), **told))
    run.seals, run.signatures_checked = len(seals), keys is not None
    run.last_sealed = seals[-1].day if seals else ""
    return run


def _read_seal(line: dict[str, Any], seals: list[Seal], run: VerifyRun, place: Place) -> None:
    try:
        seals.append(from_dict(line["seal"]))
        run.days += 1
    except (ValueError, AttributeError) as error:
        run.problems.append(seal_complaint.complain("V007", place, detail=str(error)))


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, text in enumerate(file, 1):
                try:
                    value = json.loads(text)
                except ValueError:
                    value = None
                if not isinstance(value, dict):
                    place = Place(file=path.name, line=number)
                    raise LantianError(complain("Y001", place, detail="不是 JSON 行 no JSON line"))
                yield number, value
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise LantianError(complain("Y001", Place(file=path.name), detail=why)) from None


def _entry(line: dict[str, Any], place: Place, run: VerifyRun) -> Entry | None:
    number, before, event, own = (line.get(k) for k in ("number", "before", "event", "hash"))
    sound = isinstance(number, int) and isinstance(event, dict) and isinstance(before, str)
    if not sound or not isinstance(own, str):
        detail = "缺少字段 a field is missing"
        run.problems.append(complain("Y002", place, number=number, detail=detail))
        return None
    return Entry(number, before, event, own)  # type: ignore[arg-type]


def _check_root(line: dict[str, Any], hashes: dict[int, str], run: VerifyRun, place: Place) -> None:
    run.days += 1
    first, last = line.get("first"), line.get("last")
    own: list[str] = []
    if isinstance(first, int) and isinstance(last, int) and last - first < len(hashes):
        own = [hashes.get(n, "") for n in range(first, last + 1)]
    try:
        found = root(run.algorithm, own) if all(own) else "—"
    except ValueError:
        found = "—"
    if not own or found != line["root"]:
        values = {"day": line.get("day"), "expected": line["root"], "found": found}
        run.problems.append(complain("Y006", place, **values))


def _check_files(entry: Entry, files: Path, run: VerifyRun, place: Place) -> None:
    for name, expected in (entry.event.get("files") or {}).items():
        path = files / str(expected)
        if not path.exists():  # the vault keeps files in folders by the first two digits
            path = files / str(expected)[:2] / str(expected)
        run.files_checked += 1
        try:
            found = digest(run.algorithm, path.read_bytes())
        except OSError:
            values = {"number": entry.number, "name": name, "expected": expected}
            run.problems.append(complain("Y007", place, **values))
            continue
        if found != expected:
            values = {"number": entry.number, "name": name, "found": found, "expected": expected}
            run.problems.append(complain("Y008", place, **values))
