"""What the rulebook holds and what it lacks, as plain values that print as JSON."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from lantian.kernel.level import LEVELS
from lantian.kernel.problem import LantianError
from lantian.rulebook.book import Rulebook
from lantian.rulebook.model import (
    AlertRuleSet,
    Condition,
    Industry,
    LawArticle,
    LocalMeasure,
    MeasureRule,
    Provision,
    RuleHead,
    Status,
    SwitchRule,
    Threshold,
)
from lantian.rulebook.refusal import refuse
from lantian.rulebook.schema import AUTONOMOUS_GRADES, GRADES

_KIND_ZH: Mapping[str, str] = {
    "autonomous": "自主减排",
    "none": "不要求",
    "transport_only": "仅限运输",
    "cut_share": "限产",
    "stop_share": "停产",
    "coking_hours": "结焦时间",
    "limit": "限产（无数值）",
    "stop_some": "停部分（无数值）",
}


def coverage(book: Rulebook) -> dict[str, Any]:
    """Return how well each industry's table and every other rule is attested.

    ``rows`` counts the cells (grade × level) of an industry's own table by status;
    ``general_rows`` those cells written in the table that only repeat the rule by grade;
    ``missing`` the cells and parts that no source was found for.
    """
    industries = [_coverage_row(book, industry) for industry in book.industries()]
    totals = Counter[str]()
    for row in industries:
        totals.update(row["rows"])
    by_subject: dict[str, Counter[str]] = {}
    for head in book.rules():
        subject = ".".join(head.rule_id.split(".")[:2])
        subject = subject.split(".")[0] if subject.startswith(("law.", "grading.")) else subject
        by_subject.setdefault(subject, Counter())[head.status.value] += 1
    return {
        "industries": industries,
        "totals": {
            "rows": {status.value: totals[status.value] for status in Status},
            "missing": sum(row["missing"] for row in industries),
            "industries_without_own_rows": sum(not any(r["rows"].values()) for r in industries),
        },
        "rules": {subject: dict(sorted(c.items())) for subject, c in sorted(by_subject.items())},
    }


def _coverage_row(book: Rulebook, industry: Industry) -> dict[str, Any]:
    rows, general = Counter[str](), 0
    for (slug, _, _, _), series in book.table.items():
        if slug != industry.slug:
            continue
        value = series.entries[-1].value
        if value.general:
            general += 1
        else:
            rows[value.ref.status] += 1
    return {
        "no": industry.no,
        "slug": industry.slug,
        "name_zh": industry.name_zh,
        "name_en": industry.name_en,
        "edition": industry.head.edition,
        "confidence": industry.confidence,
        "scheme": list(industry.scheme),
        "scheme_complete": industry.scheme_complete,
        "cut_unit": industry.cut_unit,
        "rows": {status.value: rows[status.value] for status in Status},
        "general_rows": general,
        "local_rows": len(industry.local_measures),
        "recalled_rows": len(industry.recalled),
        "missing": sum(part.cells for part in industry.missing),
        "missing_items": [
            {
                "what": part.what,
                "grades": list(part.grades),
                "levels": [level.value for level in part.levels] if part.grades else [],
                "subtype": part.subtype,
                "note_zh": part.note_zh,
            }
            for part in industry.missing
        ],
    }


def show(book: Rulebook, key: str, day: date) -> dict[str, Any]:
    """Return everything about one rule id or one industry on `day`.

    Raises
    ------
    LantianError
        R033 for a key that is neither, with the nearest ones; R030 before its first edition.
    """
    industry = book.find_industry(key)
    if industry is not None:
        return _show_industry(book, book.industry(industry.slug, day), day)
    heads = [h for h in book.rules() if h.rule_id == key or h.rule_id.startswith(f"{key}.")]
    if not heads:
        known = sorted({h.rule_id for h in book.rules()} | {i.slug for i in book.industries()})
        near = difflib.get_close_matches(key, known, n=5, cutoff=0.3) or known[:5]
        raise LantianError(refuse("R033", detail=key, known=", ".join(near)))
    found = [head for head in heads if head.in_force(day)]
    if not found:
        first = min(head.valid_from for head in heads)
        raise LantianError(refuse("R030", day=day, detail=key, first=first.isoformat()))
    return {
        "id": key,
        "day": day.isoformat(),
        "rules": [head_as_dict(head) | _content(book, head, day) for head in found],
    }


def head_as_dict(head: RuleHead) -> dict[str, Any]:
    """Return the head of a rule as plain values."""
    return {
        "rule_id": head.rule_id,
        "edition": head.edition,
        "document": head.document,
        "clause": head.clause,
        "valid_from": head.valid_from.isoformat(),
        "valid_to": head.valid_to.isoformat() if head.valid_to else None,
        "status": head.status.value,
        "status_zh": head.status.label_zh,
        "note": head.note,
        "sources": [
            {
                "id": source.source_id,
                "document": source.document,
                "address": source.address,
                "note_zh": source.note_zh,
            }
            for source in head.sources
        ],
    }


def _content(book: Rulebook, head: RuleHead, day: date) -> dict[str, Any]:
    """Return what a rule says, after its kind."""
    groups: tuple[Mapping[str, Any], ...] = (
        book.laws,
        book.alert_series,
        book.switch_series,
        book.provision_series,
        {"targets": book.targets_series, "exchange": book.exchange_series},
    )
    for group in groups:
        for series in group.values():
            for entry in series.entries:
                if entry.head == head:
                    return _say(entry.value)
    return {}


def _say(value: object) -> dict[str, Any]:
    if isinstance(value, LawArticle):
        return {
            "cite_zh": value.cite_zh(),
            "text_zh": value.summary_zh,
            "text_en": value.summary_en,
        }
    if isinstance(value, SwitchRule):
        return {
            "default": value.enabled_by_default,
            "text_zh": value.text_zh,
            "text_en": value.text_en,
        }
    if isinstance(value, Provision):
        figure = {} if value.value is None else {"value": value.value, "unit": value.unit}
        return figure | {"text_zh": value.text_zh, "text_en": value.text_en}
    if isinstance(value, AlertRuleSet):
        return {
            "index": value.index,
            "triggers": {
                level.value: {
                    "when": condition_text(value.triggers[level]),
                    "status": value.trigger_refs[level].status,
                }
                for level in LEVELS
            },
            "lift_below_hours": value.lift_below_hours,
            "lead_hours": value.lead_hours,
            "pollutant": value.pollutant,
            "remarks_zh": list(value.remarks_zh),
        }
    ratio = getattr(value, "ratio", None)
    if ratio is not None:
        return {
            "ratio": {
                level.value: {
                    p.value: float(share) for (lv, p), share in ratio.items() if lv == level
                }
                for level in LEVELS
            }
        }
    floor = getattr(value, "floor_share", None)
    return {} if floor is None else {"floor_share": float(floor)}


def condition_text(part: Condition | Threshold) -> str:
    """Return a condition as one line, e.g. ``(AQI>200 72h 且 AQI>300 24h)``."""
    if isinstance(part, Threshold):
        return f"AQI{'≥' if part.inclusive else '>'}{part.aqi} {part.hours}h"
    words = [condition_text(p) for p in part.parts]
    joined = (" 且 " if part.mode == "all" else " 或 ").join(words)
    return f"({joined})" if len(words) > 1 else joined


def _show_industry(book: Rulebook, industry: Industry, day: date) -> dict[str, Any]:
    subtypes = ["", *industry.subtypes]
    grades = [g for g in GRADES if g not in AUTONOMOUS_GRADES or g in industry.scheme]
    measures = []
    for grade in grades:
        base = [book.measure(industry.slug, "", grade, level, day) for level in LEVELS]
        for subtype in subtypes:
            rules = [book.measure(industry.slug, subtype, grade, level, day) for level in LEVELS]
            if not subtype or any(r.ref != b.ref for r, b in zip(rules, base, strict=True)):
                measures += [_measure(rule, subtype) for rule in rules]
    return {
        "id": industry.slug,
        "day": day.isoformat(),
        "industry": _coverage_row(book, industry)
        | {
            "applies_to_zh": industry.applies_to_zh,
            "scheme_note_zh": industry.scheme_note_zh,
            "subtypes": {name: list(industry.subtype_scheme[name]) for name in industry.subtypes},
            "cut_reason_zh": industry.cut_reason_zh,
            "cut_status": industry.cut_ref.status if industry.cut_ref else "",
            "continuous": industry.continuous,
        },
        "head": head_as_dict(industry.head),
        "measures": measures,
        "local_measures": [_local(row) for row in industry.local_measures],
        "recalled": [
            {"item_zh": r.item_zh, "certainty": r.certainty, "status": r.ref.status}
            for r in industry.recalled
        ],
    }


def _measure(rule: MeasureRule, subtype: str) -> dict[str, Any]:
    return {
        "subtype": subtype,
        "grade": rule.grade,
        "level": rule.level.value,
        "kind": rule.kind.value,
        "share": None if rule.share is None else float(rule.share),
        "hours": rule.hours,
        "what_zh": rule.what_zh,
        "basis_zh": rule.basis_zh,
        "text_zh": rule.text_zh,
        "transport_zh": rule.transport_zh,
        "general": rule.general,
        "clause": rule.ref.clause,
        "document": rule.ref.document,
        "edition": rule.ref.edition,
        "status": rule.ref.status,
    }


def _local(row: LocalMeasure) -> dict[str, Any]:
    return {
        "place_zh": row.place_zh,
        "dated": row.dated,
        "edition": row.ref.edition,
        "alert": row.alert,
        "grades": list(row.grades),
        "subtype": row.subtype,
        "text_zh": row.text_zh,
        "status": row.ref.status,
        "document": row.ref.document,
    }


def measure_text(measure: Mapping[str, Any]) -> str:
    """Return a measure of `show` in a few words, 停产 50%（生产线）."""
    text = _KIND_ZH[measure["kind"]]
    if measure["share"] is not None:
        text += f" {float(measure['share']):.0%}"
    if measure["hours"] is not None:
        text += f" {measure['hours']}h"
    return text + (f"（{measure['what_zh']}）" if measure["what_zh"] not in ("", "停产") else "")


def floor_text(rule: MeasureRule) -> str:
    """Return the floor of a grade and level in a few words, as `measure_text` does."""
    shown = {
        "kind": rule.kind.value,
        "share": rule.share,
        "hours": rule.hours,
        "what_zh": rule.what_zh,
    }
    return measure_text(shown)
