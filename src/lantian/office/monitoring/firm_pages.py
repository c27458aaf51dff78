"""The firm's side: what is to be checked and until when, marking, taking back, asking for a late mark."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from lantian.domain.monitoring.model import HOUR
from lantian.domain.monitoring.reasons import Reason
from lantian.kernel.calendar import to_beijing
from lantian.kernel.problem import LantianError
from lantian.office.audit.vault import TooLargeError, path_of
from lantian.office.forms.told import tell
from lantian.office.monitoring import actions, lake, marking
from lantian.office.monitoring.figures import city_rows, factors_of
from lantian.office.monitoring.models import Alarm, Mark, Outlet
from lantian.office.monitoring.outlet_pages import head_values
from lantian.office.monitoring.shared import factor_table, outlet_of, stored_files, time_of
from lantian.office.people.access import needs
from lantian.office.site.templatetags.parts import in_language

LOOK_BACK = 2
"""Days before today whose hours are listed for the firm; their time is over or runs out."""


@needs("monitoring.own")
def own(request: HttpRequest) -> HttpResponse:
    """Show a firm its outlets: live, hours to be checked with the time left, alarms that wait for it."""
    now = marking.now_beijing()
    rows = city_rows(request.user, now, "monitoring.own")  # type: ignore[arg-type]
    outlets = []
    for row in rows:
        outlets.append({
            "row": row, "days": _days_to_check(row.outlet, now), "uses": marking.effects(row.outlet).uses,
            "alarms": row.outlet.alarms.exclude(state=Alarm.State.CLOSED),
            "late": row.outlet.late_marks.all()[:5],
        })  # fmt: skip
    values = {"outlets": outlets, "now": now, "factors": factor_table(now.date())}
    return render(request, "monitoring/own.html", values)


def _days_to_check(outlet: Outlet, now: datetime) -> list[dict[str, Any]]:
    """Return today and the days before with the hours that ask for a look, and until when."""
    found = []
    for n in range(LOOK_BACK + 1):
        day = now.date() - timedelta(days=n)
        due = marking.due_of(outlet, day)
        zh, en = marking.left_words(due.at if due else None, now)
        runs = hours_to_check(outlet, day, now)
        found.append({
            "day": day, "due": due, "left": (zh, en), "late": due is not None and due.late(now), "runs": runs,
            "check_hours": due.scheme.due.check_hours if due else None,
        })  # fmt: skip
    return found


def hours_to_check(outlet: Outlet, day: date, now: datetime) -> list[dict[str, Any]]:
    """Return the runs of hours that are over, not valid or above a limit, and bear no mark."""
    table = factor_table(day)
    start = lake.day_bounds(day)[0]
    wanted: dict[int, set[str]] = {}
    why: dict[int, set[str]] = {}
    for one in outlet.days.filter(day=day):
        for cell in one.hours:
            reason = Reason(cell["why"])
            running = start + HOUR * (cell["h"] + cell["n"]) > now
            if running or cell["marks"] or (reason is Reason.OK and not cell["over"]):
                continue
            for h in range(cell["h"], cell["h"] + cell["n"]):
                wanted.setdefault(h, set()).add(one.factor)
                why.setdefault(h, set()).add(in_language("超标", "above the limit") if cell["over"] else
                                             in_language(reason.zh, reason.en))  # fmt: skip
    runs: list[dict[str, Any]] = []
    for h in sorted(wanted):
        last = runs[-1] if runs else None
        if last is not None and last["end"] == start + HOUR * h and last["codes"] == wanted[h]:
            last["end"] += HOUR
            last["why"] |= why[h]
        else:
            runs.append(
                {
                    "start": start + HOUR * h,
                    "end": start + HOUR * (h + 1),
                    "codes": wanted[h],
                    "why": why[h],
                }
            )
    for run in runs:
        run["names"] = [table[c].name_zh for c in sorted(run["codes"]) if c in table]
        run["why"] = sorted(run["why"])
    return runs


@needs("monitoring.outlet")
def marks(request: HttpRequest, outlet: int) -> HttpResponse:
    """Show every mark of an outlet with what it does; the firm marks here."""
    found, now = outlet_of(request, outlet), marking.now_beijing()
    effects = marking.effects(found)
    by_entry: dict[str, list[Any]] = {}
    for span in effects.spans:
        by_entry.setdefault(span.entry_id, []).append(span)
    rows = [
        {"mark": m, "spans": by_entry.get(str(m.pk), ()), "kind": _kind_name(found, m),
         "gone": next(iter(m.withdrawals.all()), None), "open": _still_open(found, m, now)}
        for m in found.marks.filter(act=Mark.Act.PLACE).prefetch_related("withdrawals").order_by("-pk")[:200]
    ]  # fmt: skip
    day = _day_of(request, now)
    values = head_values(request, found, now) | {
        "rows": rows, "problems": effects.problems, "uses": effects.uses, "now": now,
        "kinds": _kinds(found, day), "factors": [(c, factor_table(day)[c]) for c in factors_of(found, now.date())],
        "from": request.GET.get("from", ""), "to": request.GET.get("to", ""), "day": day,
        "due": marking.due_of(found, day), "chosen": request.GET.getlist("factor"),
        "left": _left(found, day, now), "scheme": marking.scheme_on(found, day),
        "late_requests": found.late_marks.all()[:20],
    }  # fmt: skip
    return render(request, "monitoring/marks.html", values)


def _left(outlet: Outlet, day: date, now: datetime) -> tuple[str, str]:
    due = marking.due_of(outlet, day)
    return marking.left_words(due.at if due else None, now)


def _day_of(request: HttpRequest, now: datetime) -> date:
    """Return the day the form speaks of: that of its start, today without one."""
    try:
        return time_of(request.GET["from"]).date()
    except (KeyError, LantianError):
        return now.date()


def _kinds(outlet: Outlet, day: date) -> list[dict[str, Any]]:
    """Return the kinds of marks with clause, mark of the source, and the limit of one."""
    scheme = marking.scheme_on(outlet, day)
    found = []
    for kind in marking.kinds_for(outlet, day):
        assert scheme is not None
        limits = [x for x in scheme.limits if x.trade == outlet.trade and x.kind == kind.key]
        budget = next((b for b in scheme.budgets if kind.key in b.kinds), None)
        found.append({"kind": kind, "limits": limits, "budget": budget})
    return found


def _kind_name(outlet: Outlet, mark: Mark) -> str:
    scheme = marking.scheme_on(outlet, to_beijing(mark.start).date())
    kind = scheme.find(mark.kind) if scheme else None
    return mark.kind if kind is None else in_language(kind.name_zh, kind.name_en)


def _still_open(outlet: Outlet, mark: Mark, now: datetime) -> bool:
    return not any(
        d is not None and d.late(now) for d in marking.dues(outlet, mark.start, mark.end)
    )


def _wanted(request: HttpRequest) -> actions.Wanted:
    post = request.POST
    kind, _, variant = post.get("kind", "").partition("/")
    return actions.Wanted(
        kind, time_of(post.get("from", "")), time_of(post.get("to", "")), post.get("cause", ""), variant,
        post.getlist("factor"), stored_files(request),
    )  # fmt: skip


@needs("monitoring.mark")
@require_POST
def place(request: HttpRequest, outlet: int) -> HttpResponse:
    """Place a mark, or hand in a request for a late one where that is chosen."""
    found, now = outlet_of(request, outlet), marking.now_beijing()
    back = f"{reverse('monitoring-marks', args=[found.pk])}?{_again(request)}"
    try:
        wanted = _wanted(request)
        if "late" in request.POST:
            actions.ask_late_mark(request.user, found, wanted, now)
            messages.success(
                request, in_language("已提交补记申请，等待审批", "Asked for; an officer decides")
            )
        else:
            mark = actions.place_mark(request.user, found, wanted, now)
            messages.success(
                request, in_language(f"已标记（第{mark.pk}号）", f"Marked, number {mark.pk}")
            )
            back = reverse("monitoring-marks", args=[found.pk])
    except TooLargeError:
        messages.error(request, in_language("文件过大", "The file is too large"))
    except LantianError as error:
        tell(request, *error.problems)
    return redirect(back)


def _again(request: HttpRequest) -> str:
    """Return what was filled in, for the form to be shown again."""
    rows: list[tuple[str, str]] = [
        (k, request.POST[k]) for k in ("from", "to") if request.POST.get(k)
    ]
    rows += [("factor", c) for c in request.POST.getlist("factor")]
    return urlencode(rows)


@needs("monitoring.mark")
@require_POST
def withdraw(request: HttpRequest, outlet: int, number: int) -> HttpResponse:
    """Take a mark back."""
    found, now = outlet_of(request, outlet), marking.now_beijing()
    try:
        actions.withdraw_mark(request.user, found, number, request.POST.get("why", ""), now)
    except LantianError as error:
        tell(request, *error.problems)
    else:
        messages.success(
            request,
            in_language("已撤回；原标记保留在记录中", "Withdrawn; the mark stays in the history"),
        )
    return redirect("monitoring-marks", outlet=found.pk)


@needs("monitoring.outlet")
def mark_file(request: HttpRequest, outlet: int, digest: str) -> FileResponse:
    """Send a file that was handed in with a mark or with a request for one."""
    found = outlet_of(request, outlet)
    for rows in (found.marks, found.late_marks):
        for files in rows.exclude(files={}).values_list("files", flat=True):
            name = next((n for n, own in files.items() if own == digest), None)
            if name is not None:
                return FileResponse(path_of(digest).open("rb"), as_attachment=True, filename=name)
    raise Http404(digest)
