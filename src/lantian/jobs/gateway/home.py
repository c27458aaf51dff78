"""The folder of a gateway: where each thing stands (docs/gateway.md)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

BUCKETS: Final = 16
TREES: Final = ("lake", "conflicts", "packets")


@dataclass(frozen=True, slots=True)
class Home:
    """Paths under one home."""

    root: Path

    @property
    def spool(self) -> Path:
        """Folder of the kept frames."""
        return self.root / "spool"

    @property
    def torn(self) -> Path:
        """Folder of the tails that were cut off."""
        return self.spool / "torn"

    @property
    def seals(self) -> Path:
        """Folder of the manifests."""
        return self.root / "seals"

    @property
    def catalogue(self) -> Path:
        """The store that says which files count."""
        return self.root / "catalogue.sqlite"

    @property
    def server_state(self) -> Path:
        """What the server last said of itself."""
        return self.root / "health.json"

    @property
    def control(self) -> Path:
        """Socket by which commands reach the running server."""
        return self.root / "control.sock"

    def lock(self, name: str) -> Path:
        """Return the lock file of the server (``serve``) or of whatever writes the lake."""
        return self.root / f"{name}.lock"

    def partition(self, tree: str, day: date, bucket: int) -> Path:
        """Return the folder of one day and bucket."""
        return self.root / tree / f"day={day.isoformat()}" / f"bucket={bucket:02d}"

    def seal_file(self, day: date) -> Path:
        """Return where the manifest of a day stands."""
        return self.seals / f"{day.isoformat()}.json"


def home_of(path: Path | Home) -> Home:
    """Return the paths under a folder."""
    return path if isinstance(path, Home) else Home(Path(path))


def bucket_of(mn: str) -> int:
    """Return the bucket of a device: CRC-32 of its MN modulo 16.

    Examples
    --------
    >>> bucket_of("010000A8900016F000169DC0")
    9
    """
    return zlib.crc32(mn.encode("utf-8", "surrogatepass")) % BUCKETS
