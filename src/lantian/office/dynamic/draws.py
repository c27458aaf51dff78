"""What changes draws and checks: announced, drawn, assigned, checked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from lantian.domain.grading.draw import Candidate, draw
from lantian.kernel.lottery import list_digest
from lantian.office.audit.action import Done, action
from lantian.office.audit.models import StoredFile
from lantian.office.dynamic.models import Check, Draw
from lantian.office.dynamic.words import refuse
from lantian.office.people.access import own_firms
from lantian.office.people.models import User
from lantian.office.people.roles import Role
from lantian.office.process.cases import hold, open_case, take_step
from lantian.office.registry.figures import current
from lantian.office.registry.models import Edition, Firm
from lantian.rulebook.process_tables import load_processes

PROCESS = "grading-check"
STRATA = ("", "grade", "industry", "district")
_SHARE = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6}|/[0-9]{1,6})?")
Papers = Mapping[str, Sequence[StoredFile]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a draw is asked for; `must` names firms that are checked in any case, with the reason."""

    name: str
    share: str
    seed_rule: str
    grades: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    strata: str = ""
    must: Mapping[str, str] | None = None
    again_why: str = ""


def share_of(text: str) -> Fraction:
    """Return a share as written, ``0.1``, ``1/8`` or ``10%``.

    Raises
    ------
    LantianError
        C051 for anything that is no number from 0 to 1.
    """
    given = text.strip().replace("％", "%")
    whole = given.removesuffix("%").strip()
    if not _SHARE.fullmatch(whole):
        raise refuse("C051", text=text[:40])
    try:
        found = Fraction(whole) / (100 if given.endswith("%") else 1)
    except ZeroDivisionError:
        found = Fraction(-1)
    if not 0 < found <= 1:
        raise refuse("C051", text=text[:40])
    return found


def population(edition: Edition, wants: Mapping[str, Sequence[str]]) -> QuerySet[Firm]:
    """Return the firms of an edition that hold a grade and answer to the conditions."""
    found = Firm.objects.filter(edition=edition).exclude(grade__in=("", "ungraded"))
    for field, key in (("grade", "grades"), ("industry", "industries"), ("district", "districts")):
        if wants.get(key):
            found = found.filter(**{f"{field}__in": list(wants[key])})
    return found.order_by("firm_id")


@action("dynamic.draw", "draw.announced")
def announce(actor: User, asked: Asked, at: datetime | None = None) -> Done[Draw]:
    """Announce a draw: from now on its population is fixed, its seed not yet known.

    Raises
    ------
    LantianError
        C050 for an empty population, C051, C053 where the same firms were drawn and nobody says why again, C054.
    """
    share, edition = share_of(asked.share), current()
    wants = {
        "grades": list(asked.grades),
        "industries": list(asked.industries),
        "districts": list(asked.districts),
    }
    ids = list(population(edition, wants).values_list("firm_id", flat=True)) if edition else []
    if edition is None or not ids:
        raise refuse("C050")
    if not asked.seed_rule.strip():
        raise refuse("C054")
    digest = list_digest(ids)
    before = Draw.objects.select_for_update().filter(digest=digest).first()
    if before is not None and not asked.again_why.strip():
        raise refuse("C053", name=before.name, number=before.pk)
    strange = sorted(set(asked.must or {}) - set(ids))
    if strange:
        raise refuse("C057", firm="、".join(strange[:5]))
    moment = at or timezone.now()
    made = Draw.objects.create(
        name=asked.name.strip()[:120] or f"{timezone.localdate(moment)} 抽查", edition=edition, wants=wants,
        must={k: v.strip()[:200] or "指定" for k, v in (asked.must or {}).items()},
        strata=asked.strata if asked.strata in STRATA else "", share=str(share),
        seed_rule=asked.seed_rule.strip(), again_why=asked.again_why.strip(), firms=len(ids), digest=digest,
        announced_by=actor.username, announced_at=moment,
    )  # fmt: skip
    event = {
        "draw": made.pk, "name": made.name, "edition": edition.number, "wants": wants, "must": made.must,
        "share": made.share, "strata": made.strata, "firms": made.firms, "list_sha256": digest,
        "seed_rule": made.seed_rule, "again_why": made.again_why,
    }  # fmt: skip
    return Done(made, event)


@action("dynamic.draw", "draw.drawn")
def draw_now(actor: User, one: Draw, seed: str, at: datetime | None = None) -> Done[Draw]:
    """Draw with the seed, once: every chosen firm gets its check.

    Raises
    ------
    LantianError
        C052 where it was drawn already, C054 without a seed, C062 where the population is not the announced one.
    """
    found = Draw.objects.select_for_update().get(pk=one.pk)
    if found.drawn_at is not None:
        when = f"{timezone.localtime(found.drawn_at):%Y-%m-%d %H:%M}"
        raise refuse("C052", name=found.name, when=when, seed=found.seed)
    seed = seed.strip()[:120]
    if not seed:
        raise refuse("C054")
    firms = {f.firm_id: f for f in population(found.edition, found.wants)}
    now = list_digest(firms)
    if now != found.digest:
        raise refuse("C062", now=now[:12], then=found.digest[:12])
    moment = at or timezone.now()
    method = load_processes().on(PROCESS, timezone.localdate(moment)).head.ref()
    drawn = draw(candidates_of(found, firms), seed, Fraction(found.share), method)
    for row in drawn.chosen:
        firm = firms[row.firm_id]
        case = open_case(
            PROCESS, actor, subject_type="grade-check", subject="", firm_id=firm.firm_id,
            district=firm.district, title=f"{firm.name} 绩效等级抽查", at=moment,
        )  # fmt: skip
        check = Check.objects.create(
            draw=found, firm_id=firm.firm_id, firm_name=firm.name, district=firm.district,
            industry=firm.industry, grade=firm.grade, stratum=row.stratum, rank=row.rank,
            digest=row.digest, must_why=found.must.get(firm.firm_id, ""), case=case,
        )  # fmt: skip
        case.subject = str(check.pk)
        case.save(update_fields=["subject"])
    found.seed, found.drawn_by, found.drawn_at = seed, actor.username, moment
    found.save()
    chosen = [row.firm_id for row in drawn.chosen]
    event = {"draw": found.pk, "seed": seed, "list_sha256": found.digest, "chosen": chosen}
    return Done(found, event, about=[f"firm:{firm_id}" for firm_id in chosen])


def candidates_of(one: Draw, firms: Mapping[str, Firm]) -> list[Candidate]:
    """Return the population as the domain draws it."""
    return [
        Candidate(
            firm_id, getattr(firm, one.strata) if one.strata else "", one.must.get(firm_id, "")
        )
        for firm_id, firm in firms.items()
    ]


def visible_checks(user: User) -> Any:
    """Return the checks a user may see: all, or those of his district; never a firm's own before its result."""
    return own_firms(user, Check.objects.select_related("case", "draw"), "dynamic.view")


def _held(actor: User, check: Check) -> Check:
    found = visible_checks(actor).filter(pk=check.pk).first()
    if found is None:
        raise refuse("C056")
    found.case = hold(found.case)
    found.refresh_from_db(fields=["assigned_to", "findings"])
    return found


@action("dynamic.draw", "check.assigned")
def assign(actor: User, check: Check, username: str) -> Done[Check]:
    """Assign a check to an inspector or a district officer of the firm's district; "" takes it back.

    Raises
    ------
    LantianError
        C056 for a check that is closed, or somebody who cannot take it.
    """
    found = _held(actor, check)
    if username and not takers(found).filter(username=username).exists():
        raise refuse("C056")
    if found.case.closed_at is not None:
        raise refuse("C056")
    found.assigned_to = username
    found.save()
    event = {"check": found.pk, "firm": found.firm_id, "to": username}
    return Done(found, event, about=[f"firm:{found.firm_id}"])


def takers(check: Check) -> QuerySet[User]:
    """Return who can take a check: inspectors, and the officers of its district."""
    active = User.objects.filter(is_active=True)
    found = active.filter(role=Role.INSPECTOR) | active.filter(
        role=Role.DISTRICT, district=check.district
    )
    return found.order_by("username")


@action("dynamic.check", "check.taken")
def take_check(
    actor: User, check: Check, transition: str, *, expect: int, reason: str = "",
    findings: Sequence[Mapping[str, str]] = (), papers: Papers | None = None,
    at: datetime | None = None,
) -> Done[Check]:  # fmt: skip
    """Hand in the result of a check with its protocol and photographs.

    Raises
    ------
    LantianError
        C055 for somebody else's check, C056, and the C codes of the process.
    """
    found = _held(actor, check)
    if found.assigned_to not in ("", actor.username):
        raise refuse("C055", who=found.assigned_to)
    rows = [{"indicator": r["indicator"].strip()[:200], "found": r["found"].strip()[:1000]}
            for r in findings if r["indicator"].strip()]  # fmt: skip
    files = papers or {}
    step = take_step(
        found.case, actor, transition, expect=expect, reason=reason, at=at,
        evidence={key: [f.hash for f in own] for key, own in files.items()},
        facts={"indicators-named": bool(rows) and all(r["found"] for r in rows)},
    )  # fmt: skip
    found.findings = rows
    found.save()
    event = {"check": found.pk, "draw": found.draw_id, "firm": found.firm_id, "step": step.transition,
             "reason": step.reason, "findings": rows}  # fmt: skip
    named = {
        f"{key}-{n}-{f.name}": f.hash for key, own in files.items() for n, f in enumerate(own, 1)
    }
    return Done(found, event, named, [f"firm:{found.firm_id}"])
