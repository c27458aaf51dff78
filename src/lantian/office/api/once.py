"""Answers under an Idempotency-Key: a request that comes twice is done once and answered the same."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from lantian.kernel.problem import LantianError
from lantian.office.api.errors import JSON
from lantian.office.api.models import Answered, System
from lantian.office.api.problems import problem

_KEY = re.compile(r"[A-Za-z0-9._:-]{8,80}")
KEY_HEADER = "Idempotency-Key"


def key_parameter(*, required: bool) -> dict[str, Any]:
    """Return how OpenAPI describes the header."""
    return {
        "parameters": [
            {
                "in": "header", "name": KEY_HEADER, "required": required, "example": "7c0f2d1e-receipt",
                "description": "同一请求每次重试用同一个 the same for every attempt of one request",
                "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{8,80}$"},
            }
        ]
    }  # fmt: skip


def once(
    request: HttpRequest, body: bytes, work: Callable[[], dict[str, Any]], *, required: bool
) -> HttpResponse:
    """Do `work` and keep its answer under the key, or give the answer that is kept.

    Work and answer are one transaction: after a crash either both are there or neither. What is
    refused is not kept, so that it can be mended and tried again under the same key.

    Raises
    ------
    LantianError
        I013 for a key that is missing or malformed, I012 for one that was used for something else.
    """
    key = request.headers.get(KEY_HEADER, "")
    if not key and not required:
        return _answer(200, json.dumps(work(), ensure_ascii=False))
    if not _KEY.fullmatch(key):
        raise LantianError(problem("I013"))
    system: System = request.auth  # type: ignore[attr-defined]
    asked = hashlib.sha256(f"{request.method} {request.path}\n".encode() + body).hexdigest()
    known = Answered.objects.filter(system=system, key=key).first()
    if known is None:
        try:
            with transaction.atomic():
                row = Answered.objects.create(system=system, key=key, asked=asked)
                row.status, row.body = 200, json.dumps(work(), ensure_ascii=False)
                row.save(update_fields=("status", "body"))
            return _answer(row.status, row.body)
        except IntegrityError:  # the same request was done meanwhile
            known = Answered.objects.filter(system=system, key=key).first()
            if known is None:
                raise
    if known.asked != asked:
        raise LantianError(problem("I012"))
    response = _answer(known.status, known.body)
    response["Idempotent-Replayed"] = "true"
    return response


def _answer(status: int, body: str) -> HttpResponse:
    return HttpResponse(body, status=status, content_type=JSON)
