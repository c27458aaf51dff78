"""The words of change, in both languages, chosen by the figures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lantian.jobs.bulletin.document import ABSENT, Bulletin, Cell, Figure, Part, Words
from lantian.kernel.period import Period
from lantian.kernel.trace import RuleRef

SAME = Words("持平", "unchanged")
UP_DOWN = (Words("上升", "up "), Words("下降", "down "))
MORE_FEWER = (Words("增加", "up "), Words("减少", "down "))

PERCENT = Words("%", "%")
POINTS = Words("个百分点", " percentage points")
DAYS = Words("天", " days")


@dataclass(frozen=True, slots=True)
class Change:
    """A change in words: up or down by a figure, or a word alone; `ABSENT` without comparison."""

    word: Words
    figure: Figure | None
    unit: Words
    rising: bool | None

    def parts(self, name: str) -> dict[str, Part]:
        """Return it as parts of a sentence: ``{name_w}{name_f}{name_u}``."""
        if self.figure is None:
            return {f"{name}_w": self.word, f"{name}_f": "", f"{name}_u": ""}
        return {f"{name}_w": self.word, f"{name}_f": self.figure, f"{name}_u": self.unit}

    def cell(self) -> Cell:
        """Return it as a cell: +2.6%, −14.3%, 持平, or a dash."""
        if self.word is ABSENT:
            return "—"
        if self.figure is None:
            return self.word
        return ("+" if self.rising else "−"), self.figure, self.unit


def change_part(
    bulletin: Bulletin,
    key: str,
    change: Decimal | float | None,
    unit: Words,
    how: tuple[str, str],
    rule: RuleRef | None = None,
    words: tuple[Words, Words] | None = None,
) -> Change:
    """Return a change in words.

    Parameters
    ----------
    change
        Signed; None where there is nothing to compare with.
    unit
        After the figure: %, 个百分点, 天.
    how
        How it was computed, Chinese and English.
    words
        What rising and falling are called; 上升 and 下降 where left out.
    """
    if change is None:
        return Change(ABSENT, None, unit, None)
    exact = Decimal(str(change))
    if exact == 0:
        return Change(SAME, None, unit, None)
    figure = bulletin.put(key, f"{abs(exact):f}", *how, rule)
    rising = exact > 0
    return Change((words or UP_DOWN)[0 if rising else 1], figure, unit, rising)


def period_words(period: Period) -> Words:
    """Return a period as a title says it: 2022年, 2022年3月, 2022年第一季度, else its days."""
    year = period.first.year
    if period.kind == "year":
        return Words(f"{year}年", f"{year}")
    if period.kind == "month":
        return Words(f"{year}年{period.first.month}月", f"{period.first:%B} {year}")
    if period.kind == "quarter":
        quarter = (period.first.month + 2) // 3
        return Words(f"{year}年第{'一二三四'[quarter - 1]}季度", f"quarter {quarter} of {year}")
    if period.kind == "half":
        upper = period.first.month == 1
        half = ("上", "first") if upper else ("下", "second")
        return Words(f"{year}年{half[0]}半年", f"the {half[1]} half of {year}")
    return Words(f"{period.first}至{period.last}", f"{period.first} to {period.last}")


def of_city(city: str) -> str:
    """Return `` of CITY`` for an English title, nothing without a city."""
    return f" of {city}" if city else ""
