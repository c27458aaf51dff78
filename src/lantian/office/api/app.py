"""The interface: its operations, put together and guarded."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, re_path
from ninja import NinjaAPI
from ninja.renderers import JSONRenderer

from lantian.office.api import reads_alerts, reads_firms, reads_grades, reads_records, writes
from lantian.office.api.errors import handle_errors
from lantian.office.api.guard import guarded, nothing_here

ROOT = "/api/v1"


class Readable(JSONRenderer):
    """Chinese as it is written, not as numbers of its letters."""

    json_dumps_params: dict[str, Any] = {"ensure_ascii": False}  # noqa: RUF012 - as ninja declares it


api = NinjaAPI(
    title="蓝天 Lantian",
    version="1",
    urls_namespace="api-1",
    docs_url=None,
    renderer=Readable(),
    openapi_url=None,
    description="Interface for other systems of government. Every request carries a system's token: "
    "Authorization: Bearer TOKEN. Exact numbers are texts. Errors have one shape. See docs/api.md.",
    openapi_extra={"info": {"license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}},
)
for room in (reads_firms, reads_grades, reads_alerts, reads_records, writes):
    api.add_router("", room.router)
handle_errors(api)


def description() -> dict[str, Any]:
    """Return the OpenAPI description."""
    return api.get_openapi_schema(path_prefix=ROOT)


def operations() -> list[URLPattern]:
    """Return the addresses of the operations, each guarded; the last takes what is none of them."""
    found = []
    for pattern in api.urls[0]:
        if pattern.name == "api-root":
            continue
        pattern.callback = guarded(pattern.callback)
        found.append(pattern)
    return [*found, re_path(r"^(?P<rest>.*)$", guarded(nothing_here), name="api-nothing")]
