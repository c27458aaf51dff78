"""From the firms of the demo city to the rows of its workbook of applications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from numpy.random import Generator

from lantian.demo.applications.bands import Band, within
from lantian.demo.applications.invert import Inverter
from lantian.demo.cells import share_out
from lantian.demo.draw import generator
from lantian.domain.grading.batch import KINDS
from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import Firm
from lantian.kernel.oxygen import AIR_PCT
from lantian.kernel.problem import LantianError
from lantian.rulebook.book import Rulebook
from lantian.rulebook.grading_tables import GradingRules
from lantian.rulebook.grading_tables.model import EnergyGate, EnergyTable, FactDef, IndicatorTable
from lantian.rulebook.grading_tables.tests_text import number_zh

APPLICATION_STREAM = 3
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """The invented round of grading, from ``city.yaml``.

    `rounds` gives how many firms of each kind apply in each round; a city of another size keeps
    the proportion. `windows` are the first and last day of application of each round.
    """

    day: date
    province: str
    rounds: tuple[Mapping[str, int], ...]
    windows: tuple[tuple[date, date], ...]
    decided_by: str
    application_file: str
    decision_file: str

    @classmethod
    def of(cls, raw: Mapping[str, object]) -> Plan:
        """Return the plan of the section `grading` of the parameters."""
        rounds: list[Mapping[str, int]] = []
        windows = []
        listed = raw["rounds"]
        assert isinstance(listed, list)
        for one in listed:
            rounds.append({kind: int(one[kind]) for kind in KINDS})
            windows.append((date.fromisoformat(one["from"]), date.fromisoformat(one["to"])))
        return cls(
            day=date.fromisoformat(str(raw["day"])),
            province=str(raw["province"]),
            rounds=tuple(rounds),
            windows=tuple(windows),
            decided_by=str(raw["decided_by"]),
            application_file=str(raw["application_file"]),
            decision_file=str(raw["decision_file"]),
        )


class ApplicationRows:
    """Makes the rows of every sheet, firm by firm, from one stream of random numbers.

    Parameters
    ----------
    plan
        The round of grading.
    book, rules
        The rules that the firms are graded by.
    hashes
        SHA-256 of each file of evidence by its name.
    seed
        Seed of the city.
    """

    def __init__(
        self,
        plan: Plan,
        book: Rulebook,
        rules: GradingRules,
        hashes: Mapping[str, str],
        seed: int,
    ) -> None:
        self._plan, self._book, self._rules, self._hashes = plan, book, rules, hashes
        self._rng: Generator = generator(seed, APPLICATION_STREAM)
        self._gate: EnergyGate | None = rules.process(plan.province, plan.day).gate
        self._energy: EnergyTable = rules.energy(plan.day)
        self._inverters: dict[tuple[str, str], Inverter | None] = {}
        self._tables: dict[str, IndicatorTable | None] = {}

    def rows(self, firms: Sequence[Firm]) -> dict[str, list[Row]]:
        """Return the rows by sheet key; a firm that is not graded hands in nothing but its name."""
        sheets: dict[str, list[Row]] = {
            key: [] for key in ("firm", "fact", "decision", "energy", "evidence")
        }
        days = self._days(firms)
        for firm in firms:
            applied = days.get(firm.firm_id)
            row = {
                "firm_id": firm.firm_id,
                "name": firm.name,
                "industry": firm.industry,
                "subtype": firm.subtype,
                "district": firm.district,
                "credit_code": firm.credit_code,
            }
            if applied is not None:
                row |= {"applied_on": applied.isoformat(), "wants": _grade(firm).value}
                self._apply(firm, applied, sheets)
            sheets["firm"].append(row)
        return sheets

    def _days(self, firms: Sequence[Firm]) -> dict[str, date]:
        """Return the day of application of every graded firm: which round, then a day in it."""
        days: dict[str, date] = {}
        noticed = {grade for grades in KINDS.values() for grade in grades}
        for kind, grades in KINDS.items():
            own = [f.firm_id for f in firms if f.grade in grades]
            counts = share_out(len(own), [one[kind] for one in self._plan.rounds])
            order = [own[int(i)] for i in self._rng.permutation(len(own))]
            for (first, last), count in zip(self._plan.windows, counts, strict=True):
                for firm_id in order[:count]:
                    days[firm_id] = self._day(first, last)
                order = order[count:]
        for firm in firms:
            if firm.grade is not Grade.UNGRADED and firm.grade not in noticed:
                first, last = self._plan.windows[int(self._rng.integers(len(self._plan.windows)))]
                days[firm.firm_id] = self._day(first, last)
        return days

    def _day(self, first: date, last: date) -> date:
        return first + timedelta(days=int(self._rng.integers((last - first).days + 1)))

    # --- one firm ------------------------------------------------------------------------

    def _apply(self, firm: Firm, applied: date, sheets: dict[str, list[Row]]) -> None:
        facts = self._facts(firm, applied)
        energy = self._energy_rows(firm) if facts else []
        if facts and energy is not None:
            sheets["fact"] += facts
            sheets["energy"] += energy
            sheets["evidence"].append(
                self._evidence(firm, "E1", self._plan.application_file, firm.name, applied)
            )
            return
        # No complete table of this industry: an officer's decision on the record, with its evidence.
        by, on = self._plan.decided_by, applied.isoformat()
        sheets["decision"].append(
            {"firm_id": firm.firm_id, "grade": _grade(firm).value, "by": by, "on": on,
             "evidence": "E2", "note": "该行业指标表不全，由核查组判定（虚构）"}
        )  # fmt: skip
        sheets["evidence"].append(self._evidence(firm, "E2", self._plan.decision_file, by, applied))

    def _evidence(self, firm: Firm, key: str, file: str, who: str, when: date) -> Row:
        return {
            "firm_id": firm.firm_id,
            "id": key,
            "file": file,
            "sha256": self._hashes[file],
            "who": who,
            "when": when.isoformat(),
            "proves": "申报的全部事实（虚构）" if key == "E1" else "整体等级判定（虚构）",
        }

    def _facts(self, firm: Firm, applied: date) -> list[Row]:
        slug = self._slug(firm)
        table = self._table(slug)
        inverter = self._inverter(slug, firm.subtype) if table else None
        bands = inverter.find(_grade(firm).value, self._rng) if inverter else None
        if table is None or bands is None or not self._decidable(table, firm):
            return []
        rows = []
        for fact_id, band in bands.items():
            row = {"firm_id": firm.firm_id, "fact": table.facts[fact_id].name_zh}
            row |= self._value(table.facts[fact_id], band)
            row |= {"date": applied.isoformat(), "evidence": "E1"}
            if row:
                rows.append(row)
        return rows

    def _decidable(self, table: IndicatorTable, firm: Firm) -> bool:
        """Whether the table can give the wanted grade by itself."""
        grade = _grade(firm).value
        subtype = firm.subtype if firm.subtype in table.schemes else ""
        scheme = table.schemes[subtype]
        if grade != scheme[-1]:
            return (subtype, grade) in table.complete
        return grade != Grade.UNGRADED.value

    def _value(self, fact: FactDef, band: Band) -> Row:
        value = band.value
        if isinstance(value, bool):
            return {"value": "是" if value else "否"}
        if isinstance(value, str):
            return {"value": (fact.choices or {})[value]}
        share = Fraction(int(self._rng.integers(15, 86)), 100)
        found = within(band, share, whole=bool(fact.counted_in))
        if not fact.unit and not fact.counted_in:
            return {"value": f"{number_zh(found * 100)}%"}
        row = {"unit": fact.unit or fact.counted_in}
        if fact.o2_ref_pct is None:
            return row | {"value": number_zh(found)}
        o2 = fact.o2_ref_pct + Fraction(int(self._rng.integers(-15, 16)), 10)
        factor = (AIR_PCT - o2) / (AIR_PCT - fact.o2_ref_pct)
        measured = Band(found * factor, _times(band.low, factor), _times(band.high, factor))
        if measured.low == measured.high or not 0 <= o2 < 20:
            return row | {"value": number_zh(found), "converted": "是"}
        shown = number_zh(within(measured, share, whole=False))
        return row | {"value": shown, "o2": number_zh(o2)}

    # --- energy --------------------------------------------------------------------------

    def _energy_rows(self, firm: Firm) -> list[Row] | None:
        """Return the energy figures of a firm; None where its grade needs a level no source gives."""
        gate = self._gate
        slug = self._slug(firm)
        if gate is None:
            return []
        groups = gate.products.get(f"{slug}/{firm.subtype}") or gate.products.get(slug, ())
        rows = []
        for group in groups:
            row = self._energy_row(firm, group, gate.needs.get(_grade(firm).value, ""))
            if row is None:
                return None
            if row:
                rows.append(row)
        return rows

    def _energy_row(self, firm: Firm, group: Sequence[str], need: str) -> Row | None:
        """Return a figure for one of the products; a grade that needs none is given one anywhere."""
        for product in group:
            level = self._energy.levels.get(product)
            if level is None or level.benchmark is None or level.baseline is None:
                continue
            gap = level.baseline - level.benchmark
            share = Fraction(int(self._rng.integers(10, 90)), 100)
            if need == "benchmark":
                value = level.benchmark - gap * share / 4
            else:
                value = level.benchmark + gap * share * (1 if need else 2)
            text = number_zh(Fraction(round(value * 10), 10))
            return {
                "firm_id": firm.firm_id,
                "product": product,
                "value": text,
                "unit": level.unit,
                "evidence": "E1",
            }
        return None if need else {}

    # --- rules ---------------------------------------------------------------------------

    def _slug(self, firm: Firm) -> str:
        industry = self._book.find_industry(firm.industry)
        assert industry is not None, firm.industry
        return industry.slug

    def _table(self, slug: str) -> IndicatorTable | None:
        if slug not in self._tables:
            try:
                self._tables[slug] = self._rules.table(slug, self._plan.day)
            except LantianError:  # R053: the industry has no table on that day
                self._tables[slug] = None
        return self._tables[slug]

    def _inverter(self, slug: str, subtype: str) -> Inverter | None:
        key = (slug, subtype)
        if key not in self._inverters:
            table = self._table(slug)
            known = table is not None and subtype in table.schemes
            self._inverters[key] = Inverter(table, subtype) if table and known else None
        return self._inverters[key]


def _times(bound: Fraction | None, factor: Fraction) -> Fraction:
    assert bound is not None
    return bound * factor


def _grade(firm: Firm) -> Grade:
    assert firm.grade is not None, firm.firm_id  # the demo city knows every firm's grade
    return firm.grade
