"""Public pages are limited, cached and conditional: `open_page` makes a view one.

What is public changes only by actions, and every action writes an event. So a page is kept under
the number of the last event: one published or withdrawn anything, in any process, is seen with the
next request (decision 0163). Nobody's cookies, and no words of an address that the page does not
know, enter the key or the page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import caches
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    QueryDict,
)
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import get_language

import lantian
from lantian.office.audit.models import Event
from lantian.office.people.access import public
from lantian.office.public.limits import DATA_PER_MINUTE, PER_MINUTE, too_many

KEPT_SECONDS = 600
_MOST_BYTES = 1 << 20
_MOST_VALUE = 100
_SETTLED_SECONDS = 2
"""A date has no more than seconds: one that is younger is not given, so two changes in one are told apart."""
View = Callable[..., HttpResponseBase]


def open_page(*parameters: str, data: bool = False) -> Callable[[View], View]:
    """Make a view a public page.

    Parameters
    ----------
    parameters
        Names of the address's query that the page knows; others are dropped before it is made.
    data
        A whole list: it has a limit of its own and is streamed, not kept.
    """
    bucket, most = ("data", DATA_PER_MINUTE) if data else ("page", PER_MINUTE)

    def wrap(view: View) -> View:
        @public
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in ("GET", "HEAD"):
                return HttpResponseNotAllowed(("GET", "HEAD"))
            refused = too_many(request, bucket, most)
            if refused is not None:
                return refused
            _only(request, parameters)
            if request.user.is_authenticated:
                response = view(request, *args, **kwargs)
                response["Cache-Control"] = "private, no-cache"
                return response
            return _kept(request, lambda: view(request, *args, **kwargs), store=not data)

        return guarded

    return wrap


def _only(request: HttpRequest, parameters: tuple[str, ...]) -> None:
    """Leave of a request's query what the page knows, in a fixed order."""
    query = QueryDict(mutable=True)
    for name in parameters:
        value = request.GET.get(name, "").replace("\0", "").strip()[:_MOST_VALUE]
        if value:
            query[name] = value
    query._mutable = False
    request.GET = query  # type: ignore[assignment]
    request.META["QUERY_STRING"] = query.urlencode()


def _kept(
    request: HttpRequest, make: Callable[[], HttpResponseBase], *, store: bool
) -> HttpResponseBase:
    last = Event.objects.order_by("-number").values_list("number", "at").first()
    number, at = last or (0, None)
    now = timezone.localtime()
    parts = (lantian.__version__, request.scheme, request.get_host(), request.get_full_path(), get_language(),
             request.COOKIES.get("large") == "1", number, now.date())  # fmt: skip
    key = hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()
    etag = f'W/"{key[:32]}"'
    changed = max(filter(None, (at, now.replace(hour=0, minute=0, second=0, microsecond=0))))
    settled = (now - changed).total_seconds() >= _SETTLED_SECONDS
    stamp = int(changed.timestamp()) if settled else None
    found = get_conditional_response(request, etag=etag, last_modified=stamp)
    if found is None:
        found = _page(request, key, make, store=store)
    if found.status_code in (200, 304, 410):
        found["ETag"], found["Cache-Control"] = etag, "public, no-cache"
        if stamp is not None:
            found["Last-Modified"] = http_date(stamp)
    patch_vary_headers(found, ("Cookie", "Accept-Language"))
    return found


def _page(
    request: HttpRequest, key: str, make: Callable[[], HttpResponseBase], *, store: bool
) -> HttpResponseBase:
    """Return the page, from the cache where it is there; one with a message for somebody is not kept."""
    cache = caches["pages"]
    own = "messages" in request.COOKIES or "sessionid" in request.COOKIES
    stored = None if own else cache.get(key)
    if stored is not None:
        status, headers, content = stored
        return HttpResponse(content, status=status, headers=headers)
    response = make()
    if store and not own and isinstance(response, HttpResponse) and response.status_code in (200, 410) \
            and len(response.content) <= _MOST_BYTES:  # fmt: skip
        headers = {
            k: v
            for k, v in response.items()
            if k in ("Content-Type", "Content-Disposition", "Link")
        }
        cache.set(key, (response.status_code, headers, response.content), KEPT_SECONDS)
    return response
