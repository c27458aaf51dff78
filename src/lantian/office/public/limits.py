"""The rate limit of the public pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase

PER_MINUTE = 120
"""Requests of one address a minute; beyond it the page says so and does no work."""


def limited(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Refuse an address that asks too often."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = f"rate:{request.META.get('REMOTE_ADDR', '')}"
        cache.add(key, 0, timeout=60)
        try:
            count = cache.incr(key)
        except ValueError:  # it ran out between the two
            count = 1
        if count > PER_MINUTE:
            return HttpResponse("请求过于频繁，请稍后再试。Too many requests, please wait a minute.", status=429,
                                content_type="text/plain; charset=utf-8", headers={"Retry-After": "60"})  # fmt: skip
        return view(request, *args, **kwargs)

    return guarded
