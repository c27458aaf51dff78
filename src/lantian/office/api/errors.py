"""Every refusal in one shape: code, cause and remedy in both languages, place; never HTML, never a traceback."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from lantian.kernel.problem import LantianError, Place, Problem
from lantian.office.alert.actions import StepRefusedError
from lantian.office.api.problems import problem, status_of
from lantian.office.api.token import RateError

logger = logging.getLogger("lantian.api")
SHOWN = 50
"""Problems told in one answer."""


def told(found: Problem) -> dict[str, Any]:
    """Return a problem as the interface tells it."""
    return {
        "code": found.code, "message_zh": found.message_zh, "message_en": found.message_en,
        "remedy_zh": found.remedy_zh, "remedy_en": found.remedy_en, "place": found.place.text(),
    }  # fmt: skip


def refusal(problems: Sequence[Problem], request: HttpRequest | None = None) -> HttpResponse:
    """Return the answer for some problems; its status is that of the first."""
    first, *others = problems
    body = told(first) | {
        "others": [told(p) for p in others[:SHOWN]],
        "request_id": getattr(request, "request_id", ""),
    }
    status = status_of(first.code)
    response = HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=JSON)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="lantian"'
    return response


JSON = "application/json; charset=utf-8"


def handle_errors(api: NinjaAPI) -> None:
    """Make an interface answer every exception in this shape."""

    @api.exception_handler(LantianError)
    def _(request: HttpRequest, error: LantianError) -> HttpResponse:
        response = refusal(error.problems, request)
        if isinstance(error, RateError):
            response["Retry-After"] = str(error.wait_s)
        return response

    @api.exception_handler(AuthenticationError)
    def _(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return refusal([problem("I001")], request)

    @api.exception_handler(ValidationError)
    def _(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return refusal([_of_field(one) for one in error.errors], request)

    @api.exception_handler(StepRefusedError)
    def _(request: HttpRequest, error: StepRefusedError) -> HttpResponse:
        return refusal([problem("I014", why=str(error))], request)

    @api.exception_handler(PermissionDenied)
    def _(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
        role = request.user.get_role_display()  # type: ignore[union-attr]
        return refusal([problem("I006", role=role)], request)

    @api.exception_handler(Http404)
    def _(request: HttpRequest, error: Http404) -> HttpResponse:
        return refusal([problem("I008")], request)

    @api.exception_handler(HttpError)
    def _(request: HttpRequest, error: HttpError) -> HttpResponse:
        return refusal([problem("I011", why="JSON")], request)

    @api.exception_handler(RequestDataTooBig)
    def _(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        return refusal([problem("I015", mb=2)], request)

    @api.exception_handler(Exception)
    def _(request: HttpRequest, error: Exception) -> HttpResponse:
        logger.exception("request %s", getattr(request, "request_id", ""), exc_info=error)
        return refusal([problem("I016")], request)


def _of_field(error: dict[str, Any]) -> Problem:
    place = ".".join(str(part) for part in error.get("loc", ()))
    return problem("I010", Place(column=place[:200]), why=str(error.get("msg", ""))[:200])
