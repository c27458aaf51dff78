"""Hot values: of every factor the newest that is in the lake."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from lantian.domain.hj212.number import read_number
from lantian.jobs.gateway.catalogue import Catalogue
from lantian.jobs.gateway.home import Home, home_of
from lantian.jobs.gateway.spool import moment


class Latest(NamedTuple):
    """The newest row of a device, command and factor; as `Row` of the lake."""

    mn: str
    cn: str
    factor: str
    about: str
    time: datetime
    record: int
    flag: str | None
    written: Mapping[str, str | None]

    @property
    def values(self) -> dict[str, Decimal]:
        """Exact numbers by suffix."""
        found = {suffix: read_number(text) for suffix, text in self.written.items()}
        return {suffix: number for suffix, number in found.items() if number is not None}


def latest(home: Path | Home, mns: Collection[str] = (), cns: Collection[str] = ()) -> list[Latest]:
    """Return the newest rows of devices, all where none is named, in order of their keys.

    Raises
    ------
    LantianError
        J003 where there is no lake.
    """
    sql, values = "SELECT * FROM latest WHERE 1", list[str]()
    for column, wanted in (("mn", mns), ("cn", cns)):
        if wanted:
            sql += f" AND {column} IN ({','.join('?' * len(wanted))})"
            values += sorted(wanted)
    with Catalogue(home_of(home)) as catalogue:
        rows = catalogue.db.execute(f"{sql} ORDER BY mn, cn, factor, about", values).fetchall()
    return [
        Latest(mn, cn, factor, about, moment(ms), record, flag, json.loads(written))
        for mn, cn, factor, about, ms, record, flag, written in rows
    ]
