"""Operations that write: receipts, reports, readings, forecasts; through the actions that pages use."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router
from pydantic import ValidationError

from lantian.kernel.problem import LantianError, Place, Problem
from lantian.office.air import actions as air
from lantian.office.alert import order_actions
from lantian.office.alert.extend import receive_extension
from lantian.office.alert.outward import order_row, receipt_row
from lantian.office.api import shapes, shapes_alerts
from lantian.office.api.bodies import (
    ForecastIn,
    air_days_body,
    air_hours_body,
    forecast_body,
    report_body,
    water_body,
)
from lantian.office.api.errors import told
from lantian.office.api.once import key_parameter, once
from lantian.office.api.operation import Number, whole, writes
from lantian.office.api.problems import problem
from lantian.office.api.reads_alerts import order_seen
from lantian.office.audit.vault import store
from lantian.office.people.access import can
from lantian.office.water import actions as water

router = Router()
MOST_MB = 20
MOST_TOLD = 5000
"""Refused rows told one by one; beyond, only counted."""


@writes(
    router,
    "/orders/{order_id}/receipt",
    "receipts:write",
    shapes_alerts.Receipt,
    "确认收到 Confirm the receipt",
    extra=key_parameter(required=True),
)
def post_receipt(request: HttpRequest, order_id: Number) -> HttpResponse:
    """Confirm that the firm of the account received its order. Needs an Idempotency-Key."""
    _body(request)

    def work() -> dict[str, Any]:
        done = order_actions.receive(request.user, order_seen(request, order_id))  # type: ignore[arg-type]
        return {"order": order_row(done)}

    return once(request, b"", work, required=True)


@writes(
    router,
    "/orders/{order_id}/report",
    "receipts:write",
    shapes_alerts.Receipt,
    "报告执行情况 Report the execution",
    extra=key_parameter(required=True) | report_body(),
)
def post_report(request: HttpRequest, order_id: Number) -> HttpResponse:
    """Hand in how an order was carried out, after its receipt. Needs an Idempotency-Key."""
    body = _json_body(request)
    text = _checked(shapes_alerts.ReportIn, body).text

    def work() -> dict[str, Any]:
        made = order_actions.report(request.user, order_seen(request, order_id), text)  # type: ignore[arg-type]
        return {"order": order_row(made.order)}

    return once(request, body, work, required=True)


@writes(
    router,
    "/orders/{order_id}/extensions/{extension_id}/receipt",
    "receipts:write",
    shapes_alerts.ExtensionReceipt,
    "确认收到延长通知 Confirm a later end",
    extra=key_parameter(required=True),
)
def post_extension_receipt(
    request: HttpRequest, order_id: Number, extension_id: Number
) -> HttpResponse:
    """Confirm that the firm knows of the later end of its order. Needs an Idempotency-Key."""
    _body(request)

    def work() -> dict[str, Any]:
        order = order_seen(request, order_id)
        found = order.alert.extensions.filter(pk=whole(extension_id)).first()
        if found is None:
            raise Http404(str(extension_id))
        return receipt_row(receive_extension(request.user, order, found))  # type: ignore[arg-type]

    return once(request, b"", work, required=True)


def _takes(path: str, summary: str, body: dict[str, Any]) -> Any:
    """Declare an operation that takes readings in as a table."""
    extra = key_parameter(required=False) | body
    return writes(router, path, "readings:write", shapes.Taken, summary, extra=extra)


@_takes("/readings/air/hours", "报送空气小时值 Hand in hours of stations", air_hours_body())
def post_air_hours(request: HttpRequest) -> HttpResponse:
    """Take in station hours, as the import page does; a later value replaces the earlier one."""
    return _readings(request, "air.import", air.import_hours)


@_takes("/readings/air/days", "报送空气日值 Hand in days of the city", air_days_body())
def post_air_days(request: HttpRequest) -> HttpResponse:
    """Take in daily city values; days worked out here from hours keep their own."""
    return _readings(request, "air.import", air.import_days)


@_takes("/readings/water", "报送水质数据 Hand in samples of waters", water_body())
def post_water(request: HttpRequest) -> HttpResponse:
    """Take in samples of sections; a later value replaces the earlier one."""
    return _readings(request, "water.import", water.import_samples)


@writes(
    router,
    "/forecasts",
    "forecasts:write",
    shapes.ForecastsTaken,
    "报送空气预报 Hand in a forecast of the air",
    extra=key_parameter(required=False) | forecast_body(),
)
def post_forecast(request: HttpRequest) -> HttpResponse:
    """Set the index expected for some days; a later forecast replaces the earlier one."""
    body = _json_body(request)
    given = _checked(ForecastIn, body)
    days = [(d.day, d.low, d.high, d.primary) for d in given.days]
    for i, day in enumerate(given.days):
        if day.low > day.high:
            raise LantianError(
                problem(
                    "I010", Place(column=f"body.days.{i}"), why=f"low {day.low} > high {day.high}"
                )
            )

    def work() -> dict[str, Any]:
        return {"days": air.set_forecast(request.user, given.issued_on, days)}  # type: ignore[arg-type]

    return once(request, body, work, required=False)


# --- what came in ----------------------------------------------------------------------------


def _body(request: HttpRequest) -> bytes:
    """Return the content as it came, up to `MOST_MB`."""
    most = MOST_MB * 2**20
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not str(length).isdecimal() or int(length) > most:
        raise LantianError(problem("I015", mb=MOST_MB))
    content = request.read(most + 1)
    if len(content) > most:
        raise LantianError(problem("I015", mb=MOST_MB))
    return bytes(content)


def _json_body(request: HttpRequest) -> bytes:
    if request.content_type != "application/json":
        raise LantianError(problem("I017", kind=request.content_type or "—"))
    return _body(request)


def _checked(shape: Any, body: bytes) -> Any:
    """Return content in a shape.

    Raises
    ------
    LantianError
        I011 for what is no JSON, I010 with the place of each field that does not fit.
    """
    try:
        return shape.model_validate(_loads(body))
    except ValidationError as error:
        found = [
            problem(
                "I010",
                Place(column=".".join(["body", *map(str, e["loc"])])[:200]),
                why=str(e["msg"])[:200],
            )
            for e in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise LantianError(*found) from None


def _loads(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, UnicodeError, RecursionError):
        raise LantianError(problem("I011", why="JSON")) from None


class _Imported(Protocol):
    """What the action of a room tells of a table it took in."""

    @property
    def rows(self) -> int: ...
    @property
    def rows_unused(self) -> int: ...
    @property
    def problems(self) -> tuple[Problem, ...]: ...
    @property
    def left_out(self) -> dict[str, int]: ...


def _readings(
    request: HttpRequest, permission: str, take_in: Callable[..., _Imported]
) -> HttpResponse:
    """Keep the content as it came, and take it in as the table that it is or stands for."""
    if not can(request.user, permission):
        raise PermissionDenied(permission)
    body = _body(request)
    if request.content_type == "text/csv":
        name, table = "readings.csv", body
    elif request.content_type == "application/json":
        name, table = "readings.json", _as_csv(_loads(body))
    else:
        raise LantianError(problem("I017", kind=request.content_type or "—"))

    def work() -> dict[str, Any]:
        file, raw = store("readings.csv", table), store(name, body)
        try:
            done = take_in(request.user, file, raw=raw, shown=MOST_TOLD)
        except LantianError as error:
            raise LantianError(*_named(error.problems, file.hash)) from None
        return {
            "rows": done.rows, "used": done.rows - done.rows_unused, "not_used": done.rows_unused,
            "file_hash": raw.hash, "problems": [told(p) for p in _named(done.problems, file.hash)],
            "problems_more": done.left_out,
        }  # fmt: skip

    return once(request, body, work, required=False)


def _as_csv(given: Any) -> bytes:
    """Return the rows of a JSON content as a table: its columns are the keys that appear."""
    rows = given.get("rows") if isinstance(given, dict) and set(given) == {"rows"} else None
    if not isinstance(rows, list) or not rows or not all(isinstance(r, dict) for r in rows):
        raise LantianError(problem("I010", Place(column="body.rows"), why='{"rows": [{…}, …]}'))
    columns = list(dict.fromkeys(key for row in rows for key in row))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for i, row in enumerate(rows):
        for key, value in row.items():
            if not isinstance(value, str | int | float | None) or isinstance(value, bool):
                raise LantianError(
                    problem(
                        "I010",
                        Place(column=f"body.rows.{i}.{key}"[:200]),
                        why="text, number or null",
                    )
                )
        writer.writerow(["" if (v := row.get(c)) is None else v for c in columns])
    try:
        return out.getvalue().encode()
    except UnicodeEncodeError:
        raise LantianError(problem("I011", why="UTF-8")) from None


def _named(problems: Sequence[Problem], own: str) -> list[Problem]:
    """Return problems whose place names the content as it was handed in, not the hash it is kept under."""
    return [
        replace(p, place=replace(p.place, file="readings.csv")) if p.place.file == own else p
        for p in problems
    ]
