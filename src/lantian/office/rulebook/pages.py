"""Pages of the rulebook: all rules of a day, one rule with its editions, one industry with its measures."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from lantian.domain.grading.grade import label_of
from lantian.kernel.level import LEVELS
from lantian.kernel.problem import LantianError
from lantian.office.alert.models import Alert, Order
from lantian.office.people.access import can, needs
from lantian.rulebook import load_rulebook
from lantian.rulebook.catalogue import SUBJECTS_ZH, CatalogueEntry, catalogue
from lantian.rulebook.grading_tables import load_grading
from lantian.rulebook.grading_tables.coverage import table_coverage
from lantian.rulebook.model import Status
from lantian.rulebook.status import coverage, measure_text, show


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return timezone.localdate()


@needs("rules.view")
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rules in force on a day, found by words, and how well the industries are covered."""
    day, words = _day(request), request.GET.get("q", "").strip()
    subject, mark = request.GET.get("subject", ""), request.GET.get("status", "")
    in_force = [one for one in catalogue() if one.head.in_force(day)]
    shown = [
        one
        for one in in_force
        if (not subject or one.subject == subject)
        and (not mark or one.head.status == mark)
        and all(word in _words(one) for word in words.lower().split())
    ]
    marks = Counter(one.head.status for one in in_force)
    values = {
        "day": day, "q": words, "subject": subject, "status": mark, "shown": shown, "count": len(in_force),
        "subjects": SUBJECTS_ZH, "marks": [(s, marks[s]) for s in Status], "industries": _industries,
    }  # fmt: skip
    return render(request, "rulebook/rules.html", values)


def _words(entry: CatalogueEntry) -> str:
    head = entry.head
    return " ".join((head.rule_id, head.edition, head.document, head.clause, head.note)).lower()


def _industries() -> list[dict[str, Any]]:
    """Return the 39 industries with what is known of their measures and of their grading tables."""
    tables = {row["industry"]: row for row in table_coverage(load_grading())}
    found: list[dict[str, Any]] = coverage(load_rulebook())["industries"]
    for row in found:
        row["scheme_zh"] = "/".join(label_of(grade) for grade in row["scheme"])
        row["marks"] = [(status, row["rows"][status.value]) for status in Status]
        row["table"] = tables.get(row["slug"])
    return found


@needs("rules.view")
def rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    """Show one rule: every edition, what it says, its sources, and where it was used."""
    editions = [one for one in catalogue() if one.head.rule_id == rule_id]
    if not editions:
        raise Http404(rule_id)
    day = _day(request)
    values = {
        "rule_id": rule_id, "day": day, "editions": editions[::-1],
        "title": next((one.head for one in reversed(editions) if one.head.in_force(day)), editions[-1].head),
         "content": _content(rule_id, day),
        "subject": SUBJECTS_ZH.get(editions[0].subject, ""), "used": _used(rule_id, editions),
        "may_alerts": can(request.user, "alert.view"),
    }  # fmt: skip
    return render(request, "rulebook/rule.html", values)


def _content(rule_id: str, day: date) -> dict[str, Any]:
    """Return what a rule says on a day; nothing where a whole file is the rule."""
    try:
        found = show(load_rulebook(), rule_id, day)
    except LantianError:
        return {}
    return next((one for one in found.get("rules", ()) if one["rule_id"] == rule_id), {})


def _used(rule_id: str, editions: list[CatalogueEntry]) -> dict[str, Any]:
    """Return the alerts that were judged by a rule, and how many orders cite it."""
    orders = Order.objects.filter(values__rule__rule_id=rule_id)
    alerts = Alert.objects.none()
    if rule_id == "response.alert":
        alerts = Alert.objects.filter(rule_set__in=[one.head.edition for one in editions])
    return {"orders": orders.count(), "alerts": alerts[:20]}


@needs("rules.view")
def industry(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the measures of an industry by grade and level, with source and mark of every cell."""
    day = _day(request)
    try:
        found = show(load_rulebook(), slug, day)
    except LantianError as error:
        raise Http404(slug) from error
    if "industry" not in found:
        raise Http404(slug)
    rows = []
    by_row = groupby(found["measures"], key=lambda m: (m["grade"], m["subtype"]))
    for (grade, subtype), measures in by_row:
        own = {m["level"]: m | {"words": measure_text(m)} for m in measures}
        rows.append(
            {
                "grade": label_of(grade),
                "subtype": subtype,
                "cells": [own[level.value] for level in LEVELS],
            }
        )
    values = {"found": found, "rows": rows, "day": day, "levels": LEVELS}
    return render(request, "rulebook/industry.html", values)
