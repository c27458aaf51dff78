"""The after-action report of an alert, from what the site kept; what cannot be worked out is named."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone

from lantian.adapters.paper.bulletin import bulletin_docx, bulletin_pdf
from lantian.adapters.paper.press import Press
from lantian.domain.air.index import NONE, names_of
from lantian.jobs.bulletin.alert import alert_bulletin
from lantian.jobs.bulletin.alert_review import (
    AFTER,
    BEFORE,
    DURING,
    AirDay,
    ReviewFacts,
    Row,
    review_sections,
)
from lantian.jobs.bulletin.document import Words, as_values
from lantian.kernel.level import Level
from lantian.kernel.period import Period
from lantian.office.air.figures import AUTO, judged_days, period_row
from lantian.office.air.models import CityDay
from lantian.office.alert.actions import locked
from lantian.office.alert.models import Alert, Extension, OrderPhoto, Review
from lantian.office.alert.order_pages import remind_after
from lantian.office.alert.refusal import StepRefusedError
from lantian.office.alert.taken_up import written_plan
from lantian.office.audit.action import Done, action
from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import store
from lantian.office.people.models import User
from lantian.office.site.models import Setting
from lantian.rulebook.air_tables import load_air

AROUND = timedelta(days=3)
"""Days of air shown before the alert began and after it ended."""
MOST_HOURS = 24
"""Hours of receipts shown one by one; later ones stand together in the last row."""


@action("bulletin.make", "alert.reviewed")
def make_review(actor: User, alert: Alert) -> Done[Review]:
    """Make the after-action report of an alert whose orders went out, and keep it.

    Raises
    ------
    StepRefusedError
        Where no order went out.
    LantianError
        W001 where the page cannot be set.
    """
    found = locked(alert, Alert.State.SIGNED, Alert.State.LIFTED)
    if not found.orders.exists():
        raise StepRefusedError("没有下达过管控令，无可评估", "no order went out: nothing to review")
    facts = gathered(found)
    settings = Setting.read()
    first, last = timezone.localdate(found.start), _last_day(found)
    period = Period(f"{first}..{last}", first, last, "span")
    row = period_row(period, AUTO, settings.get("city", ""))
    bulletin = alert_bulletin(
        _document(found), Level(found.level), period, f"alert-review-{found.pk}", city=settings.get("city", ""),
        air=None if row is None else (row, load_air()), invented=settings.get("invented") == "1",
    )  # fmt: skip
    bulletin.sections += review_sections(facts, bulletin)
    values = as_values(bulletin, "zh")
    press = Press()
    pdf = store(f"alert-review-{found.pk}.pdf", bulletin_pdf(press, values))
    docx = store(f"alert-review-{found.pk}.docx", bulletin_docx(press, values))
    made = Review.objects.create(
        alert=found, pdf=pdf, docx=docx, missing=[[w.zh, w.en] for w in facts.missing],
        made_by=actor.username, made_at=timezone.now(),
    )  # fmt: skip
    event = {"alert": found.pk, "review": made.pk, "missing": len(facts.missing)}
    return Done(made, event, {pdf.name: pdf.hash, docx.name: docx.hash})


def _document(alert: Alert) -> dict[str, Any]:
    """Return plan.json that the orders went out from: of the plan, or of its copy changed by hand."""
    plan = alert.orders.select_related("plan__result").first().plan
    draft = getattr(plan, "draft", None)
    return written_plan(plan if draft is None or draft.result_id is None else draft)


def _last_day(alert: Alert) -> Any:
    """Return the last day of an alert: of its end, or of its lifting where that came before."""
    end = min(alert.end, alert.ended_at) if alert.ended_at else alert.end
    last = timezone.localdate(end - timedelta(seconds=1))
    return max(last, timezone.localdate(alert.start))


def gathered(alert: Alert) -> ReviewFacts:
    """Return what the site kept of an alert."""
    cuts = alert.orders.filter(cuts=True)
    issued = alert.orders.first().issued_at
    receipts = list(cuts.exclude(receipt_at=None).values_list("receipt_at", flat=True))
    limit = remind_after(alert)
    rows = cuts.order_by("district").values("district").annotate(
        firms=Count("pk"), received=Count("receipt_at"), reported=Count("reported_at")
    )  # fmt: skip
    air, missing = _air(alert)
    if not receipts:
        missing.append(Words("回执过程：没有一家企业确认收到", "receipts: no firm confirmed any"))
    missing += [
        Words("企业实际减排量：用电、在线监测与管控令的逐线比对未接入本页",
              "what firms really cut: power and emission data are not compared with the orders here"),
        Words("减排对空气质量的贡献：需要空气质量模式，本系统不推算",
              "what the cuts did to the air: it needs an air quality model, and is not guessed"),
    ]  # fmt: skip
    return ReviewFacts(
        orders=alert.orders.count(), cuts=cuts.count(), received=len(receipts),
        in_time=sum(r <= issued + limit for r in receipts), hours_allowed=int(limit.total_seconds() // 3600),
        reported=cuts.exclude(reported_at=None).count(),
        photos=OrderPhoto.objects.filter(report__order__alert=alert).count(),
        by_hour=_by_hour(issued, receipts),
        by_district=[Row(r["district"], (r["firms"], r["received"], r["reported"])) for r in rows],
        steps=_steps(alert), adjusted=_adjusted(alert), air=air, missing=missing,
    )  # fmt: skip


def _by_hour(issued: Any, receipts: list[Any]) -> list[tuple[int, int]]:
    hours = Counter(min(int((r - issued).total_seconds() // 3600), MOST_HOURS) for r in receipts)
    return [(hour, hours[hour]) for hour in range(max(hours) + 1)] if hours else []


def _steps(alert: Alert) -> list[Row]:
    found = [(alert.proposed_at, f"提出{alert.get_level_display()}预警建议", alert.proposed_by)]
    if alert.signed_at:
        found.append((alert.signed_at, "签发", f"{alert.signed_by} {alert.signed_as}".strip()))
    order = alert.orders.first()
    if order is not None:
        found.append((order.issued_at, "下达管控令", order.issued_by))
    for one in alert.extensions.filter(state=Extension.State.SIGNED):
        end = timezone.localtime(one.new_end)
        found.append((one.signed_at, f"延长至{end:%m-%d %H:%M}：{one.why}", one.signed_by))
    if alert.ended_at:
        found.append((alert.ended_at, f"解除：{alert.ended_why}", alert.ended_by))
    found.sort(key=lambda one: one[0])
    return [Row(f"{timezone.localtime(at):%Y-%m-%d %H:%M}", (what, by)) for at, what, by in found]


def _adjusted(alert: Alert) -> list[Row]:
    return [
        Row(o.firm_name, (o.adjusted.get("before_zh", ""), o.text_zh,
                          f"{o.adjusted.get('why', '')}（{o.adjusted.get('by', '')}）"))
        for o in alert.orders.exclude(adjusted={})
    ]  # fmt: skip


def _air(alert: Alert) -> tuple[list[AirDay], list[Words]]:
    """Return the days around the alert, and which of them nobody measured."""
    start, last = timezone.localdate(alert.start), _last_day(alert)
    first, until = start - AROUND, last + AROUND
    days = list(CityDay.objects.filter(day__range=(first, until)).order_by("day"))
    missing: list[Words] = []
    for phase, a, b in ((BEFORE, first, start - timedelta(days=1)), (DURING, start, last),
                        (AFTER, last + timedelta(days=1), until)):  # fmt: skip
        wanted = (b - a).days + 1
        have = sum(a <= d.day <= b for d in days)
        if have < wanted:
            missing.append(Words(
                f"{phase.zh}空气质量：{a}至{b}共{wanted}天，有日评价的{have}天",
                f"air {phase.en}: {have} of {wanted} days from {a} to {b} have a daily value",
            ))  # fmt: skip
    if not days:
        return [], missing
    judged, air = judged_days(days, AUTO), load_air()
    out = []
    for day, aqi, primary in zip(judged.days, judged.aqi, judged.primary, strict=True):
        phase = BEFORE if day < start else DURING if day <= last else AFTER
        known = int(aqi) != NONE
        category = air.index(day).category(int(aqi)) if known else None
        words = (
            Words(category.name_zh, category.name_en) if category else Words("无效", "not valid")
        )
        out.append(
            AirDay(
                day, phase, int(aqi) if known else None, words, "、".join(names_of(int(primary)))
            )
        )
    return out, missing


def file_of(review: Review, form: str) -> StoredFile:
    """Return the PDF or Word of a report."""
    return review.pdf if form == "pdf" else review.docx
