"""What changes subscriptions and deliveries: make, stop, test, try again, give up."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone

from lantian.adapters.outward import AddressError, receiver_of
from lantian.kernel.problem import LantianError
from lantian.office.api.problems import problem
from lantian.office.audit.action import Done, action
from lantian.office.exchange.models import EVENTS, TEST, Delivery, Subscription
from lantian.office.exchange.outbox import message_to
from lantian.office.people.models import User

_KNOWN = frozenset(kind for kind, _, _ in EVENTS)


@action("exchange.manage", "subscription.made")
def subscribe(actor: User, name: str, address: str, events: Sequence[str]) -> Done[Subscription]:
    """Make a subscription; its secret is `secret_of`.

    Raises
    ------
    LantianError
        I020, I030, I031 for what is wrong with it, all at once.
    """
    found = []
    if not 0 < len(name.strip()) <= 80:
        found.append(problem("I020"))
    try:
        receiver_of(address.strip(), settings.RECEIVERS)
        if len(address.strip()) > 300:
            raise AddressError("超过 300 字", "longer than 300 characters")
    except AddressError as error:
        found.append(problem("I030", url=address.strip()[:80], why_zh=error.zh, why_en=error.en))
    if not events or not set(events) <= _KNOWN:
        found.append(problem("I031"))
    if found:
        raise LantianError(*found)
    made = Subscription.objects.create(
        name=name.strip(), address=address.strip(), events=sorted(set(events)), nonce=secrets.token_hex(32),
        made_by=actor.username, made_at=timezone.now(),
    )  # fmt: skip
    event = {
        "subscription": made.pk,
        "name": made.name,
        "address": made.address,
        "events": made.events,
    }
    return Done(made, event)


@action("exchange.manage", "subscription.stopped")
def stop(actor: User, subscription: Subscription) -> Done[Subscription]:
    """Stop a subscription; what was written for it is still delivered.

    Raises
    ------
    LantianError
        I033 where it was stopped already.
    """
    found = Subscription.objects.select_for_update().get(pk=subscription.pk)
    if found.stopped_at is not None:
        raise LantianError(problem("I033"))
    found.stopped_at, found.stopped_by = timezone.now(), actor.username
    found.save(update_fields=("stopped_at", "stopped_by"))
    return Done(found, {"subscription": found.pk, "name": found.name})


@action("exchange.manage", "delivery.test")
def test(actor: User, subscription: Subscription) -> Done[Delivery]:
    """Write a message that only tests the way.

    Raises
    ------
    LantianError
        I033 for a subscription that was stopped.
    """
    if subscription.stopped_at is not None:
        raise LantianError(problem("I033"))
    made = message_to(subscription, TEST, f"test:{secrets.token_hex(4)}", {"test": True})
    return Done(made, {"subscription": subscription.pk, "delivery": made.uid})


@action("exchange.manage", "delivery.retried")
def retry(actor: User, delivery: Delivery) -> Done[Delivery]:
    """Send a parked or waiting message again, now.

    Raises
    ------
    LantianError
        I032 for one that is done or given up.
    """
    found = _open(delivery)
    found.state, found.attempts, found.next_at = Delivery.State.WAITING, 0, timezone.now()
    found.ended_at = None
    found.save()
    return Done(found, {"delivery": found.uid, "event": found.event})


@action("exchange.manage", "delivery.dropped")
def drop(actor: User, delivery: Delivery, why: str) -> Done[Delivery]:
    """Give a message up, with the reason; those behind it of the same key may go then.

    Raises
    ------
    LantianError
        I026 without a reason, I032 for one that is done or given up.
    """
    if not why.strip():
        raise LantianError(problem("I026"))
    found = _open(delivery)
    found.state, found.ended_at = Delivery.State.DROPPED, timezone.now()
    found.ended_why = why.strip()[:200]
    found.save()
    return Done(found, {"delivery": found.uid, "event": found.event, "why": found.ended_why})


def _open(delivery: Delivery) -> Delivery:
    found = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if found.state not in (Delivery.State.WAITING, Delivery.State.PARKED):
        raise LantianError(problem("I032", state=found.get_state_display()))
    return found
