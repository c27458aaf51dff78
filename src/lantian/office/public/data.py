"""Open data: the CSV and JSON twin of each public list, with its time and the terms of its use."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone

from lantian.jobs.registry.labels import LEVELS, grade_names
from lantian.office.alert.figures import in_force
from lantian.office.public.figures import (
    all_firm_rows,
    asked_publicly,
    public_alerts,
    public_firms,
    public_notices,
)
from lantian.office.public.serve import open_page
from lantian.office.publicity.models import PublishedBulletin
from lantian.office.registry.figures import current
from lantian.office.site.models import Setting
from lantian.office.site.templatetags.parts import in_language

Row = Mapping[str, Any]
TERMS = (
    "可以自由使用，须注明来源和数据时间；以公布的原文为准",
    "Free to use with source and time named; the published text counts",
)
"""Decision 0161; a bureau with terms of its own puts them on its own page."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class DataSet:
    """One list: its names, the address of its page, its fields and its rows."""

    key: str
    names: tuple[str, str]
    page: str
    fields: tuple[str, ...]
    rows: Callable[[HttpRequest], Iterable[Row]]
    parameters: tuple[str, ...] = ()


def _notices(request: HttpRequest) -> Iterator[Row]:
    names = ("number", "kind", "party_kind", "party", "credit_code", "district", "facts", "basis", "result", "body",
             "decided_on")  # fmt: skip
    for row in public_notices(request.GET).iterator(chunk_size=500):
        values = {name: row.shown[name] for name in names}
        yield values | {"published_at": _time(row.published_at), "file_hash": row.file_id or "",
                        "address": request.build_absolute_uri(reverse("public-notice", args=[row.pk]))}  # fmt: skip


def _bulletins(request: HttpRequest) -> Iterator[Row]:
    for row in PublishedBulletin.objects.filter(state=PublishedBulletin.State.PUBLISHED):
        for form, file in row.files.items():
            where = reverse("public-bulletin-file", args=[row.pk, form])
            yield {"title": in_language(row.title_zh, row.title_en), "period": row.period, "edition": row.edition,
                   "published_at": _time(row.published_at), "form": form, "file_hash": file["hash"],
                   "address": request.build_absolute_uri(where)}  # fmt: skip


def _alerts(request: HttpRequest) -> Iterator[Row]:
    for row in public_alerts():
        yield {"alert": row.pk, "level": row.level, "start": _time(row.start), "end": _time(row.end),
               "signed_at": _time(row.signed_at), "lifted_at": _time(row.ended_at), "state": row.state}  # fmt: skip


def _firms(request: HttpRequest) -> Iterator[Row]:
    edition = current()
    if edition is None:
        return
    cutting = in_force() if request.GET.get("now") == "cuts" else None
    _, found = public_firms(edition, asked_publicly(request.GET), cutting)
    flag = {True: "yes", False: "no", None: ""}
    for row in all_firm_rows(found):
        firm = row["firm"]
        yield {"firm_id": firm.firm_id, "name": firm.name, "district": firm.district, "industry": firm.industry,
               "grade": in_language(*grade_names(firm.grade)), "guaranteed": flag[firm.guaranteed],
               **dict(zip(LEVELS, row["measures"], strict=True)), "cuts_now": flag[row["order"]],
               "edition": edition.number}  # fmt: skip


def _time(moment: Any) -> str:
    return timezone.localtime(moment).isoformat(timespec="minutes") if moment else ""


DATA_SETS = {
    one.key: one
    for one in (
        DataSet(
            "notices", ("执法公示", "Notices of enforcement"), "public-notices",
            ("number", "kind", "party_kind", "party", "credit_code", "district", "facts", "basis", "result", "body",
             "decided_on", "published_at", "file_hash", "address"),
            _notices, ("q", "district", "kind", "from", "to"),
        ),
        DataSet(
            "firms", ("企业与各级别措施", "Firms and their measures"), "public-firms",
            ("firm_id", "name", "district", "industry", "grade", "guaranteed", "yellow", "orange", "red", "cuts_now",
             "edition"),
            _firms, ("q", "district", "industry", "grade", "now"),
        ),
        DataSet(
            "alerts", ("重污染天气预警", "Heavy-pollution alerts"), "public-alerts",
            ("alert", "level", "start", "end", "signed_at", "lifted_at", "state"), _alerts,
        ),
        DataSet(
            "bulletins", ("公报", "Bulletins"), "public-bulletins",
            ("title", "period", "edition", "published_at", "form", "file_hash", "address"), _bulletins,
        ),
    )
}  # fmt: skip
"""The public lists by key."""


def data_page(key: str, form: str) -> Callable[..., HttpResponseBase]:
    """Return the view of a list as CSV or JSON; it takes the same questions as its page."""
    one = DATA_SETS[key]

    @open_page(*one.parameters, data=True)
    def view(request: HttpRequest) -> HttpResponseBase:
        rows, stamp = one.rows(request), timezone.localtime().isoformat(timespec="seconds")
        pieces = _csv(one, rows, stamp) if form == "csv" else _json(request, one, rows, stamp)
        kind = "text/csv; charset=utf-8" if form == "csv" else "application/json; charset=utf-8"
        response = StreamingHttpResponse(pieces, content_type=kind)
        response["Content-Disposition"] = (
            f'attachment; filename="{key}-{timezone.localdate()}.{form}"'
        )
        response["Link"] = f'<{reverse("public-data")}>; rel="license"'
        return response

    return view


class _Echo:
    """A file that hands back what is written, for a CSV writer."""

    def write(self, text: str) -> str:
        """Return the text."""
        return text


def _csv(one: DataSet, rows: Iterable[Row], stamp: str) -> Iterator[str]:
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    yield "\ufeff"
    yield writer.writerow([*one.fields, "data_time", "terms"])  # type: ignore[misc]
    terms = in_language(*TERMS)
    for row in rows:
        yield writer.writerow([*(_safe(row[name]) for name in one.fields), stamp, terms])  # type: ignore[misc]


def _safe(value: Any) -> Any:
    """Return a text that a spreadsheet does not take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _json(request: HttpRequest, one: DataSet, rows: Iterable[Row], stamp: str) -> Iterator[str]:
    settings = Setting.read()
    head = {
        "name": in_language(*one.names), "city": settings.get("city", ""), "time": stamp,
        "invented": settings.get("invented") == "1", "terms": in_language(*TERMS),
        "page": request.build_absolute_uri(reverse(one.page)), "fields": list(one.fields),
    }  # fmt: skip
    text = json.dumps(head, ensure_ascii=False)
    yield f'{text[:-1]}, "rows": ['
    for i, row in enumerate(rows):
        yield f"{',' if i else ''}\n{json.dumps(dict(row), ensure_ascii=False)}"
    yield "\n]}\n"
