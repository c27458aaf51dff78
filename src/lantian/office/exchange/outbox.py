"""Writes what other systems are to be told, in the transaction of what happened."""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone

from lantian.domain.ledger.chain import digest
from lantian.office.exchange.models import Delivery, Subscription

_BATCH = 500


def secret_of(subscription: Subscription) -> str:
    """Return the secret that signs what goes to a subscriber.

    It is derived and nowhere stored: who reads the database without the key of the site cannot sign.
    """
    text = f"lantian exchange {subscription.nonce}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()


def announce(event: str, told: Iterable[tuple[str, Mapping[str, Any]]]) -> int:
    """Write a message for every subscriber of an event and everything there is to tell.

    Must be called in the transaction of the action: message and event stand or fall together.

    Parameters
    ----------
    event
        A kind of `EVENTS`.
    told
        Key and content, as ``firm:F0001`` and its order; messages of one key keep their order.

    Returns
    -------
    int
        Messages written.
    """
    subscribers = [
        s for s in Subscription.objects.filter(stopped_at=None).order_by("pk") if event in s.events
    ]
    if not subscribers:
        return 0
    rows = [_message(s, event, key, data) for key, data in told for s in subscribers]
    Delivery.objects.bulk_create(rows, batch_size=_BATCH)
    return len(rows)


def message_to(
    subscription: Subscription, event: str, key: str, data: Mapping[str, Any]
) -> Delivery:
    """Write one message for one subscriber."""
    found = _message(subscription, event, key, data)
    found.save()
    return found


def _message(subscription: Subscription, event: str, key: str, data: Mapping[str, Any]) -> Delivery:
    uid, now = uuid.uuid4().hex, timezone.now()
    body = json.dumps(
        {"delivery": uid, "event": event, "at": timezone.localtime(now).isoformat(), "key": key, "data": dict(data)},
        ensure_ascii=False, sort_keys=True,
    )  # fmt: skip
    return Delivery(
        subscription=subscription, uid=uid, event=event, key=key, body=body, made_at=now, next_at=now,
        body_hash=digest(settings.LEDGER_ALGORITHM, body.encode()),
    )  # fmt: skip
