"""How an operation is declared: its scope, its answers, its example; and how lists go on."""

from __future__ import annotations

import base64
import inspect
import json
import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any

from ninja import Router, Schema
from pydantic import BeforeValidator, StringConstraints, WithJsonSchema

from lantian.kernel.problem import LantianError
from lantian.office.api.problems import problem
from lantian.office.api.shapes import Refusal
from lantian.office.api.token import SystemToken

MOST_ITEMS, USUAL_ITEMS = 500, 100
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
REFUSED = dict.fromkeys((400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500), Refusal)
_READ = (400, 401, 403, 404, 422, 429, 500)
_WRITE = (400, 401, 403, 404, 409, 413, 415, 422, 429, 500)


def _iso_day(value: object) -> object:
    """Refuse what pydantic would take for a day besides 2026-11-01, as seconds since 1970."""
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("a day is written 2026-11-01")
    if not isinstance(value, str | date):
        raise ValueError("a day is written 2026-11-01")
    return value


Day = Annotated[
    date, BeforeValidator(_iso_day), WithJsonSchema({"type": "string", "format": "date"})
]
Word = Annotated[
    str, StringConstraints(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$")
]
"""A text in an address; control characters are nothing a database or a person looks for."""
Number = Annotated[int, WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 2147483647})]


def whole(value: int) -> int:
    """Return a number of a thing as a database can hold it; 404 for what cannot be one."""
    if not 1 <= value <= 2147483647:
        raise LantianError(problem("I008"))
    return value


def reads(
    router: Router, path: str, scope: str, shape: type[Schema] | None, summary: str, **more: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare an operation that reads under a scope; `shape` None for one that sends a file."""
    answers = {200: shape, 304: None, **{s: REFUSED[s] for s in _READ}}
    return _declared(router.get, path, scope, answers, summary, **more)


def writes(
    router: Router, path: str, scope: str, shape: type[Schema], summary: str, **more: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare an operation that writes under a scope."""
    answers = {200: shape, **{s: REFUSED[s] for s in _WRITE}}
    return _declared(router.post, path, scope, answers, summary, **more)


def file_of(*kinds: str) -> dict[str, Any]:
    """Return how OpenAPI describes an answer that is a file of one of these kinds."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {"responses": {200: {"content": dict.fromkeys(kinds, binary)}}}


def _declared(
    method: Callable[..., Any], path: str, scope: str, answers: dict[int, Any], summary: str,
    extra: dict[str, Any] | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:  # fmt: skip
    def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
        names = inspect.signature(function).parameters
        known = frozenset(names) - {"request"} - set(re.findall(r"{(?:\w+:)?(\w+)}", path))
        return method(  # type: ignore[no-any-return]
            path, auth=SystemToken(scope, known), response=answers, summary=summary,
            operation_id=function.__name__, tags=[scope.split(":")[0]],
            openapi_extra={"x-scope": scope, **(extra or {})},
        )(function)  # fmt: skip

    return wrap


def cursor_of(*parts: object) -> str:
    """Return where a list goes on, as a text that only the interface reads."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def parts_of(cursor: str, kinds: Sequence[type]) -> list[Any]:
    """Return the parts of a cursor.

    Raises
    ------
    LantianError
        I011 for a text that no list gave out.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(parts, list) or [type(p) for p in parts] != list(kinds):
            raise ValueError
        if any(isinstance(p, int) and not 0 <= p <= 2147483647 for p in parts):
            raise ValueError
        if any(b"\x00" in p.encode() for p in parts if isinstance(p, str)):  # nor half a character
            raise ValueError
    except (ValueError, UnicodeError, RecursionError):
        raise LantianError(problem("I011", why="cursor")) from None
    return parts
