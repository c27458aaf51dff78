"""Loads the packaged rules and a bureau's own folders, and refuses what does not hold together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from lantian.kernel.level import LEVELS
from lantian.kernel.problem import LantianError, Problem
from lantian.rulebook import build
from lantian.rulebook.book import OTHER, Rulebook
from lantian.rulebook.build import Shelf
from lantian.rulebook.build_measures import (
    MeasureShelf,
    build_city_measures,
    build_general,
    build_industry,
    floor_rule,
    grade_zh,
    loosens,
)
from lantian.rulebook.files import RuleFile, read_files, rule_paths
from lantian.rulebook.model import Industry
from lantian.rulebook.names import plain_name
from lantian.rulebook.refusal import refuse
from lantian.rulebook.schema import AUTONOMOUS_GRADES, GRADES
from lantian.rulebook.timeline import Entry, Series

_ANY = [g for g in GRADES if g != "ungraded" and g not in AUTONOMOUS_GRADES]
_SUBJECTS = ("grading", "law", "response", "publicity")
_TABLE_FOLDERS = frozenset({"indicators", "cases", "scheme", "process", "energy"})  # grading_tables
PACKAGED = Path(__file__).parent
T = TypeVar("T")


def load_rulebook(*extra: Path) -> Rulebook:
    """Return the rulebook: the packaged files, then each folder of `extra` laid over them.

    A bureau's own row replaces the packaged one of the same key on the days it is in force;
    elsewhere the packaged one stands.

    Raises
    ------
    LantianError
        With every R-problem of every file, each with file, line and remedy.
    """
    return _packaged() if not extra else _load(tuple(Path(path) for path in extra))


@cache
def _packaged() -> Rulebook:
    return _load(())


def packaged_paths() -> list[Path]:
    """Return the packaged rule files; other folders of the package hold other data."""
    paths = [path for name in _SUBJECTS for path in rule_paths(PACKAGED / name)]
    own = [path for path in paths if path.parent.name not in _TABLE_FOLDERS]
    return [*own, PACKAGED / "industries.yaml"]


def check_rules(*extra: Path) -> tuple[Problem, ...]:
    """Return what `load_rulebook` would refuse; nothing where all is well."""
    try:
        load_rulebook(*extra)
    except LantianError as error:
        return error.problems
    return ()


def _load(extra: tuple[Path, ...]) -> Rulebook:
    groups = [(PACKAGED, packaged_paths(), 0, "rulebook/")]
    groups += [(path, rule_paths(path), i + 1, "") for i, path in enumerate(extra)]
    files, problems = read_files(groups)
    shelf, measures = Shelf(problems=problems), MeasureShelf()
    for file in files:
        _shelve(file, shelf, measures)
    _general_basis(shelf, measures)
    _check_names(shelf, measures)
    if shelf.problems:
        raise LantianError(*_in_order(shelf.problems))
    book = _book(shelf, measures)
    found = [*_series_problems(book), *_loosening(book)]
    if found:
        raise LantianError(*_in_order(found))
    return book


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda p: (p.place.file, p.place.line or 0, p.code))


def _shelve(file: RuleFile, shelf: Shelf, measures: MeasureShelf) -> None:
    kind = file.model.kind
    if kind == "industry":
        build_industry(file, shelf, measures)
    elif kind == "general-measures":
        build_general(file, shelf, measures)
    elif kind == "measures":
        build_city_measures(file, shelf, measures)
    elif kind == "industries":
        measures.names.append((file, file.model))
    else:
        builders = {
            "law": build.build_law,
            "alert-rules": build.build_alert,
            "targets": build.build_targets,
            "exchange": build.build_exchange,
            "switches": build.build_switches,
            "provisions": build.build_provisions,
        }
        builders[kind](file, shelf)


def _general_basis(shelf: Shelf, measures: MeasureShelf) -> None:
    """Give rows with ``basis: general`` the citation of the rule by grade they lean on."""
    for file, loc, head, industry, row in measures.deferred:
        for level in LEVELS:
            floor = getattr(row.levels, level.value)
            if floor is None:
                continue
            entries = measures.by_grade.get((row.grade, level), [])
            if not entries or entries[-1].value.kind is not floor.kind:
                shelf.refuse("R014", file, loc, detail=f"basis: general, {row.grade}")
                break
            key = (industry, row.subtype, row.grade, level)
            rule = floor_rule(floor, key, entries[-1].value.ref, general=True)
            measures.table[key].append(Entry(head, rule, file, (*loc, "levels", level.value)))


def _check_names(shelf: Shelf, measures: MeasureShelf) -> None:
    """Compare the industry files with the list of industries, and rows with both."""
    listed: dict[str, tuple[int, str]] = {}
    for file, model in measures.names:
        numbers: set[int] = set()
        for i, row in enumerate(model.rows):
            if (row.slug in listed or row.no in numbers) and not file.layer:
                shelf.refuse("R012", file, ("rows", i), detail=f"{row.no} {row.slug}")
            numbers.add(row.no)
            listed[row.slug] = (row.no, row.name_zh)
    for slug, entries in measures.industries.items():
        for entry in entries:
            industry = entry.value
            if listed.get(slug) != (industry.no, industry.name_zh):
                detail = f"{industry.no} {slug} {industry.name_zh}"
                shelf.problems.append(entry.refuse("R023", detail=detail))
    for slug, (number, name) in listed.items():
        if slug not in measures.industries:
            file, _ = measures.names[0]
            shelf.refuse("R023", file, (), detail=f"{number} {slug} {name}")
    for (slug, _, _, _), rows in measures.table.items():
        if slug not in listed:
            shelf.problems.extend(entry.refuse("R032", detail=slug) for entry in rows)


def _book(shelf: Shelf, measures: MeasureShelf) -> Rulebook:
    missing = [
        name
        for name, found in (
            ("targets", shelf.targets),
            ("exchange", shelf.exchange),
            ("alert-rules", shelf.alerts),
            ("general-measures", measures.by_grade),
        )
        if not found
    ]
    if missing:
        raise LantianError(refuse("R034", detail=", ".join(missing)))
    industries = _series(measures.industries)
    catalogue = sorted(
        (series.entries[-1].value for series in industries.values()),
        key=lambda i: (i.slug == OTHER, i.no),
    )
    every = [
        *_flat(shelf.laws),
        *_flat(shelf.alerts),
        *shelf.targets,
        *shelf.exchange,
        *_flat(shelf.switches),
        *_flat(shelf.provisions),
        *_flat(measures.industries),
        *_flat(measures.by_grade),
        *_flat(measures.ungraded),
        *_flat(measures.table),
    ]
    return Rulebook(
        laws=_series(shelf.laws, "law."),
        alert_series=_series(shelf.alerts, "response.alert."),
        targets_series=Series("response.targets", shelf.targets),
        exchange_series=Series("response.exchange", shelf.exchange),
        switch_series=_series(shelf.switches, "response.switch."),
        provision_series=_series(shelf.provisions),
        industry_series=industries,
        table=_series(measures.table),
        by_grade=_series(measures.by_grade),
        ungraded=_series(measures.ungraded),
        heads=tuple(dict.fromkeys(entry.head for entry in every)),
        _catalogue=tuple(catalogue),
        _names=_names(catalogue, industries),
    )


def _flat(groups: Mapping[Any, list[Entry[Any]]]) -> Iterator[Entry[Any]]:
    for entries in groups.values():
        yield from entries


K = TypeVar("K")


def _series(groups: Mapping[K, list[Entry[T]]], prefix: str = "") -> dict[K, Series[T]]:
    return {key: Series(_label(prefix, key), entries) for key, entries in groups.items()}


def _label(prefix: str, key: object) -> str:
    if isinstance(key, tuple):
        return " ".join(str(part) for part in key if part)
    return f"{prefix}{key}"


def _names(
    catalogue: Iterable[Industry], series: Mapping[str, Series[Industry]]
) -> dict[str, Industry]:
    """Return the latest edition of each industry by every name any edition gives it."""
    names: dict[str, Industry] = {}
    for latest in catalogue:
        for entry in series[latest.slug].entries:
            one = entry.value
            for text in (one.slug, one.name_zh, one.name_en, *one.aliases):
                names.setdefault(plain_name(text), latest)
    return names


def _series_problems(book: Rulebook) -> list[Problem]:
    series: list[Series[Any]] = [
        *book.laws.values(),
        *book.alert_series.values(),
        book.targets_series,
        book.exchange_series,
        *book.switch_series.values(),
        *book.provision_series.values(),
        *book.industry_series.values(),
        *book.table.values(),
        *book.by_grade.values(),
        *book.ungraded.values(),
    ]
    return [problem for one in series for problem in one.problems()]


def _loosening(book: Rulebook) -> list[Problem]:
    """Return where a table, with the rule by grade in its gaps, weakens at a higher level."""
    found: dict[tuple[str, int | None, str], Problem] = {}
    for (slug, subtype, grade, low), series in book.table.items():
        for entry in series.entries:
            codes = [grade] if grade != "any" else _ANY
            day = entry.head.valid_from
            for code in codes:
                for high in LEVELS[low.order + 1 :]:
                    if code == "ungraded":
                        continue
                    try:
                        rule = book.measure(slug, subtype, code, high, day)
                    except LantianError:  # a row older than the industry's first edition
                        continue
                    if loosens(entry.value, rule):
                        detail = f"{slug} {subtype}{grade_zh(code)} {low.value} > {high.value}"
                        problem = entry.refuse("R016", detail=detail)
                        found[(problem.place.file, problem.place.line, detail)] = problem
    return list(found.values())
