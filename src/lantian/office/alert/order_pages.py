"""Pages of orders: all of an alert with filters, one with its paper, and the firm's own side."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from lantian.adapters.paper.order_page import Issued
from lantian.domain.response.alert.model import end_zh, start_zh
from lantian.jobs.registry.labels import grade_names
from lantian.kernel.level import Level
from lantian.kernel.problem import LantianError
from lantian.office.alert import extend, order_actions
from lantian.office.alert.figures import current_order, orders_seen, progress
from lantian.office.alert.models import Alert, Extension, Order, OrderPhoto
from lantian.office.alert.refusal import StepRefusedError, naive
from lantian.office.alert.steps import step_to
from lantian.office.alert.taken_up import cuts_of, taken_up
from lantian.office.audit.vault import path_of, store_upload
from lantian.office.forms.numbers import whole
from lantian.office.forms.told import problem_words
from lantian.office.people.access import can, needs
from lantian.office.people.models import User

PER_PAGE, EARLIER_PER_PAGE = 50, 20
REMIND_AFTER_HOURS = 2
"""A receipt is asked for again after so many hours, where the alert's rule gives no hours (decision 0133)."""
SHOWN = {
    "cuts": ("减排", "cutting"),
    "open": ("未回执", "not received"),
    "late": ("超时未回执", "overdue"),
    "unreported": ("未报告", "not reported"),
    "adjusted": ("人工调整", "changed by hand"),
    "all": ("全部", "all"),
}


def remind_after(alert: Alert) -> timedelta:
    """Return after how long a missing receipt is asked for: the hours the rule gives for handing an alert on."""
    return timedelta(hours=alert.dispatch_hours or REMIND_AFTER_HOURS)


def late_orders(alert: Alert, now: datetime) -> QuerySet[Order]:
    """Return the orders that cut, run, and were not confirmed in time."""
    return alert.orders.filter(
        cuts=True, ended_at=None, receipt_at=None, issued_at__lt=now - remind_after(alert)
    )


@needs("alert.view")
def orders(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the orders of an alert with filters; a district officer sees those of his district."""
    alert = get_object_or_404(Alert, pk=pk)
    mine = orders_seen(request.user, alert.orders.all())  # type: ignore[arg-type]
    asked = request.GET.get("show", "cuts")
    asked = asked if asked in SHOWN else "cuts"
    district, text = request.GET.get("district", ""), request.GET.get("q", "").strip()[:100]
    shown = _asked(mine, alert, asked)
    shown = shown.filter(district=district) if district else shown
    for word in text.split()[:5]:
        shown = shown.filter(Q(firm_name__icontains=word) | Q(firm_id__icontains=word))
    page = Paginator(shown.defer("values"), PER_PAGE).get_page(request.GET.get("page"))
    for order in page:
        order.grade_names = grade_names(order.grade)
    values = {
        "alert": alert, "page": page, "asked": asked, "district": district, "q": text,
        "districts": _by_district(mine), "counts": progress(mine),
        "late": mine.filter(pk__in=late_orders(alert, timezone.now())).count(),
        "hours": int(remind_after(alert).total_seconds() // 3600),
        "tabs": [(key, *names) for key, names in SHOWN.items()],
        "query": urlencode({"show": asked, "district": district, "q": text}),
    }  # fmt: skip
    return render(request, "alert/orders.html", values)


def _asked(mine: QuerySet[Order], alert: Alert, asked: str) -> QuerySet[Order]:
    if asked == "cuts":
        return mine.filter(cuts=True)
    if asked == "open":
        return mine.filter(cuts=True, receipt_at=None)
    if asked == "late":
        return mine.filter(pk__in=late_orders(alert, timezone.now()))
    if asked == "unreported":
        return mine.filter(cuts=True, reported_at=None)
    if asked == "adjusted":
        return mine.exclude(adjusted={})
    return mine


def _by_district(mine: QuerySet[Order]) -> list[dict[str, Any]]:
    """Return receipts and reports by district, of the firms that cut."""
    cutting = mine.filter(cuts=True).order_by("district").values("district")
    return list(
        cutting.annotate(
            firms=Count("pk"), received=Count("receipt_at"), reported=Count("reported_at")
        )
    )


def _order_seen(user: User, pk: int) -> Order:
    """Return an order that an officer, or the firm itself, may see.

    Raises
    ------
    Http404
        For every other one: nobody learns that it is there.
    """
    found = Order.objects.select_related(
        "alert", "plan__alert", "plan__list_file", "plan__result"
    ).filter(pk=pk)
    one = orders_seen(user, found).first()
    if one is None:
        raise Http404(str(pk))
    return one


@needs("order.view")
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one order with its paper, receipts, reports and pictures."""
    found = _order_seen(request.user, pk)  # type: ignore[arg-type]
    return render(request, "alert/order.html", order_values_of(found))


def order_values_of(found: Order) -> dict[str, Any]:
    """Return everything a page shows of one order."""
    signed = [e for e in found.alert.extensions.all() if e.state == Extension.State.SIGNED]
    receipts = {r.extension_id: r for r in found.extension_receipts.all()}
    return {
        "order": found, "alert": found.alert, "grade": grade_names(found.grade),
        "extensions": [{"one": e, "receipt": receipts.get(e.pk)} for e in signed],
        "reports": list(found.reports.prefetch_related("photos__file")), "now": timezone.now(),
    }  # fmt: skip


@needs("order.view")
def order_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an order as the page that went out."""
    found = _order_seen(request.user, pk)  # type: ignore[arg-type]
    try:
        content = printed(found)
    except LantianError as error:
        words = problem_words(error.problems[0])
        return HttpResponse(words, status=409, content_type="text/plain; charset=utf-8")
    response = HttpResponse(content, content_type="application/pdf")
    name = quote(f"管控令-{found.firm_id}-{found.alert.level}.pdf")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def printed(order: Order) -> bytes:
    """Return the paper of an order that went out.

    Raises
    ------
    LantianError
        O013 where list or rules are not those of the plan any more; W001.
    """
    alert, base = order.alert, taken_up(order.plan)
    draft = getattr(order.plan, "draft", None)
    plan = base.tried(cuts_of(draft) if draft is not None and draft.result_id else []).plan
    first = alert.extensions.filter(state=Extension.State.SIGNED).first()
    end = first.old_end if first is not None else alert.end
    changes = [
        f"{start_zh(naive(e.signed_at))}延长至{end_zh(naive(e.new_end))}"
        for e in alert.extensions.filter(state=Extension.State.SIGNED)
        if e.signed_at is not None
    ]
    if order.adjusted:
        changes.append("本令经人工调整，理由见正文")
    ended = f"已终止（{order.ended_why}）" if order.ended_at else ""
    signer = User.objects.filter(username=alert.signed_by).first()
    by = str(signer or alert.signed_by)
    issued = Issued(by, naive(order.issued_at), tuple(changes), ended)
    period = naive(alert.start), naive(end)
    return base.order_pdf(plan, order.firm_id, Level(alert.level), period, issued)


@needs("order.view")
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a picture of a report as it was handed in."""
    found = get_object_or_404(OrderPhoto.objects.select_related("report"), pk=pk)
    _order_seen(request.user, found.report.order_id)  # type: ignore[arg-type]
    response = HttpResponse(path_of(found.file_id).read_bytes(), content_type=found.kind)
    response["X-Content-Type-Options"] = "nosniff"
    return response


# --- a firm's own side -------------------------------------------------------------------------


@needs("order.own")
def own_orders(request: HttpRequest) -> HttpResponse:
    """Show a firm what it must do now until when, line by line, and its earlier orders."""
    firm = request.user.firm_id  # type: ignore[union-attr]
    found = current_order(firm)
    earlier = Order.objects.filter(firm_id=firm or "-").exclude(ended_at=None)
    rows = earlier.select_related("alert").order_by("-pk")
    values: dict[str, Any] = {
        "current": found, "page": Paginator(rows, EARLIER_PER_PAGE).get_page(request.GET.get("page")),
        "now": timezone.now(), "may": can(request.user, "order.receipt"),
        "most_photos": order_actions.MOST_PHOTOS,
    }  # fmt: skip
    if found is not None:
        values |= order_values_of(found)
        values |= {
            "clock": countdown(found.alert, timezone.now()), "lines": _lines(found),
            "until": end_zh(naive(found.alert.end)),
            "until_en": f"{timezone.localtime(found.alert.end):%Y-%m-%d %H:%M}",
        }  # fmt: skip
    return render(request, "alert/own.html", values)


def _lines(order: Order) -> list[dict[str, Any]]:
    """Return what each line must do, those that must do something first."""
    rows = [
        {"name": a["line_name"] or a["line_id"], "words": (a["text_zh"], a["text_en"]), "cuts": a["share"] > 0}
        for a in order.values.get("actions", [])
    ]  # fmt: skip
    return sorted(rows, key=lambda r: not r["cuts"])


def countdown(alert: Alert, now: datetime) -> dict[str, Any]:
    """Return in words how long until the order begins, or until it ends."""
    if now < alert.start:
        return {
            "kind": "before",
            "words": _span(alert.start - now, "后开始执行", "until it begins"),
        }
    if now < alert.end:
        return {"kind": "running", "words": _span(alert.end - now, "后结束", "left")}
    return {
        "kind": "over",
        "words": ("已到期，接到解除通知前继续执行", "has run out; carry on until it is lifted"),
    }


def _span(left: timedelta, zh: str, en: str) -> tuple[str, str]:
    minutes = int(left.total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return f"还有{days}天{hours}小时{zh}", f"{days} d {hours} h {en}"
    if hours:
        return f"还有{hours}小时{rest}分钟{zh}", f"{hours} h {rest} min {en}"
    return f"还有{rest}分钟{zh}", f"{rest} min {en}"


@needs("order.receipt")
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the receipt of an order or of a later end, or hand in how it was carried out."""
    found = Order.objects.filter(pk=pk, firm_id=request.user.firm_id or "-").first()  # type: ignore[union-attr]
    if found is None:
        raise Http404(str(pk))

    def step() -> object:
        if "extension" in request.POST:
            one = Extension.objects.filter(pk=whole(request.POST["extension"])).first()
            if one is None:
                raise StepRefusedError("没有这项延长", "there is no such extension")
            return extend.receive_extension(request.user, found, one)
        if "report" in request.POST:
            photos = [store_upload(f) for f in request.FILES.getlist("photos")]
            return order_actions.report(request.user, found, request.POST["report"], photos)
        return order_actions.receive(request.user, found)

    return step_to(request, step, ("已登记", "Noted"), "own-orders")
