"""A day sealed: its rows in files that are never written again, named by hash in a manifest."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from lantian.adapters.inplace import atomic
from lantian.adapters.lake import readings
from lantian.jobs.gateway.catalogue import Catalogue, FileRow, locked
from lantian.jobs.gateway.complaint import complain
from lantian.jobs.gateway.home import TREES, Home, home_of
from lantian.jobs.gateway.lake import (
    LAKE_LOCK,
    LAKE_WAIT_S,
    begin_writing,
    day_bounds,
    end_writing,
    put,
)
from lantian.jobs.gateway.spool import Reader, Segment, records, segments, verify_spool
from lantian.kernel.calendar import BEIJING
from lantian.kernel.problem import LantianError, Place, Problem

FORMAT: Final = 1
_PIECE: Final = 1 << 20


class Manifest(NamedTuple):
    """The seal of a day; `sha256` and `sm3` are those of the manifest file itself."""

    day: date
    path: Path
    sha256: str
    sm3: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check of all seals and of the spool found."""

    days: int
    files: int
    rows: int
    segments: int
    records: int
    problems: tuple[Problem, ...]


def seal(home: Path | Home, day: date, *, now: datetime) -> Manifest:
    """Seal a day, with everything late of earlier days; a sealed day gives its manifest again.

    Parameters
    ----------
    home
        Folder of the gateway.
    day
        The day, Beijing time; it must be over at `now`.
    now
        The moment, aware; it stands in the manifest.

    Raises
    ------
    LantianError
        J304 where the day is not over, J305 where a later one is sealed, J306 where records of the
        day are not in the lake yet, J002 while another process writes the lake, J001 where
        the disk does not take it.
    """
    at = home_of(home)
    found = manifest(at, day)
    if found is not None:
        return found
    if now < day_bounds(day)[1]:
        raise LantianError(complain("J304", detail=day.isoformat()))
    with locked(at, LAKE_LOCK, LAKE_WAIT_S), Catalogue(at, write=True) as catalogue:
        sealed = sealed_days(at)
        if sealed and sealed[-1] > day:
            detail, given = day.isoformat(), sealed[-1].isoformat()
            raise LantianError(complain("J305", detail=detail, given=given))
        behind = _behind(catalogue, day)
        if behind:
            raise LantianError(complain("J306", n=behind))
        begin_writing(catalogue)
        try:
            _write(catalogue, day, sealed[-1] if sealed else None, now)
        except OSError as error:
            place = Place(file=str(at.root))
            raise LantianError(complain("J001", place, detail=error.strerror or "?")) from error
        end_writing(catalogue)
    made = manifest(at, day)
    assert made is not None
    return made


def _behind(catalogue: Catalogue, day: date) -> int:
    """Return how many records that arrived on the day or before are not in the lake."""
    last = round(day_bounds(day)[1].timestamp() * 1000)
    waiting = records(catalogue.home, catalogue.next_record)
    return sum(1 for record in waiting if record.received_ms < last)


def _write(catalogue: Catalogue, day: date, before: date | None, now: datetime) -> None:
    """Merge what is not sealed, then let the sealed files and the manifest count together.

    The manifest gets its name last: a run that breaks off before leaves sealed files that the next run
    finds named in the catalogue and puts into the manifest it then writes.
    """
    home = catalogue.home
    for tree in TREES:
        groups: dict[tuple[str, int], list[FileRow]] = {}
        begun: set[tuple[str, int]] = set()
        for file in catalogue.files(tree):
            if file.sealed == day.isoformat():
                begun.add((file.day, file.bucket))
            elif not file.sealed and file.day <= day.isoformat():
                groups.setdefault((file.day, file.bucket), []).append(file)
        for (of, bucket), files in sorted(groups.items()):
            place = (date.fromisoformat(of), bucket)
            # What came after a run that broke off gets a file of its own: no sealed file is written again.
            last = f"-{files[-1].last_record}" if (of, bucket) in begun else ""
            name = f"sealed-{day.isoformat()}{last}"
            rows = readings.merged(tree, [home.root / f.path for f in files])
            made = put(home, tree, place, rows, name, tier=99, sealed=day.isoformat())
            with catalogue.transaction():
                catalogue.drop_files(f.path for f in files)
                catalogue.add_files([made])
            for file in files:
                (home.root / file.path).unlink(missing_ok=True)
    data = _manifest(catalogue, day, before, now)
    home.seals.mkdir(exist_ok=True)
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    with atomic(home.seal_file(day)) as new:
        new.write_text(text, "utf-8")
        with new.open("rb") as stream:
            os.fsync(stream.fileno())


def _manifest(
    catalogue: Catalogue, day: date, before: date | None, now: datetime
) -> dict[str, Any]:
    home = catalogue.home
    files = [f for tree in TREES for f in catalogue.files(tree) if f.sealed == day.isoformat()]
    rows = [
        {
            "path": f.path, "tree": f.tree, "day": f.day, "late": f.day != day.isoformat(),
            "rows": f.rows, "bytes": f.bytes, "first_record": f.first_record,
            "last_record": f.last_record, **hashes(home.root / f.path),
        }
        for f in files
    ]  # fmt: skip
    spool = _spool_since(home, before, day)
    previous = manifest(home, before) if before else None
    return {
        "kind": "gateway-seal",
        "format": FORMAT,
        "day": day.isoformat(),
        "sealed_at": now.astimezone(BEIJING).isoformat(timespec="seconds"),
        "before": None
        if previous is None
        else {"day": previous.day.isoformat(), "sha256": previous.sha256, "sm3": previous.sm3},
        "files": rows,
        "spool": spool,
        "rows": sum(f.rows for f in files if f.tree == "lake"),
        "records": sum(s["last"] - s["first"] + 1 for s in spool),
    }


def _spool_since(home: Home, before: date | None, day: date) -> list[dict[str, Any]]:
    """Return the segments that were begun by the end of the day, closed, and in no seal before."""
    told: set[str] = set()
    for one in sealed_days(home):
        if before is None or one > before:
            break
        found = manifest(home, one)
        told |= {s["path"] for s in found.data["spool"]} if found else set()
    last = round(day_bounds(day)[1].timestamp() * 1000)
    every = segments(home)
    rows = []
    for i, segment in enumerate(every):
        path = segment.path.relative_to(home.root).as_posix()
        closed = i + 1 < len(every)
        if path not in told and closed and segment.created_ms < last:
            rows.append({"path": path, **_segment(segment)})
    return rows


def _segment(segment: Segment) -> dict[str, Any]:
    reader = Reader(segment)
    for _ in reader:
        pass
    return {
        "first": segment.first, "last": reader.next - 1, "bytes": segment.path.stat().st_size,
        "chain": reader.chain.hex(), **hashes(segment.path),
    }  # fmt: skip


def hashes(path: Path) -> dict[str, str]:
    """Return SHA-256 and SM3 of a file."""
    sha256, sm3 = hashlib.sha256(), hashlib.new("sm3")
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            sha256.update(piece)
            sm3.update(piece)
    return {"sha256": sha256.hexdigest(), "sm3": sm3.hexdigest()}


def sealed_days(home: Path | Home) -> list[date]:
    """Return the days that are sealed, in order."""
    folder = home_of(home).seals
    names = sorted(p.stem for p in folder.glob("????-??-??.json")) if folder.is_dir() else []
    return [date.fromisoformat(name) for name in names]


def manifest(home: Path | Home, day: date) -> Manifest | None:
    """Return the seal of a day, None where it is not sealed.

    Raises
    ------
    LantianError
        J301 where the file is no manifest, J001 where it cannot be read.
    """
    path = home_of(home).seal_file(day)
    place = Place(file=path.name)
    try:
        raw = path.read_bytes()
        data = json.loads(raw)
        if data.get("kind") != "gateway-seal" or data.get("day") != day.isoformat():
            raise ValueError
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LantianError(complain("J001", place, detail=error.strerror or "?")) from error
    except (ValueError, AttributeError) as error:
        raise LantianError(complain("J301", place, detail=path.name)) from error
    sm3 = hashlib.new("sm3", raw).hexdigest()
    return Manifest(day, path, hashlib.sha256(raw).hexdigest(), sm3, data)


def verify(home: Path | Home) -> Verified:
    """Re-hash every sealed file, the chain of manifests and the spool."""
    at = home_of(home)
    problems: list[Problem] = []
    days = sealed_days(at)
    files = rows = 0
    previous: Manifest | None = None
    for day in days:
        try:
            found = manifest(at, day)
        except LantianError as error:
            problems += error.problems
            previous = None
            continue
        assert found is not None
        before = found.data["before"]
        if previous is not None and (before is None or before["sha256"] != previous.sha256):
            problems.append(complain("J303", detail=previous.path.name))
        for entry in (*found.data["files"], *found.data["spool"]):
            problems += _check(at, entry)
        files += len(found.data["files"])
        rows += found.data["rows"]
        previous = found
    problems += _catalogued(at, days)
    spool = verify_spool(at)
    return Verified(
        len(days), files, rows, spool.segments, spool.records, (*problems, *spool.problems)
    )


def _check(home: Home, entry: Mapping[str, Any]) -> Iterable[Problem]:
    path = home.root / entry["path"]
    if not path.is_file():
        yield complain("J302", Place(file=entry["path"]), detail=entry["path"])
    elif hashes(path) != {"sha256": entry["sha256"], "sm3": entry["sm3"]}:
        yield complain("J301", Place(file=entry["path"]), detail=entry["path"])


def _catalogued(home: Home, days: Iterable[date]) -> Iterable[Problem]:
    """Yield sealed files the catalogue counts whose day has no manifest."""
    if not home.catalogue.is_file():
        return
    known = {d.isoformat() for d in days}
    with Catalogue(home) as catalogue:
        missing = {f.sealed for t in TREES for f in catalogue.files(t) if f.sealed} - known
    for day in sorted(missing):
        yield complain("J302", detail=f"seals/{day}.json")


def due_days(home: Path | Home, now: datetime) -> list[date]:
    """Return the days that are over, have files and are not sealed, in order.

    The newest sealed day bounds it: what came late for an earlier day goes into the next seal.
    """
    at = home_of(home)
    if not at.catalogue.is_file():
        return []
    sealed = sealed_days(at)
    yesterday = now.astimezone(BEIJING).date() - timedelta(days=1)
    with Catalogue(at) as catalogue:
        loose = {f.day for t in TREES for f in catalogue.files(t) if not f.sealed}
    days = sorted(d for d in map(date.fromisoformat, loose) if d <= yesterday)
    if not sealed:
        return days
    later = [d for d in days if d > sealed[-1]]
    if not later and days and yesterday > sealed[-1]:
        return [yesterday]  # only late data: they still get a seal of their own
    return later
