"""Operations that read firms and editions of the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Query, Router

from lantian.kernel.mass import mg_to_kg
from lantian.kernel.pollutant import POLLUTANTS
from lantian.office.api import shapes
from lantian.office.api.operation import (
    MOST_ITEMS,
    USUAL_ITEMS,
    Number,
    Word,
    cursor_of,
    parts_of,
    reads,
    whole,
)
from lantian.office.people.access import own_firms
from lantian.office.people.models import User
from lantian.office.registry import models
from lantian.office.registry.figures import Asked, current, firms_asked

router = Router()
Limit = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="每份条数 items in a part")]
Cursor = Annotated[Word | None, Query(description="上一份的 next “next” of the part before")]
Filter = Annotated[
    Word | None,
    Query(description="等于该值；- 表示未填 exactly this value; - for firms without one"),
]
Words = Annotated[
    Word | None,
    Query(
        max_length=100, description="编号、名称、信用代码中的词 words in id, name or credit code"
    ),
]
State = Annotated[Literal["normal", "seasonal", "stopped", "unsaid"] | None, Query()]
Kind = Annotated[
    Literal["guaranteed", "small_micro"] | None, Query(description="只要这类企业 only these firms")
]


@reads(router, "/firms", "firms:read", shapes.Firms, "企业列表 Firms of the list in force")
def list_firms(
    request: HttpRequest, district: Filter = None, industry: Filter = None, grade: Filter = None,
    state: State = None, kind: Kind = None, q: Words = None,
    limit: Limit = USUAL_ITEMS, cursor: Cursor = None,
) -> dict[str, Any]:  # fmt: skip
    """Return firms in the order of their ids; all parts of one walk come from one edition."""
    chosen = {"district": district, "industry": industry, "grade": grade, "state": state}
    asked = Asked(text=(q or "").strip(), chosen={k: v for k, v in chosen.items() if v}, kind=kind or "",
                  sort="id", columns=())  # fmt: skip
    edition, after = edition_of(cursor)
    total, found = firms_asked(user_of(request), edition, asked)
    rows, following = part_of(found.filter(firm_id__gt=after), edition, limit)
    return {
        "edition": edition.number,
        "total": total,
        "items": [short(f) for f in rows],
        "next": following,
    }


@reads(router, "/firms/{path:firm_id}", "firms:read", shapes.Firm, "一家企业 One firm")
def get_firm(request: HttpRequest, firm_id: Word) -> dict[str, Any]:
    """Return everything the list in force says of a firm, with lines and measures."""
    edition = current()
    seen = own_firms(user_of(request), models.Firm.objects.filter(edition=edition, firm_id=firm_id))
    found = seen.select_related("detail").first() if edition else None
    if found is None:
        raise Http404(firm_id)
    lines = [
        {"line_id": x.line_id, "standing": x.standing, "daily_kg": masses(x), "values": x.values,
         "measures": x.measures}
        for x in found.lines.all()
    ]  # fmt: skip
    return short(found) | {
        "edition": found.edition_id, "values": found.detail.values, "production_lines": lines,
    }  # fmt: skip


@reads(router, "/editions", "lists:read", shapes.Editions, "清单版次 Editions of the list")
def list_editions(request: HttpRequest) -> dict[str, Any]:
    """Return the editions, newest first."""
    rows = models.Edition.objects.select_related("upload")[:MOST_ITEMS]
    return {"items": [_edition(e) for e in rows]}


@reads(router, "/editions/{number}", "lists:read", shapes.Edition, "一个版次 One edition")
def get_edition(request: HttpRequest, number: Number) -> dict[str, Any]:
    """Return one edition."""
    found = models.Edition.objects.select_related("upload").filter(number=whole(number)).first()
    if found is None:
        raise Http404(str(number))
    return _edition(found)


@reads(
    router, "/editions/{number}/changes", "lists:read", shapes.Changes, "版次变更 What an edition changed"
)  # fmt: skip
def list_changes(
    request: HttpRequest, number: Number, limit: Limit = USUAL_ITEMS, cursor: Cursor = None
) -> dict[str, Any]:
    """Return what an edition changed against the one before, firm by firm."""
    found = models.Edition.objects.filter(number=whole(number)).first()
    if found is None:
        raise Http404(str(number))
    after = parts_of(cursor, (str,))[0] if cursor is not None else ""
    changes = models.FirmChange.objects.filter(edition=found, firm_id__gt=after).order_by("firm_id")
    rows = list(changes[: limit + 1])
    following = cursor_of(rows[limit - 1].firm_id) if len(rows) > limit else None
    names = ("line_id", "level", "field", "before", "after")
    items = [
        {"firm_id": r.firm_id, "kind": r.kind, "changes": [dict(zip(names, c, strict=True)) for c in r.changes]}
        for r in rows[:limit]
    ]  # fmt: skip
    return {"edition": found.number, "items": items, "next": following}


def _edition(e: models.Edition) -> dict[str, Any]:
    return {
        "number": e.number, "day": e.day.isoformat(), "accepted_by": e.by,
        "accepted_at": timezone.localtime(e.at).isoformat(),
        "firms": e.firms, "lines": e.lines, "added": e.added, "removed": e.removed, "changed": e.changed,
        "file_hash": e.upload.file_id, "reason": e.reason,
    }  # fmt: skip


def user_of(request: HttpRequest) -> User:
    """Return the account of the system that asks."""
    return request.user  # type: ignore[return-value]


def edition_of(cursor: str | None) -> tuple[models.Edition, str]:
    """Return the edition that a walk reads, and the firm after which it goes on."""
    if cursor is None:
        found, after = current(), ""
    else:
        number, after = parts_of(cursor, (int, str))
        found = models.Edition.objects.filter(number=number).first()
    if found is None:
        raise Http404("edition")
    return found, after


def part_of(
    rows: Any, edition: models.Edition, limit: int
) -> tuple[Sequence[models.Firm], str | None]:
    """Return the first firms of a query, and the cursor of those after them."""
    found = list(rows[: limit + 1])
    if len(found) <= limit:
        return found, None
    return found[:limit], cursor_of(edition.number, found[limit - 1].firm_id)


def masses(row: models.Firm | models.Line) -> dict[str, str | None]:
    """Return the daily masses in kg as exact texts."""
    found = {}
    for pollutant in POLLUTANTS:
        mg = getattr(row, f"{pollutant.value.lower()}_mg")
        found[pollutant.value] = None if mg is None else f"{mg_to_kg(mg).normalize():f}"
    return found


def short(f: models.Firm) -> dict[str, Any]:
    """Return a firm as lists show it."""
    return {
        "firm_id": f.firm_id, "name": f.name, "credit_code": f.credit_code, "district": f.district,
        "industry": f.industry, "subtype": f.subtype, "grade": f.grade, "state": f.state,
        "guaranteed": f.guaranteed, "small_micro": f.small_micro, "lines": f.line_count,
        "daily_kg": masses(f), "unknown_lines": f.unknown,
    }  # fmt: skip
