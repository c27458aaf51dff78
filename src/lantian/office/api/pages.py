"""Pages of the interface: systems with their tokens; its description for people."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from lantian.kernel.problem import LantianError
from lantian.office.api import actions
from lantian.office.api.app import ROOT, description
from lantian.office.api.models import System
from lantian.office.api.scopes import SCOPES, SYSTEM_ROLES
from lantian.office.forms.told import tell
from lantian.office.people.access import can, needs, public
from lantian.office.site.templatetags.parts import in_language

USUAL_DAYS = 180
GROUPS = {
    "firms": ("企业", "Firms"), "grades": ("绩效等级", "Grades"), "lists": ("清单版次", "Editions of the list"),
    "alerts": ("预警", "Alerts"), "orders": ("管控令", "Orders"), "receipts": ("回执与报告", "Receipts and reports"),
    "readings": ("监测数据", "Readings"), "forecasts": ("预报", "Forecasts"), "bulletins": ("公报", "Bulletins"),
    "ledger": ("台账", "The record"), "rules": ("规则", "Rules"),
}  # fmt: skip


@needs("api.view")
def systems(request: HttpRequest) -> HttpResponse:
    """Show every system with its scopes and when it was last here."""
    return render(request, "api/systems.html", _values(request))


def _values(request: HttpRequest) -> dict[str, Any]:
    rows = list(System.objects.select_related("account")[:500])
    for row in rows:
        row.scope_names = [(s, SCOPES[s]) for s in row.scopes if s in SCOPES]
    return {
        "systems": rows, "scopes": SCOPES, "may_manage": can(request.user, "api.manage"),
        "roles": [(r.value, r.label) for r in SYSTEM_ROLES], "now": timezone.now(),
        "soon": timezone.localdate() + timedelta(days=USUAL_DAYS), "most": actions.MOST_PER_MINUTE,
    }  # fmt: skip


@needs("api.manage")
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make a system and show its token, once."""
    post = request.POST
    addresses = post.get("addresses", "").replace("，", ",").split(",")
    number = post.get("per_minute", "").strip()
    try:
        expires = date.fromisoformat(post.get("expires", ""))
    except ValueError:
        expires = None
    wanted = actions.Wanted(
        name=post.get("name", ""), role=post.get("role", ""), scopes=post.getlist("scope"), expires_on=expires,
        addresses=addresses, district=post.get("district", "").strip()[:40],
        per_minute=int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else 0,
        firm_id=post.get("firm", "").strip()[:40],
    )  # fmt: skip
    try:
        given = actions.make_system(request.user, wanted)
    except LantianError as error:
        tell(request, *error.problems)
        return redirect("systems")
    response = render(request, "api/systems.html", _values(request) | {"given": given})
    response["Cache-Control"] = "no-store"
    return response


@needs("api.manage")
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a token."""
    found = get_object_or_404(System, pk=pk)
    try:
        actions.revoke_system(request.user, found, request.POST.get("why", ""))
    except LantianError as error:
        tell(request, *error.problems)
    else:
        messages.success(request, in_language("令牌已撤销", "The token is revoked"))
    return redirect("systems")


@public
@require_GET
def openapi(request: HttpRequest) -> JsonResponse:
    """Send the description as OpenAPI; it tells what there is, not what is in it."""
    return JsonResponse(description(), json_dumps_params={"ensure_ascii": False})


@public
@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """Show the description to people: each operation with its scope, parameters and an example."""
    found = description()
    names = found["components"]["schemas"]
    rows = [
        _operation(path, method, one, names)
        for path, methods in found["paths"].items()
        for method, one in methods.items()
    ]
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["tag"], []).append(row)
    named = [(tag, GROUPS[tag], own) for tag, own in groups.items()]
    values = {"groups": named, "count": len(rows), "scopes": SCOPES, "root": ROOT,
              "refusal": _pretty(names["Refusal"]["example"])}  # fmt: skip
    return render(request, "api/docs.html", values)


def _operation(
    path: str, method: str, one: dict[str, Any], names: dict[str, Any]
) -> dict[str, Any]:
    zh, en = _both(one["summary"])
    content = one["responses"].get(200, {}).get("content", {})
    shape = content.get("application/json", {}).get("schema", {})
    example = shape.get("example") or names.get(shape.get("$ref", "").rsplit("/", 1)[-1], {}).get(
        "example"
    )
    return {
        "path": path, "method": method.upper(), "zh": zh, "en": en, "text": one.get("description", ""),
        "scope": one["x-scope"], "tag": one["tags"][0], "id": one["operationId"],
        "parameters": [_parameter(p) for p in one.get("parameters", ())],
        "curl": _curl(path, method, one), "answer": _pretty(example) if example else ", ".join(content),
        "statuses": sorted(one["responses"]),
    }  # fmt: skip


def _both(summary: str) -> tuple[str, str]:
    """Return the Chinese and the English of a summary: the English begins after the last Chinese letter."""
    last = max((i for i, c in enumerate(summary) if "\u4e00" <= c <= "\u9fff"), default=-1)
    at = summary.find(" ", last) if last >= 0 else -1
    return (summary, summary) if at < 0 else (summary[:at].strip(), summary[at:].strip())


def _parameter(one: dict[str, Any]) -> dict[str, Any]:
    schema = one["schema"]
    kinds = [schema, *schema.get("anyOf", ())]
    shown = next((k for k in kinds if k.get("type") not in (None, "null")), {})
    kind = (
        " | ".join(shown["enum"])
        if "enum" in shown
        else shown.get("format") or shown.get("type") or shown.get("const", "")
    )
    return {"name": one["name"], "in": one["in"], "required": one["required"], "kind": kind,
            "names": _both(one.get("description", "—"))}  # fmt: skip


EXAMPLES = {"firm_id": "F0001", "number": "1", "alert_id": "3", "order_id": "17", "rule_id": "response.alert",
            "name": "air-2026-11", "extension_id": "5", "picture_id": "3"}  # fmt: skip
PUBLISHED = f"{ROOT}/publications/"


def _curl(path: str, method: str, one: dict[str, Any]) -> str:
    parts = ['curl -H "Authorization: Bearer $TOKEN"']
    for parameter in one.get("parameters", ()):
        if parameter["in"] == "header":
            parts.append(f'-H "{parameter["name"]}: {parameter["example"]}"')
    body = (
        one.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    )
    if "example" in body:
        parts.append('-H "Content-Type: application/json"')
        parts.append(f"-d '{json.dumps(body['example'], ensure_ascii=False)}'")
    elif method == "post":
        parts.append("-X POST")
    content = one["responses"].get(200, {}).get("content", {})
    if content and "application/json" not in content:
        parts.append("-OJ")
    example = EXAMPLES | ({"name": "zh.pdf"} if path.startswith(PUBLISHED) else {})
    return " ".join([*parts, f'"$SITE{path.format(**example)}"'])


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
