"""Operations that read the record, the rulebook and the bulletins."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from lantian.kernel.period import parse_period
from lantian.kernel.problem import LantianError
from lantian.office.air.figures import period_row
from lantian.office.air.models import CityDay
from lantian.office.air.pages import air_bulletin_file
from lantian.office.api import shapes
from lantian.office.api.operation import (
    USUAL_ITEMS,
    Day,
    Number,
    Word,
    cursor_of,
    file_of,
    parts_of,
    reads,
    whole,
)
from lantian.office.api.problems import problem
from lantian.office.api.reads_firms import Cursor, Limit
from lantian.office.audit.ledger import proof_of
from lantian.office.audit.models import Event
from lantian.office.audit.vault import path_of
from lantian.office.publicity.bulletins import FORMS
from lantian.office.publicity.models import PublishedBulletin
from lantian.rulebook.catalogue import CatalogueEntry, catalogue

router = Router()
On = Annotated[Day | None, Query(description="日期，不写为今天 day; today where left out")]
FILE = file_of(*FORMS.values())


@reads(router, "/ledger/head", "ledger:read", shapes.Head, "台账末条 Head of the record")
def get_head(request: HttpRequest) -> dict[str, Any]:
    """Return number and hash of the newest event; number 0 for an empty record."""
    last = Event.objects.order_by("-number").first()
    if last is None:
        return {"number": 0, "hash": "0" * 64, "at": None, "algorithm": settings.LEDGER_ALGORITHM}
    return {"number": last.number, "hash": last.hash, "at": timezone.localtime(last.at).isoformat(),
            "algorithm": settings.LEDGER_ALGORITHM}  # fmt: skip


@reads(
    router,
    "/ledger/events/{number}",
    "ledger:read",
    shapes.Proof,
    "事件与证明 An event with its proof",
)
def get_event(request: HttpRequest, number: Number) -> dict[str, Any]:
    """Return an event and its proof of inclusion, which anybody can follow without this site."""
    found = Event.objects.filter(number=whole(number)).first()
    if found is None:
        raise Http404(str(number))
    return proof_of(found)


@reads(router, "/rules", "rules:read", shapes.Rules, "某日生效的规则 Rules in force on a day")
def list_rules(
    request: HttpRequest, on: On = None, subject: Annotated[Word | None, Query()] = None
) -> dict[str, Any]:
    """Return the rules in force on a day with document, clause and mark."""
    day = on or timezone.localdate()
    found = [e for e in catalogue() if e.head.in_force(day) and subject in (None, e.subject)]
    return {"day": day.isoformat(), "items": [_rule(e) for e in found]}


@reads(router, "/rules/{rule_id}", "rules:read", shapes.RuleOne, "一条规则 One rule")
def get_rule(request: HttpRequest, rule_id: Word, on: On = None) -> dict[str, Any]:
    """Return every edition of a rule, and which is in force on a day."""
    day = on or timezone.localdate()
    editions = [e for e in catalogue() if e.head.rule_id == rule_id]
    if not editions:
        raise Http404(rule_id)
    now = next((e.head.edition for e in editions if e.head.in_force(day)), None)
    return {
        "rule_id": rule_id,
        "editions": [_rule(e) for e in editions],
        "in_force": now,
        "day": day.isoformat(),
    }


def _rule(entry: CatalogueEntry) -> dict[str, Any]:
    head = entry.head
    return {
        "rule_id": head.rule_id, "edition": head.edition, "subject": entry.subject, "document": head.document,
        "clause": head.clause, "valid_from": head.valid_from.isoformat(),
        "valid_to": head.valid_to.isoformat() if head.valid_to else None, "status": head.status.value,
    }  # fmt: skip


@reads(router, "/bulletins", "bulletins:read", shapes.Bulletins, "公报目录 Bulletins")
def list_bulletins(request: HttpRequest) -> dict[str, Any]:
    """Return the bulletins of the air that can be fetched: each year and month with data."""
    days = CityDay.objects.order_by("day").values_list("day", flat=True)
    periods = sorted({f"{d:%Y}" for d in days} | {f"{d:%Y-%m}" for d in days}, reverse=True)
    items = [
        {"name": f"air-{p}", "subject": "air", "period": p, "forms": list(FORMS)} for p in periods
    ]
    return {"items": items}


@reads(router, "/bulletins/{name}", "bulletins:read", None, "下载公报 Fetch a bulletin", extra=FILE)
def get_bulletin(
    request: HttpRequest, name: Word, form: Literal["pdf", "docx"] = "pdf",
    language: Literal["zh", "en"] = "zh",
) -> HttpResponse:  # fmt: skip
    """Return the bulletin of a year or month as PDF or Word."""
    subject, _, text = name.partition("-")
    try:
        period = parse_period(text)
    except (ValueError, OverflowError):
        raise LantianError(problem("I008")) from None
    if subject != "air" or period_row(period, "auto", "") is None:
        raise Http404(name)
    content = air_bulletin_file(period, form, "auto", language)
    response = HttpResponse(content, content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="{subject}-{period.label}.{form}"'
    return response


@reads(
    router, "/publications", "bulletins:read", shapes.Publications, "已发布的公报 Bulletins published"
)  # fmt: skip
def list_publications(
    request: HttpRequest, limit: Limit = USUAL_ITEMS, cursor: Cursor = None
) -> dict[str, Any]:
    """Return the bulletins that were published, newest first, withdrawn ones with the reason."""
    rows = PublishedBulletin.objects.order_by("-pk")
    if cursor is not None:
        rows = rows.filter(pk__lt=parts_of(cursor, (int,))[0])
    found = list(rows[: limit + 1])
    following = cursor_of(found[limit - 1].pk) if len(found) > limit else None
    return {"items": [_published(one) for one in found[:limit]], "next": following}


def _published(one: PublishedBulletin) -> dict[str, Any]:
    withdrawn = one.withdrawn_at
    return {
        "number": one.pk, "kind": one.kind, "period": one.period, "edition": one.edition, "title_zh": one.title_zh,
        "title_en": one.title_en, "state": one.state, "published_by": one.published_by,
        "published_at": timezone.localtime(one.published_at).isoformat(),
        "withdrawn_at": timezone.localtime(withdrawn).isoformat() if withdrawn else None,
        "withdrawn_why": one.withdrawn_why,
        "files": [{"name": n, "hash": f["hash"], "size": f["size"]} for n, f in sorted(one.files.items())],
    }  # fmt: skip


@reads(
    router, "/publications/{number}/{name}", "bulletins:read", None, "下载已发布的公报 Fetch what was published",
    extra=FILE,
)  # fmt: skip
def get_publication(request: HttpRequest, number: Number, name: Word) -> HttpResponse:
    """Return a file of a published bulletin, byte by byte as everybody got it; none of a withdrawn one."""
    public = PublishedBulletin.objects.filter(state=PublishedBulletin.State.PUBLISHED)
    found = public.filter(pk=whole(number)).first()
    if found is None or name not in found.files:
        raise Http404(name)
    form = name.rpartition(".")[2]
    content = path_of(found.files[name]["hash"]).read_bytes()
    response = HttpResponse(content, content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="{found.kind}-{found.period}.{name}"'
    return response
