"""What was put aside, newest first, and how much of it there is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lantian.jobs.gateway.catalogue import Catalogue
from lantian.jobs.gateway.home import Home, home_of
from lantian.jobs.gateway.spool import moment


@dataclass(frozen=True, slots=True)
class Aside:
    """One packet that was put aside; `detail` is how it begins."""

    record: int
    received: datetime
    mn: str
    peer: str
    reason: str
    detail: str

    def as_dict(self) -> dict[str, Any]:
        """Return it as a plain object."""
        return asdict(self) | {"received": self.received.isoformat()}


def listed(
    home: Path | Home, *, most: int = 50, reason: str = "", mn: str = ""
) -> tuple[dict[str, int], list[Aside]]:
    """Return counts by reason, and the newest packets that were put aside.

    Raises
    ------
    LantianError
        J003 where there is no lake.
    """
    wanted = "WHERE (? = '' OR reason = ?) AND (? = '' OR mn = ?)"
    values = (reason, reason, mn, mn)
    with Catalogue(home_of(home)) as catalogue:
        counts = catalogue.db.execute(
            f"SELECT reason, count(*) FROM quarantine {wanted} GROUP BY reason ORDER BY reason",
            values,
        ).fetchall()
        rows = catalogue.db.execute(
            "SELECT record, received, mn, peer, reason, detail FROM quarantine"
            f" {wanted} ORDER BY record DESC LIMIT ?",
            (*values, most),
        ).fetchall()
    return dict(counts), [Aside(r[0], moment(r[1]), *r[2:]) for r in rows]
