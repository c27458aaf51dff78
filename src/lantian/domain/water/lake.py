"""Trophic state of lakes and reservoirs: TLI(Σ) of five items (总站生字〔2001〕090号)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction

from lantian.kernel.rounding import round_fraction
from lantian.kernel.trace import Trace
from lantian.rulebook.water_tables.model import WaterMethod

_PRECISION = 30


@dataclass(frozen=True, slots=True)
class Trophic:
    """The index with its parts; `index` is unrounded."""

    index: Fraction
    shown: Decimal
    word_zh: str
    word_en: str
    parts: Mapping[str, Decimal]
    trace: Trace = field(repr=False)


def missing_items(values: Mapping[str, Fraction], method: WaterMethod) -> tuple[str, ...]:
    """Return which of the five items have no value above 0."""
    return tuple(t.item for t in method.trophic_items if values.get(t.item, 0) <= 0)


def trophic_state(values: Mapping[str, Fraction], method: WaterMethod) -> Trophic | None:
    """Return the trophic state, None where one of the five items is missing.

    Parameters
    ----------
    values
        `chla` in mg/m³, `sd` in m, `tp`, `tn` and `codmn` in mg/L.

    Notes
    -----
    Weights come from r² themselves, so that they add up to 1 exactly. Logarithms are worked out to
    thirty digits.
    """
    if missing_items(values, method):
        return None
    whole = sum((t.r**2 for t in method.trophic_items), Fraction(0))
    digits = method.whole("digits_tli")
    total, parts, steps = Fraction(0), {}, []
    for term in method.trophic_items:
        own = 10 * (term.constant + term.slope * _ln(values[term.item]))
        weight = term.r**2 / whole
        total += weight * own
        parts[term.item] = round_fraction(own, digits)
        steps.append(
            Trace(
                f"TLI({term.item}) = 10×({float(term.constant):g}+({float(term.slope):g})×"
                f"ln {float(values[term.item]):g}) = {float(own):.2f}，权重 {float(weight):.4f}",
                f"TLI({term.item})",
                parts[term.item],
            )
        )
    word_zh, word_en = trophic_word(total, method)
    shown = round_fraction(total, digits)
    trace = Trace(
        f"TLI(Σ) = {shown}，{word_zh}", f"TLI {shown}, {word_en}", shown,
        rule=method.head.ref("营养状态指数"), steps=tuple(steps),
    )  # fmt: skip
    return Trophic(total, shown, word_zh, word_en, parts, trace)


def trophic_word(index: Fraction, method: WaterMethod) -> tuple[str, str]:
    """Return the word of an unrounded index, Chinese and English."""
    for word in method.trophic_words:
        if word.below is not None and index >= word.below:
            continue
        if word.up_to is not None and index > word.up_to:
            continue
        return word.word_zh, word.word_en
    raise AssertionError("the last row fits everything")


def _ln(value: Fraction) -> Fraction:
    with localcontext() as context:
        context.prec = _PRECISION
        return Fraction((Decimal(value.numerator) / Decimal(value.denominator)).ln())
