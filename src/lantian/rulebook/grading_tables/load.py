"""Loads grading tables, schemes, processes and energy levels; a table only when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

from lantian.kernel.problem import LantianError, Problem
from lantian.rulebook.build import Shelf
from lantian.rulebook.files import KINDS, RuleFile, read_files, rule_paths
from lantian.rulebook.grading_tables.build import GENERAL, TableShelf, build_table
from lantian.rulebook.grading_tables.build_process import (
    build_cases,
    build_energy,
    build_process,
    build_scheme,
)
from lantian.rulebook.grading_tables.model import (
    EnergyTable,
    GradingProcess,
    GradingScheme,
    IndicatorTable,
    RowCase,
)
from lantian.rulebook.grading_tables.refusals import refuse_table
from lantian.rulebook.grading_tables.schema import CasesFile, IndicatorsFile
from lantian.rulebook.grading_tables.schema_process import EnergyFile, ProcessFile, SchemeFile
from lantian.rulebook.timeline import Entry, Series

PACKAGED = Path(__file__).parents[1] / "grading"
TABLE_KINDS: dict[str, type[Any]] = {
    "indicators": IndicatorsFile,
    "grading-cases": CasesFile,
    "grading-scheme": SchemeFile,
    "grading-process": ProcessFile,
    "energy-levels": EnergyFile,
}
T = TypeVar("T")
TableKey = tuple[str, str]  # industry, subject


@dataclass(frozen=True, slots=True)
class TableSource:
    """A table's file and that of its cases, as they were written."""

    indicators: IndicatorsFile
    cases: CasesFile | None


@dataclass(frozen=True, slots=True)
class _Loaded:
    """One edition of a table with what came with it."""

    table: IndicatorTable
    cases: tuple[RowCase, ...]
    source: TableSource


def load_grading(*extra: Path) -> GradingRules:
    """Return the grading rules: the packaged ones, each folder of `extra` laid over them.

    Files are read when something is asked of them; `check_grading` reads all at once.
    """
    return _packaged() if not extra else GradingRules(tuple(Path(p) for p in extra))


@cache
def _packaged() -> GradingRules:
    return GradingRules(())


def check_grading(*extra: Path) -> tuple[Problem, ...]:
    """Return everything that any grading file would be refused for."""
    rules = load_grading(*extra)
    found: list[Problem] = []
    try:
        slugs = rules.industries()
    except LantianError as error:  # a file that cannot be read hides every other finding
        return error.problems
    reads: list[Callable[[], object]] = [
        lambda: rules.schemes,
        lambda: rules.processes,
        lambda: rules.energy_tables,
    ]
    reads += [partial(rules.cases, slug) for slug in slugs]
    for read in reads:
        try:
            read()
        except LantianError as error:
            found += [p for p in error.problems if p not in found]
    return tuple(found)


class GradingRules:
    """What each industry must show, how grades are combined, how a province grades."""

    def __init__(self, extra: tuple[Path, ...]) -> None:
        self._extra = extra
        self._tables: dict[TableKey, Series[IndicatorTable]] = {}
        self._loaded: dict[TableKey, list[_Loaded]] = {}

    # --- files ---------------------------------------------------------------------------

    @cached_property
    def _own(self) -> tuple[RuleFile, ...]:
        """The bureau's own files, all read; kinds of other rooms are passed over."""
        groups = [(path, rule_paths(path), i + 1, "") for i, path in enumerate(self._extra)]
        return _read(groups)

    @cached_property
    def _paths(self) -> Mapping[str, list[Path]]:
        """The packaged files of each table: tables and cases by industry."""
        found: dict[str, list[Path]] = {}
        for folder in sorted(PACKAGED.glob("*/indicators")):
            for path in sorted(folder.glob("*.yaml")):
                found.setdefault(_slug_of(path), []).append(path)
        return found

    def _files(self, kind: str, packaged: Iterable[Path]) -> list[RuleFile]:
        paths = list(packaged)
        files = _read([(PACKAGED.parent, paths, 0, "rulebook/")]) if paths else ()
        return [f for f in (*files, *self._own) if f.model.kind == kind]

    # --- tables --------------------------------------------------------------------------

    def industries(self) -> tuple[str, ...]:
        """Return the industries that have a table, in the order of the guide."""
        own = (f.model.industry for f in self._own if f.model.kind == "indicators")
        names = dict.fromkeys((*self._paths, *own))
        return tuple(slug for slug in names if slug != GENERAL)

    def editions(self, industry: str, subject: str = "air") -> tuple[IndicatorTable, ...]:
        """Return every edition of a table, packaged ones first, by date."""
        return tuple(e.value for e in self._series(industry, subject).entries)

    def table(self, industry: str, day: date, subject: str = "air") -> IndicatorTable:
        """Return the table in force on a day.

        Raises
        ------
        LantianError
            R053 where there is none; every refusal of the file where it does not hold.
        """
        try:
            return self._series(industry, subject).on(day)
        except (LantianError, ValueError) as error:
            if isinstance(error, LantianError) and error.problems[0].code != "R030":
                raise
            detail = industry if subject == "air" else f"{industry} ({subject})"
            raise LantianError(refuse_table("R053", day=day.isoformat(), detail=detail)) from None

    def source(self, industry: str, day: date, subject: str = "air") -> TableSource:
        """Return the files behind the table in force on a day, as they were written."""
        table = self.table(industry, day, subject)
        return next(x.source for x in self._loaded[industry, subject] if x.table is table)

    def cases(self, industry: str) -> tuple[tuple[IndicatorTable, tuple[RowCase, ...]], ...]:
        """Return each edition of a table of the subject air with its golden cases."""
        self._series(industry, "air")
        return tuple((x.table, x.cases) for x in self._loaded[industry, "air"])

    def _series(self, industry: str, subject: str) -> Series[IndicatorTable]:
        if (industry, subject) not in self._tables:
            self._load(industry, subject)
        return self._tables[industry, subject]

    def _load(self, industry: str, subject: str) -> None:
        shelf = TableShelf()
        packaged = self._paths.get(industry, [])
        beside = [p.parent.parent / "cases" / p.name for p in packaged]
        paths = [*packaged, *(p for p in beside if p.is_file())]
        case_files = {
            (f.layer, f.model.edition): f
            for f in self._files("grading-cases", paths)
            if f.model.industry == industry
        }
        entries, loaded = [], []
        for file in self._files("indicators", packaged):
            if file.model.industry != industry or file.model.subject != subject:
                continue
            general = None
            if industry != GENERAL:
                general = self.general(subject, file.model.valid_from)
            table = build_table(file, shelf, general)
            entries.append(Entry(table.head, table, file, ()))
            own = case_files.get((file.layer, table.head.edition))
            cases: tuple[RowCase, ...] = ()
            if own is not None:
                cases = build_cases(own, table, general, shelf)
            elif table.own_rows and industry != GENERAL:
                shelf.refuse("R050", file, (), detail=f"{industry} {table.head.edition}")
            source = TableSource(file.model, own.model if own else None)
            loaded.append(_Loaded(table, cases, source))
        if shelf.problems:
            raise LantianError(*shelf.problems)
        series = Series(f"grading {industry}", entries)
        overlaps = series.problems()
        if overlaps:
            raise LantianError(*overlaps)
        self._tables[industry, subject] = series
        self._loaded[industry, subject] = loaded

    def general(self, subject: str, day: date) -> IndicatorTable | None:
        """Return the rows that every table of a subject inherits on a day."""
        series = self._series(GENERAL, subject)
        found = [e.value for e in series.entries if e.head.in_force(day)]
        return found[-1] if found else None

    # --- schemes, processes, energy ------------------------------------------------------

    @cached_property
    def schemes(self) -> Series[GradingScheme]:
        """The schemes of grades by date."""
        return self._built("grading-scheme", "scheme", build_scheme)["grading-scheme"]

    @cached_property
    def processes(self) -> Mapping[str, Series[GradingProcess]]:
        """The processes by province; an energy gate may only name products that a table has."""
        found = self._built("grading-process", "process", build_process, lambda v: v.province)
        known = {p for entry in self.energy_tables.entries for p in entry.value.levels}
        wrong = [
            refuse_table("R055", entry.file.place(("energy_gate", "products")), detail=product)
            for series in found.values()
            for entry in series.entries
            for groups in (entry.value.gate.products.values() if entry.value.gate else ())
            for group in groups
            for product in group
            if product not in known
        ]
        if wrong:
            raise LantianError(*wrong)
        return found

    @cached_property
    def energy_tables(self) -> Series[EnergyTable]:
        """The energy levels by date."""
        return self._built("energy-levels", "energy", build_energy)["energy-levels"]

    def _built(self, kind: str, folder: str, build: Any, key: Any = None) -> dict[str, Series[Any]]:
        shelf: Shelf = TableShelf()
        groups: dict[str, list[Entry[Any]]] = {}
        for file in self._files(kind, sorted((PACKAGED / folder).glob("*.yaml"))):
            value = build(file, shelf)
            name = key(value) if key else kind
            groups.setdefault(name, []).append(Entry(value.head, value, file, ()))
        if shelf.problems:
            raise LantianError(*shelf.problems)
        return {name: Series(name, entries) for name, entries in groups.items()}

    def scheme(self, day: date) -> GradingScheme:
        """Return the scheme in force on a day."""
        return self.schemes.on(day)

    def provinces(self) -> tuple[str, ...]:
        """Return the provinces whose process is known."""
        return tuple(sorted(self.processes))

    def process(self, province: str, day: date) -> GradingProcess:
        """Return the process of a province on a day; R054 where there is none."""
        series = self.processes.get(province)
        if series is None:
            known = ", ".join(self.provinces())
            raise LantianError(refuse_table("R054", detail=province, known=known))
        return series.on(day)

    def energy(self, day: date) -> EnergyTable:
        """Return the energy levels of a day."""
        return self.energy_tables.on(day)


def _slug_of(path: Path) -> str:
    number, _, slug = path.stem.partition("-")
    return slug if number.isdigit() else path.stem


def _read(groups: Any) -> tuple[RuleFile, ...]:
    files, problems = read_files(groups, {**KINDS, **TABLE_KINDS})
    if problems:
        raise LantianError(*problems)
    return tuple(f for f in files if f.model.kind in TABLE_KINDS)
