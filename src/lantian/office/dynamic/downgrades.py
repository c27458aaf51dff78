"""What changes downgrades: opened, the firm informed and heard, decided, appealed, settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from lantian.domain.grading.dynamic import Downgrade as Proposal
from lantian.domain.grading.dynamic import propose_downgrade
from lantian.domain.grading.grade import Grade
from lantian.jobs.grading.downgrade import scheme_for
from lantian.office.audit.action import Done, action
from lantian.office.audit.models import StoredFile
from lantian.office.dynamic.models import Check, Downgrade, Statement
from lantian.office.dynamic.words import refuse
from lantian.office.grading.assess import province
from lantian.office.grading.models import Award
from lantian.office.people.access import own_firms
from lantian.office.people.models import User
from lantian.office.process.cases import hold, open_case, take_step
from lantian.office.process.models import Step
from lantian.office.registry.figures import current
from lantian.office.registry.models import Firm
from lantian.rulebook import load_rulebook
from lantian.rulebook.grading_tables import load_grading
from lantian.rulebook.grading_tables.model import GradingProcess

PROCESS = "grading-downgrade"
Papers = Mapping[str, Sequence[StoredFile]]
OFFICER = ("inform", "answer", "drop", "settle")
LEADER = ("decide", "drop", "uphold", "dismiss")
OWN = ("state-case", "appeal")


@dataclass(frozen=True, slots=True)
class Opening:
    """What a downgrade is opened with.

    `proven` is what the check still proves, for the ground that asks for it; `named` the grade a person names where
    no source does, with `named_why`.
    """

    firm_id: str
    ground: str
    found_on: date
    facts: str
    proven: str = ""
    named: str = ""
    named_why: str = ""
    check: Check | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """A grade a firm holds now: by its record of grades, else by the list in force."""

    firm: Firm
    industry: str
    industry_zh: str
    grade: str
    award: Award | None
    scheme: tuple[str, ...]


def holding(firm_id: str, day: date) -> Holding | None:
    """Return what grade a firm holds, None for a firm that is not on the list or holds none."""
    edition = current()
    firm = Firm.objects.filter(edition=edition, firm_id=firm_id or "-").first() if edition else None
    if firm is None:
        return None
    book = load_rulebook()
    industry = book.find_industry(firm.industry)
    slug, name = (industry.slug, industry.name_zh) if industry else (firm.industry, firm.industry)
    award = Award.objects.filter(firm_id=firm_id, industry=slug, ended_at=None).first()
    grade = award.grade if award else firm.grade
    if grade in ("", "ungraded") or industry is None:
        return None
    scheme = scheme_for(book, firm.industry, firm.subtype, Grade(grade), day)
    return Holding(firm, slug, name, grade, award, scheme)


def rules_of(day: date) -> GradingProcess:
    """Return the province's rules of grading on a day."""
    return load_grading().process(province(), day)


def propose(held: Holding, opening: Opening) -> tuple[Proposal, str]:
    """Return what the rule proposes, and the grade it comes to: named by the rule, or by a person with a reason.

    Raises
    ------
    LantianError
        C058 for a grade that is not lower, C060 where a person names it without a reason, C061 for no such ground.
    """
    rules = rules_of(opening.found_on)
    if opening.ground not in rules.grounds:
        raise refuse(
            "C061",
            ground=opening.ground,
            known="、".join(g.name_zh for g in rules.grounds.values()),
        )
    lower = held.scheme[held.scheme.index(held.grade) + 1 :]
    known = "、".join(lower) or "—"
    for given in (opening.proven, opening.named):
        if given and given not in lower:
            raise refuse("C058", grade=given, why="须低于现等级", known=known)
    found = propose_downgrade(
        rules, opening.ground, grade=held.grade, scheme=held.scheme, found_on=opening.found_on,
        proven=opening.proven,
    )  # fmt: skip
    to = found.to_grade if found.to_grade in lower else ""
    if not to and opening.named:
        if not opening.named_why.strip():
            raise refuse("C060")
        to = opening.named
    return found, to


def visible_downgrades(user: User) -> Any:
    """Return the downgrades a user may see; a firm its own, from the day it is informed."""
    found = own_firms(user, Downgrade.objects.select_related("case"), "dynamic.cases")
    return found.exclude(case__state="opened") if user.role == "enterprise" else found


def _held(actor: User, one: Downgrade) -> Downgrade:
    found = visible_downgrades(actor).select_for_update(of=("self",)).filter(pk=one.pk).first()
    if found is None:
        raise refuse("C056")
    found.case = hold(found.case)
    return found


@action("dynamic.open", "downgrade.opened")
def open_downgrade(
    actor: User, opening: Opening, papers: Sequence[StoredFile] = (), at: datetime | None = None
) -> Done[Downgrade]:
    """Open a downgrade: the rule proposes, nothing changes for the firm yet.

    Raises
    ------
    LantianError
        C057 to C061, C063 for a day that has not come.
    """
    moment = at or timezone.now()
    today = timezone.localdate(moment)
    if opening.found_on > today:
        raise refuse("C063", text=opening.found_on, why="晚于今天")
    held = holding(opening.firm_id, opening.found_on)
    if held is None:
        raise refuse("C057", firm=opening.firm_id or "（空）")
    running = Downgrade.objects.filter(
        firm_id=opening.firm_id, industry=held.industry, case__closed_at=None
    ).exclude(case__state="in-force").first()  # fmt: skip
    if running is not None:
        raise refuse("C059", firm=opening.firm_id, number=running.pk)
    proposal, to = propose(held, opening)
    case = open_case(
        PROCESS, actor, subject_type="downgrade", subject="", firm_id=opening.firm_id,
        district=held.firm.district, title=f"{held.firm.name} 绩效等级降级", at=moment,
    )  # fmt: skip
    made = Downgrade.objects.create(
        firm_id=opening.firm_id, firm_name=held.firm.name, district=held.firm.district, industry=held.industry,
        industry_zh=held.industry_zh, subtype=held.firm.subtype, from_grade=held.grade, to_grade=to,
        named_why=opening.named_why.strip() if to and to != proposal.to_grade else "", ground=opening.ground,
        found_on=opening.found_on, facts=opening.facts.strip()[:4000], again_on=proposal.apply_again_on,
        proposal={"trace": proposal.trace.as_dict(), "needs_zh": list(proposal.needs_person_zh)},
        check_found=opening.check, before=held.award, case=case, opened_by=actor.username, opened_at=moment,
    )  # fmt: skip
    case.subject = str(made.pk)
    case.save(update_fields=["subject"])
    event = _told(made) | {"ground": made.ground, "found_on": made.found_on.isoformat(), "facts": made.facts,
                           "check": made.check_found_id or 0}  # fmt: skip
    return Done(
        made, event, {f"{n}-{f.name}": f.hash for n, f in enumerate(papers, 1)}, about(made)
    )


def about(one: Downgrade) -> list[str]:
    """Return what an event is about."""
    return [f"firm:{one.firm_id}", f"downgrade:{one.pk}"]


def _told(one: Downgrade) -> dict[str, Any]:
    return {
        "downgrade": one.pk,
        "firm": one.firm_id,
        "industry": one.industry,
        "from": one.from_grade,
        "to": one.to_grade,
    }


@action("dynamic.open", "downgrade.step")
def officer_step(
    actor: User, one: Downgrade, transition: str, *, expect: int, reason: str = "",
    at: datetime | None = None,
) -> Done[Downgrade]:  # fmt: skip
    """Inform the firm, answer its statement, drop or settle the case."""
    found = _held(actor, one)
    _only(transition, OFFICER)
    waiting = found.statements.filter(appeal=False, answered_at=None)
    facts = {"grade-named": bool(found.to_grade), "statement-open": waiting.exists()}
    step = take_step(
        found.case, actor, transition, expect=expect, reason=reason, facts=facts, at=at
    )
    if transition == "answer":
        _answer(waiting.earliest("pk"), step)
    return Done(found, _told(found) | _stepped(step), about=about(found))


@action("dynamic.decide", "downgrade.decided")
def decide(
    actor: User, one: Downgrade, transition: str, *, expect: int, reason: str = "",
    at: datetime | None = None,
) -> Done[Downgrade]:  # fmt: skip
    """Decide a downgrade or an appeal; the grade record changes in the same transaction.

    Raises
    ------
    LantianError
        C006 while a statement is unanswered, C008 before the firm's time has passed, C009 for who informed it.
    """
    found = _held(actor, one)
    _only(transition, LEADER)
    open_ones = found.statements.filter(appeal=False, answered_at=None).exists()
    facts = {"grade-named": bool(found.to_grade), "statements-answered": not open_ones}
    step = take_step(
        found.case, actor, transition, expect=expect, reason=reason, facts=facts, at=at
    )
    if transition == "decide":
        _lower(found, step)
    if transition in ("uphold", "dismiss"):
        _answer(found.statements.filter(appeal=True, answered_at=None).earliest("pk"), step)
    if transition == "uphold":
        _restore(found, step)
    found.save()
    return Done(found, _told(found) | _stepped(step), about=about(found))


@action("dynamic.own", "downgrade.stated")
def state_own(
    actor: User, one: Downgrade, transition: str, *, expect: int, text: str,
    papers: Sequence[StoredFile] = (), at: datetime | None = None,
) -> Done[Statement]:  # fmt: skip
    """Hand in a firm's statement before the decision, or its appeal after it."""
    found = _held(actor, one)
    _only(transition, OWN)
    evidence = {"papers": [f.hash for f in papers]}
    step = take_step(
        found.case, actor, transition, expect=expect, reason=text, evidence=evidence, at=at
    )
    made = Statement.objects.create(
        downgrade=found,
        step=step,
        appeal=transition == "appeal",
        text=text.strip()[:4000],
        by=actor.username,
        at=step.at,
    )
    files = {f"{n}-{f.name}": f.hash for n, f in enumerate(papers, 1)}
    return Done(made, _told(found) | _stepped(step) | {"statement": made.pk}, files, about(found))


def _only(transition: str, known: tuple[str, ...]) -> None:
    """Refuse a step that belongs to another permission."""
    if transition not in known:
        raise refuse("C056")


def _answer(one: Statement, step: Step) -> None:
    one.answer, one.answered_by, one.answered_at = step.reason, step.by, step.at
    one.save()


def _lower(one: Downgrade, step: Step) -> None:
    """End the grade the firm holds and begin the lower one."""
    held = holding(one.firm_id, timezone.localdate(step.at))
    if held is None or held.grade != one.from_grade or held.industry != one.industry:
        raise refuse(
            "C058", grade=one.to_grade, why="企业现等级已变", known=held.grade if held else "—"
        )
    why = f"第{one.pk}号降级决定"
    if held.award is not None:
        Award.objects.filter(pk=held.award.pk).update(ended_at=step.at, ended_why=why)
    one.before = held.award
    one.after = _record(one, one.to_grade, why, step)


def _restore(one: Downgrade, step: Step) -> None:
    """End the lower grade and give back the one before; nothing where another has followed meanwhile."""
    why = f"第{one.pk}号降级的申诉成立"
    ended = Award.objects.filter(pk=one.after_id, ended_at=None).update(
        ended_at=step.at, ended_why=why
    )
    if ended:
        _record(one, one.from_grade, why, step)


def _record(one: Downgrade, grade: str, why: str, step: Step) -> Award:
    return Award.objects.create(
        firm_id=one.firm_id, firm_name=one.firm_name, district=one.district, industry=one.industry,
        industry_zh=one.industry_zh, subtype=one.subtype, grade=grade, document=why, by=step.by, at=step.at,
    )  # fmt: skip


def _stepped(step: Step) -> dict[str, Any]:
    return {"step": step.transition, "state": step.to, "reason": step.reason, "number": step.number}


def date_of(text: str) -> date:
    """Return a date as a form gives it.

    Raises
    ------
    LantianError
        C063 for what is no date.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise refuse("C063", text=text[:20], why="不是日期") from None
