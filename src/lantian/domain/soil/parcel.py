"""A parcel in the statutory process: what was handed in, and the state that follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lantian.domain.process import Attempt, Standing, begin, record
from lantian.domain.soil.clocks import Running, moment_of, running_clocks
from lantian.domain.soil.complaint import complain
from lantian.domain.soil.parcel_model import GivenEvent, ParcelRecord
from lantian.kernel.calendar import Holidays
from lantian.kernel.problem import Problem
from lantian.kernel.trace import Trace
from lantian.rulebook.model import LawArticle
from lantian.rulebook.process_tables.model import SYSTEM
from lantian.rulebook.soil_tables.load import SoilRules
from lantian.rulebook.soil_tables.model import LandUse, LandUses
from lantian.rulebook.soil_tables.parcel_model import Duty, Event, ParcelProcess, State, Trigger


@dataclass(frozen=True, slots=True)
class Step:
    """One event that counted, and the state after it; `article` is the law of its day."""

    given: GivenEvent
    state: State
    article: LawArticle | None


@dataclass(frozen=True, slots=True)
class ParcelState:
    """Where a parcel stands on a day.

    `standing` is the same for the engine of processes: what may follow is asked with it.
    `unused` counts events that did not fit or came later; `reasons` are the grounds on which it
    needs a survey.
    """

    record: ParcelRecord
    on: date
    state: State
    since: date | None
    steps: tuple[Step, ...]
    unused: int
    reasons: tuple[Trigger, ...]
    sensitive: tuple[LandUse, ...]
    duty: Duty | None
    article: LawArticle | None
    clocks: tuple[Running, ...]
    problems: tuple[Problem, ...]
    trace: Trace
    standing: Standing

    @property
    def overdue(self) -> tuple[Running, ...]:
        """The clocks that have run out."""
        return tuple(c for c in self.clocks if c.overdue_days)


def survey_reasons(
    record: ParcelRecord, process: ParcelProcess, uses: LandUses
) -> tuple[tuple[Trigger, ...], tuple[LandUse, ...]]:
    """Return why a parcel needs a survey, and its planned uses that are housing or public service.

    The planned use speaks for itself: where it is housing or public service the trigger counts
    even if the sheet names none.
    """
    found = [u for u in (uses.find(text) for text in record.planned_uses) if u is not None]
    sensitive = tuple(u for u in found if u.sensitive)
    reasons = [t for t in record.triggers if t.survey]
    own = process.triggers.get("sensitive_use")
    changes = sensitive and record.current_use not in {u.name_zh for u in sensitive}
    if changes and own is not None and own not in reasons:
        reasons.append(own)
    return tuple(reasons), sensitive


def parcel_state(
    record: ParcelRecord,
    events: Sequence[GivenEvent],
    rules: SoilRules,
    holidays: Holidays,
    on: date,
) -> ParcelState:
    """Return the state of a parcel on a day, replayed from its events.

    Parameters
    ----------
    record, events
        What was handed in; events of one day keep the order they have.
    rules, holidays
        Process, land use and law by date; notices for periods in working days.
    on
        The day asked for: later events do not count.
    """
    process = rules.process(on)
    ordered = sorted(events, key=lambda e: e.day)
    replay = _Replay(record, process, rules, holidays, on, ordered[0].day if ordered else on)
    for given in ordered:
        replay.take(given)
    problems = replay.problems
    reasons, sensitive = survey_reasons(record, process, rules.land_uses(on))
    state = process.states[replay.state]
    problems += _reason_problems(record, replay, reasons)
    if state.restricted and sensitive:
        names = "、".join(u.name_zh for u in sensitive)
        problems.append(
            complain(
                "S054", record.place, parcel=record.parcel_id, known=state.name_zh, detail=names
            )
        )
    problems += _same_institute(record, replay.steps)
    duty = process.duties.get(state.key)
    used = [s.given for s in replay.steps]
    clocks, found = running_clocks(record, used, replay.standing, process, holidays, on, duty)
    problems += found
    since = next((s.given.day for s in reversed(replay.steps) if s.given.event.to), None)
    article = rules.article(duty.ground, on) if duty else None
    return ParcelState(
        record, on, state, since, tuple(replay.steps), replay.unused, reasons, sensitive, duty,
        article, clocks, tuple(problems), _trace(state, process, replay.steps, duty, article, on),
        replay.standing,
    )  # fmt: skip


class _Replay:
    """Walks the events of a parcel with the engine of processes; what does not count is told."""

    def __init__(
        self, record: ParcelRecord, process: ParcelProcess, rules: SoilRules, holidays: Holidays,
        on: date, first: date,
    ) -> None:  # fmt: skip
        self.record, self.process, self.rules = record, process, rules
        self.holidays, self.on = holidays, on
        self.standing = begin(process.process, moment_of(first))
        self.steps: list[Step] = []
        self.problems: list[Problem] = []
        self.unused = 0

    @property
    def state(self) -> str:
        """The key of the state so far."""
        return self.standing.state

    def take(self, given: GivenEvent) -> None:
        """Take one event."""
        event = given.event
        if given.day > self.on:
            self.unused += 1
            self.problems.append(
                complain("S057", given.place, detail=event.name_zh, known=given.day)
            )
            return
        # a sheet names documents, not which of those asked for each of them is
        papers = {proof.key: given.documents for proof in event.step.evidence}
        attempt = Attempt(
            event.key, given.who, SYSTEM, moment_of(given.day), evidence=papers, due=given.due
        )
        came = record(self.process.process, self.standing, attempt, self.holidays)
        if not came.used:
            self.unused += 1
            now = self.process.states[self.state].name_zh
            self.problems.append(
                complain(
                    "S052", given.place, parcel=self.record.parcel_id, known=now,
                    detail=event.name_zh,
                )
            )  # fmt: skip
            return
        if any(problem.code == "C004" for problem in came.problems):
            names = "、".join(event.evidence_zh)
            self.problems.append(complain("S055", given.place, detail=event.name_zh, known=names))
        self.standing = came.standing
        article = self.rules.article(event.ground, given.day)
        self.steps.append(Step(given, self.process.states[self.state], article))


def _reason_problems(
    record: ParcelRecord, replay: _Replay, reasons: Sequence[Trigger]
) -> list[Problem]:
    if not reasons:
        return []
    why = "、".join(t.name_zh for t in reasons)
    if replay.state == replay.process.start:
        return [complain("S058", record.place, parcel=record.parcel_id, detail=why)]
    last = next((s.given.event for s in reversed(replay.steps) if s.given.event.to), None)
    if last is not None and last.key == "no_survey":
        return [complain("S062", record.place, parcel=record.parcel_id, detail=why)]
    return []


def _same_institute(record: ParcelRecord, steps: Sequence[Step]) -> list[Problem]:
    """Return a problem where the effect was assessed by whoever did the works."""
    workers: set[str] = set()
    found = []
    for step in steps:
        who, key = step.given.who, step.given.event.key
        if not who or who == record.user:
            continue
        if key in ("control_started", "remediation_filed", "works_finished"):
            workers.add(who)
        elif key == "effect_submitted" and who in workers:
            found.append(complain("S056", step.given.place, detail=who))
    return found


def _trace(
    state: State,
    process: ParcelProcess,
    steps: Sequence[Step],
    duty: Duty | None,
    article: LawArticle | None,
    on: date,
) -> Trace:
    rows = []
    for step in steps:
        event: Event = step.given.event
        who = f"（{step.given.who}）" if step.given.who else ""
        cited = step.article.head.ref() if step.article else event.ref
        law = Trace(event.name_zh, event.name_en, rule=event.ref)
        rows.append(
            Trace(
                f"{step.given.day} {event.name_zh}{who} → {step.state.name_zh}",
                f"{step.given.day} {event.name_en} -> {step.state.name_en}",
                step.state.key,
                rule=cited,
                steps=(law,),
            )
        )
    if duty is not None:
        cite = article.cite_zh() if article else "该日对应条文未见"
        rows.append(
            Trace(
                f"下一步：{duty.who_zh}{duty.what_zh}（{cite}）",
                f"next: {duty.what_en}",
                rule=article.head.ref() if article else duty.ref,
                steps=(Trace(duty.note or duty.what_zh, duty.what_en, rule=duty.ref),),
            )
        )
    return Trace(
        f"{on}：{state.name_zh}", f"{on}: {state.name_en}", state.key, rule=process.head.ref(),
        steps=tuple(rows),
    )  # fmt: skip
