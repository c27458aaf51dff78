"""What changes plans: ask for one or a what-if, change a copy by hand, send the orders out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.utils import timezone

from lantian.jobs.plan_adjust import HandCut, Tried
from lantian.kernel.level import Level
from lantian.office.alert.actions import locked
from lantian.office.alert.course import taken
from lantian.office.alert.figures import replaced_grades
from lantian.office.alert.models import Alert, DraftChange, Order, PlanDraft, PlanWork
from lantian.office.alert.outward import end_orders, tell_orders
from lantian.office.alert.refusal import StepRefusedError
from lantian.office.alert.taken_up import cuts_of, taken_up, written_plan
from lantian.office.audit.action import Done, action
from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import store
from lantian.office.people.models import User

_BATCH = 500
MOST_WHAT_IFS = 20
"""Suppositions kept beside one alert; more are no longer compared by anybody."""


@action("alert.plan", "plan.asked")
def ask_plan(
    actor: User, alert: Alert, list_file: StoredFile, edition: int | None = None
) -> Done[PlanWork]:
    """Ask for a plan of an alert on an edition of the list, or another stored one; the worker works it out.

    Raises
    ------
    StepRefusedError
        Where the alert is over, or a plan is being worked out already.
    """
    found = locked(alert, Alert.State.PROPOSED, Alert.State.SIGNED)
    if found.orders.exists():
        raise StepRefusedError("管控令已经下达", "the orders went out already")
    if _waiting(found):
        raise StepRefusedError("已有方案在计算", "a plan is being worked out already")
    made = PlanWork.objects.create(
        alert=found, list_file=list_file, edition=edition, asked_by=actor.username, asked_at=timezone.now(),
    )  # fmt: skip
    event = {"alert": found.pk, "plan": made.pk, "edition": edition or 0}
    return Done(made, event, {list_file.name: list_file.hash})


def _waiting(alert: Alert) -> bool:
    waits = (PlanWork.State.QUEUED, PlanWork.State.RUNNING)
    return bool(alert.plans.filter(state__in=waits).exists())


@action("alert.plan", "whatif.asked")
def ask_what_if(actor: User, plan: PlanWork, options: Mapping[str, Any]) -> Done[PlanWork]:
    """Ask what a plan would be under a supposition; it has no legal effect.

    Parameters
    ----------
    plan
        The plan it is compared with; the same list is used.
    options
        ``level``, ``targets`` (share as exact text by pollutant), ``spare`` (firm ids), ``district``,
        ``industry``; at least one.

    Raises
    ------
    StepRefusedError
        Where nothing is supposed, another one is being worked out, or there are too many.
    """
    found = locked(plan.alert, Alert.State.PROPOSED, Alert.State.SIGNED)
    supposed = {k: v for k, v in options.items() if v}
    if not supposed:
        raise StepRefusedError("请至少改变一项", "suppose at least one thing")
    if _waiting(found):
        raise StepRefusedError("已有方案或推演在计算", "one is being worked out already")
    if found.plans.filter(kind=PlanWork.Kind.WHAT_IF).count() >= MOST_WHAT_IFS:
        raise StepRefusedError(f"推演已有{MOST_WHAT_IFS}个", f"there are {MOST_WHAT_IFS} already")
    made = PlanWork.objects.create(
        alert=found, list_file=plan.list_file, edition=plan.edition, kind=PlanWork.Kind.WHAT_IF,
        options=supposed, asked_by=actor.username, asked_at=timezone.now(),
    )  # fmt: skip
    event = {"alert": found.pk, "plan": plan.pk, "whatif": made.pk,
             "supposed": json.dumps(supposed, ensure_ascii=False, sort_keys=True)}  # fmt: skip
    return Done(made, event, {plan.list_file.name: plan.list_file.hash})


@action("alert.plan", "draft.opened")
def open_draft(actor: User, plan: PlanWork) -> Done[PlanDraft]:
    """Make the copy of a plan that is changed by hand.

    Raises
    ------
    StepRefusedError
        Where there is no plan of record, its orders went out, or the copy is there already.
    """
    found = _changeable(plan)
    if PlanDraft.objects.filter(plan=found).exists():
        raise StepRefusedError("已有修改稿", "there is a copy already")
    start = taken_up(found).tried([])
    made = PlanDraft.objects.create(
        plan=found, made_by=actor.username, made_at=timezone.now(), summary=start.summary()
    )
    return Done(made, {"alert": found.alert_id, "plan": found.pk, "draft": made.pk})


def _changeable(plan: PlanWork) -> PlanWork:
    alert = locked(plan.alert, Alert.State.PROPOSED, Alert.State.SIGNED)
    found = PlanWork.objects.select_for_update().get(pk=plan.pk)
    if found.kind != PlanWork.Kind.PLAN:
        raise StepRefusedError(
            "推演没有法律效力，不能据此修改或下达；请按正常步骤计算方案",
            "a what-if has no legal effect: work out a plan by the ordinary steps", "O016",
        )  # fmt: skip
    if found.state != PlanWork.State.READY or found.result is None:
        raise StepRefusedError("方案还没有算出", "the plan is not there yet")
    if alert.orders.exists():
        raise StepRefusedError("管控令已经下达", "the orders went out already")
    return found


@action("alert.plan", "draft.changed")
def change_draft(
    actor: User, draft: PlanDraft, version: int, firm_id: str, shares: Mapping[str, Fraction], why: str
) -> Done[DraftChange]:  # fmt: skip
    """Change what a draft asks of a firm, or go back to the plan with empty `shares`; the checker runs.

    Parameters
    ----------
    version
        That of the draft the officer looked at.

    Raises
    ------
    StepRefusedError
        O011 where somebody changed the draft since, or the same change came twice; O012 without a reason;
        where nothing changes or the orders went out.
    LantianError
        O013 where list or rules are not those of the plan any more.
    StrangeCutError
        For a firm, line or share there is none of.
    """
    _changeable(draft.plan)
    found = PlanDraft.objects.select_for_update().get(pk=draft.pk)
    asked = {line: str(share) for line, share in sorted(shares.items())}
    if found.version != version:
        _refuse_older(actor, found, version, firm_id, asked, why)
    if not why.strip():
        raise StepRefusedError("请写明调整理由", "give the reason of the change", "O012")
    level, base = Level(found.plan.alert.level), taken_up(found.plan)
    before = {c.firm_id: c for c in cuts_of(found)}
    cuts = [c for f, c in before.items() if f != firm_id]
    if asked:
        cuts.append(HandCut(firm_id, level, dict(shares), why.strip()))
    old, new = base.tried(list(before.values())), base.tried(cuts)
    was, now = _order(old, firm_id), _order(new, firm_id)
    if [a.share for a in was.actions] == [a.share for a in now.actions]:
        raise StepRefusedError("这一改动与现状相同，没有改变", "nothing would change")
    made = DraftChange.objects.create(
        draft=found, number=found.version + 1, firm_id=firm_id, firm_name=now.firm_name,
        district=now.district, shares=asked, before_zh=was.text_zh, after_zh=now.text_zh,
        why=why.strip(), by=actor.username, at=timezone.now(),
    )  # fmt: skip
    found.version, found.summary = made.number, new.summary()
    found.save()
    event = {
        "alert": found.plan.alert_id, "plan": found.plan_id, "draft": found.pk, "number": made.number,
        "firm": firm_id, "before": was.text_zh, "after": now.text_zh, "why": made.why,
        "broken": len(new.errors), "warned": len(new.warnings),
    }  # fmt: skip
    return Done(made, event, about=[f"firm:{firm_id}"])


def _order(tried: Tried, firm_id: str) -> Any:
    return next(o for o in tried.plan.orders if o.firm_id == firm_id)


def _refuse_older(
    actor: User, draft: PlanDraft, version: int, firm_id: str, asked: Mapping[str, str], why: str
) -> None:
    since = list(draft.changes.filter(number__gt=version))
    if any(
        c.by == actor.username and c.firm_id == firm_id and c.shares == asked and c.why == why.strip()
        for c in since
    ):  # fmt: skip
        raise StepRefusedError(
            "这一改动已经记下，没有重复记录", "this change was noted already", "O011"
        )
    told = "；".join(f"{c.by} {timezone.localtime(c.at):%H:%M} {c.firm_name}" for c in since[:5])
    raise StepRefusedError(
        f"您打开页面以后，修改稿已有{len(since)}处新的改动（{told}）。您的改动没有写入，内容保留在下面，"
        "请核对后再提交一次",
        f"{len(since)} changes were made since you opened the page ({told}); yours was not written and "
        "is kept below: look again and hand it in once more", "O011",
    )  # fmt: skip


@action("alert.sign", "orders.issued")
def issue(actor: User, plan: PlanWork, adjusted: bool = False, why: str = "") -> Done[int]:
    """Send out the orders of a plan that was worked out, or of its changed copy: one a firm.

    Orders of the alert before end in the same moment: a firm has exactly one.

    Parameters
    ----------
    adjusted
        From the copy changed by hand.
    why
        Why what the checker warns of is accepted, or why orders go out by grades that were replaced.

    Raises
    ------
    StepRefusedError
        Where the alert is not signed, the plan is not ready, orders went out already; O014 where the
        checker finds an error in the copy, O015 where it warns and no reason is given, O016 for a what-if;
        O017 where firms hold another grade by now and no reason is given.
    """
    alert = locked(plan.alert, Alert.State.SIGNED)
    found = _changeable(plan)
    draft, document, changed = None, written_plan(found), {}
    files = {"plan.json": found.result.hash} if found.result is not None else {}
    if adjusted:
        draft = PlanDraft.objects.select_for_update().get(plan=found)
        document, changed = _adjusted(actor, draft, document, why)
        assert draft.result is not None
        files["plan-adjusted.json"] = draft.result.hash
    replaced = _replaced(found, why)
    taken(
        alert,
        actor,
        "send-out",
        checker_clear=not found.summary["checker"]["violations"] or adjusted,
    )
    now = timezone.now()
    rows = [
        Order(
            alert=alert, plan=found, firm_id=o["firm_id"], firm_name=o["firm_name"], district=o["district"],
            industry_zh=o["industry_zh"], grade=o["grade"], cuts=bool(o["share"]), text_zh=o["text_zh"],
            values={k: v for k, v in o.items() if k != "trace"}, issued_by=actor.username, issued_at=now,
            adjusted=changed.get(o["firm_id"], {}),
        )
        for o in document["orders"]
        if o["level"] == alert.level
    ]  # fmt: skip
    ended = len(end_orders(now, f"由第{alert.pk}号预警的管控令接替"))
    Order.objects.bulk_create(rows, batch_size=_BATCH)
    tell_orders("order.issued", rows)
    event = {"alert": alert.pk, "plan": found.pk, "orders": len(rows), "cutting": sum(r.cuts for r in rows),
             "ended": ended, "adjusted": len(changed), "accepted": draft.accepted_why if draft else ""}  # fmt: skip
    event |= {"grades_replaced": replaced, "why_nevertheless": why.strip()} if replaced else {}
    return Done(len(rows), event, files, [f"firm:{row.firm_id}" for row in rows])


def _replaced(plan: PlanWork, why: str) -> dict[str, list[str]]:
    """Return by firm the grade its order rests on and the one it holds by now, where these differ."""
    found = replaced_grades(plan)
    if found and not why.strip():
        names = "、".join(r["award"].firm_name for r in found[:5])
        raise StepRefusedError(
            f"{len(found)}家企业的等级在清单之后已有变化（{names}{'等' if len(found) > 5 else ''}）："
            "先把生效等级写入清单、重新计算方案；来不及的，写明按原等级下达的理由",
            f"{len(found)} firms hold another grade than the list says ({names}): carry the grades into the list and "
            "work the plan out anew, or give the reason why orders go out by the old ones", "O017",
        )  # fmt: skip
    return {r["award"].firm_id: r["grades"] for r in found}


def _adjusted(
    actor: User, draft: PlanDraft, written: dict[str, Any], why: str
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return plan.json of a changed copy, kept in the vault, and by firm who changed its order and why."""
    base, cuts = taken_up(draft.plan), cuts_of(draft)
    final = base.tried(cuts)
    if final.errors:
        codes = "、".join(sorted({b.code for b in final.errors}))
        raise StepRefusedError(
            f"修改稿有{len(final.errors)}处违反规则（{codes}），不能下达；请在修改稿中改正",
            f"the copy breaks rules in {len(final.errors)} places ({codes}): mend it first", "O014",
        )  # fmt: skip
    if final.warnings and not why.strip():
        codes = "、".join(sorted({b.code for b in final.warnings}))
        raise StepRefusedError(
            f"核验有{len(final.warnings)}条警告（{codes}），下达须写明理由",
            f"the checker warns in {len(final.warnings)} places ({codes}): give the reason", "O015",
        )  # fmt: skip
    kept = {c.firm_id for c in cuts}
    changes = [c for c in draft.changes.all() if c.firm_id in kept]
    told = {
        "plan": draft.plan.result.hash if draft.plan.result else "", "issued_by": actor.username,
        "accepted_why": why.strip(), "warnings": [b.as_dict() for b in final.warnings],
        "changes": [
            {"firm_id": c.firm_id, "firm_name": c.firm_name, "before_zh": c.before_zh, "after_zh": c.after_zh,
             "why": c.why, "by": c.by, "at": timezone.localtime(c.at).isoformat(timespec="seconds")}
            for c in changes
        ],
    }  # fmt: skip
    document = base.document(final, written, told)
    draft.result = store(
        f"plan-{draft.plan_id}-adjusted.json", json.dumps(document, ensure_ascii=False).encode()
    )
    draft.state, draft.accepted_why = PlanDraft.State.ISSUED, why.strip()
    draft.summary = final.summary()
    draft.save()
    by_firm = {c.firm_id: {"by": c.by, "why": c.why, "before_zh": c.before_zh} for c in changes}
    return document, by_firm
