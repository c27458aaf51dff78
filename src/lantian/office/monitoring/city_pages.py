"""The city page: who is silent, above a limit, marks much, is incomplete, has alarms that wait."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from lantian.adapters.excel.firms_book import write_firms_book
from lantian.jobs.gateway.quarantine import Selection, counted
from lantian.office.monitoring import lake, marking
from lantian.office.monitoring.drawing import spark
from lantian.office.monitoring.figures import SHOW, SPARK_DAYS, OutletRow, city_rows, narrowed
from lantian.office.monitoring.models import Alarm, LateMark
from lantian.office.people.access import can, needs
from lantian.office.people.roles import Role
from lantian.office.site.models import Setting
from lantian.office.site.templatetags.parts import in_language, pair

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEADS = (
    (("企业编号", "firm id"), 14, ""), (("企业", "firm"), 30, ""), (("区县", "district"), 14, ""),
    (("行业", "industry"), 12, ""), (("排放口", "outlet"), 12, ""), (("名称", "name"), 18, ""),
    (("状态", "state"), 12, ""), (("最新数据", "newest data"), 17, ""),
    (("今日完整率%", "complete today, %"), 12, "0.00"), (("本月完整率%", "complete this month, %"), 12, "0.00"),
    (("今日超标小时", "hours above today"), 12, "0"), (("本月超标", "above this month"), 12, "0"),
    (("本月标记占比%", "marked this month, %"), 12, "0.00"), (("同行业中位%", "median of the trade, %"), 12, "0.00"),
    (("待处理报警", "alarms that wait"), 12, "0"),
)  # fmt: skip


@needs("monitoring.view")
def city(request: HttpRequest) -> HttpResponse:
    """Show every outlet, those that need somebody first."""
    user: Any = request.user
    now = marking.now_beijing()
    rows = city_rows(user, now)
    shown = narrowed(rows, request.GET)
    for row in shown:
        row.picture = spark(row.spark, SPARK_DAYS * 24)
    firms = [r.firm for r in rows if r.firm is not None]
    values = {
        "rows": shown, "count": len(rows), "now": now, "show": SHOW, "asked": request.GET, "present": lake.present(),
        "districts": sorted({f.district for f in firms}), "industries": sorted({f.industry for f in firms}),
        "district": user.district if user.role == Role.DISTRICT else "", "query": request.GET.urlencode(),
        "silent": sum(r.state in ("silent", "never", "none", "unknown") for r in rows),
        "over": sum(bool(r.over_month) for r in rows), "alarms": sum(r.alarms for r in rows),
        "marked": sum(r.marked_more for r in rows),
        "late": LateMark.objects.filter(state=LateMark.State.WAITING, outlet__in=[r.outlet.pk for r in rows]).count(),
        "aside": _aside() if can(user, "monitoring.aside") else None,
        "may_register": can(user, "monitoring.register"), "spark_days": SPARK_DAYS,
        "waiting": Alarm.objects.filter(
            state=Alarm.State.EXPLAINED, outlet__in=[r.outlet.pk for r in rows]
        ).count(),
    }  # fmt: skip
    return render(request, "monitoring/city.html", values)


def _aside() -> int:
    """Return how many packets wait in the quarantine."""
    return counted(lake.home(), Selection(waiting=True))[0] if lake.present() else 0


@needs("monitoring.view")
def export(request: HttpRequest, book: str) -> HttpResponse:
    """Send the same list as CSV or Excel, filtered as it is shown."""
    now = marking.now_beijing()
    rows = [_line(r) for r in narrowed(city_rows(request.user, now), request.GET)]
    heads = [in_language(*words) for words, _, _ in _HEADS]
    name = f"monitoring-{now:%Y%m%d-%H%M}"
    settings = Setting.read()
    invented = (
        in_language("虚构演示数据。", "Invented data. ") if settings.get("invented") == "1" else ""
    )
    if book == "csv":
        out = StringIO()
        writer = csv.writer(out)
        writer.writerow(heads)
        writer.writerows([["" if c is None else _safe(c) for c in row] for row in rows])
        response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    elif book == "xlsx":
        sheets = BytesIO()
        title = (
            f"{settings.get('city', '')} {in_language('自动监控', 'automatic monitoring')}".strip()
        )
        note = invented + in_language(f"截至 {now:%Y-%m-%d %H:%M}", f"as of {now:%Y-%m-%d %H:%M}")
        columns = [(in_language(*words), width, style) for words, width, style in _HEADS]
        write_firms_book(
            sheets, title, note, columns, rows, sheet=in_language("自动监控", "monitoring")
        )
        response = HttpResponse(sheets.getvalue(), content_type=EXCEL)
    else:
        raise Http404(book)
    response["Content-Disposition"] = f'attachment; filename="{name}.{book}"'
    return response


def _safe(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" and cell else cell


def _line(row: OutletRow) -> list[Any]:
    def pct(share: float | None) -> float | None:
        return None if share is None else round(share * 100, 2)

    firm = row.firm
    return [
        row.outlet.firm_id, firm.name if firm else "", firm.district if firm else "", firm.industry if firm else "",
        row.outlet.code, row.outlet.name_zh, pair(row.state_names),
        f"{row.last:%Y-%m-%d %H:%M}" if row.last else "", pct(row.today), pct(row.month), row.over_today,
        row.over_month, pct(row.marked), pct(row.peers), row.alarms,
    ]  # fmt: skip
