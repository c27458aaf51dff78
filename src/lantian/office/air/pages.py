"""Pages of the air: now, calendar and year, month, quality of the data of a day, taking in a file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from lantian.adapters.paper.bulletin import bulletin_docx, bulletin_pdf
from lantian.adapters.paper.press import Press
from lantian.domain.air.index import NONE, names_of
from lantian.jobs.air.summary import SummaryRow, row_as_dict
from lantian.jobs.bulletin.air import ORDER, air_bulletin, bars, concentrations, months_of, overview
from lantian.jobs.bulletin.air_figures import AirFigures
from lantian.jobs.bulletin.document import Bulletin, Words, as_values
from lantian.kernel.period import Period, parse_period
from lantian.office.air.actions import import_hours
from lantian.office.air.figures import AUTO, index_on, judged_days, period_row, stations_now
from lantian.office.air.models import POLLUTANTS, CityDay, Forecast, Hour, Station
from lantian.office.people.access import can, needs
from lantian.office.people.roles import Role
from lantian.office.site import uploads
from lantian.office.site.models import Setting
from lantian.office.site.templatetags.parts import is_english
from lantian.rulebook.air_tables import load_air
from lantian.rulebook.air_tables.model import AIR_POLLUTANTS

EDITIONS = (AUTO, "2012", "2026")
EMPTY = "—"
NO_RECORD = Words("没有记录", "no record")
REASONS = {
    "A003": Words("不是数", "no number"),
    "A004": Words("负值", "negative"),
    "A005": Words("超出可能的范围", "beyond what is possible"),
    "A011": Words("位数过多或过大", "too many digits or too large"),
    "A021": Words("仪器标记无效", "flagged as invalid"),
    "A022": Words("采样不足 45 分钟", "fewer than 45 minutes of sampling"),
    EMPTY: Words("有记录，该项缺测", "recorded, this item missing"),
}
"""Why an hour has no value, in a few words; the codes are those of the reader of files."""


def edition_of(request: HttpRequest) -> str:
    """Return the edition that was asked for; that of each day where none or a wrong one was."""
    asked = request.GET.get("edition", AUTO)
    return asked if asked in EDITIONS else AUTO


@needs("air.view")
def now(request: HttpRequest) -> HttpResponse:
    """Show every station at the latest hour, the city's last day, and the forecast."""
    district = request.user.district if request.user.role == Role.DISTRICT else ""  # type: ignore[union-attr]
    return render(
        request,
        "air/now.html",
        now_values(district) | {"may_import": can(request.user, "air.import")},
    )


def now_values(district: str = "") -> dict[str, Any]:
    """Return what is known of the air now."""
    stations, latest = stations_now(district)
    last = CityDay.objects.order_by("-day").first()
    shown = None
    if last is not None:
        days = judged_days([last], AUTO)
        aqi = int(days.aqi[0])
        category = load_air().index(last.day).category(aqi) if aqi != NONE else None
        shown = {"day": last, "aqi": aqi if category else None, "category": category,
                 "primary": "、".join(names_of(int(days.primary[0])))}  # fmt: skip
    forecasts = []
    if latest is not None:
        for one in Forecast.objects.filter(day__gt=latest[0])[:5]:
            index = load_air().index(one.day)
            forecasts.append(
                {"one": one, "low": index.category(one.low), "high": index.category(one.high)}
            )
    return {"stations": stations, "latest": latest, "last": shown, "forecasts": forecasts,
            "pollutants": AIR_POLLUTANTS}  # fmt: skip


@needs("air.view")
def period_page(request: HttpRequest, period: str) -> HttpResponse:
    """Show a year, quarter or month under an edition, with the other one beside."""
    found = _period(period)
    values = period_values(found, edition_of(request))
    months = [f"{y}-{m:02d}" for y, m in found.months()] if found.kind == "year" else []
    page = {"values": values, "period": found, "years": values["years"], "editions": EDITIONS,
            "edition": values["edition"], "months": months,
            "may_bulletin": can(request.user, "bulletin.make")}  # fmt: skip
    return render(request, "air/period.html", page)


def _period(text: str) -> Period:
    try:
        return parse_period(text)
    except ValueError:
        raise Http404(text) from None


def period_values(period: Period, edition: str) -> dict[str, Any]:
    """Return everything a page of a period shows.

    Raises
    ------
    Http404
        Where it has no day.
    """
    city = Setting.read().get("city", "")
    row = period_row(period, edition, city)
    if row is None:
        raise Http404(period.label)
    figures = AirFigures(row, load_air(), _scratch(period), city)
    days = row.days
    assert days is not None
    language = "en" if is_english() else "zh"
    paragraph = overview(figures).parts[language]
    chart = bars(figures)
    air = load_air()
    return {
        "period": period, "edition": edition, "editions": EDITIONS, "row": row_as_dict(row),
        "sentence": "".join(_text(part, language) for part in paragraph),
        "table": [[_cell(c, language) for c in line] for line in concentrations(figures).rows],
        "head": [_text(h, language) for h in concentrations(figures).head],
        "bars": chart.data["bars"], "months": months_of(days, index_on(air, period.last, edition)),
        "compare": [_compared(period, name, city) for name in ("2012", "2026")],
        "levels": _levels(row), "figures": list(figures.bulletin.figures.values()),
        "other_limits": _other_limits(row),
        "open_zh": figures.method.open_zh, "years": _years(), "day_rows": _day_rows(row),
    }  # fmt: skip


def _scratch(period: Period) -> Bulletin:
    return Bulletin(f"air-{period.label}", Words("", ""), Words("", ""))


def _text(part: Any, language: str) -> str:
    if isinstance(part, str):
        return part
    return str(part.shown if hasattr(part, "shown") else part.of(language))


def _cell(cell: Any, language: str) -> str:
    parts = cell if isinstance(cell, tuple) else (cell,)
    return "".join(_text(p, language) for p in parts)


def _compared(period: Period, edition: str, city: str) -> dict[str, Any]:
    row = period_row(period, edition, city)
    assert row is not None
    return row_as_dict(row)


def _other_limits(row: SummaryRow) -> str:
    """Return the edition of the year before where it is another one."""
    before = row.before.edition if row.before is not None else row.judged.edition
    return "" if before == row.judged.edition else before


def _levels(row: SummaryRow) -> list[dict[str, Any]]:
    assert row.summary is not None
    index = load_air().index(row.summary.period.last)
    return [
        {"category": c, "days": row.summary.days_by_level.get(c.level, 0)} for c in index.categories
    ]


def _years() -> list[int]:
    first = CityDay.objects.order_by("day").values_list("day", flat=True).first()
    last = CityDay.objects.order_by("-day").values_list("day", flat=True).first()
    return list(range(first.year, last.year + 1)) if first and last else []


def _day_rows(row: SummaryRow) -> list[dict[str, Any]]:
    """Return the table twin of the calendar: one row a day."""
    days = row.days
    assert days is not None
    categories = {c.level: c for c in load_air().index(row.judged.figures.period.last).categories}
    return [
        {"day": d, "aqi": None if a == NONE else int(a), "category": categories.get(int(lv)),
         "primary": "、".join(names_of(int(p)))}
        for d, a, lv, p in zip(days.days, days.aqi, days.level, days.primary, strict=True)
    ]  # fmt: skip


@needs("bulletin.make")
def bulletin(request: HttpRequest, period: str, form: str) -> HttpResponse:
    """Send the bulletin of a period as PDF or Word in the reader's language."""
    found = _period(period)
    language = "en" if is_english() else "zh"
    content = air_bulletin_file(found, form, edition_of(request), language)
    kind = "application/pdf"
    if form != "pdf":
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="air-{found.label}.{form}"'
    return response


def air_bulletin_file(period: Period, form: str, edition: str, language: str) -> bytes:
    """Return the bulletin of a period as PDF, or as Word for any other form.

    Raises
    ------
    Http404
        Where the period has no day.
    """
    settings = Setting.read()
    row = period_row(period, edition, settings.get("city", ""))
    if row is None:
        raise Http404(period.label)
    name = f"air-{period.label}"
    made = air_bulletin(
        row,
        load_air(),
        name,
        city=settings.get("city", ""),
        invented=settings.get("invented") == "1",
    )
    values = as_values(made, language)
    return bulletin_pdf(Press(), values) if form == "pdf" else bulletin_docx(Press(), values)


@needs("air.view")
def quality(request: HttpRequest, day: date) -> HttpResponse:
    """Show which hours and stations of a day are valid, which not, and why."""
    return render(request, "air/quality.html", quality_values(day, request.GET.get("item", "pm25")))


def quality_values(day: date, item: str) -> dict[str, Any]:
    """Return the hours of one pollutant by station, and what the day's values rest on."""
    if item not in POLLUTANTS:
        raise Http404(item)
    found = CityDay.objects.filter(day=day).first()
    method = load_air().method(day)
    hours: dict[str, dict[int, tuple[Any, str]]] = {}
    for row in Hour.objects.filter(day=day).values("station_id", "hour", "why", item):
        why = row["why"].get(item, "")
        hours.setdefault(row["station_id"], {})[row["hour"]] = (row[item], why)
    least = method.whole("day_hours")
    rows = []
    for station in Station.objects.all():
        own = hours.get(station.code, {})
        cells = [_hour_cell(h, own.get(h)) for h in range(1, 25)]
        count = sum(c["value"] is not None for c in cells)
        rows.append({"station": station, "cells": cells, "count": count, "valid": count >= least})
    reasons = sorted({c["code"] for r in rows for c in r["cells"] if c["code"]})
    return {"day": day, "item": item, "name": AIR_POLLUTANTS[item], "rows": rows, "least": least,
            "reasons": [{"code": c, "words": REASONS[c]} for c in reasons],
            "before": day - timedelta(days=1), "after": day + timedelta(days=1),
            "digits": "1" if item == "co" else "0", "hours": range(1, 25), "city_day": found,
            "pollutants": AIR_POLLUTANTS, "order": ORDER,
            "method": method}  # fmt: skip


def _hour_cell(hour: int, found: tuple[Any, str] | None) -> dict[str, Any]:
    """Return one hour: its value, or the code of what took it out."""
    if found is None:
        return {"hour": hour, "value": None, "code": "", "words": NO_RECORD}
    value, why = found
    code = "" if value is not None else why or EMPTY
    return {"hour": hour, "value": value, "code": code, "words": REASONS.get(code)}


@needs("air.import")
@require_POST
def take_in(request: HttpRequest) -> HttpResponse:
    """Take in an uploaded file of station hours."""
    return uploads.take_in(
        request, lambda file: import_hours(request.user, file),
        lambda f: f"{f.rows} 行，未使用 {f.rows_unused} 行；写入 {f.hours} 个站点小时，重算 {f.days} 天", "air-now",
    )  # fmt: skip
