"""What everybody may know of the register: written into the home by the server, without secrets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lantian.adapters.inplace import atomic
from lantian.jobs.gateway.complaint import complain
from lantian.jobs.gateway.home import Home
from lantian.jobs.gateway.registry import Registry
from lantian.kernel.problem import LantianError, Place


@dataclass(frozen=True, slots=True)
class Known:
    """One logger without its password; periods in seconds."""

    mn: str
    firm: str
    outlet: str
    name: str
    vendor: str
    sm4_key: str
    active: bool
    periods: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Loggers:
    """The loggers of a home; `keys` is where the server was told to find SM4 keys."""

    loggers: Mapping[str, Known] = field(default_factory=dict)
    keys: Path | None = None


def write_loggers(home: Home, registry: Registry, keys: Path | None) -> None:
    """Write the file.

    Raises
    ------
    LantianError
        J001 where it cannot be written.
    """
    rows = []
    for x in registry.loggers.values():
        every = {"2011": x.realtime_interval, "2051": 60 * x.minute_interval}
        every |= {"2061": 3_600, "2031": 86_400}
        rows.append({
            "mn": x.mn, "firm": x.firm, "outlet": x.outlet, "name": x.name, "vendor": x.vendor,
            "sm4_key": x.sm4_key, "active": x.active,
            "periods": {cn: every[cn] for cn in x.cns if cn in every},
        })  # fmt: skip
    value = {"keys": str(keys.absolute()) if keys else None, "loggers": rows}
    path = home.root / "loggers.json"
    try:
        home.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        with atomic(path) as new:
            new.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    except OSError as error:
        place = Place(file=str(path))
        raise LantianError(complain("J001", place, detail=error.strerror or "?")) from error


def read_loggers(home: Home) -> Loggers:
    """Return the loggers of a home; none where no server has run there."""
    path = home.root / "loggers.json"
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Loggers()
    except (OSError, ValueError) as error:
        place = Place(file=str(path))
        raise LantianError(complain("J001", place, detail=type(error).__name__)) from error
    keys = Path(found["keys"]) if found["keys"] else None
    return Loggers({row["mn"]: Known(**row) for row in found["loggers"]}, keys)
