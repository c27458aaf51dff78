"""Whether the wording of a measure can be carried out and checked.

Covers: no checkable number, a percentage of the whole plant, indicator without threshold,
no deadline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lantian.domain.inventory.checks.context import Context
from lantian.domain.inventory.checks.grounds import CHECKABLE, FIELDS, WHOLE_LINES
from lantian.domain.inventory.checks.measure_rows import level_texts
from lantian.domain.inventory.checks.rule import Finding, Found, check
from lantian.domain.inventory.model import Measure, MeasureKind
from lantian.kernel.problem import Severity

_NUMBER = re.compile(r"[0-9０-９]|[一二两三四五六七八九十百半][台条套座炉成个%小吨班]|一半|百分之")
_PLANT = re.compile(r"全厂|全公司|全企业|整厂|企业整体|公司整体|总体|总产能|总产量|总负荷|总排放")
_SHARE = re.compile(r"[0-9０-９.]+\s*[%％]|百分之|[一二三四五六七八九][成半]|一半")
_PRODUCTION = frozenset(
    {MeasureKind.STOP, MeasureKind.LIMIT, MeasureKind.REDUCE_LOAD, MeasureKind.EXTEND_COKING}
)


def _wording(measure: Measure, name: str) -> str:
    """Return the text of a measure without the line's own name and id."""
    text = measure.text
    for own in (name, measure.line_id):
        if own:
            text = text.replace(own, "")
    return text


@check(
    "L320",
    Severity.WARNING,
    "measure",
    "text",
    title=("措施文字里没有可核查的数字", "no checkable number in the wording"),
    message=(
        "{level}措施“{text}”没有可核查的数字",
        "the {level_en} measure “{text}” holds no number to check",
    ),
    remedy=(
        "写明停几条线、负荷或用电降到多少、结焦多少小时，并填核查阈值",
        "state how many lines stop, to what load or electricity, how many hours, and the threshold",
    ),
    why=("措施要可操作、可监测、可核查", "measures are to be operable, monitorable, verifiable"),
    ground=CHECKABLE,
)
def no_number(context: Context, found: Found) -> Iterator[Finding]:
    """Measures on production whose text and threshold hold no number, line name set aside."""
    for measure, line, _firm, _base in context.placed_measures():
        if measure.kind not in _PRODUCTION or _NUMBER.search(measure.threshold):
            continue
        if _NUMBER.search(_wording(measure, line.name)) is None:
            yield found("measure", measure.row, "text", text=measure.text, **level_texts(measure))


@check(
    "L321",
    Severity.WARNING,
    "measure",
    "text",
    title=("措施写的是全厂减百分之几", "a percentage of the whole plant"),
    message=(
        "{level}措施“{text}”按全厂比例写，没有写明停、限哪条线",
        "the {level_en} measure “{text}” cuts the whole plant by a percentage and names no line",
    ),
    remedy=("改为写明生产线和停、限的量", "name the line and what of it stops or is limited"),
    why=("多条线的以停整条线减排，不写全厂比例", "with several lines whole lines are stopped"),
    ground=WHOLE_LINES,
)
def whole_plant(context: Context, found: Found) -> Iterator[Finding]:
    """Texts that speak of the plant and a share but of no line."""
    for measure, line, _firm, _base in context.placed_measures():
        text = measure.text
        if text and _PLANT.search(text) and _SHARE.search(text):
            named = any(own and own in text for own in (line.name, line.line_id, line.equipment))
            if not named:
                yield found("measure", measure.row, "text", text=text, **level_texts(measure))


@check(
    "L322",
    Severity.HINT,
    "measure",
    "indicator threshold",
    title=("缺核查指标或阈值", "indicator or threshold missing"),
    message=(
        "{level}措施没有完整的核查指标和阈值",
        "the {level_en} measure lacks an indicator or its threshold",
    ),
    remedy=("填核查指标（用电量、结焦时间、车次等）和阈值", "fill in indicator and threshold"),
    why=("没有阈值，落实与否说不清", "without a threshold nobody can say whether it was done"),
    ground=CHECKABLE,
)
def indicator_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Measures that cut production without an indicator or a threshold with a number."""
    for measure in context.inventory.measures:
        if measure.kind in _PRODUCTION and measure.share is not None and measure.share > 0:
            if not measure.indicator.strip():
                yield found("measure", measure.row, "indicator", **level_texts(measure))
            elif _NUMBER.search(measure.threshold) is None:
                yield found("measure", measure.row, "threshold", **level_texts(measure))


@check(
    "L323",
    Severity.HINT,
    "measure",
    "deadline_h",
    title=("缺落实时限", "deadline missing"),
    message=("{level}措施没有落实时限（小时）", "the {level_en} measure has no deadline in hours"),
    remedy=("填预警启动后几小时内落实", "fill in within how many hours it is carried out"),
    why=("检查时要知道何时应已落实", "inspectors must know by when it holds"),
    ground=FIELDS,
    missing=True,
)
def deadline_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Measures on production without a deadline."""
    for measure in context.inventory.measures:
        if measure.kind in _PRODUCTION and measure.deadline_h is None:
            yield found("measure", measure.row, "deadline_h", **level_texts(measure))
