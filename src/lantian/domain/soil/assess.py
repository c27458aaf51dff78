"""One result against screening and intervention values (GB 36600-2018, tables 1 and 2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from lantian.domain.soil.measured import Measured, plain_decimal
from lantian.kernel.rounding import round_fraction
from lantian.kernel.trace import Trace
from lantian.rulebook.soil_tables.model import LandClass, SoilItem, SoilLimits, SurveyMethod


class Outcome(StrEnum):
    """What a result means, from least to most; `UNDECIDED` stands beside the order."""

    BELOW = "at_or_below_screening"
    BACKGROUND = "within_background"
    EXCEEDS = "above_screening"
    INTERVENTION = "above_intervention"
    UNDECIDED = "undecided"

    @property
    def label_zh(self) -> str:
        """Chinese label."""
        return _LABELS[self]

    @property
    def rank(self) -> int:
        """Order for the worst of several: undecided counts between background and above screening."""
        return _RANKS[self]


_LABELS = {
    Outcome.BELOW: "未超筛选值",
    Outcome.BACKGROUND: "超筛选值但不高于背景值",
    Outcome.EXCEEDS: "超筛选值",
    Outcome.INTERVENTION: "超管制值",
    Outcome.UNDECIDED: "不能判定",
}
_RANKS = {
    Outcome.BELOW: 0,
    Outcome.BACKGROUND: 1,
    Outcome.UNDECIDED: 2,
    Outcome.EXCEEDS: 3,
    Outcome.INTERVENTION: 4,
}


class WhyUndecided(StrEnum):
    """Why a result cannot be judged."""

    NO_LIMIT = "no_limit"  # not detected, detection limit unknown
    LIMIT_TOO_HIGH = "limit_too_high"  # detection limit above the screening value


@dataclass(frozen=True, slots=True)
class Assessed:
    """One result of one land class; multiples are exact, None where nothing exceeds."""

    item: SoilItem
    measured: Measured
    land_class: LandClass
    outcome: Outcome
    why: WhyUndecided | None
    multiple: Fraction | None
    trace: Trace


def assess(
    item: SoilItem,
    measured: Measured,
    land_class: LandClass,
    limits: SoilLimits,
    method: SurveyMethod,
    background_mg_kg: Fraction | None = None,
) -> Assessed:
    """Return what one result means.

    Parameters
    ----------
    item, measured, land_class
        What was measured, in mg/kg.
    limits, method
        Of the day; the method says to how many decimals a multiple is shown.
    background_mg_kg
        Regional background of the item; used only where the standard allows it.

    Notes
    -----
    A value at the limit does not exceed it. A value below detection is judged by its detection
    limit: at or below the screening value it cannot exceed, above it nothing can be said
    (decision 0080). The multiple is content / screening value - 1, from unrounded figures.
    """
    screening, intervention = item.screening[land_class], item.intervention[land_class]
    outcome, why = _outcome(measured, screening, intervention)
    background = background_mg_kg if item.background_note else None
    over = outcome in (Outcome.EXCEEDS, Outcome.INTERVENTION)
    steps = [_comparison(measured, screening, "筛选值", "screening value", item)]
    if over:
        steps.append(_comparison(measured, intervention, "管制值", "intervention value", item))
    multiple = None
    if over and measured.value is not None:
        multiple = measured.value / screening - 1
        steps.append(_multiple_step(measured, screening, multiple, method))
        if background is not None:
            reading = limits.readings["background"]
            words = f"{measured.shown()} 与背景值 {plain_decimal(background)} mg/kg 比较"
            if measured.value <= background:
                outcome = Outcome.BACKGROUND
                words += f"：{reading.text_zh}"
            steps.append(Trace(words, "against the regional background", rule=reading.ref))
    return Assessed(
        item, measured, land_class, outcome, why, multiple, _trace(
            item, measured, land_class, outcome, why, limits, tuple(steps)
        ),
    )  # fmt: skip


def _outcome(
    measured: Measured, screening: Fraction, intervention: Fraction
) -> tuple[Outcome, WhyUndecided | None]:
    if measured.value is None:
        if measured.limit is None:
            return Outcome.UNDECIDED, WhyUndecided.NO_LIMIT
        if measured.limit > screening:
            return Outcome.UNDECIDED, WhyUndecided.LIMIT_TOO_HIGH
        return Outcome.BELOW, None
    if measured.value <= screening:
        return Outcome.BELOW, None
    return (Outcome.EXCEEDS if measured.value <= intervention else Outcome.INTERVENTION), None


def _comparison(
    measured: Measured, limit: Fraction, name_zh: str, name_en: str, item: SoilItem
) -> Trace:
    shown, bound = measured.shown(), plain_decimal(limit)
    if measured.value is not None:
        sign = ">" if measured.value > limit else "≤"
        words = f"{shown} {sign} {name_zh} {bound} mg/kg"
    elif measured.limit is None:
        words = f"未检出，检出限未知，{name_zh} {bound} mg/kg"
    else:
        sign = ">" if measured.limit > limit else "≤"
        words = f"未检出，检出限 {plain_decimal(measured.limit)} {sign} {name_zh} {bound} mg/kg"
    inputs = {"result": measured.text, name_en.replace(" ", "_"): bound}
    return Trace(words, f"against the {name_en} {bound} mg/kg", inputs=inputs, rule=item.ref)


def _multiple_step(
    measured: Measured, screening: Fraction, multiple: Fraction, method: SurveyMethod
) -> Trace:
    shown = round_fraction(multiple, method.digits("digits_multiple"))
    words = f"超标倍数 {measured.shown()}÷{plain_decimal(screening)}−1 = {shown}"
    ref = method.values["digits_multiple"].ref
    return Trace(words, f"exceeds the screening value {shown} times", str(shown), rule=ref)


def _trace(
    item: SoilItem,
    measured: Measured,
    land_class: LandClass,
    outcome: Outcome,
    why: WhyUndecided | None,
    limits: SoilLimits,
    steps: tuple[Trace, ...],
) -> Trace:
    key = "background" if outcome is Outcome.BACKGROUND else outcome.value
    reading = limits.readings.get(key)
    words = f"{item.name_zh} {measured.shown()} mg/kg，{land_class.label_zh}：{outcome.label_zh}"
    english = f"{item.name_en} {measured.shown()} mg/kg, class {land_class.value}: {outcome.value}"
    if why is WhyUndecided.NO_LIMIT:
        words += "（未检出且检出限未知）"
    elif why is WhyUndecided.LIMIT_TOO_HIGH:
        words += "（检出限高于筛选值）"
    if reading is not None:
        words += f"。{reading.text_zh}"
        english += f": {reading.text_en}"
    return Trace(words, english, outcome.value, rule=reading.ref if reading else None, steps=steps)
