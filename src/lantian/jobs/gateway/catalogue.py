"""Which files of the lake count, how far the spool is read, hot values: one store, one commit."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from lantian.jobs.gateway.complaint import complain
from lantian.jobs.gateway.home import TREES, Home
from lantian.kernel.problem import LantianError, Place

LAYOUT: Final = "1"
_POLL_S: Final = 0.05
_TABLES: Final[Mapping[str, str]] = {
    "meta": "(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "files": """(
    path TEXT PRIMARY KEY, tree TEXT NOT NULL, day TEXT NOT NULL, bucket INTEGER NOT NULL,
    tier INTEGER NOT NULL, rows INTEGER NOT NULL, bytes INTEGER NOT NULL,
    first_record INTEGER NOT NULL, last_record INTEGER NOT NULL,
    min_time INTEGER NOT NULL, max_time INTEGER NOT NULL, sealed TEXT NOT NULL) WITHOUT ROWID""",
    "pending": "(record INTEGER PRIMARY KEY, offset INTEGER NOT NULL)",
    "last_qn": "(mn TEXT, cn TEXT, qn TEXT NOT NULL, PRIMARY KEY (mn, cn)) WITHOUT ROWID",
    "latest": """(
    mn TEXT, cn TEXT, factor TEXT, about TEXT, time INTEGER NOT NULL, record INTEGER NOT NULL,
    flag TEXT, written TEXT NOT NULL, PRIMARY KEY (mn, cn, factor, about)) WITHOUT ROWID""",
    "seen": """(
    mn TEXT PRIMARY KEY, last_ms INTEGER NOT NULL, last_data INTEGER NOT NULL, delay_ms INTEGER,
    offset_ms INTEGER, peer TEXT NOT NULL, version TEXT NOT NULL) WITHOUT ROWID""",
    "counts": "(mn TEXT, day TEXT, what TEXT, n INTEGER NOT NULL, PRIMARY KEY (mn, day, what)) WITHOUT ROWID",
    "quarantine": """(
    record INTEGER PRIMARY KEY, received INTEGER NOT NULL, mn TEXT NOT NULL, peer TEXT NOT NULL,
    reason TEXT NOT NULL, detail TEXT NOT NULL)""",
    # What was decided of a packet that was put aside; `taken` counts those the ingest has read since.
    "decisions": """(
    record INTEGER PRIMARY KEY, act TEXT NOT NULL, why TEXT NOT NULL, by TEXT NOT NULL,
    at INTEGER NOT NULL, reference TEXT NOT NULL, taken INTEGER, outcome TEXT NOT NULL DEFAULT '',
    mn TEXT NOT NULL DEFAULT '', first_ms INTEGER, last_ms INTEGER)""",
}
_INDEXES: Final[Mapping[str, str]] = {
    "files_place": "files (tree, day, bucket)",
    "decisions_taken": "decisions (taken)",
    "quarantine_group": "quarantine (mn, reason)",
}


class FileRow(NamedTuple):
    """One file of the lake; `path` is relative to the home."""

    path: str
    tree: str
    day: str
    bucket: int
    tier: int
    rows: int
    bytes: int
    first_record: int
    last_record: int
    min_time: int
    max_time: int
    sealed: str


class Catalogue:
    """The store of one home.

    Parameters
    ----------
    home
        Its paths.
    write
        Whether something is to be changed. Who only reads begins no transaction that writes, so that
        he never waits for the ingest, nor the ingest for him.
    create
        Whether to make it where there is none, to be written.

    Raises
    ------
    LantianError
        J003 where there is none, J004 for another layout, J001 where it cannot be opened.
    """

    def __init__(self, home: Home, *, write: bool = False, create: bool = False) -> None:
        self.home = home
        if not create and not home.catalogue.is_file():
            raise LantianError(complain("J003", Place(file=str(home.root))))
        try:
            if create or write:
                home.root.mkdir(parents=True, exist_ok=True)
                self.db = sqlite3.connect(home.catalogue, timeout=30, isolation_level=None)
                self.db.execute("PRAGMA journal_mode=WAL")
                self.db.execute("PRAGMA synchronous=FULL")
                with self.transaction():
                    self._make_tables("TABLE", "INDEX")
                    if not self.meta("layout"):
                        self.set_meta("layout", LAYOUT)
            else:
                address = f"{home.catalogue.absolute().as_uri()}?mode=ro"
                self.db = sqlite3.connect(address, uri=True, timeout=30, isolation_level=None)
                self._make_tables(
                    "TEMP TABLE"
                )  # a home of an older version has nothing in new ones
        except (OSError, sqlite3.Error) as error:
            detail = getattr(error, "strerror", None) or str(error)
            place = Place(file=str(home.catalogue))
            raise LantianError(complain("J001", place, detail=detail)) from error
        self._check_layout()

    def _make_tables(self, table: str, index: str = "") -> None:
        """Make what is missing; to a reader a missing table is an empty one of his own."""
        rows = self.db.execute("SELECT name FROM sqlite_master")
        there = {row[0] for row in rows}
        for name, columns in _TABLES.items():
            if name not in there:
                self.db.execute(f"CREATE {table} {name} {columns}")
        for name, columns in _INDEXES.items():
            if index and name not in there:
                self.db.execute(f"CREATE {index} {name} ON {columns}")

    def _check_layout(self) -> None:
        found = self.meta("layout")
        if found != LAYOUT:
            self.close()
        if found == "":  # another process is making it
            raise LantianError(complain("J003", Place(file=str(self.home.root))))
        if found != LAYOUT:
            place = Place(file=str(self.home.catalogue))
            raise LantianError(complain("J004", place, detail=found, given=LAYOUT))

    def close(self) -> None:
        """Close the store."""
        self.db.close()

    def __enter__(self) -> Catalogue:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do everything in the block or nothing."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def meta(self, name: str) -> str:
        """Return a named text, empty where there is none."""
        row = self.db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def set_meta(self, name: str, value: str) -> None:
        """Keep a named text."""
        self.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    @property
    def next_record(self) -> int:
        """Number of the first record of the spool that is not in the lake yet."""
        return int(self.meta("next_record") or 1)

    def files(
        self, tree: str, days: Iterable[str] | None = None, buckets: Iterable[int] | None = None
    ) -> list[FileRow]:
        """Return the files of a tree, of all days and buckets or of those named, in order."""
        sql, values = "SELECT * FROM files WHERE tree = ?", [tree]
        for column, wanted in (("day", days), ("bucket", buckets)):
            if wanted is not None:
                listed = list(wanted)
                sql += f" AND {column} IN ({','.join('?' * len(listed))})"
                values += [str(v) for v in listed]
        return [FileRow(*row) for row in self.db.execute(f"{sql} ORDER BY path", values)]

    def between(self, tree: str, first: date, last: date, buckets: Iterable[int]) -> list[FileRow]:
        """Return the files of a tree whose day lies between two days, both included."""
        wanted = sorted(set(buckets))
        marks = ",".join("?" * len(wanted))
        rows = self.db.execute(
            f"SELECT * FROM files WHERE tree = ? AND day BETWEEN ? AND ? AND bucket IN ({marks})"
            " ORDER BY path",
            (tree, first.isoformat(), last.isoformat(), *wanted),
        )
        return [FileRow(*row) for row in rows]

    def add_files(self, rows: Iterable[FileRow]) -> None:
        """Let files count."""
        self.db.executemany(f"INSERT INTO files VALUES ({','.join('?' * 12)})", list(rows))

    def drop_files(self, paths: Iterable[str]) -> None:
        """Let files count no more."""
        self.db.executemany("DELETE FROM files WHERE path = ?", [(p,) for p in paths])

    def count(self, counts: Mapping[tuple[str, str, str], int]) -> None:
        """Add to the counts by MN, day and what was counted."""
        self.db.executemany(
            "INSERT INTO counts VALUES (?, ?, ?, ?)"
            " ON CONFLICT (mn, day, what) DO UPDATE SET n = n + excluded.n",
            [(*key, n) for key, n in counts.items()],
        )

    def remove_strays(self) -> int:
        """Remove files of interrupted runs, which no commit names; return how many."""
        known = {row[0] for row in self.db.execute("SELECT path FROM files")}
        removed = 0
        for tree in TREES:
            for path in (self.home.root / tree).rglob("*.parquet"):
                if path.relative_to(self.home.root).as_posix() not in known:
                    path.unlink(missing_ok=True)
                    removed += 1
        return removed


@contextmanager
def locked(home: Home, name: str, wait_s: float = 0.0) -> Iterator[None]:
    """Hold a lock of the home for the block, waiting for it at most so long.

    Raises
    ------
    LantianError
        J002 where another process holds it, J001 where the folder cannot be written.
    """
    path = home.lock(name)
    try:
        home.root.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        place = Place(file=str(path))
        raise LantianError(complain("J001", place, detail=error.strerror or "?")) from error
    try:
        end = time.monotonic() + wait_s
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if time.monotonic() >= end:
                    raise LantianError(
                        complain("J002", detail=_holder(path) or path.name)
                    ) from error
                time.sleep(_POLL_S)
        os.ftruncate(handle, 0)
        os.write(handle, f"pid {os.getpid()}".encode())
        yield
    finally:
        os.close(handle)


def _holder(path: Path) -> str:
    with suppress(OSError):
        return path.read_text("utf-8", errors="replace")[:40]
    return ""
