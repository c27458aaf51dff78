"""Pages of firms: the list with its filters and its workbook, one firm."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lantian.adapters.excel.firms_book import Cell, write_firms_book
from lantian.jobs.registry.labels import (
    CHANGES,
    FIRM_FIELDS,
    KINDS,
    LEVELS,
    LINE_FIELDS,
    STANDING,
    STATES,
    field_names,
    grade_names,
    kg_text,
    value_names,
)
from lantian.jobs.registry.problems import MOST_EXPORTED, problem
from lantian.kernel.mass import mg_to_kg
from lantian.kernel.pollutant import POLLUTANTS
from lantian.office.alert.models import Order
from lantian.office.audit.kinds import kind_names
from lantian.office.audit.models import EventAbout
from lantian.office.forms.numbers import whole
from lantian.office.forms.told import tell
from lantian.office.grading.models import Award
from lantian.office.grading.standing import agreement_of
from lantian.office.people.access import can, needs, own_firms
from lantian.office.people.roles import Role
from lantian.office.publicity.figures import notices_of_firm
from lantian.office.registry.figures import (
    COLUMNS,
    PER_PAGE,
    SORTS,
    Asked,
    choices_of,
    current,
    firms_asked,
)
from lantian.office.registry.firm_cases import cases_of, evidence_of, with_monitoring
from lantian.office.registry.models import MASSES, Edition, Firm, FirmChange, Line
from lantian.office.site.models import Setting
from lantian.office.site.templatetags.parts import in_language
from lantian.rulebook import load_rulebook

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_EVENTS, ORDERS_PER_PAGE = 200, 20


class Counted(Paginator):
    """Pages of a list whose length is known already."""

    def __init__(self, rows: Any, per_page: int, count: int) -> None:
        super().__init__(rows, per_page)
        self.count = count


@needs("firms.view")
def firms(request: HttpRequest) -> HttpResponse:
    """Show the firms of the edition in force that this user may see."""
    user: Any = request.user
    edition, asked = current(), Asked.of(request.GET)
    if user.role == Role.ENTERPRISE and user.firm_id:
        return redirect("firm", firm=user.firm_id)
    values: dict[str, Any] = {"edition": edition, "asked": asked, "sorts": SORTS, "columns": COLUMNS,
                              "kinds": KINDS, "may_export": can(user, "firms.export")}  # fmt: skip
    if edition is not None:
        count, found = firms_asked(user, edition, asked)
        page = Counted(found, PER_PAGE, count).get_page(request.GET.get("page"))
        values |= {
            "page": page, "count": count, "query": asked.query(), "most": MOST_EXPORTED,
            "rows": [{"firm": f, "cells": cells_of(f, asked.columns)} for f in page],
            "heads": [{"words": COLUMNS[c], "number": c not in TEXT_COLUMNS} for c in asked.columns],
            "choices": choices_of(user, edition),
            "district": user.district if user.role == Role.DISTRICT else "",
            "whole": user.role != Role.DISTRICT,
        }  # fmt: skip
    return render(request, "registry/firms.html", values)


TEXT_COLUMNS = frozenset({"credit", "district", "industry", "subtype", "grade", "state"})


def cells_of(firm: Firm, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the cells of a firm for some columns; `kind` says how they are shown."""
    found = []
    for column in columns:
        if column == "grade":
            cell = {
                "kind": "grade",
                "code": firm.grade,
                "rank": firm.grade_rank,
                "names": grade_names(firm.grade),
            }
        elif column == "state":
            cell = {"kind": "state", "state": firm.state, "names": STATES[firm.state], "firm": firm}
        elif column == "lines":
            cell = {"kind": "number", "text": firm.line_count}
        elif column in TEXT_COLUMNS:
            cell = {
                "kind": "text",
                "text": firm.credit_code if column == "credit" else getattr(firm, column),
            }
        else:
            mg = getattr(firm, f"{column.lower()}_mg")
            cell = {"kind": "number", "text": kg_text(mg), "partly": firm.unknown > 0}
        found.append(cell)
    return found


@needs("firms.export")
def export(request: HttpRequest) -> HttpResponse:
    """Send the firms that were asked for as a workbook with all columns."""
    user: Any = request.user
    edition, asked = current(), Asked.of(request.GET)
    if edition is None:
        raise Http404
    count, found = firms_asked(user, edition, asked)
    if count > MOST_EXPORTED:
        tell(request, problem("E013", n=f"{count:,}", limit=f"{MOST_EXPORTED:,}"))
        return redirect(f"{reverse('firms')}?{asked.query()}")
    settings = Setting.read()
    invented = (
        in_language("虚构演示数据。", "Invented data. ") if settings.get("invented") == "1" else ""
    )
    title = f"{settings.get('city', '')} {in_language('企业清单', 'firms of the list')}".strip()
    note = in_language(
        f"{invented}清单第 {edition.number} 版，适用日期 {edition.day}；{count} 家；"
        "质量为当日运行生产线合计，空格为未知。",
        f"{invented}Edition {edition.number} of the list for {edition.day}; {count} firms; masses are those of lines "
        "that run on the day, an empty cell is unknown.",
    )  # fmt: skip
    out = BytesIO()
    write_firms_book(out, title, note, _book_columns(), _book_rows(found))
    response = HttpResponse(out.getvalue(), content_type=EXCEL)
    response["Content-Disposition"] = f'attachment; filename="firms-{edition.number}.xlsx"'
    return response


def _book_columns() -> list[tuple[str, float, str]]:
    words = [
        (("企业编号", "id"), 14, ""), (("企业名称", "name"), 34, ""), (("统一社会信用代码", "credit code"), 22, ""),
        (("区县", "district"), 16, ""), (("行业", "industry"), 16, ""), (("行业分类", "sub-type"), 16, ""),
        (("绩效等级", "grade"), 10, ""), (("状态", "state"), 12, ""), (("保障类", "guaranteed supply"), 8, ""),
        (("小微企业", "small or micro"), 8, ""), (("生产线", "lines"), 8, "0"),
        *(((f"{p.label_zh} kg/d", f"{p.value}, kg/d"), 16, "#,##0.000") for p in POLLUTANTS),
        (("排放未知的生产线", "lines with unknown mass"), 12, "0"),
    ]  # fmt: skip
    return [(in_language(*names), width, form) for names, width, form in words]


def _book_rows(found: Any) -> Iterator[list[Cell]]:
    flag = {True: in_language("是", "yes"), False: in_language("否", "no"), None: ""}
    for f in found.iterator(chunk_size=2000):
        masses = [None if (mg := getattr(f, m)) is None else mg_to_kg(mg) for m in MASSES]
        yield [
            f.firm_id, f.name, f.credit_code, f.district, f.industry, f.subtype, in_language(*grade_names(f.grade)),
            in_language(*STATES[f.state]), flag[f.guaranteed], flag[f.small_micro], f.line_count, *masses, f.unknown,
        ]  # fmt: skip


@needs("firms.view")
def firm(request: HttpRequest, firm: str) -> HttpResponse:
    """Show one firm in the edition asked for, or the last one that has it."""
    user: Any = request.user
    seen = own_firms(user, Firm.objects.filter(firm_id=firm)).select_related("edition", "detail")
    asked = request.GET.get("edition", "")
    if asked:
        seen = seen.filter(edition=whole(asked, 0))
    found = seen.order_by("-edition_id").first()
    if found is None:
        raise Http404(firm)
    values = firm_values(user, found, request.GET.get("page"))
    values["query"] = f"edition={found.edition_id}" if asked else ""
    return render(request, "registry/firm.html", values)


def firm_values(user: Any, found: Firm, page: str | None = None) -> dict[str, Any]:
    """Return everything the page of a firm shows; `page` is that of its orders."""
    orders = Order.objects.filter(firm_id=found.firm_id).select_related("alert")
    lines = list(found.lines.all())
    newest = current()
    cases = cases_of(user, found.firm_id)
    return {
        "firm": found, "edition": found.edition, "grade": grade_names(found.grade), "state": STATES[found.state],
        "gone": newest is not None and newest.number != found.edition_id,
        "newest": newest,
        "masses": [(p.value, kg_text(getattr(found, m))) for p, m in zip(POLLUTANTS, MASSES, strict=True)],
        "facts": _facts(found.detail.values), "lines": [_line(x) for x in lines],
        "outlets": with_monitoring(user, found.firm_id, outlets_of(lines)),
        "cases": cases, "evidence": evidence_of(user, found.firm_id, cases),
        "levels": [{"names": LEVELS[k], "code": k} for k in LEVELS], "pollutants": [p.value for p in POLLUTANTS],
        "events": timeline(user, found.firm_id), "grades": grade_history(user, found.firm_id),
        "awards": awards_of(user, found),
        "may_grading": can(user, "grading.view"),
        "problems": found.edition.upload.problems.filter(firm_id=found.firm_id) if can(user, "list.view") else (),
        "may_list": can(user, "list.view"), "may_alerts": can(user, "alert.view"),
        "page": Paginator(orders.order_by("-pk"), ORDERS_PER_PAGE).get_page(page),
        "own": user.role == Role.ENTERPRISE,
        "notices": notices_of_firm(found.firm_id, withdrawn=can(user, "notice.view")),
        "may_notices": can(user, "notice.view"),
    }  # fmt: skip


def _facts(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"names": names, "text": value_names(field, values[field])}
        for field, names in FIRM_FIELDS.items()
        if field in values and not (field == "grade_text" and values.get("grade"))
    ]


_SHOWN_APART = frozenset(
    {"name", "product", "outlet_ids"} | {f"daily_kg.{p.value}" for p in POLLUTANTS}
)


def _line(line: Line) -> dict[str, Any]:
    """Return a line with its masses, remaining fields and its measures by level."""
    values = line.values
    by_level: dict[str, list[dict[str, Any]]] = {}
    for measure in line.measures:
        by_level.setdefault(measure.get("level", ""), []).append(_measure(measure))
    return {
        "line": line, "name": values.get("name", ""), "product": values.get("product", ""),
        "masses": [kg_text(getattr(line, m), 3) for m in MASSES], "standing": STANDING.get(line.standing),
        "more": [
            {"names": names, "text": value_names(field, values[field])}
            for field, names in LINE_FIELDS.items()
            if field in values and field not in _SHOWN_APART
        ],
        "measures": [by_level.get(level, []) for level in LEVELS], "unlevelled": by_level.get("", []),
    }  # fmt: skip


def _measure(values: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": value_names("kind", values.get("kind")), "text": values.get("text", ""),
        "pct": percent(values.get("share")),
        "deadline": values.get("deadline_h", ""), "indicator": values.get("indicator", ""),
        "threshold": values.get("threshold", ""), "transport": values.get("transport", ""),
    }  # fmt: skip


def percent(share: str | None) -> str:
    """Return a share written as text in per cent, exactly; "" for unknown."""
    return "" if share is None else f"{(Decimal(share) * 100).normalize():f}%"


def outlets_of(lines: list[Line]) -> list[dict[str, Any]]:
    """Return each outlet with the lines that discharge through it."""
    found: dict[str, list[str]] = {}
    for line in lines:
        text = line.values.get("outlet_ids", "")
        for mark in "，,;；/ ":
            text = text.replace(mark, "、")
        for outlet in filter(None, (part.strip() for part in text.split("、"))):
            found.setdefault(outlet, []).append(line.line_id)
    return [{"outlet": outlet, "lines": ids} for outlet, ids in sorted(found.items())]


def timeline(user: Any, firm_id: str) -> list[dict[str, Any]]:
    """Return the events of the ledger about a firm, newest first, with what they changed.

    What changed while the firm belonged to another district is not told to a district officer.
    """
    own = set(
        own_firms(user, Firm.objects.filter(firm_id=firm_id)).values_list("edition_id", flat=True)
    )
    rows = EventAbout.objects.filter(subject=f"firm:{firm_id}").select_related("event")
    changes = {c.edition_id: c for c in FirmChange.objects.filter(firm_id=firm_id)}
    found = []
    for row in rows.order_by("-event_id")[:MOST_EVENTS]:
        event = row.event
        values = json.loads(event.event)["values"]
        change = changes.get(values.get("edition")) if event.what == "list.accept" else None
        found.append({
            "event": event, "edition": values.get("edition"),
            "kind": CHANGES[change.kind] if change else None, "names": kind_names(event.what),
            "changes": [change_row(c) for c in change.changes] if change and change.edition_id in own else [],
        })  # fmt: skip
    return found


def change_row(parts: list[str]) -> dict[str, Any]:
    """Return one stored difference as it is shown."""
    line_id, level, field, before, after = parts
    names = field_names(field, line_id, level)
    return {
        "line": line_id, "level": LEVELS.get(level), "names": names,
        "before": value_names(field, before), "after": value_names(field, after),
    }  # fmt: skip


def grade_history(user: Any, firm_id: str) -> list[dict[str, Any]]:
    """Return the grade of a firm in each edition, newest first; only where it changed."""
    rows = own_firms(user, Firm.objects.filter(firm_id=firm_id)).order_by("edition_id")
    found: list[dict[str, Any]] = []
    for edition, day, grade in rows.values_list("edition_id", "edition__day", "grade"):
        if not found or found[-1]["code"] != grade:
            found.append(
                {"edition": edition, "day": day, "code": grade, "names": grade_names(grade)}
            )
    return found[::-1]


def awards_of(user: Any, firm: Firm) -> list[dict[str, Any]]:
    """Return the grades a firm was given, newest first; the list follows with its next edition.

    `agreement` says how the edition shown agrees with the award in force in the industry it names; other awards
    do not speak for it, theirs is empty.
    """
    rows = own_firms(user, Award.objects.filter(firm_id=firm.firm_id))
    slug = load_rulebook().industry_slug(firm.industry)
    return [
        {"award": one, "names": grade_names(one.grade),
         "agreement": agreement_of(firm, one, firm.edition) if not one.ended_at and one.industry == slug else ""}
        for one in rows.select_related("application", "batch")
    ]  # fmt: skip


def edition_or_404(text: str) -> Edition:
    """Return the edition of a number in an address."""
    found = Edition.objects.filter(number=whole(text)).first()
    if found is None:
        raise Http404(text)
    return found
