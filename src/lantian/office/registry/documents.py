"""What an edition says of firms, in the shape in which editions are compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lantian.jobs.registry.differences import FirmDocument
from lantian.jobs.registry.entries import FirmEntry
from lantian.office.registry.models import Edition, FirmDetail, Line

_MOST_ASKED = 500
"""Ids in one question to the database; SQLite has a limit."""


def document_of(firm: FirmEntry) -> FirmDocument:
    """Return what a list says of a firm."""
    return FirmDocument(firm.values, {x.line_id: (x.values, x.measures) for x in firm.lines})


def documents(edition: Edition, firm_ids: Sequence[str]) -> dict[str, FirmDocument]:
    """Return what an edition says of some firms."""
    found: dict[str, FirmDocument] = {}
    for ids in _parts(firm_ids):
        lines: dict[str, dict[str, Any]] = {}
        rows = Line.objects.filter(firm__edition=edition, firm__firm_id__in=ids)
        for firm_id, line_id, values, measures in rows.values_list(
            "firm__firm_id", "line_id", "values", "measures"
        ):
            lines.setdefault(firm_id, {})[line_id] = (values, measures)
        details = FirmDetail.objects.filter(firm__edition=edition, firm__firm_id__in=ids)
        for firm_id, values in details.values_list("firm__firm_id", "values"):
            found[firm_id] = FirmDocument(values, lines.get(firm_id, {}))
    return found


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _MOST_ASKED):
        yield ids[start : start + _MOST_ASKED]
