"""Packets the gateway put aside: by logger and reason, one group with its frames, and the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from lantian.jobs.gateway import quarantine as aside
from lantian.jobs.gateway import release
from lantian.jobs.gateway.complaint import complain
from lantian.jobs.gateway.quarantine import REASON_WORDS, Aside, Selection
from lantian.jobs.monitoring.times import read_time
from lantian.kernel.problem import LantianError
from lantian.office.forms.numbers import whole
from lantian.office.forms.once import refuse_repeated
from lantian.office.forms.told import tell
from lantian.office.monitoring import lake, marking, releases
from lantian.office.monitoring.figures import firms_now
from lantian.office.monitoring.models import Logger, Release
from lantian.office.monitoring.packet_pages import may_see_password, without_password
from lantian.office.monitoring.problems import refused
from lantian.office.people.access import can, needs
from lantian.office.site.templatetags.parts import in_language

SHOWN = 40
"""Packets of a group whose frames are shown; the decision holds for all that are counted."""
DECISIONS_SHOWN = 50
_MOST_DIGITS = 18
OUTCOMES: Mapping[str, tuple[str, str]] = {
    "": ("等待入库", "waits for the ingest"), "kept": ("已入库", "in the lake"),
    "duplicate": ("数据已有，未改变", "nothing new"), "answer": ("应答，无数据", "an answer, no data"),
    "resent": ("分包重复", "a part that came twice"),
}  # fmt: skip


@needs("monitoring.aside")
def quarantine(request: HttpRequest) -> HttpResponse:
    """Show what waits by logger and reason, and what was decided."""
    groups = aside.groups(lake.home()) if lake.present() else []
    owners = _owners({g.mn for g in groups})
    undecided = Release.objects.filter(told_at=None).count()
    values = {
        "groups": [
            {"group": g, "words": REASON_WORDS.get(g.reason, (g.reason, g.reason)), "owner": owners.get(g.mn),
             "final": g.reason in release.FINAL,
             "query": urlencode({"mn": g.mn, "reason": g.reason})} for g in groups
        ],
        "decisions": list(_decisions()), "present": lake.present(), "untold": undecided,
        "may_release": can(request.user, "monitoring.release"),
    }  # fmt: skip
    return render(request, "monitoring/quarantine.html", values)


def _owners(mns: set[str]) -> dict[str, dict[str, Any]]:
    """Return the outlet and firm of the loggers that are registered now."""
    rows = {r.mn: r for r in Logger.objects.select_related("outlet").filter(mn__in=mns)}
    firms = firms_now().filter(firm_id__in={r.outlet.firm_id for r in rows.values()})
    names = dict(firms.values_list("firm_id", "name"))
    return {
        mn: {"logger": r, "outlet": r.outlet, "firm": names.get(r.outlet.firm_id, r.outlet.firm_id)}
        for mn, r in rows.items()
    }


def _decisions() -> Any:
    rows = list(Release.objects.all()[:DECISIONS_SHOWN])
    found = release.came_to(lake.home(), [r.reference for r in rows]) if lake.present() else {}
    for row in rows:
        outcomes = [
            (_outcome(outcome), n)
            for outcome, n in found.get(row.reference, {}).items()
            if row.act == Release.Act.RELEASE
        ]
        numbers = list(row.packets.values_list("record", flat=True))
        yield {"row": row, "count": len(numbers), "records": releases.ranges(numbers), "outcomes": outcomes,
               "words": REASON_WORDS.get(row.reason, (row.reason, row.reason))}  # fmt: skip


def _outcome(text: str) -> tuple[str, str]:
    kind, _, why = text.partition(":")
    if kind == "refused":
        zh, en = REASON_WORDS.get(why, (why, why))
        return f"未能入库：{zh}", f"could not be read: {en}"
    return OUTCOMES.get(text, (text, text))


def _chosen(given: Any) -> Selection | None:
    """Read which packets an address or a form means; None where it names no group."""
    reason = given.get("reason", "")
    if reason not in REASON_WORDS or "mn" not in given:
        return None
    record, end = _record(given.get("record", "")), _time(given.get("to", ""))
    return Selection(
        given["mn"], reason, _time(given.get("from", "")), end + timedelta(minutes=1) if end else None,
        (record,) if record is not None else (), waiting=True,
    )  # fmt: skip


def _record(text: str) -> int | None:
    """Return the number of a record; a city soon has more of them than forms have keys."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else None


def _time(text: str) -> datetime | None:
    return read_time(text.replace("T", " ")) if text else None


@needs("monitoring.aside")
def group(request: HttpRequest) -> HttpResponse:
    """Show the packets of one logger and one reason that wait, with what stands against each."""
    chosen, now = _chosen(request.GET), marking.now_beijing()
    if chosen is None:  # no group is named: all of them
        answer: HttpResponse = quarantine(request)
        return answer
    count, newest = aside.counted(lake.home(), chosen) if lake.present() else (0, 0)
    rows = aside.selected(lake.home(), chosen, most=SHOWN) if count else []
    may = can(request.user, "monitoring.release")
    final = chosen.reason in release.FINAL
    packets = list(_packets(request, rows, now))
    values = {
        "can_release": any(p["problem"] is None for p in packets) or (count > len(rows) and not final),
        "mn": chosen.mn, "reason": chosen.reason, "words": REASON_WORDS[chosen.reason], "count": count, "upto": newest,
        "more": count - len(rows), "most": release.MOST, "from": chosen.start, "to": _time(request.GET.get("to", "")),
        "record": next(iter(chosen.records), None), "final": final, "may_release": may,
        "owner": _owners({chosen.mn or ""}).get(chosen.mn or ""), "masked": not may_see_password(request.user),
        "packets": packets,
        "why_final": complain(release.FINAL[chosen.reason], n="…", detail=chosen.reason) if final else None,
    }  # fmt: skip
    return render(request, "monitoring/quarantine_group.html", values)


def _packets(request: HttpRequest, rows: Sequence[Aside], now: datetime) -> Any:
    """Yield packets with their frames and with what stands against releasing each today."""
    if not rows:
        return
    frames = {r.number: r.frame for r in release.frames_of(lake.home(), rows)}
    against = release.judge(lake.home(), rows, releases.register_of(rows[0].mn), now).against
    for row in rows:
        frame = frames.get(row.record, b"")
        shown = frame if may_see_password(request.user) else without_password(frame)
        yield {"row": row, "text": shown.decode("utf-8", "backslashreplace"), "bytes": len(frame),
               "problem": against.get(row.record)}  # fmt: skip


@needs("monitoring.release")
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Release or reject what the page showed."""
    refuse_repeated()  # the list is another one after it: the second click would be told of that
    chosen, upto = _chosen(request.POST), _record(request.POST.get("upto", ""))
    act = request.POST.get("act", "")
    if chosen is None or upto is None:
        tell(request, *refused("Z020").problems)
        return redirect("monitoring-quarantine")
    chosen = replace(chosen, upto=upto)
    try:
        done = releases.decide_packets(
            request.user, chosen, act, request.POST.get("why", ""), whole(request.POST.get("seen", ""), 0),
            marking.now_beijing(),
        )  # fmt: skip
    except LantianError as error:
        tell(request, *error.problems)
        query = {
            k: request.POST[k]
            for k in ("mn", "reason", "from", "to", "record")
            if request.POST.get(k)
        }
        query.setdefault("mn", chosen.mn or "")
        return redirect(f"{reverse('monitoring-quarantine-group')}?{urlencode(query)}")
    name = done.row.reference
    if act == Release.Act.RELEASE:
        messages.success(
            request,
            in_language(
                f"已放行 {done.count} 条（{name}），网关下次入库时读入",
                f"{done.count} packets released ({name}); the gateway's next ingest reads them",
            ),
        )
    else:
        messages.success(
            request,
            in_language(
                f"已驳回 {done.count} 条（{name}）", f"{done.count} packets rejected ({name})"
            ),
        )
    if done.problems:
        tell(request, *done.problems[:3])
        messages.error(
            request,
            in_language(
                f"{len(done.problems)} 条未放行，仍在隔离区",
                f"{len(done.problems)} packets were not released and wait still",
            ),
        )
    return redirect("monitoring-quarantine")
