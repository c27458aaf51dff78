"""The air bulletin of a city: sentences, tables, calendar and bars from one row of a summary."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Any

from lantian.domain.air.index import NONE
from lantian.domain.air.published import COLUMNS
from lantian.domain.air.statistics import CityDays
from lantian.jobs.air.summary import SummaryRow
from lantian.jobs.bulletin import air_sentences as say
from lantian.jobs.bulletin.air_figures import AirFigures
from lantian.jobs.bulletin.document import (
    Bulletin,
    Cell,
    ChartBlock,
    Paragraph,
    Part,
    Section,
    TableBlock,
    Words,
    paragraph,
)
from lantian.jobs.bulletin.words import DAYS, MORE_FEWER, PERCENT, POINTS, period_words
from lantian.rulebook.air_tables import AirRules
from lantian.rulebook.air_tables.model import AIR_POLLUTANTS, AirIndex

ORDER = ("pm25", "pm10", "so2", "no2", "co", "o3")
_NAMES = {
    "pm25": Words("细颗粒物（PM2.5）", "PM2.5"),
    "pm10": Words("可吸入颗粒物（PM10）", "PM10"),
    "so2": Words("二氧化硫（SO2）", "SO2"),
    "no2": Words("二氧化氮（NO2）", "NO2"),
    "co": Words("一氧化碳（CO）第95百分位数", "CO (95th percentile)"),
    "o3": Words(
        "臭氧（O3）日最大8小时平均第90百分位数", "O3 (90th percentile of daily 8 h maxima)"
    ),
}
_HEAD = (
    Words("项目", "item"), Words("本期", "now"), Words("上年同期", "year before"),
    Words("同比", "change"), Words("二级限值", "grade 2"), Words("超标倍数", "exceed"),
    Words("单项指数", "single index"),
)  # fmt: skip


def air_bulletin(
    row: SummaryRow, air: AirRules, name: str, *, city: str = "", invented: bool = False
) -> Bulletin:
    """Return the air bulletin of one city and period."""
    period = row.judged.figures.period
    when, city = period_words(period), city or row.judged.figures.city
    kind = "公报" if period.kind == "year" else "通报"
    bulletin = Bulletin(
        name,
        Words(
            f"{city or '本市'}{when.zh}环境空气质量{kind}",
            f"Ambient air of {city or 'the city'}, {when.en}",
        ),
        Words(f"{period.first} 至 {period.last}", f"{period.first} to {period.last}"),
        invented=invented,
    )
    figures = AirFigures(row, air, bulletin, city)
    bulletin.sections = air_sections(figures)
    bulletin.notes = air_notes(figures)
    return bulletin


def air_sections(figures: AirFigures) -> list[Section]:
    """Return the sections of the bulletin."""
    calendars = aqi_calendar(figures)
    first = (overview(figures),) if calendars is None else (overview(figures), calendars)
    found = [
        Section(Words("总体情况", "Overview"), first),
        Section(
            Words("主要污染物", "Pollutants"),
            (pollutants(figures), concentrations(figures), bars(figures)),
        ),
    ]
    days = day_table(figures)
    if days is not None:
        found.append(Section(Words("级别与首要污染物", "Classes and primary pollutants"), (days,)))
    return found


def overview(figures: AirFigures) -> Paragraph:
    """Return good days, heavy days and the composite index in sentences."""
    parts: dict[str, Part] = {"when": figures.when, "city": figures.city}
    sentences: list[tuple[str, str]] = []
    own = figures.figures
    if own.good_days is not None and own.days:
        parts |= {"good": figures.good_days(), "ratio": figures.good_ratio()}
        parts |= figures.change("good_days", DAYS, MORE_FEWER).parts("good")
        parts |= figures.change("good_ratio_pct", POINTS).parts("ratio")
        sentences.append(say.GOOD_DAYS)
    if own.heavy_days is not None:
        parts["heavy"] = figures.heavy_days()
        parts |= figures.change("heavy_days", DAYS, MORE_FEWER).parts("heavy")
        sentences.append(say.HEAVY_DAYS)
    index, composite = figures.composite(), figures.row.judged.composite
    if index is not None and composite is not None:
        parts |= {
            "index": index,
            "main": Words("、".join(composite.main), ", ".join(composite.main)),
        }
        parts |= figures.change("composite_index", PERCENT).parts("index")
        sentences.append(say.COMPOSITE)
    return paragraph(*sentences, **parts)


def pollutants(figures: AirFigures) -> Paragraph:
    """Return one sentence a pollutant."""
    parts: dict[str, Part] = {}
    sentences = []
    for p in ORDER:
        value = figures.concentration(p)
        if value is None:
            continue
        change = figures.change(COLUMNS[p], PERCENT).parts(p)
        multiple = figures.multiple(p)
        parts |= {
            f"{p}_name": _NAMES[p], f"{p}_value": value, f"{p}_limit": figures.limit(p),
            f"{p}_unit": "mg/m³" if p == "co" else "µg/m³", f"{p}_word": change[f"{p}_w"],
            f"{p}_change": change[f"{p}_f"], f"{p}_change_unit": change[f"{p}_u"],
            f"{p}_multiple": multiple or "",
        }  # fmt: skip
        end = say.WITHIN if multiple is None else say.ABOVE
        zh, en = (a + b for a, b in zip(say.POLLUTANT, end, strict=True))
        sentences.append(say.for_pollutant((zh, en), p))
    return paragraph(*sentences, **parts)


def concentrations(figures: AirFigures) -> TableBlock:
    """Return concentrations beside limits and the year before."""
    rows: list[tuple[Cell, ...]] = []
    for p in ORDER:
        value = figures.concentration(p)
        if value is None:
            continue
        name = AIR_POLLUTANTS[p]
        rows.append((
            Words(name, name), value, figures.before(p) or "—",
            figures.change(COLUMNS[p], PERCENT).cell(), figures.limit(p),
            figures.multiple(p) or "—", figures.single_index(p) or "—",
        ))  # fmt: skip
    title = Words("六项污染物浓度（µg/m³，CO 为 mg/m³）", "Six pollutants (µg/m³, CO in mg/m³)")
    return TableBlock(title, _HEAD, tuple(rows))


def bars(figures: AirFigures) -> ChartBlock:
    """Return the bars of each pollutant against its limit and the year before."""
    found = []
    for p in ORDER:
        value, before = figures.concentration(p), figures.before(p)
        if value is None:
            continue
        limit = float(figures.limits.composite_limit(p))
        found.append({
            "label": AIR_POLLUTANTS[p], "now": float(value.shown) / limit, "text": value.shown,
            "before": float(before.shown) / limit if before else None,
            "before_text": before.shown if before else "", "limit_text": f"{limit:g}",
        })  # fmt: skip
    legend = Words(
        "深色为本期，浅色为上年同期，竖线为二级限值",
        "dark: now; light: year before; line: grade 2 limit",
    )
    title = Words("浓度与二级限值之比", "Concentrations against grade 2 limits")
    return ChartBlock("bars", title, {"bars": found, "legend": legend})


def aqi_calendar(figures: AirFigures) -> ChartBlock | None:
    """Return the calendar of daily indices, None where there are no days."""
    days = figures.row.days
    if days is None:
        return None
    legend = [
        {"label": Words(c.name_zh, c.name_en), "colour": hex_colour(c.colour)}
        for c in figures.index.categories
    ]
    data = {
        "months": months_of(days, figures.index),
        "legend": legend,
        "missing": Words("无 AQI", "no AQI"),
    }
    return ChartBlock("calendar", Words("逐日空气质量指数", "Daily air quality index"), data)


def day_table(figures: AirFigures) -> TableBlock | None:
    """Return days by class and by primary pollutant, None for published figures."""
    summary = figures.row.summary
    if summary is None:
        return None
    rows: list[tuple[Part, ...]] = [
        (Words(c.name_zh, c.name_en), figures.level_days(c, summary.days_by_level.get(c.level, 0)))
        for c in figures.index.categories
    ]
    rows += [
        (Words(f"首要污染物 {name}", f"primary pollutant {name}"), figures.primary_days(name, days))
        for name, days in summary.primary_days.items()
    ]
    title = Words("各级别与首要污染物天数", "Days by class and primary pollutant")
    return TableBlock(title, (Words("类别", "class"), Words("天数", "days")), tuple(rows))


def air_notes(figures: AirFigures) -> list[Words]:
    """Return what a reader must know: standards, deducted values, items with too few days."""
    documents = [h.head.document for h in (figures.limits, figures.index, figures.method)]
    found = [Words(f"空气：{'；'.join(documents)}。", f"Air: {'; '.join(documents)}.")]
    row = figures.row
    if row.deducted:
        found.append(
            Words(
                f"按批准名单剔除沙尘影响的颗粒物日值 {row.deducted} 个；优良天数含沙尘。",
                f"{row.deducted} daily values of particles were left out for dust, as approved; good "
                "days keep the dust.",
            )
        )
    if row.summary is not None:
        short = [AIR_POLLUTANTS[p] for p, i in row.summary.items.items() if not i.enough_days]
        if short:
            names = "、".join(short)
            found.append(
                Words(
                    f"{names} 有效天数不足，仅供参考。",
                    f"Too few valid days of {names}: for information only.",
                )
            )
    found += [Words(f"待定：{text}", f"Open: {text}") for text in figures.method.open_zh]
    return found


def months_of(days: CityDays, index: AirIndex) -> list[dict[str, Any]]:
    """Return the days of each month as cells: day, weekday, index and colour."""
    by_day = dict(zip(days.days, (int(v) for v in days.aqi), strict=True))
    found: list[dict[str, Any]] = []
    for year, month in sorted({(d.year, d.month) for d in by_day}):
        cells = []
        for day in range(1, calendar.monthrange(year, month)[1] + 1):
            at = date(year, month, day)
            aqi = by_day.get(at, NONE)
            colour = hex_colour(index.category(aqi).colour) if aqi != NONE else None
            shown = None if aqi == NONE else aqi
            cells.append({"day": day, "weekday": at.weekday(), "aqi": shown, "colour": colour})
        label = Words(f"{month}月", f"{date(year, month, 1):%b}")
        found.append({"label": label, "year": year, "cells": cells})
    return found


def hex_colour(colour: tuple[int, int, int]) -> str:
    """Return a colour as #rrggbb."""
    return "#{:02x}{:02x}{:02x}".format(*colour)
