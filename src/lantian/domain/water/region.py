"""Rivers, basins and regions: shares of classes and their word (环办〔2011〕22号)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from lantian.domain.water.classify import DEFAULTS, SectionClass, Settings, classify
from lantian.domain.water.mean import mean_of_items
from lantian.kernel.rounding import round_fraction
from lantian.kernel.trace import Trace
from lantian.rulebook.water_tables.model import INFERIOR, Body, WaterLimits, WaterMethod


class RegionMethod(StrEnum):
    """How the word of a region is found."""

    RATIO = "ratio"  # shares of classes
    MEAN = "mean"  # fewer than five sections: mean of each item over them


@dataclass(frozen=True, slots=True)
class Region:
    """A river, basin or region.

    Parameters
    ----------
    sections
        Sections with a class.
    by_class
        How many of each class 1 to 6.
    good_share_pct, inferior_share_pct
        Classes I to III and 劣Ⅴ in per cent; None without sections.
    word_zh
        Empty where there is none: no section, or rivers and lakes among fewer than five.
    mean_class
        The class of the means, by the method of means only.
    """

    name: str
    sections: int
    by_class: Mapping[int, int]
    good_share_pct: Decimal | None
    inferior_share_pct: Decimal | None
    method: RegionMethod
    word_zh: str
    word_en: str
    mean_class: SectionClass | None
    trace: Trace = field(repr=False)


def assess_region(
    name: str,
    sections: Sequence[tuple[SectionClass, Mapping[str, Fraction]]],
    limits: WaterLimits,
    method: WaterMethod,
    settings: Settings = DEFAULTS,
) -> Region:
    """Return shares and word of the sections of a region.

    Parameters
    ----------
    sections
        Class and means of every section; those without a class are left out.

    Notes
    -----
    With five sections and more the shares decide, with fewer the class of the means. One summary
    of the text says "more than 5"; five go by shares (decision 0064).
    """
    judged = [(c, v) for c, v in sections if c.number is not None]
    count = len(judged)
    by_class = {n: sum(c.number == n for c, _ in judged) for n in range(1, INFERIOR + 1)}
    good = sum(by_class[n] for n in (1, 2, 3))
    digits = method.whole("digits_ratio_pct")
    if not count:
        empty = Trace(f"{name}：没有可评价的断面", f"{name}: no section", None)
        return Region(name, 0, by_class, None, None, RegionMethod.RATIO, "", "", None, empty)
    shares = (Fraction(good * 100, count), Fraction(by_class[INFERIOR] * 100, count))
    how, mean_class = RegionMethod.RATIO, None
    if count >= method.whole("ratio_method_sections"):
        word_zh, word_en = word_of_shares(*shares, method)
    else:
        how = RegionMethod.MEAN
        word_zh = word_en = ""
        bodies = {c.body for c, _ in judged}
        if len(bodies) == 1:
            body: Body | None = bodies.pop()
            mean_class = classify(
                mean_of_items([v for _, v in judged]), body, limits, method, settings
            )
            if mean_class.number is not None:
                own = method.water_class(mean_class.number)
                word_zh, word_en = own.quality_zh, own.quality_en
    trace = Trace(
        f"{name}：{count} 个断面，Ⅰ—Ⅲ类 {good} 个，劣Ⅴ类 {by_class[INFERIOR]} 个，{word_zh or '不评价'}",
        f"{name}: {count} sections, {word_en}",
        word_zh,
        rule=method.ref("ratio_method_sections"),
        steps=(mean_class.trace,) if mean_class else (),
    )
    return Region(
        name, count, by_class, round_fraction(shares[0], digits), round_fraction(shares[1], digits),
        how, word_zh, word_en, mean_class, trace,
    )  # fmt: skip


def word_of_shares(
    good_pct: Fraction, inferior_pct: Fraction, method: WaterMethod
) -> tuple[str, str]:
    """Return the word of unrounded shares, Chinese and English."""
    for row in method.river_words:
        fits = row.inferior_below is None or inferior_pct < row.inferior_below
        if good_pct >= row.good_at_least and fits:
            return row.word_zh, row.word_en
    raise AssertionError("the last row fits everything")
