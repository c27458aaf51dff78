"""Alarms: all that wait, one with its history and evidence; late marks that wait for an officer."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from lantian.domain.monitoring.model import Average
from lantian.jobs.monitoring.run import shown
from lantian.kernel.calendar import to_beijing
from lantian.kernel.problem import LantianError
from lantian.office.audit.vault import TooLargeError, path_of
from lantian.office.forms.told import tell
from lantian.office.monitoring import actions, marking
from lantian.office.monitoring.figures import firms_now, limit_of, visible
from lantian.office.monitoring.models import Alarm, AlarmNote, LateMark
from lantian.office.monitoring.shared import factor_table, stored_files
from lantian.office.people.access import can, needs
from lantian.office.site.templatetags.parts import in_language
from lantian.rulebook.monitoring_tables import load_monitoring

PER_PAGE = 50
NOTICES = {
    "opened": ("报警", "opened"), "escalated": ("升级", "raised"), "explained": ("企业说明", "explained"),
    "decided": ("处理决定", "decided"), "reopened": ("结案后仍超标，重新打开", "open again"),
    "ended": ("超标结束", "the excess is over"),
}  # fmt: skip
DECISIONS = {
    "confirmed": ("确认超标", "confirmed as an excess"),
    "dismissed": ("不认定为超标", "dismissed"),
}


@needs("monitoring.view")
def alarms(request: HttpRequest) -> HttpResponse:
    """Show alarms that wait, highest first, and late marks that wait for a decision."""
    own = visible(request.user, "monitoring.view")  # type: ignore[arg-type]
    state = request.GET.get("state", "waiting")
    found = Alarm.objects.filter(outlet__in=own).select_related("outlet")
    if state == "waiting":
        found = found.exclude(state=Alarm.State.CLOSED)
    elif state in Alarm.State.values:
        found = found.filter(state=state)
    page = Paginator(found.order_by("-level", "-opened_at"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    names = dict(
        firms_now()
        .filter(firm_id__in={a.outlet.firm_id for a in page})
        .values_list("firm_id", "name")
    )
    table = factor_table(marking.now_beijing().date())
    for row in page:
        row.firm_name, row.factor_row = names.get(row.outlet.firm_id, ""), table.get(row.factor)
        row.worst_text = shown(Fraction(row.worst))
        row.average_names = _average(row)
    late = LateMark.objects.filter(outlet__in=own).select_related("outlet").order_by("-pk")
    values = {
        "page": page, "state": state, "states": [("waiting", ("待处理", "waiting")), *_states()],
        "late": late.filter(state=LateMark.State.WAITING), "late_done": late.exclude(state=LateMark.State.WAITING)[:10],
        "may_decide": can(request.user, "monitoring.decide"), "kinds": _kind_names(late), "query": f"state={state}",
        "rule": load_monitoring().alarm(marking.now_beijing().date()),
    }  # fmt: skip
    return render(request, "monitoring/alarms.html", values)


def _states() -> list[tuple[str, tuple[str, str]]]:
    english = {
        "open": "waits for the firm",
        "explained": "waits for a decision",
        "closed": "closed",
    }
    return [(s.value, (str(s.label), english[s.value])) for s in Alarm.State]


def _average(row: Alarm) -> tuple[str, str]:
    average = Average(row.average)
    return average.label_zh, f"{average.value} mean"


def _kind_names(late: Any) -> dict[str, str]:
    found = {}
    for one in late[:200]:
        scheme = marking.scheme_on(one.outlet, to_beijing(one.start).date())
        kind = scheme.find(one.kind) if scheme else None
        found[one.kind] = in_language(kind.name_zh, kind.name_en) if kind else one.kind
    return found


def _of(request: HttpRequest, pk: int) -> Alarm:
    own = visible(request.user)  # type: ignore[arg-type]
    found = Alarm.objects.filter(outlet__in=own, pk=pk).select_related("outlet").first()
    if found is None:
        raise Http404(str(pk))
    return found


@needs("monitoring.outlet")
def alarm(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one alarm: what was exceeded, everything said to it, what can be done."""
    found, now = _of(request, pk), marking.now_beijing()
    method = load_monitoring().alarm(to_beijing(found.opened_at).date())
    due = found.waits_since + timedelta(hours=method.whole("explain_within_hours"))
    average = Average(found.average)
    length = timedelta(hours=1) if average is Average.HOUR else timedelta(days=1)
    opened = to_beijing(found.opened_at)
    start = opened - length
    notes = [
        {"note": n, "names": NOTICES.get(n.notice, (n.notice, n.notice)), "text": _text(n),
         "files": list(enumerate(n.files))}
        for n in found.notes.all()
    ]  # fmt: skip
    limit = limit_of(found.outlet, found.factor, start.date(), average)
    values = {
        "alarm": found, "outlet": found.outlet, "firm": firms_now().filter(firm_id=found.outlet.firm_id).first(),
        "factor": factor_table(start.date()).get(found.factor), "average": _average(found),
        "worst": shown(Fraction(found.worst)), "limit": limit, "bound": shown(limit.high) if limit else None,
        "notes": notes, "now": now, "due": due, "left": marking.left_words(to_beijing(due), now),
        "start": start, "from": start - length * 6, "to": min(opened + length * (found.periods + 6), now),
        "may_explain": can(request.user, "monitoring.mark"), "may_decide": can(request.user, "monitoring.decide"),
        "decisions": DECISIONS, "closed": found.state == Alarm.State.CLOSED, "top": method.whole("top_level"),
        "top_note": method.values["top_level"].note, "may_list": can(request.user, "monitoring.view"),
    }  # fmt: skip
    return render(request, "monitoring/alarm.html", values)


def _text(note: AlarmNote) -> str:
    """Return what was said; a decision with its word in the reader's language."""
    word, _, rest = note.text.partition(": ")
    if note.notice == "decided" and word in DECISIONS:
        return f"{in_language(*DECISIONS[word])}：{rest}"
    return note.text


@needs("monitoring.mark")
@require_POST
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the firm's explanation with its evidence."""
    found = _of(request, pk)
    try:
        files = stored_files(request)
        actions.explain(
            request.user, found, request.POST.get("text", ""), files, marking.now_beijing()
        )
    except TooLargeError:
        messages.error(request, in_language("文件过大", "The file is too large"))
    except LantianError as error:
        tell(request, *error.problems)
    else:
        messages.success(request, in_language("已提交说明", "The explanation was handed in"))
    return redirect("monitoring-alarm", pk=pk)


@needs("monitoring.decide")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an alarm with a decision and its reason."""
    found = _of(request, pk)
    decision = request.POST.get("decision", "")
    if decision not in DECISIONS:
        messages.error(request, in_language("请选择处理决定", "Choose a decision, please"))
        return redirect("monitoring-alarm", pk=pk)
    try:
        actions.decide(
            request.user, found, decision, request.POST.get("text", ""), marking.now_beijing()
        )
    except LantianError as error:
        tell(request, *error.problems)
    else:
        messages.success(request, in_language("已结案", "Closed"))
    return redirect("monitoring-alarm", pk=pk)


@needs("monitoring.outlet")
def evidence(request: HttpRequest, pk: int, note: int, number: int) -> HttpResponse | FileResponse:
    """Send a file that was handed in with an explanation, as it came."""
    found = _of(request, pk).notes.filter(pk=note).first()
    files = list(found.files.items()) if found else []
    if number >= len(files):
        raise Http404(str(number))
    name, own = files[number]
    return FileResponse(path_of(own).open("rb"), as_attachment=True, filename=name)


@needs("monitoring.decide")
@require_POST
def late(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a late mark in, or not."""
    found = LateMark.objects.filter(pk=pk, outlet__in=visible(request.user)).first()  # type: ignore[arg-type]
    if found is None:
        raise Http404(str(pk))
    approve = request.POST.get("decision") == "approve"
    try:
        actions.decide_late_mark(
            request.user, found, approve, request.POST.get("why", ""), marking.now_beijing()
        )
    except LantianError as error:
        tell(request, *error.problems)
    else:
        messages.success(request, in_language("已登记审批结果", "The decision was noted"))
    return redirect("monitoring-alarms")
