"""Every number of an air bulletin with its computation, from one row of a summary."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lantian.domain.air.published import COLUMNS, JudgedFigures, changes
from lantian.domain.air.statistics import PERCENTILE_ONLY, exceed_multiple
from lantian.jobs.air.summary import SummaryRow
from lantian.jobs.bulletin.document import Bulletin, Figure, Words
from lantian.jobs.bulletin.words import Change, change_part, period_words
from lantian.rulebook.air_tables import AirRules
from lantian.rulebook.air_tables.model import AIR_POLLUTANTS, Category

_LIMIT_WORDS = {
    "year": ("年均二级限值", "annual grade 2 limit"),
    "day": ("日均二级限值", "daily grade 2 limit"),
    "max8h": ("日最大8小时二级限值", "8 h grade 2 limit"),
}


class AirFigures:
    """The numbers of one city and period; limits and method are those of the period's last day."""

    def __init__(self, row: SummaryRow, air: AirRules, bulletin: Bulletin, city: str = "") -> None:
        self.row, self.bulletin, self.figures = row, bulletin, row.judged.figures
        day = self.figures.period.last
        self.limits, self.method, self.index = air.limits(day), air.method(day), air.index(day)
        self.when = period_words(self.figures.period)
        name = city or self.figures.city
        self.city = Words(name or "本市", name or "the city")
        self._changes: Mapping[str, Any] = changes(row.judged, row.before) if row.before else {}

    def put(self, key: str, shown: object, zh: str, en: str, rule: str) -> Figure:
        """Return a figure that leans on a number of the method."""
        return self.bulletin.put(f"air.{key}", shown, zh, en, self.method.ref(rule))

    # --- days --------------------------------------------------------------------------------

    def good_days(self) -> Figure:
        """Return the number of days with a good index."""
        least, days = self.method.whole("good_aqi"), self.figures.days
        zh, en = (
            f"AQI ≤ {least} 的天数，有效 {days} 天",
            f"days with AQI ≤ {least} of {days} valid ones",
        )
        return self.put("good_days", self.figures.good_days, zh, en, "good_aqi")

    def good_ratio(self) -> Figure:
        """Return the share of good days, per cent."""
        words = f"{self.figures.good_days} / {self.figures.days} × 100"
        shown = self.row.judged.good_ratio_pct
        return self.put("good_ratio_pct", shown, words, words, "digits_ratio_pct")

    def heavy_days(self) -> Figure:
        """Return the number of heavily polluted days."""
        least = self.method.whole("heavy_aqi")
        zh, en = f"AQI > {least} 的天数", f"days with AQI > {least}"
        return self.put("heavy_days", self.figures.heavy_days, zh, en, "heavy_aqi")

    def level_days(self, category: Category, days: int) -> Figure:
        """Return how many days had a class."""
        zh, en = f"AQI 为{category.name_zh}的天数", f"days of class {category.name_en}"
        ref = self.index.head.ref(category.level_zh)
        return self.bulletin.put(f"air.level.{category.level}", days, zh, en, ref)

    def primary_days(self, name: str, days: int) -> Figure:
        """Return on how many days a pollutant was a primary one."""
        zh = f"首要污染物含 {name} 的天数（并列时各计一天）"
        en = f"days on which {name} is a primary pollutant (ties count for each)"
        return self.bulletin.put(
            f"air.primary.{name}", days, zh, en, self.index.head.ref("首要污染物")
        )

    # --- concentrations ----------------------------------------------------------------------

    def concentration(self, pollutant: str) -> Figure | None:
        """Return the published concentration of a pollutant, None where there is none."""
        value = self.figures.concentrations.get(pollutant)
        if value is None:
            return None
        digits = "digits_co" if pollutant == "co" else "digits_concentration"
        return self.put(f"{pollutant}.value", value, *self._how(pollutant), digits)

    def _how(self, pollutant: str) -> tuple[str, str]:
        item = self.row.summary.items[pollutant] if self.row.summary else None
        if item is None or item.mean is None or item.percentile is None:
            return "取自公布值", "as published"
        if pollutant in PERCENTILE_ONLY:
            exact, rank = f"{float(item.percentile):.4f}", item.percentile_rank
            return (
                f"{item.valid_days} 个有效日值的第{rank}百分位数 {exact}，修约一次",
                f"percentile {rank} of {item.valid_days} valid days, {exact}, rounded once",
            )
        exact = f"{float(item.mean):.4f}"
        return (
            f"{item.valid_days} 个有效日均值的平均 {exact}，修约一次",
            f"mean of {item.valid_days} valid days, {exact}, rounded once",
        )

    def limit(self, pollutant: str) -> Figure:
        """Return the grade 2 limit that the composite index divides by."""
        limit = self.limits.composite_limit(pollutant)
        zh, en = _LIMIT_WORDS[{"co": "day", "o3": "max8h"}.get(pollutant, "year")]
        ref = self.limits.head.ref(f"{AIR_POLLUTANTS[pollutant]} {zh}")
        return self.bulletin.put(f"air.{pollutant}.limit", f"{float(limit):g}", zh, en, ref)

    def multiple(self, pollutant: str) -> Figure | None:
        """Return by how much a pollutant exceeds its limit, None where it keeps it."""
        value = self.figures.concentrations.get(pollutant)
        limit = self.limits.composite_limit(pollutant)
        found = None if value is None else exceed_multiple(value, limit, self.method)
        if found is None:
            return None
        words = f"({value} − {float(limit):g}) / {float(limit):g}"
        return self.put(f"{pollutant}.multiple", found, words, words, "digits_multiple")

    def single_index(self, pollutant: str) -> Figure | None:
        """Return the single index of a pollutant."""
        composite = self.row.judged.composite
        if composite is None:
            return None
        limit = float(self.limits.composite_limit(pollutant))
        words = f"{self.figures.concentrations[pollutant]} / {limit:g}"
        single = composite.singles[pollutant]
        return self.put(f"{pollutant}.index", single, words, words, f"weight_{pollutant}")

    def composite(self) -> Figure | None:
        """Return the composite index."""
        composite = self.row.judged.composite
        if composite is None:
            return None
        words = " + ".join(f"{AIR_POLLUTANTS[p]} {v}" for p, v in composite.singles.items())
        exact = f"{float(composite.unrounded):.4f}"
        return self.put(
            "composite_index", composite.published,
            f"{words}（先逐项修约再相加；不修约为 {exact}）",
            f"{words} (each rounded, then added; unrounded {exact})", "digits_index",
        )  # fmt: skip

    # --- the year before ---------------------------------------------------------------------

    def before(self, pollutant: str) -> Figure | None:
        """Return the concentration of the year before."""
        if self.row.before is None:
            return None
        value = self.row.before.figures.concentrations.get(pollutant)
        if value is None:
            return None
        zh, en = "上年同期公布值", "published a year before"
        return self.bulletin.put(f"air.{pollutant}.before", value, zh, en)

    def change(self, key: str, unit: Words, words: tuple[Words, Words] | None = None) -> Change:
        """Return the change of a column of published figures."""
        now, before = self._of(self.row.judged, key), self._of(self.row.before, key)
        how = (
            f"与上年公布值 {before} 相比（本期 {now}）",
            f"against {before} of the year before (now {now})",
        )
        rule = self.method.ref("digits_change_pct")
        change = self._changes.get(key)
        return change_part(self.bulletin, f"air.{key}.change", change, unit, how, rule, words)

    @staticmethod
    def _of(judged: JudgedFigures | None, key: str) -> Decimal | int | None:
        if judged is None:
            return None
        pollutant = next((p for p, column in COLUMNS.items() if column == key), None)
        if pollutant is not None:
            return judged.figures.concentrations.get(pollutant)
        if key == "composite_index":
            return judged.composite.published if judged.composite else None
        if key == "good_ratio_pct":
            return judged.good_ratio_pct
        found: int | None = getattr(judged.figures, key)
        return found
