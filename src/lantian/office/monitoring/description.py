"""The description of an outlet as the domain reads it: the YAML that was registered, kept under its hash."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from lantian.domain.monitoring import model
from lantian.jobs.monitoring.outlet import read_outlet
from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import path_of
from lantian.office.monitoring.models import Outlet
from lantian.rulebook.monitoring_tables import load_monitoring


def described(outlet: Outlet) -> model.Outlet:
    """Return what is registered of an outlet: reference oxygen, flow unit, limits with their documents."""
    return _read(outlet.file_id)


@lru_cache(maxsize=2000)
def _read(file_hash: str) -> model.Outlet:
    # a description is checked for the day it is registered; its limits carry their own dates
    return read_outlet(path_of(file_hash), load_monitoring(), date.max)


def read_description(file: StoredFile) -> model.Outlet:
    """Return the outlet of a stored description.

    Raises
    ------
    LantianError
        M010, M011 with every line that is wrong.
    """
    return _read(file.hash)
