"""What changes notices: prepare, change, take in, return, publish, drop, withdraw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from lantian.jobs.publicity.fields import FIELDS, Draft
from lantian.jobs.publicity.problems import problem
from lantian.jobs.publicity.read import ReadNotices
from lantian.kernel.problem import LantianError, Place, Problem
from lantian.office.audit.action import Done, action
from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import path_of
from lantian.office.people.models import User
from lantian.office.publicity.figures import search_text, shown_of
from lantian.office.publicity.models import FALLEN, REASONS, Notice
from lantian.office.registry.figures import current
from lantian.office.registry.models import Firm

_TEXTS = tuple(name for name in FIELDS if name != "decided_on")
_OPEN = (Notice.State.DRAFT, Notice.State.RETURNED)


class PublicityRefusedError(ValueError):
    """A step that cannot be taken; said in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a table of notices came to."""

    rows: int
    made: int
    problems: tuple[Problem, ...]


def check_attachment(file: StoredFile) -> None:
    """Refuse an attachment that is neither PDF nor Word.

    Raises
    ------
    LantianError
        U013.
    """
    with path_of(file.hash).open("rb") as stored:
        head = stored.read(4)
        pdf = head == b"%PDF"
        word = head == b"PK\x03\x04" and b"word/" in head + stored.read()
    if not (pdf or word):
        raise LantianError(problem("U013", name=file.name))


@action("notice.prepare", "notice.prepared")
def prepare(actor: User, draft: Draft, file: StoredFile | None = None) -> Done[Notice]:
    """Prepare a notice; somebody else approves it.

    Raises
    ------
    PublicityRefusedError
        Where the decision is prepared or published already.
    LantianError
        U013 for an attachment that is neither PDF nor Word.
    """
    if file is not None:
        check_attachment(file)
    made = _new(actor, draft, _firm_of(draft))
    made.file = file
    _saved(made)
    return Done(made, _event(made), _files(made))


@action("notice.prepare", "notice.changed")
def change(
    actor: User, notice: Notice, seen: int, draft: Draft, file: StoredFile | None = None
) -> Done[Notice]:
    """Change a notice that is not published; what was returned waits for its approval again.

    Raises
    ------
    PublicityRefusedError
        Where it changed since version `seen`, is public or over.
    LantianError
        U013 for an attachment that is neither PDF nor Word.
    """
    found = _locked(notice, seen, *_OPEN)
    if file is not None:
        check_attachment(file)
        found.file = file
    for name in _TEXTS:
        setattr(found, name, draft[name])
    found.decided_on = draft.decided_on
    found.firm_id = _firm_of(draft)
    found.touched_by, found.state, found.returned_why = actor.username, Notice.State.DRAFT, ""
    _saved(found, changed=True)
    return Done(found, _event(found), _files(found))


@action("notice.prepare", "notice.imported")
def import_notices(actor: User, file: StoredFile, read: ReadNotices) -> Done[TakenIn]:
    """Prepare the notices of a table that was read; decisions that are known are passed over and told."""
    known = set(
        Notice.objects.exclude(state__in=(Notice.State.WITHDRAWN, Notice.State.DROPPED)).values_list("kind", "number")
    )  # fmt: skip
    firms = _firms_of([draft for _, draft in read.drafts])
    problems, rows = list(read.problems), []
    for row, draft in read.drafts:
        place = Place(file=file.name, row=row, column=FIELDS["number"].names[0])
        if (draft["kind"], draft["number"]) in known:
            problems.append(problem("U008", place, value=draft["number"]))
            continue
        firm = firms.get(draft["firm_id"]) or firms.get(draft["credit_code"]) or ""
        if draft["firm_id"] and not firm:
            problems.append(problem("U011", place, value=draft["firm_id"]))
        rows.append(_new(actor, draft, firm))
    Notice.objects.bulk_create(rows, batch_size=500)
    event = {"rows": read.rows, "made": len(rows), "problems": len(problems),
             "numbers": [n.number for n in rows[:50]]}  # fmt: skip
    return Done(TakenIn(read.rows, len(rows), tuple(problems)), event, {file.name: file.hash})


@action("notice.publish", "notice.returned")
def send_back(actor: User, notice: Notice, seen: int, why: str) -> Done[Notice]:
    """Return a notice to who prepared it, with the reason.

    Raises
    ------
    PublicityRefusedError
        Where it changed since, does not wait for approval, or no reason is given.
    """
    found = _locked(notice, seen, Notice.State.DRAFT)
    found.state, found.returned_why = Notice.State.RETURNED, _reason(why)
    _saved(found, changed=True)
    return Done(found, _event(found) | {"why": found.returned_why})


@action("notice.publish", "notice.published")
def publish(actor: User, notice: Notice, seen: int, *, masked_seen: bool) -> Done[Notice]:
    """Approve and publish a notice: what people see is frozen (four eyes).

    Parameters
    ----------
    seen
        Version of the page that was read.
    masked_seen
        Whether the approver says that texts and attachment hold no personal data any more.

    Raises
    ------
    PublicityRefusedError
        For who prepared or changed it, where it changed since, or is not waiting, or the masks
        were not looked at.
    """
    found = _locked(notice, seen, Notice.State.DRAFT)
    if actor.username in (found.prepared_by, found.touched_by):
        raise PublicityRefusedError(
            "编制人不能审核自己的公示，请由另一人审核发布",
            "who prepared a notice may not approve it; somebody else has to",
        )
    if not masked_seen:
        raise PublicityRefusedError(
            "请核对公开内容和附件已隐去个人信息，并勾选确认",
            "look whether texts and attachment are free of personal data, and tick it",
        )
    found.shown, masked = shown_of(found)
    found.search = search_text(found.shown)
    found.state, found.published_by = Notice.State.PUBLISHED, actor.username
    found.published_at = timezone.now()
    _saved(found, changed=True)
    event = _event(found) | {
        "shown": found.shown,
        "masked": masked,
        "prepared_by": found.prepared_by,
    }
    return Done(found, event, _files(found), _about(found))


@action("notice.prepare", "notice.dropped")
def drop(actor: User, notice: Notice, seen: int, why: str) -> Done[Notice]:
    """Decide not to publish a notice, with the reason; it stays in the record.

    Raises
    ------
    PublicityRefusedError
        Where it changed since, is public or over, or no reason is given.
    """
    found = _locked(notice, seen, *_OPEN)
    found.state, found.returned_why = Notice.State.DROPPED, _reason(why)
    _saved(found, changed=True)
    return Done(found, _event(found) | {"why": found.returned_why})


@action("notice.publish", "notice.withdrawn")
def withdraw(
    actor: User, notice: Notice, seen: int, reason: str, why: str, fell_on: date | None = None
) -> Done[Notice]:
    """Withdraw a published notice: its address says since when and why (Penalty Law Art. 48).

    Raises
    ------
    PublicityRefusedError
        Where it changed since or is not public, for an unknown reason, without words, or without
        the day on which the decision fell.
    """
    found = _locked(notice, seen, Notice.State.PUBLISHED)
    if reason not in dict(REASONS):
        raise PublicityRefusedError("请选择撤回原因", "choose a reason")
    if reason in FALLEN and fell_on is None:
        raise PublicityRefusedError(
            "请填写决定被变更、撤销或确认违法、无效的日期", "say on which day the decision fell"
        )
    if fell_on is not None and not found.decided_on <= fell_on <= timezone.localdate():
        raise PublicityRefusedError(
            "日期应在决定日期以后、今天以前", "the day lies between the decision and today"
        )
    found.withdrawn_why, found.withdrawn_reason = _reason(why), reason
    found.fell_on = fell_on if reason in FALLEN else None
    found.state, found.withdrawn_by = Notice.State.WITHDRAWN, actor.username
    found.withdrawn_at = timezone.now()
    _saved(found, changed=True)
    event = _event(found) | {"reason": reason, "why": found.withdrawn_why,
                             "fell_on": found.fell_on.isoformat() if found.fell_on else ""}  # fmt: skip
    return Done(found, event, {}, _about(found))


# --- shared ----------------------------------------------------------------------------------


def _new(actor: User, draft: Draft, firm: str) -> Notice:
    texts = {name: draft[name] for name in _TEXTS} | {"firm_id": firm}
    return Notice(**texts, decided_on=draft.decided_on, prepared_by=actor.username,
                  touched_by=actor.username, prepared_at=timezone.now())  # fmt: skip


def _saved(notice: Notice, *, changed: bool = False) -> None:
    """Save a notice as its next version.

    Raises
    ------
    PublicityRefusedError
        Where another notice of the same decision is open or public.
    """
    notice.version += changed
    try:
        with transaction.atomic():
            notice.save()
    except IntegrityError:
        raise PublicityRefusedError(
            f"文号“{notice.number}”已经登记", f"the decision {notice.number} is known already"
        ) from None


def _locked(notice: Notice, seen: int, *states: str) -> Notice:
    found = Notice.objects.select_for_update().get(pk=notice.pk)
    if found.state not in states:
        raise PublicityRefusedError(
            f"这份公示现为“{found.get_state_display()}”，不能再做这一步",
            f"the notice is {found.state} now; this step cannot be taken",
        )
    if found.version != seen:
        raise PublicityRefusedError(
            "打开页面后这份公示已被修改，请核对后再做",
            "it was changed since the page was opened; look again",
        )
    return found


def _reason(why: str) -> str:
    if not why.strip():
        raise PublicityRefusedError("请写明理由", "give the reason")
    return why.strip()[:1000]


def _firm_of(draft: Draft) -> str:
    found = _firms_of([draft])
    return found.get(draft["firm_id"]) or found.get(draft["credit_code"]) or ""


def _firms_of(drafts: Sequence[Draft]) -> Mapping[str, str]:
    """Return the ids of firms in force by id and by credit code."""
    edition = current()
    if edition is None:
        return {}
    firms = Firm.objects.filter(edition=edition)
    found: dict[str, str] = {}
    for field in ("firm_id", "credit_code"):
        keys = sorted({d[field] for d in drafts if d[field]})
        for start in range(0, len(keys), 500):
            rows = firms.filter(**{f"{field}__in": keys[start : start + 500]})
            found |= dict(rows.values_list(field, "firm_id"))
    return found


def _event(notice: Notice) -> dict[str, Any]:
    return {"notice": notice.pk, "number": notice.number, "kind": notice.kind, "version": notice.version,
            "state": str(notice.state)}  # fmt: skip


def _files(notice: Notice) -> dict[str, str]:
    return {notice.file.name: notice.file.hash} if notice.file is not None else {}


def _about(notice: Notice) -> list[str]:
    found = [f"notice:{notice.pk}"]
    return [*found, f"firm:{notice.firm_id}"] if notice.firm_id else found
