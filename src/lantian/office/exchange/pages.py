"""Pages of deliveries: subscriptions, what goes out and what came back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from lantian.kernel.problem import LantianError
from lantian.office.audit.vault import path_of
from lantian.office.exchange import actions
from lantian.office.exchange.models import EVENTS, Delivery, Subscription
from lantian.office.exchange.outbox import secret_of
from lantian.office.exchange.worker import WAITS
from lantian.office.forms.told import tell
from lantian.office.people.access import can, needs
from lantian.office.site.templatetags.parts import in_language

PER_PAGE = 50
STATES = {
    "waiting": ("待投递", "waiting"),
    "done": ("已回执", "answered"),
    "parked": ("搁置", "parked"),
    "dropped": ("放弃", "given up"),
}
NAMES = {kind: (zh, en) for kind, zh, en in EVENTS} | {"test": ("试投递", "test")}
_SHOWN_ANSWER = 4000


@needs("exchange.view")
def exchange(request: HttpRequest) -> HttpResponse:
    """Show subscriptions, and deliveries by their state."""
    return render(request, "exchange/exchange.html", _values(request))


def _values(request: HttpRequest) -> dict[str, Any]:
    state = request.GET.get("state", "")
    rows = Delivery.objects.select_related("subscription").defer("body")
    if state in STATES:
        rows = rows.filter(state=state)
    counts = dict(Delivery.objects.order_by().values_list("state").annotate(n=Count("pk")))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.names, row.state_names = NAMES.get(row.event, (row.event,) * 2), STATES[row.state]
    subscriptions = list(Subscription.objects.all()[:200])
    for one in subscriptions:
        one.names = [NAMES[e] for e in one.events]
    return {
        "subscriptions": subscriptions, "page": page, "state": state if state in STATES else "",
        "states": [(k, names, counts.get(k, 0)) for k, names in STATES.items()], "events": EVENTS,
        "may_manage": can(request.user, "exchange.manage"), "allowed": settings.RECEIVERS,
        "most": len(WAITS) + 1, "query": f"state={state}" if state in STATES else "",
    }  # fmt: skip


@needs("exchange.view")
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one delivery: what was sent, what came back, and its proof."""
    found = get_object_or_404(Delivery.objects.select_related("subscription"), pk=pk)
    answer = None
    if found.state == Delivery.State.DONE and path_of(found.answer_hash).exists():
        answer = path_of(found.answer_hash).read_bytes()[:_SHOWN_ANSWER].decode("utf-8", "replace")
    values = {
        "d": found, "names": NAMES.get(found.event, (found.event,) * 2), "answer": answer,
        "state_names": STATES[found.state], "open": found.state in ("waiting", "parked"),
        "may_manage": can(request.user, "exchange.manage"), "most": len(WAITS) + 1,
    }  # fmt: skip
    return render(request, "exchange/delivery.html", values)


@needs("exchange.manage")
@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    """Make a subscription and show its secret, once."""
    try:
        made = actions.subscribe(
            request.user, request.POST.get("name", ""), request.POST.get("address", ""),
            request.POST.getlist("event"),
        )  # fmt: skip
    except LantianError as error:
        tell(request, *error.problems)
        return redirect("exchange")
    values = _values(request) | {"made": made, "secret": secret_of(made)}
    response = render(request, "exchange/exchange.html", values)
    response["Cache-Control"] = "no-store"
    return response


def _stepped(
    request: HttpRequest, step: Callable[[], object], done: tuple[str, str], *back: Any
) -> HttpResponse:
    """Take a step, say what came of it, and go back to the page it was asked from."""
    try:
        step()
    except LantianError as error:
        tell(request, *error.problems)
    else:
        messages.success(request, in_language(*done))
    return redirect(*back)


@needs("exchange.manage")
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a subscription."""
    found = get_object_or_404(Subscription, pk=pk)
    done = ("已停止", "Stopped")
    return _stepped(request, lambda: actions.stop(request.user, found), done, "exchange")


@needs("exchange.manage")
@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a message that only tests the way."""
    found = get_object_or_404(Subscription, pk=pk)
    done = ("已发出试投递", "A test goes out")
    return _stepped(request, lambda: actions.test(request.user, found), done, "exchange")


@needs("exchange.manage")
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a delivery again, now."""
    return _of_delivery(request, pk, actions.retry, ("将立即再投", "It goes out again"))


@needs("exchange.manage")
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a delivery up, with the reason."""
    why = request.POST.get("why", "")
    return _of_delivery(request, pk, partial(actions.drop, why=why), ("已放弃", "Given up"))


def _of_delivery(
    request: HttpRequest, pk: int, act: Callable[..., object], done: tuple[str, str]
) -> HttpResponse:
    found = get_object_or_404(Delivery, pk=pk)
    return _stepped(request, lambda: act(request.user, found), done, "exchange-delivery", pk)
