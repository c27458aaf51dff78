"""``lantian soil check``: a survey's results against the limits of the day, every one explained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lantian.domain.soil.assess import Outcome
from lantian.domain.soil.measured import plain_decimal
from lantian.domain.soil.quality import Deviation
from lantian.domain.soil.report import ParcelReport, Row, SurveyReport, judge_survey
from lantian.jobs.soil.read_survey import read_survey
from lantian.jobs.soil.write import write_rows
from lantian.jobs.told import Told
from lantian.kernel.rounding import round_fraction
from lantian.rulebook.soil_tables import load_soil
from lantian.rulebook.soil_tables.model import LandClass, SoilLimits, SurveyMethod

COLUMNS: Mapping[str, str] = {
    "parcel_id": "地块编号", "sample_id": "样品编号", "point_id": "点位编号", "depth": "采样深度(m)",
    "sample_kind": "样品类型", "item": "检测项目", "table": "表", "number": "序号",
    "result": "检测结果", "result_mg_kg": "结果(mg/kg)", "below_detection": "未检出",
    "detection_limit_mg_kg": "检出限(mg/kg)", "land_class": "用地类别",
    "screening_mg_kg": "筛选值(mg/kg)", "intervention_mg_kg": "管制值(mg/kg)",
    "outcome_zh": "评价", "multiple": "超标倍数", "why_zh": "说明", "status": "限值标记",
}  # fmt: skip


@dataclass
class CheckRun:
    """What a file came to."""

    source: str
    day: date
    report: SurveyReport
    told: Told
    limits: SoilLimits
    method: SurveyMethod
    rows_read: int
    unused: Mapping[str, int]
    written: Path | None = None

    def rows(self) -> list[dict[str, Any]]:
        """Return every judged result as a flat record."""
        digits = self.method.digits("digits_multiple")
        return [
            row_as_dict(parcel, row, digits)
            for parcel in self.report.parcels
            for row in parcel.rows
        ]


def run_check(
    path: Path,
    day: date,
    *,
    land_class: LandClass | None = None,
    layout: Path | None = None,
    out: Path | None = None,
    rules: Sequence[Path] = (),
) -> CheckRun:
    """Judge the results of a survey.

    Parameters
    ----------
    path
        Workbook of form soil-1, or CSV of its sheet 检测结果.
    day
        Day whose rules apply.
    land_class
        For parcels of which nothing else says the class.
    layout
        A layout file of one's own.
    out
        Where the judged rows go: .xlsx or .csv.
    rules
        The bureau's own rule folders.

    Raises
    ------
    LantianError
        X codes where the file cannot be read, R030 where no edition holds on `day`.
    """
    book = load_soil(*rules)
    limits, method = book.limits(day), book.survey(day)
    told = Told()
    read = read_survey(path, layout, told)
    report = judge_survey(read.survey, limits, book.land_uses(day), method, land_class)
    for problem in report.problems:
        told.add(problem)
    unused = Counter(report.unused) + read.unused
    run = CheckRun(path.name, day, report, told, limits, method, read.rows_read, dict(unused))
    if out is not None:
        write_rows(out, "土壤检测结果评价", COLUMNS, run.rows())
        run.written = out
    return run


def row_as_dict(parcel: ParcelReport, row: Row, digits_multiple: int) -> dict[str, Any]:
    """Return one judged result as a flat record; contents in mg/kg as exact text."""
    one, sample = row.assessed, row.sample
    item, measured = one.item, one.measured
    multiple = None
    if one.multiple is not None:
        multiple = str(round_fraction(one.multiple, digits_multiple))
    return {
        "parcel_id": parcel.parcel.parcel_id,
        "sample_id": sample.sample_id,
        "point_id": sample.point_id,
        "depth": sample.depth,
        "sample_kind": sample.kind.label_zh if sample.kind else "",
        "item": item.name_zh,
        "table": item.table,
        "number": item.number,
        "result": measured.text,
        "result_mg_kg": measured.shown(),
        "below_detection": measured.below_detection,
        "detection_limit_mg_kg": plain_decimal(measured.limit) if measured.limit else None,
        "land_class": int(one.land_class),
        "screening_mg_kg": plain_decimal(item.screening[one.land_class]),
        "intervention_mg_kg": plain_decimal(item.intervention[one.land_class]),
        "outcome": one.outcome.value,
        "outcome_zh": one.outcome.label_zh,
        "multiple": multiple,
        "why_zh": one.trace.what_zh,
        "status": item.ref.status,
        "unverified": list(item.unverified),
    }


def run_as_dict(run: CheckRun) -> dict[str, Any]:
    """Return everything of a run but its problems."""
    rows = []
    digits = run.method.digits("digits_multiple")
    for parcel in run.report.parcels:
        for row in parcel.rows:
            rows.append(row_as_dict(parcel, row, digits) | {"trace": row.assessed.trace.as_dict()})
    return {
        "source": run.source,
        "day": run.day.isoformat(),
        "standard": run.limits.head.ref().as_dict(),
        "rows_read": run.rows_read,
        "rows_judged": run.report.rows_judged,
        "rows_blank": run.report.rows_blank,
        "rows_unused": sum(run.unused.values()),
        "unused_by_code": dict(run.unused),
        "parcels": [parcel_as_dict(p, digits) for p in run.report.parcels],
        "duplicates": [deviation_as_dict(d, run.method) for d in run.report.deviations],
        "rows": rows,
        "open_zh": [*run.limits.open_zh, *run.method.open_zh],
        "written": str(run.written) if run.written else None,
    }


def parcel_as_dict(report: ParcelReport, digits_multiple: int) -> dict[str, Any]:
    """Return what one parcel came to."""
    parcel, density = report.parcel, report.density
    judged = []
    for cls in report.decision.classes:
        counts = {o.value: len(report.of(o, cls)) for o in Outcome}
        over = [*report.of(Outcome.INTERVENTION, cls), *report.of(Outcome.EXCEEDS, cls)]
        worst = report.worst.get(cls)
        judged.append(
            {
                "land_class": int(cls),
                "outcome": worst.value if worst else None,
                "outcome_zh": worst.label_zh if worst else None,
                "counts": counts,
                "exceeding": _exceeding(over, digits_multiple),
            }
        )
    return {
        "parcel_id": parcel.parcel_id,
        "name": parcel.name,
        "planned_uses": list(parcel.planned_uses),
        "land_class_known": report.decision.known,
        "land_class_why": report.decision.trace.as_dict(),
        "samples": report.samples,
        "points": density.points,
        "points_needed": density.needed,
        "points_enough": density.enough,
        "density_why": density.trace.as_dict() if density.trace else None,
        "missing_basic_items": [i.name_zh for i in report.missing],
        "judged": judged,
    }


def _exceeding(rows: Sequence[Row], digits: int) -> list[dict[str, Any]]:
    """Return one entry an item: its largest result, in how many samples it exceeds."""
    found: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda r: -(r.assessed.multiple or 0)):
        one = row.assessed
        entry = found.setdefault(
            one.item.name_zh,
            {
                "item": one.item.name_zh,
                "samples": 0,
                "largest_mg_kg": one.measured.shown(),
                "sample_id": row.sample.sample_id,
                "multiple": str(round_fraction(one.multiple, digits))
                if one.multiple is not None
                else None,
                "outcome": one.outcome.value,
                "outcome_zh": one.outcome.label_zh,
            },
        )
        entry["samples"] += 1
    return list(found.values())


def deviation_as_dict(one: Deviation, method: SurveyMethod) -> dict[str, Any]:
    """Return one pair of a duplicate and its original."""
    shown = None
    if one.relative_pct is not None:
        shown = str(round_fraction(one.relative_pct, method.digits("digits_deviation_pct")))
    return {
        "duplicate": one.duplicate,
        "original": one.original,
        "item": one.item.name_zh,
        "original_mg_kg": one.first,
        "duplicate_mg_kg": one.second,
        "relative_deviation_pct": shown,
        "within": one.within,
        "why_zh": one.trace.what_zh,
    }
