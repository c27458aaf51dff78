"""Who is silent, late or incomplete, and whether the gateway itself is well."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Any, Final

from lantian.adapters.lake.readings import distinct_times
from lantian.jobs.gateway.catalogue import Catalogue
from lantian.jobs.gateway.home import Home, home_of
from lantian.jobs.gateway.lake import day_bounds
from lantian.jobs.gateway.loggers import Known, read_loggers
from lantian.jobs.gateway.spool import moment
from lantian.kernel.calendar import BEIJING

STATES: Final = ("ok", "late", "silent", "never", "inactive")
_SILENT_S: Final = 600
_STALE_S: Final = 60


@dataclass(frozen=True, slots=True)
class Health:
    """The state of a gateway; `as_dict` is the JSON of docs/gateway.md."""

    now: datetime
    server: Mapping[str, Any]
    ingest: Mapping[str, Any]
    loggers: tuple[Mapping[str, Any], ...]

    @property
    def totals(self) -> dict[str, int]:
        """How many loggers there are in each state."""
        counts = dict.fromkeys(STATES, 0)
        for logger in self.loggers:
            counts[logger["state"]] += 1
        return {"loggers": len(self.loggers), **counts}

    @property
    def sound(self) -> bool:
        """Whether the server runs and the disk takes what comes; loggers are another matter."""
        spool = self.server.get("spool") or {}
        return bool(self.server.get("running")) and spool.get("state") != "refusing"

    def as_dict(self) -> dict[str, Any]:
        """Return it as a plain object."""
        return {
            "now": self.now.isoformat(timespec="seconds"),
            "sound": self.sound,
            "server": dict(self.server),
            "ingest": dict(self.ingest),
            "loggers": [dict(x) for x in self.loggers],
            "totals": self.totals,
        }


def health(home: Path | Home, *, now: datetime, state: Mapping[str, Any] | None = None) -> Health:
    """Return the health of a gateway.

    Parameters
    ----------
    home
        Its folder.
    now
        The moment, aware.
    state
        What the server says of itself; read from its file where None.

    Raises
    ------
    LantianError
        J001 or J004 where the home cannot be read.
    """
    at = home_of(home)
    now = now.astimezone(BEIJING)
    server = dict(state) if state is not None else _server(at, now)
    sessions: Mapping[str, Any] = server.pop("sessions", {})
    known = read_loggers(at).loggers
    seen: dict[str, tuple[Any, ...]] = {}
    errors: dict[str, dict[str, int]] = {}
    received: Mapping[tuple[str, str], int] = {}
    ingest: dict[str, Any] = {"next_record": 1, "behind": None, "quarantined": {}, "packets": {}}
    if at.catalogue.is_file():
        with Catalogue(at) as catalogue:
            seen = {row[0]: row[1:] for row in catalogue.db.execute("SELECT * FROM seen")}
            errors = _errors(catalogue, now.date())
            ingest = _ingest(catalogue)
        received = received_on(at, now.date())
    spool = server.get("spool") or {}
    if "records" in spool:
        ingest["behind"] = max(int(spool["records"]) + 1 - int(ingest["next_record"]), 0)
    loggers = tuple(
        _logger(x, sessions.get(mn, {}), seen.get(mn), received, errors.get(mn, {}), now)
        for mn, x in sorted(known.items())
    )
    return Health(now, server, ingest, loggers)


def _server(home: Home, now: datetime) -> dict[str, Any]:
    """Return what the server last wrote; it runs only if that is fresh."""
    try:
        found = json.loads(home.server_state.read_text("utf-8"))
    except (OSError, ValueError):
        return {"running": False}
    assert isinstance(found, dict)
    age = now - datetime.fromisoformat(found["at"])
    if age > timedelta(seconds=_STALE_S):
        found["running"] = False
    return found


def _ingest(catalogue: Catalogue) -> dict[str, Any]:
    db = catalogue.db
    reasons = db.execute("SELECT reason, count(*) FROM quarantine GROUP BY reason ORDER BY reason")
    outcomes = db.execute(
        "SELECT what, sum(n) FROM counts WHERE what NOT LIKE 'reason:%' GROUP BY what ORDER BY what"
    )
    return {
        "next_record": catalogue.next_record,
        "behind": None,
        "quarantined": dict(reasons.fetchall()),
        "packets": dict(outcomes.fetchall()),
    }


def _errors(catalogue: Catalogue, day: date) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    rows = catalogue.db.execute(
        "SELECT mn, what, n FROM counts WHERE day = ? ORDER BY mn, what", (day.isoformat(),)
    )
    for mn, what, n in rows:
        kind = what.removeprefix("reason:")
        if what in {"kept", "answer", "sent", "quarantined", "notice"}:
            continue
        found.setdefault(mn, {})[kind] = n
    return found


def received_on(home: Path | Home, day: date) -> dict[tuple[str, str], int]:
    """Return how many different times of a day are in the lake, by MN and CN."""
    at = home_of(home)
    for attempt in range(5):
        with Catalogue(at) as catalogue:
            paths = [at.root / f.path for f in catalogue.files("lake", [day.isoformat()])]
        try:
            return {(mn, cn): n for mn, cn, n in distinct_times(paths)}
        except OSError:  # a merge removed a file on the way
            if attempt == 4 or all(p.exists() for p in paths):
                raise
    raise AssertionError  # pragma: no cover


def expected_on(period_s: int, day: date, now: datetime) -> int:
    """Return how many periods of a day are over at a moment.

    Examples
    --------
    >>> from datetime import datetime
    >>> expected_on(60, date(2026, 11, 30), datetime(2026, 11, 30, 1, 0, 30, tzinfo=BEIJING))
    60
    """
    start, end = day_bounds(day)
    over = min(now, end) - start
    return max(int(over.total_seconds() // period_s), 0)


def _logger(
    known: Known,
    session: Mapping[str, Any],
    seen: tuple[Any, ...] | None,
    received: Mapping[tuple[str, str], int],
    errors: Mapping[str, int],
    now: datetime,
) -> dict[str, Any]:
    last_ms, last_data, delay_ms, offset_ms, peer, _ = seen or (0, 0, None, None, "", "")
    last_ms = max(last_ms, round(float(session.get("last_seen") or 0) * 1000))
    shortest = min(known.periods.values(), default=3_600)
    delay_s = round(delay_ms / 1000, 1) if delay_ms is not None else None
    silent_s = max(_SILENT_S, 3 * shortest)
    if not known.active:
        state = "inactive"
    elif not last_ms:
        state = "never"
    elif now - moment(last_ms) > timedelta(seconds=silent_s):
        state = "silent"
    elif delay_s is not None and delay_s > silent_s:
        state = "late"
    else:
        state = "ok"
    day = now.date()
    completeness = {}
    for cn, period_s in known.periods.items():
        due = expected_on(period_s, day, now)
        n = received.get((known.mn, cn), 0)
        completeness[cn] = {"expected": due, "received": n, "pct": _pct(n, due)}
    mine = dict(errors)
    for reason, n in session.get("refused", {}).items():
        mine[reason] = max(mine.get(reason, 0), n)
    return {
        "mn": known.mn, "firm": known.firm, "outlet": known.outlet, "name": known.name,
        "state": state, "connected": bool(session.get("connected")),
        "peer": session.get("peer") or peer,
        "last_seen": moment(last_ms).isoformat(timespec="seconds") if last_ms else None,
        "last_data": moment(last_data).isoformat(timespec="seconds") if last_data else None,
        "delay_s": delay_s,
        "clock_offset_s": round(offset_ms / 1000, 1) if offset_ms is not None else None,
        "completeness": completeness, "errors": mine,
        "two_senders": int(session.get("two_senders", 0)),
    }  # fmt: skip


def _pct(n: int, due: int) -> str | None:
    """Return a percentage with two decimals, cut and not rounded: 99.999 is not complete."""
    if not due:
        return None
    return str((Decimal(100) * min(n, due) / due).quantize(Decimal("0.01"), ROUND_DOWN))


def metrics(found: Health) -> str:
    """Return health as Prometheus text."""
    server, spool = found.server, found.server.get("spool") or {}
    lines: list[str] = []

    def tell(name: str, kind: str, help_: str, samples: Mapping[str, Any]) -> None:
        lines.append(f"# HELP lantian_gateway_{name} {help_}")
        lines.append(f"# TYPE lantian_gateway_{name} {kind}")
        lines.extend(f"lantian_gateway_{name}{label} {value}" for label, value in samples.items())

    tell("up", "gauge", "Whether frames are received and kept.", {"": int(found.sound)})
    tell("connections", "gauge", "Open connections.", {"": server.get("connections", 0)})
    tell("accepted_total", "counter", "Frames accepted.", {"": server.get("accepted", 0)})
    tell("acknowledged_total", "counter", "Answers sent for frames on the disk.",
         {"": server.get("acknowledged", 0)})  # fmt: skip
    tell("refused_total", "counter", "Frames refused by the light check.",
         _labelled("reason", server.get("refused", {})))  # fmt: skip
    tell("records", "gauge", "Records of the spool.", {"": spool.get("records", 0)})
    tell("waiting_bytes", "gauge", "Bytes that wait for the disk.",
         {"": spool.get("waiting_bytes", 0)})  # fmt: skip
    tell(
        "torn_bytes", "gauge", "Bytes cut off at the last start.", {"": spool.get("torn_bytes", 0)}
    )
    tell("clock_steps_total", "counter", "Times the clock of the machine was set.",
         {"": server.get("clock_steps", 0)})  # fmt: skip
    tell("behind", "gauge", "Records not in the lake yet.", {"": found.ingest.get("behind") or 0})
    tell("quarantined_total", "counter", "Packets put aside.",
         _labelled("reason", found.ingest.get("quarantined", {})))  # fmt: skip
    tell("loggers", "gauge", "Loggers by state.",
         _labelled("state", {s: n for s, n in found.totals.items() if s != "loggers"}))  # fmt: skip
    return "\n".join(lines) + "\n"


def _labelled(label: str, counts: Mapping[str, int]) -> dict[str, int]:
    return {f'{{{label}="{name}"}}': n for name, n in sorted(counts.items())}
