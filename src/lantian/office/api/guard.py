"""Around every operation: number of the request, log, ETag, and refusals in the one shape."""

from __future__ import annotations

import hashlib
import logging
import re
import time
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from lantian.office.api.errors import refusal
from lantian.office.api.problems import problem
from lantian.office.people.access import TOKEN

logger = logging.getLogger("lantian.api")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def guarded(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Return a view of the interface as it is served."""

    @wraps(view)
    def served(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        began = time.perf_counter()
        given = request.headers.get("X-Request-Id", "")
        own = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        request.request_id = own  # type: ignore[attr-defined]
        response = view(request, *args, **kwargs)
        if response.status_code == 405:
            allow = response.headers.get("Allow", "")
            response = refusal([problem("I009", method=request.method)], request)
            response["Allow"] = allow
        elif request.method == "GET" and response.status_code == 200:
            response = _with_etag(request, response)
        response["X-Request-Id"] = own
        response["Cache-Control"] = "private, no-cache"
        logger.info("%s %s %s %s %d %.0f ms", own, getattr(request, "system_name", "-"), request.method,
                    request.path, response.status_code, (time.perf_counter() - began) * 1000)  # fmt: skip
        return response

    served.access = TOKEN  # type: ignore[attr-defined]
    served.csrf_exempt = True  # type: ignore[attr-defined]
    return served


def _with_etag(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Return the answer with the hash of its content, or 304 where the asker has it already."""
    if response.streaming:
        return response
    own = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'  # type: ignore[attr-defined]
    asked = [
        one.strip().removeprefix("W/")
        for one in request.headers.get("If-None-Match", "").split(",")
    ]
    if own in asked or "*" in asked:
        response = HttpResponse(status=304)
        del response["Content-Type"]
    response["ETag"] = own
    return response


def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponseBase:
    """Answer an address of the interface that does not exist."""
    return refusal([problem("I008")], request)
