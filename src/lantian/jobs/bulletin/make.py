"""Makes bulletins from files and writes them as PDF, Word and the figures as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lantian.adapters.inplace import atomic
from lantian.adapters.paper.bulletin import bulletin_docx, bulletin_pdf
from lantian.adapters.paper.press import Press
from lantian.jobs.air.aqi import AUTO
from lantian.jobs.air.summary import SummaryRow, SummaryRun, run_published
from lantian.jobs.air.summary import run_summary as run_air
from lantian.jobs.bulletin.air import (
    air_bulletin,
    air_notes,
    bars,
    concentrations,
    overview,
    pollutants,
)
from lantian.jobs.bulletin.air_figures import AirFigures
from lantian.jobs.bulletin.alert import alert_bulletin, read_plan
from lantian.jobs.bulletin.complaint import complain
from lantian.jobs.bulletin.document import LANGUAGES, Bulletin, Section, Words, as_values
from lantian.jobs.bulletin.grading import grading_bulletin, grading_notes, grading_sections
from lantian.jobs.bulletin.water import water_bulletin, water_notes, water_sections
from lantian.jobs.bulletin.words import period_words
from lantian.jobs.grading.run import GradeRun, run_grade
from lantian.jobs.told import Told
from lantian.jobs.water.summary import WaterSummary
from lantian.jobs.water.summary import run_summary as run_water
from lantian.kernel.level import Level
from lantian.kernel.period import Period
from lantian.kernel.problem import LantianError, Place
from lantian.rulebook.air_tables import load_air


@dataclass(frozen=True, slots=True)
class AirInput:
    """Where the air of a bulletin comes from: daily values, or published figures."""

    days: Path | None
    published: Path | None
    against: Path | None = None
    dust: Path | None = None
    edition: str = AUTO


@dataclass(frozen=True, slots=True)
class Made:
    """A bulletin with what was wrong on the way."""

    bulletin: Bulletin
    told: Told


def air_row(
    given: AirInput, period: str, city: str, rules: Sequence[Path]
) -> tuple[SummaryRow, Told]:
    """Return the row of one city and period.

    Raises
    ------
    LantianError
        A-codes of the files; T003 with several cities and none named, T004 where there is none.
    """
    run: SummaryRun
    if given.published is not None:
        run = run_published(given.published, edition=given.edition, rules=rules)
        source = given.published
    else:
        assert given.days is not None
        source = given.days
        run = run_air(
            source,
            period,
            against=given.against,
            edition=given.edition,
            dust=given.dust,
            rules=rules,
        )
    rows = [r for r in run.rows if r.judged.figures.period.label == period]
    if city:
        rows = [r for r in rows if r.judged.figures.city in (city, "")]
    place = Place(file=source.name)
    if not rows:
        raise LantianError(complain("T004", place, detail=f"{city} {period}".strip()))
    if len(rows) > 1:
        names = "、".join(r.judged.figures.city for r in rows[:5])
        raise LantianError(complain("T003", place, detail=names))
    return rows[0], run.told


def make_air(
    name: str,
    given: AirInput,
    period: str,
    *,
    city: str = "",
    rules: Sequence[Path] = (),
    invented: bool = False,
) -> Made:
    """Return the air bulletin of a city and period."""
    row, told = air_row(given, period, city, rules)
    return Made(air_bulletin(row, load_air(*rules), name, city=city, invented=invented), told)


def make_water(
    name: str, samples: Path, period: str, *, sections: Path | None = None, against: Path | None = None,
    city: str = "", rules: Sequence[Path] = (), invented: bool = False,
) -> Made:  # fmt: skip
    """Return the water bulletin of a period."""
    run = run_water(samples, period, sections=sections, against=against, rules=rules)
    return Made(water_bulletin(run, name, city=city, invented=invented), run.told)


def make_grading(name: str, run: GradeRun, *, city: str = "", invented: bool = False) -> Made:
    """Return the bulletin of a run of grading."""
    told = Told()
    for problem in run.problems:
        told.add(problem)
    return Made(grading_bulletin(run, name, city=city, invented=invented), told)


def make_alert(
    name: str, plan_path: Path, level: Level, first: date, last: date, *, air: AirInput | None = None,
    city: str = "", rules: Sequence[Path] = (), invented: bool = False,
) -> Made:  # fmt: skip
    """Return the review of an alert."""
    plan = read_plan(plan_path, level)
    period = Period(f"{first}..{last}", first, last, "span")
    row, told = (None, Told()) if air is None else air_row(air, period.label, city, rules)
    pair = None if row is None else (row, load_air(*rules))
    made = alert_bulletin(plan, level, period, name, city=city, air=pair, invented=invented)
    return Made(made, told)


def make_page(
    name: str, *, city: str, period: str, air: AirInput | None, water: WaterSummary | None,
    grading: GradeRun | None, rules: Sequence[Path] = (), invented: bool = False,
) -> Made:  # fmt: skip
    """Return a page like the newspaper's: grading, air and water in one."""
    told = Told()
    row = None
    if air is not None:
        row, told = air_row(air, period, city, rules)
    when = Words(period, period)
    if row is not None:
        when = period_words(row.judged.figures.period)
    elif water is not None:
        when = period_words(water.period)
    bulletin = Bulletin(
        name,
        Words(
            f"{city or '本市'}{when.zh}生态环境质量",
            f"Environment of {city or 'the city'}, {when.en}",
        ),
        Words("绩效分级 · 环境空气 · 地表水", "Grading · air · water"),
        invented=invented,
    )
    if grading is not None:
        bulletin.sections += grading_sections(grading, bulletin, city)[:1]
        bulletin.notes += grading_notes(grading)
        for problem in grading.problems:
            told.add(problem)
    if row is not None:
        figures = AirFigures(row, load_air(*rules), bulletin, city)
        blocks = (overview(figures), pollutants(figures), concentrations(figures), bars(figures))
        bulletin.sections.append(Section(Words("环境空气", "Air"), blocks))
        bulletin.notes += air_notes(figures)
    if water is not None:
        bulletin.sections += water_sections(water, bulletin)
        bulletin.notes += water_notes(water)
        for problem in water.told.problems:
            told.add(problem)
    return Made(bulletin, told)


def read_grading(
    path: Path, day: date, province: str, *, use_unverified: bool, rules: Sequence[Path]
) -> GradeRun:
    """Return a run of grading for a bulletin."""
    return run_grade(path, day=day, province=province, use_unverified=use_unverified, rules=rules)


def write_bulletin(made: Made, out: Path, languages: Sequence[str] = LANGUAGES) -> list[Path]:
    """Write a bulletin into a folder: PDF and Word a language, and one JSON of its figures.

    Raises
    ------
    LantianError
        T005 where the folder cannot be written.
    """
    press = Press()
    files: dict[str, bytes] = {}
    for language in languages:
        values = as_values(made.bulletin, language)
        files[f"{made.bulletin.name}.{language}.pdf"] = bulletin_pdf(press, values)
        files[f"{made.bulletin.name}.{language}.docx"] = bulletin_docx(press, values)
    files[f"{made.bulletin.name}.json"] = json.dumps(
        {language: as_values(made.bulletin, language) for language in languages},
        ensure_ascii=False,
        indent=2,
    ).encode()
    written = []
    try:
        for name, content in files.items():
            with atomic(out / name) as sibling:
                sibling.write_bytes(content)
            written.append(out / name)
    except OSError as error:
        place = Place(file=str(out))
        raise LantianError(complain("T005", place, detail=error.strerror or str(error))) from error
    return written


def figures_of(made: Made) -> list[dict[str, Any]]:
    """Return the figures of a bulletin as plain values."""
    found: list[dict[str, Any]] = as_values(made.bulletin, "zh")["figures"]
    return found
