"""From checked files to frozen values: law, alerts, targets, switches and provisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from lantian.kernel.level import LEVELS, Level
from lantian.kernel.pollutant import POLLUTANTS, Pollutant
from lantian.kernel.problem import Problem
from lantian.kernel.trace import RuleRef
from lantian.rulebook import schema
from lantian.rulebook.files import Loc, RuleFile
from lantian.rulebook.model import (
    AlertRuleSet,
    Condition,
    ExchangeRule,
    LawArticle,
    Provision,
    ReductionTargets,
    RuleHead,
    Source,
    Status,
    SwitchRule,
    Threshold,
)
from lantian.rulebook.refusal import refuse
from lantian.rulebook.timeline import Entry

_KNOWN_TO = {"month": "生效日期只知到月", "year": "生效日期只知到年"}


@dataclass
class Shelf:
    """What has been built so far, and what was refused on the way."""

    problems: list[Problem] = field(default_factory=list)
    laws: dict[str, list[Entry[LawArticle]]] = field(default_factory=lambda: defaultdict(list))
    alerts: dict[str, list[Entry[AlertRuleSet]]] = field(default_factory=lambda: defaultdict(list))
    targets: list[Entry[ReductionTargets]] = field(default_factory=list)
    exchange: list[Entry[ExchangeRule]] = field(default_factory=list)
    switches: dict[str, list[Entry[SwitchRule]]] = field(default_factory=lambda: defaultdict(list))
    provisions: dict[str, list[Entry[Provision]]] = field(default_factory=lambda: defaultdict(list))

    def refuse(self, code: str, file: RuleFile, loc: Sequence[str | int], **values: object) -> None:
        """Note a problem at a part of a file."""
        self.problems.append(refuse(code, file.place(loc), **values))


class Sources:
    """The sources of one file by id; complains of repeated and unknown ids."""

    def __init__(self, file: RuleFile, rows: Sequence[schema.SourceRow], shelf: Shelf) -> None:
        self._file, self._shelf = file, shelf
        self._by_id: dict[str, Source] = {}
        for i, row in enumerate(rows):
            if row.id in self._by_id:
                shelf.refuse("R012", file, ("sources", i), detail=row.id)
            note = "；".join(text for text in (row.covers, row.note) if text)
            self._by_id[row.id] = Source(row.id, row.document, row.address, note)

    def find(self, ids: Sequence[str], loc: Loc) -> tuple[Source, ...]:
        """Return the sources named by a row."""
        found = []
        for source_id in ids:
            source = self._by_id.get(source_id)
            if source is None:
                self._shelf.refuse("R015", self._file, (*loc, "source"), detail=source_id)
            else:
                found.append(source)
        return tuple(found)


def head_of(
    file: RuleFile, rule_id: str, sources: Sources, *, shelf: Shelf, loc: Loc = ()
) -> RuleHead:
    """Return the head of a dated file."""
    model: schema.Dated = file.model
    check_dates(file, model.valid_from, model.valid_to, shelf, loc)
    note = "；".join(text for text in (model.note, _KNOWN_TO.get(model.dates_known_to, "")) if text)
    return RuleHead(
        rule_id=rule_id,
        edition=model.edition,
        document=model.document,
        clause=model.clause,
        valid_from=model.valid_from,
        valid_to=model.valid_to,
        source=" ".join(model.source),
        status=model.status,
        note=note,
        sources=sources.find(model.source, loc),
    )


def check_dates(file: RuleFile, start: date, end: date | None, shelf: Shelf, loc: Loc = ()) -> None:
    """Refuse an edition that ends before it begins."""
    if end is not None and end < start:
        shelf.refuse(
            "R008", file, (*loc, "valid_to"), detail=f"valid_to {end} < valid_from {start}"
        )


def row_head(
    base: RuleHead, rule_id: str, row: Any, sources: Sources, loc: Loc, document: str = ""
) -> RuleHead:
    """Return the head of a row that inherits dates and edition from its file."""
    return replace(
        base,
        rule_id=rule_id,
        document=document or getattr(row, "document", "") or base.document,
        clause=row.clause or base.clause,
        source=" ".join(row.source),
        status=row.status,
        note=row.note or base.note,
        sources=sources.find(row.source, loc),
    )


# --- law ---------------------------------------------------------------------------------


def build_law(file: RuleFile, shelf: Shelf) -> None:
    """Put every article of a law file on the shelf, keyed by duty."""
    model: schema.LawFile = file.model
    sources = Sources(file, model.sources, shelf)
    for i, row in enumerate(model.rows):
        loc: Loc = ("rows", i)
        start = row.valid_from or model.valid_from
        end = row.valid_to or model.valid_to
        check_dates(file, start, end, shelf, loc)
        head = RuleHead(
            rule_id=f"law.{row.duty}",
            edition=model.edition,
            document=f"《{row.law_zh or model.law_zh}》",
            clause=row.article,
            valid_from=start,
            valid_to=end,
            source=" ".join(row.source),
            status=row.status,
            note=row.note,
            sources=sources.find(row.source, loc),
        )
        article = LawArticle(
            duty=row.duty,
            law_zh=row.law_zh or model.law_zh,
            law_en=row.law_en or model.law_en,
            article=row.article,
            summary_zh=row.summary_zh,
            summary_en=row.summary_en,
            head=head,
        )
        shelf.laws[row.duty].append(Entry(head, article, file, loc))


# --- alerts ------------------------------------------------------------------------------


def _condition(
    row: schema.ConditionRow, file: RuleFile, loc: Loc, shelf: Shelf
) -> Threshold | Condition:
    given = [name for name in ("gt", "gte", "all", "any") if getattr(row, name) is not None]
    if len(given) != 1 or (given[0] in {"gt", "gte"}) != (row.hours is not None):
        shelf.refuse("R024", file, loc, detail=".".join(map(str, loc)))
        return Threshold(aqi=0, hours=24)
    mode = given[0]
    if mode in {"gt", "gte"}:
        aqi = row.gt if row.gt is not None else row.gte
        assert aqi is not None
        assert row.hours is not None
        return Threshold(aqi=aqi, hours=row.hours, inclusive=mode == "gte")
    parts: list[schema.ConditionRow] = getattr(row, mode)
    if not parts:
        shelf.refuse("R024", file, (*loc, mode), detail=".".join(map(str, (*loc, mode))))
    return Condition(
        mode=mode,
        parts=tuple(_condition(p, file, (*loc, mode, i), shelf) for i, p in enumerate(parts)),
    )


def build_alert(file: RuleFile, shelf: Shelf) -> None:
    """Put an alert rule set on the shelf, and its continuation where the file declares one."""
    model: schema.AlertFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, "response.alert", sources, shelf=shelf)

    def ref(name: str, row: Any, loc: Loc) -> RuleRef:
        return row_head(head, f"response.alert.{name}", row, sources, loc).ref()

    triggers: dict[Level, Condition] = {}
    refs: dict[Level, RuleRef] = {}
    for level in LEVELS:
        row: schema.TriggerRow = getattr(model.triggers, level.value)
        loc: Loc = ("triggers", level.value)
        found = _condition(row.when, file, (*loc, "when"), shelf)
        triggers[level] = found if isinstance(found, Condition) else Condition("all", (found,))
        refs[level] = ref(level.value, row, loc)
    rules = AlertRuleSet(
        head=head,
        index=model.index,
        triggers=triggers,
        trigger_refs=refs,
        lift_below_hours=model.lift.hours,
        lift_ref=ref("lift", model.lift, ("lift",)),
        keep_higher_ref=ref("keep-higher", model.keep_higher, ("keep_higher",)),
        pollutant=model.pollutant.pollutant,
        pollutant_ref=ref("pollutant", model.pollutant, ("pollutant",)),
        lead_hours=model.lead.hours,
        lead_ref=ref("lead", model.lead, ("lead",)),
        remarks_zh=tuple(model.remarks_zh),
    )
    shelf.alerts[model.series].append(Entry(head, rules, file, ()))
    if model.carried is not None:
        _carry(rules, model.carried, file, model.series, shelf)


def _carry(
    rules: AlertRuleSet, carried: schema.Carried, file: RuleFile, series: str, shelf: Shelf
) -> None:
    """Keep a set in use after its own last day, as a choice of Lantian's."""
    end = rules.head.valid_to
    if end is None or carried.until <= end:
        shelf.refuse("R008", file, ("carried", "until"), detail=f"until {carried.until}")
        return
    head = replace(
        rules.head,
        edition=f"{rules.head.edition}-carried",
        valid_from=end + timedelta(days=1),
        valid_to=carried.until,
        status=Status.DESIGN,
        note=carried.note,
    )
    design = {
        level: replace(r, edition=head.edition, status=Status.DESIGN.value)
        for level, r in rules.trigger_refs.items()
    }
    value = replace(rules, head=head, trigger_refs=design)
    shelf.alerts[series].append(Entry(head, value, file, ("carried",)))


# --- targets, exchange, switches, provisions -----------------------------------------------


def build_targets(file: RuleFile, shelf: Shelf) -> None:
    """Put the city-level targets on the shelf."""
    model: schema.TargetsFile = file.model
    head = head_of(file, "response.targets", Sources(file, model.sources, shelf), shelf=shelf)
    ratio: dict[tuple[Level, Pollutant], Fraction] = {}
    for level in LEVELS:
        row = getattr(model.ratio, level.value)
        for pollutant in POLLUTANTS:
            ratio[level, pollutant] = getattr(row, pollutant.value)
    for pollutant in POLLUTANTS:
        for low, high in pairwise(LEVELS):
            if ratio[high, pollutant] < ratio[low, pollutant]:
                loc = ("ratio", high.value, pollutant.value)
                shelf.refuse("R016", file, loc, detail=f"{pollutant.value} {low} > {high}")
    shelf.targets.append(Entry(head, ReductionTargets(head, ratio), file, ()))


def build_exchange(file: RuleFile, shelf: Shelf) -> None:
    """Put the SO2 and NOx exchange rule on the shelf."""
    model: schema.ExchangeFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, "response.exchange", sources, shelf=shelf)
    row = model.floor_share
    floor = row_head(head, "response.exchange.floor-share", row, sources, ("floor_share",))
    value = ExchangeRule(head, model.enabled_by_default, row.share, floor.ref())
    shelf.exchange.append(Entry(head, value, file, ()))


def build_switches(file: RuleFile, shelf: Shelf) -> None:
    """Put every switch of the file on the shelf."""
    model: schema.SwitchesFile = file.model
    sources = Sources(file, model.sources, shelf)
    base = head_of(file, "response.switches", sources, shelf=shelf)
    for i, row in enumerate(model.rows):
        loc: Loc = ("rows", i)
        head = row_head(base, f"response.switch.{row.key}", row, sources, loc)
        value = SwitchRule(head, row.key, row.default, row.text_zh, row.text_en)
        shelf.switches[row.key].append(Entry(head, value, file, loc))


def build_provisions(file: RuleFile, shelf: Shelf) -> None:
    """Put every provision of the file on the shelf; a row may have dates of its own."""
    model: schema.ProvisionsFile = file.model
    sources = Sources(file, model.sources, shelf)
    subject = model.subject if "." in model.subject else f"response.{model.subject}"
    base = head_of(file, subject, sources, shelf=shelf)
    for i, row in enumerate(model.rows):
        loc: Loc = ("rows", i)
        head = row_head(base, f"{subject}.{row.key}", row, sources, loc)
        start, end = row.valid_from or head.valid_from, row.valid_to or head.valid_to
        check_dates(file, start, end, shelf, loc)
        note = row.note if row.valid_from else head.note
        head = replace(head, valid_from=start, valid_to=end, note=note)
        value = Provision(head, row.key, row.value, row.unit, row.text_zh, row.text_en)
        shelf.provisions[row.key].append(Entry(head, value, file, loc))
