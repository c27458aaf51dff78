"""300,000 firms against their grading tables: compiled, plain per-row interpreter, a decision engine.

``python -m bench.grading [--firms 300000] [--write]``: the same tables and the same facts in one run.
The decision engine (zen-engine, MIT) is installed into an environment of its own and given the
same rules, one decision a table; it knows two truth values, so only the proven grade is compared.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np

from bench.report import machine, publish, table
from lantian.demo.applications.bands import bands_of, within
from lantian.domain.grading.assess import combine
from lantian.domain.grading.compiled import Bounds, CompiledTable, Value
from lantian.domain.grading.evaluate import Settings, compare, evaluate_row
from lantian.domain.grading.facts import Fact
from lantian.rulebook.grading_tables import load_grading
from lantian.rulebook.grading_tables.model import FactKind, IndicatorRow, IndicatorTable, Op, Test

DAY = date(2022, 12, 31)
UNVERIFIED = Settings(use_unverified=True)
MISSING = 0.04
GOOD = 0.93
"""Share of facts drawn from the best band of theirs, so that every grade occurs."""
POOL = 400
"""Different values of one fact among all firms: measured figures repeat, but not many times."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """One table and subtype with the facts of its firms."""

    table: IndicatorTable
    subtype: str
    firms: list[dict[str, Value]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--firms", type=int, default=300_000)
    parser.add_argument("--sample", type=int, default=20_000, help="firms for the slower engines")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    args = parser.parse_args()
    head = machine()
    fleets = invented(args.firms)
    share = args.sample / args.firms
    samples = [Fleet(f.table, f.subtype, f.firms[: round(len(f.firms) * share)]) for f in fleets]

    ours_s, ours = timed(fleets, by_compiled)
    plain_s, plain = timed(fleets, by_plain)
    explained_s, explained = timed(samples, by_explaining)
    zen_s, zen = by_decision_engine(samples)
    kept = [b for f, s in zip(split(ours, fleets), samples, strict=True) for b in f[: len(s.firms)]]
    same_plain = sum(a == b for a, b in zip(ours, plain, strict=True))
    same_explained = sum(a == b for a, b in zip(kept, explained, strict=True))
    same_zen = sum(a.proven == b for a, b in zip(kept, zen, strict=True))
    rate = len(ours) / ours_s
    rows = [
        _row("compiled table", len(ours), ours_s, rate, "—"),
        _row("plain per-row interpreter", len(plain), plain_s, rate, f"{same_plain:,} of {len(ours):,}"),
        _row("explaining evaluator (with traces)", len(kept), explained_s, rate,
             f"{same_explained:,} of {len(kept):,}"),
        _row("zen-engine, same rules", len(kept), zen_s, rate, f"{same_zen:,} of {len(kept):,}"),
    ]  # fmt: skip
    body = table(["engine", "firms", "firms a second", "compiled is faster", "same grade"], rows)
    grades: dict[str, int] = {}
    for bounds in ours:
        key = bounds.proven if bounds.proven == bounds.possible else "open"
        grades[key] = grades.get(key, 0) + 1
    spread = ", ".join(f"{g} {n:,}" for g, n in sorted(grades.items()))
    rules = sum(len(f.table.rows_for(f.subtype)) for f in fleets)
    note = f"{len(fleets)} tables and subtypes, {rules} rows; grades: {spread}."
    publish("grading", f"{head}\n\n{body}\n\n{note}", write=args.write)


def _row(name: str, firms: int, seconds: float, ours: float, same: str) -> list[str]:
    rate = firms / seconds
    return [name, f"{firms:,}", f"{rate:,.0f}", f"{ours / rate:.1f} ×", same]


def invented(firms: int, seed: int = 1) -> list[Fleet]:
    """Return invented firms over every table that knows at least one grade whole."""
    rules = load_grading()
    fleets = []
    tables = [rules.table(slug, DAY) for slug in rules.industries()]
    pairs = sorted({(t.industry, s) for t in tables for s, _ in t.complete})
    for i, (slug, subtype) in enumerate(pairs):
        own = rules.table(slug, DAY)
        count = firms // len(pairs) + (i < firms % len(pairs))
        rng = np.random.default_rng([seed, i])
        columns = [_column(own, fact, bands, count, rng)
                   for fact, bands in bands_of(own, own.rows_for(subtype)).items()]  # fmt: skip
        made: list[dict[str, Value]] = [{} for _ in range(count)]
        for fact, values in columns:
            for firm, value in zip(made, values, strict=True):
                if value is not None:
                    firm[fact] = value
        fleets.append(Fleet(own, subtype, made))
    return fleets


def _column(own, fact, bands, count, rng):  # type: ignore[no-untyped-def]
    pool: list[list[Value]] = []
    for band in bands:
        if band.low is None:
            pool.append([band.value])
        else:
            shares = rng.integers(1, 1000, size=POOL)
            pool.append([within(band, Fraction(int(s), 1000), whole=False) for s in shares])
    best = (
        0
        if own.facts[fact].kind is not FactKind.QUANTITY or _smaller_is_better(own, fact)
        else len(bands) - 1
    )
    chosen = np.where(rng.random(count) < GOOD, best, rng.integers(len(bands), size=count))
    inner = rng.integers(POOL, size=count)
    gone = rng.random(count) < MISSING
    return fact, [
        None if g else pool[b][i % len(pool[b])]
        for g, b, i in zip(gone.tolist(), chosen.tolist(), inner.tolist(), strict=True)
    ]


def _smaller_is_better(own: IndicatorTable, fact: str) -> bool:
    tests = [t for row in own.rows for t in row.tests() if t.fact_id == fact]
    return any(t.op in {Op.MAX, Op.BELOW} for t in tests)


def timed(fleets: list[Fleet], engine):  # type: ignore[no-untyped-def]
    began = time.perf_counter()
    found = [bounds for fleet in fleets for bounds in engine(fleet)]
    return time.perf_counter() - began, found


def split(flat: list[Bounds], fleets: list[Fleet]) -> list[list[Bounds]]:
    at, parts = 0, []
    for fleet in fleets:
        parts.append(flat[at : at + len(fleet.firms)])
        at += len(fleet.firms)
    return parts


# --- engines -----------------------------------------------------------------------------------


def by_compiled(fleet: Fleet) -> list[Bounds]:
    compiled = CompiledTable(fleet.table, fleet.subtype, UNVERIFIED)
    return [compiled.grade(firm) for firm in fleet.firms]


def by_plain(fleet: Fleet) -> list[Bounds]:
    """Walk rows, grades, ways and tests for every firm: what one writes first."""
    rows = fleet.table.rows_for(fleet.subtype)
    scheme = fleet.table.schemes[fleet.subtype]
    out = []
    for firm in fleet.firms:
        reached = [_plain_row(row, scheme, firm) for row in rows]
        proven = next(g for i, g in enumerate(scheme) if all(r[i] is True for r in reached))
        possible = next(g for i, g in enumerate(scheme) if all(r[i] is not False for r in reached))
        out.append(Bounds(proven, possible))
    return out


def _plain_row(
    row: IndicatorRow, scheme: tuple[str, ...], firm: Mapping[str, Value]
) -> list[bool | None]:
    concerned = _all([_plain_test(test, firm) for test in row.when])
    if concerned is False:
        return [True] * len(scheme)
    best: bool | None = False
    found: list[bool | None] = []
    for grade in scheme[:-1]:
        need = row.levels.get(grade)
        held: bool | None
        if need is None or need.judged:
            held = None
        elif need.nothing:
            held = True
        else:
            held = _any([_all([_plain_test(t, firm) for t in way]) for way in need.any_of])
        best = _any([best, held, None if concerned is None else False])
        found.append(best)
    return [*found, True]


def _plain_test(test: Test, firm: Mapping[str, Value]) -> bool | None:
    value = firm.get(test.fact_id)
    if value is None:
        return None
    if test.op in {Op.YES, Op.NO}:
        return value is (test.op is Op.YES)
    if test.op is Op.ONE_OF:
        return value in test.choices
    assert isinstance(value, Fraction)
    assert test.value is not None
    kept = compare(test.op, value, test.value)
    return None if test.hours_share is not None and not kept else kept


def _all(parts: list[bool | None]) -> bool | None:
    return False if False in parts else None if None in parts else True


def _any(parts: list[bool | None]) -> bool | None:
    return True if True in parts else None if None in parts else False


def by_explaining(fleet: Fleet) -> list[Bounds]:
    scheme = fleet.table.schemes[fleet.subtype]
    out = []
    for firm in fleet.firms:
        facts = {name: _fact(fleet.table, name, value) for name, value in firm.items()}
        rows = tuple(
            evaluate_row(fleet.table, row, scheme, facts, judged={}, settings=UNVERIFIED)
            for row in fleet.table.rows_for(fleet.subtype)
        )
        reaches = combine(scheme, rows, None)
        proven = next(g for g in scheme if reaches[g].name == "TRUE")
        out.append(Bounds(proven, next(g for g in scheme if reaches[g].name != "FALSE")))
    return out


def _fact(own: IndicatorTable, name: str, value: Value) -> Fact:
    definition = own.facts[name]
    if isinstance(value, bool):
        return Fact(definition, str(value), yes=value)
    if isinstance(value, str):
        return Fact(definition, value, choice=value)
    return Fact(definition, str(value), value=value)


# --- the decision engine -----------------------------------------------------------------------


def by_decision_engine(fleets: list[Fleet]) -> tuple[float, list[str]]:
    with tempfile.TemporaryDirectory(prefix="lantian-bench-") as folder:
        home = Path(folder) / "env"
        venv.create(home, with_pip=True)
        python = home / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "-q", "zen-engine"], check=True)
        path = Path(folder) / "fleets.json"
        data = [
            {"rules": rules_of(f), "firms": [_plain_values(x) for x in f.firms]} for f in fleets
        ]
        path.write_text(json.dumps(data), "utf-8")
        script = Path(__file__).with_name("grading_zen.py")
        done = subprocess.run([python, script, path], check=True, capture_output=True, text=True)
    answer = json.loads(done.stdout)
    return answer["seconds"], answer["grades"]


def rules_of(fleet: Fleet) -> list[tuple[str, str]]:
    """Return (condition, grade) best first: all rows reach the grade."""
    scheme = fleet.table.schemes[fleet.subtype]
    rows = fleet.table.rows_for(fleet.subtype)
    out = []
    for i, grade in enumerate(scheme[:-1]):
        parts = [_reach(row, scheme[: i + 1]) for row in rows]
        out.append((" and ".join(p for p in parts if p) or "true", grade))
    return [*out, ("true", scheme[-1])]


def _reach(row: IndicatorRow, grades: tuple[str, ...]) -> str:
    ways = []
    for grade in grades:
        need = row.levels.get(grade)
        if need is not None and need.nothing:
            return ""
        if need is not None and not need.judged:
            ways += [" and ".join(_words(t) for t in way) for way in need.any_of]
    reach = " or ".join(f"({way})" for way in ways) or "false"
    aside = " or ".join(f"({_not(t)})" for t in row.when)
    return f"({reach} or {aside})" if aside else f"({reach})"


def _words(test: Test) -> str:
    known = f"{test.fact_id} != null and "
    if test.op in {Op.YES, Op.NO}:
        return f"{test.fact_id} == {'true' if test.op is Op.YES else 'false'}"
    if test.op is Op.ONE_OF:
        return f"{test.fact_id} in [{', '.join(json.dumps(c) for c in sorted(test.choices))}]"
    assert test.value is not None
    sign = {Op.MAX: "<=", Op.MIN: ">=", Op.BELOW: "<", Op.ABOVE: ">"}[test.op]
    return f"{known}{test.fact_id} {sign} {float(test.value)!r}"


def _not(test: Test) -> str:
    if test.op in {Op.YES, Op.NO}:
        return f"{test.fact_id} == {'false' if test.op is Op.YES else 'true'}"
    return f"{test.fact_id} != null and not ({_words(test)})"


def _plain_values(firm: Mapping[str, Value]) -> dict[str, object]:
    return {k: float(v) if isinstance(v, Fraction) else v for k, v in firm.items()}


if __name__ == "__main__":
    sys.exit(main())
