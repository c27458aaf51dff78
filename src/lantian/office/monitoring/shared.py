"""What the pages of monitoring share: the outlet a user may see, times of a form, problems told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from lantian.jobs.monitoring.times import read_time
from lantian.office.audit.vault import store_upload
from lantian.office.monitoring.figures import visible
from lantian.office.monitoring.models import Outlet
from lantian.office.monitoring.problems import refused
from lantian.office.site.templatetags.parts import is_english
from lantian.rulebook.monitoring_tables import load_monitoring
from lantian.rulebook.monitoring_tables.model import Factor

MOST_FILES = 5


def outlet_of(request: HttpRequest, pk: int) -> Outlet:
    """Return an outlet the user may see.

    Raises
    ------
    Http404
        For another one: whether there is one is not told.
    """
    found = visible(request.user).prefetch_related("loggers").filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def time_of(text: str) -> datetime:
    """Return a moment as a form sends it (``2026-12-10T08:00``), Beijing time.

    Raises
    ------
    LantianError
        Z008 where it is none.
    """
    found = read_time(text.replace("T", " "))
    if found is None:
        raise refused("Z008", text=text[:40])
    return found


def stored_files(request: HttpRequest) -> dict[str, str]:
    """Keep the files of a form and return their hashes by name; two of one name get numbers.

    Raises
    ------
    TooLargeError
        For one beyond what the site takes.
    """
    found: dict[str, str] = {}
    for upload in request.FILES.getlist("files")[:MOST_FILES]:
        file = store_upload(upload)
        name = file.name if file.name not in found else f"{len(found) + 1}-{file.name}"
        found[name] = file.hash
    return found


def back_to(request: HttpRequest, otherwise: str) -> str:
    """Return the address a form names to come back to, if it is one of this site."""
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else otherwise


def factor_table(day: Any) -> Mapping[str, Factor]:
    """Return the factors by code."""
    return load_monitoring().factors(day).by_code


def name_of(factor: Factor | None, code: str) -> str:
    """Return a factor's name in the reader's language; its code where it is in no table."""
    if factor is None:
        return code
    return factor.name_en if is_english() else factor.name_zh
