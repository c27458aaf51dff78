"""A water summary as plain values, for JSON, screen and bulletin."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lantian.domain.water import pollutants
from lantian.domain.water.change import mean_change_pct, region_word, section_word
from lantian.domain.water.lake import trophic_state
from lantian.domain.water.mean import mean_of_items
from lantian.domain.water.reading import displayed
from lantian.domain.water.target import share_reached_pct
from lantian.jobs.water.periods import SectionPeriod
from lantian.jobs.water.summary import GroupRow, WaterSummary
from lantian.rulebook.water_tables.model import Body, WaterMethod


def summary_as_dict(run: WaterSummary) -> dict[str, Any]:
    """Return everything a summary says."""
    return {
        "source": run.source,
        "period": run.period.label,
        "before": run.period.year_before().label,
        "edition": run.limits.head.edition,
        "rows_read": run.rows_read,
        "rows_unused": run.rows_unused,
        "sections": [_section(now, before, run) for now, before in run.sections],
        "groups": [_group(row, run) for row in run.groups],
        "open_zh": list(run.method.open_zh),
    }


def _section(now: SectionPeriod, before: SectionPeriod | None, run: WaterSummary) -> dict[str, Any]:
    number, method = now.found.number, run.method
    main = pollutants.of_section(now.found, method)
    found: dict[str, Any] = {
        "section": now.name,
        "province": now.province,
        **{k: now.info.words.get(k, "") for k in ("city", "river", "basin")},
        "type": now.info.body.value if now.info.body else None,
        "months": now.months,
        "samples": now.samples,
        "enough": now.enough,
        **class_words(number, method),
        "determining": [one.item.name_zh for one in now.found.determining],
        "exceeding": [_exceed(one) for one in now.found.exceeding],
        "main_pollutants": pollutants.words_zh(main),
        "items": [one.item.key for one in now.found.items],
        "means": {k: shown(k, v, run) for k, v in now.means.items()},
        "target": None,
        "change": None,
        "trophic": _trophic(now, method),
        "trace": now.found.trace.as_dict(),
    }
    if now.target is not None:
        near = now.target.nearest
        found["target"] = {
            "class": method.water_class(now.target.target).name_zh,
            "reached": now.target.reached,
            "levels_short": now.target.levels_short,
            "nearest_item": near.item.name_zh if near else None,
            "used_pct": float(near.used_pct) if near else None,
            "cuts": [
                {"item": g.item.name_zh, "cut_pct": float(g.cut_pct)}
                for g in now.target.gaps
                if g.cut_pct is not None
            ],
        }
    if before is not None:
        found["change"] = {
            "class_before": class_words(before.found.number, method)["class"],
            "word_zh": section_word(number, before.found.number)
            if number is not None and before.found.number is not None
            else None,
            "means_pct": _changes(now.means, before.means, method),
        }
    return found


def _group(row: GroupRow, run: WaterSummary) -> dict[str, Any]:
    region, method = row.region, run.method
    means = mean_of_items([s.means for s in row.sections])
    judged = [s.found for s in row.sections if s.found.number is not None]
    targets = {f"{s.province}{s.name}": s.target for s in row.sections if s.target is not None}
    reached = share_reached_pct(targets, method)
    found: dict[str, Any] = {
        "by": row.by,
        "name": region.name,
        "sections": region.sections,
        "by_class": {method.water_class(n).name_zh: k for n, k in region.by_class.items()},
        "good_share_pct": _number(region.good_share_pct),
        "inferior_share_pct": _number(region.inferior_share_pct),
        "method": region.method.value,
        "word_zh": region.word_zh,
        "word_en": region.word_en,
        "main_pollutants": [
            {"item": p.item.name_zh, "sections": p.sections, "share_pct": float(p.share_pct)}
            for p in pollutants.of_region(judged, method)
        ]
        if judged
        else [],
        "means": {k: shown(k, v, run) for k, v in means.items()},
        "targets_reached_pct": _number(reached),
        "targets": len(targets),
        "index": _index(row),
        "rank": row.rank,
        "tied": row.tied,
        "change": None,
        "trace": region.trace.as_dict(),
    }
    if row.before is not None:
        old = mean_of_items([s.means for s in row.sections_before])
        found["change"] = {
            "good_share_points": _points(region.good_share_pct, row.before.good_share_pct),
            "inferior_share_points": _points(
                region.inferior_share_pct, row.before.inferior_share_pct
            ),
            "word_zh": region_word(region, row.before, method),
            "means_before": {k: shown(k, v, run) for k, v in old.items()},
            "means_pct": _changes(means, old, method),
            "means_pct_of_shown": {
                k: _number(
                    mean_change_pct(
                        Fraction(shown(k, v, run)), Fraction(shown(k, old[k], run)), method
                    )
                )
                for k, v in means.items()
                if k in old
            },
            "index_pct": _index_change(row, method),
        }
    return found


def class_words(number: int | None, method: WaterMethod) -> dict[str, Any]:
    """Return class, number and word; None where there is no class."""
    if number is None:
        return {"class": None, "class_no": None, "quality": None}
    own = method.water_class(number)
    return {"class": own.name_zh, "class_no": number, "quality": own.quality_zh}


def shown(key: str, value: Fraction, run: WaterSummary) -> str:
    """Return a mean as it is shown; unrounded ones decide the class."""
    item = run.limits.items.get(key)
    digits = 3 if item is None else item.digits_raw if item.digits_raw is not None else item.digits
    return displayed(value, digits)


def _exceed(one: Any) -> dict[str, Any]:
    multiple = None if one.multiple is None else float(one.multiple)
    return {"item": one.item.name_zh, "class_no": one.number, "multiple": multiple}


def _changes(
    now: Mapping[str, Fraction], before: Mapping[str, Fraction], method: WaterMethod
) -> dict[str, float | None]:
    return {
        k: _number(mean_change_pct(v, before[k], method)) for k, v in now.items() if k in before
    }


def _trophic(now: SectionPeriod, method: WaterMethod) -> dict[str, Any] | None:
    state = trophic_state(now.means, method) if now.info.body is Body.LAKE else None
    return {"tli": float(state.shown), "word_zh": state.word_zh} if state else None


def _index(row: GroupRow) -> dict[str, Any] | None:
    if row.index is None:
        return None
    return {
        "cwqi": float(row.index.index),
        "river": float(row.index.river) if row.index.river is not None else None,
        "lake": float(row.index.lake) if row.index.lake is not None else None,
        "items": list(row.index.items),
        "missing": list(row.index.missing),
    }


def _index_change(row: GroupRow, method: WaterMethod) -> float | None:
    if row.index is None or row.index_before is None or row.index.items != row.index_before.items:
        return None
    return _number(mean_change_pct(row.index.index, row.index_before.index, method))


def _points(now: Decimal | None, before: Decimal | None) -> float | None:
    return None if now is None or before is None else float(now - before)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
