"""From checked files to the frozen rules of automatic monitoring."""

from __future__ import annotations

from collections.abc import Sequence

from lantian.kernel.trace import RuleRef
from lantian.rulebook.build import Shelf, Sources, head_of
from lantian.rulebook.files import Loc, RuleFile
from lantian.rulebook.method import Method, read_values
from lantian.rulebook.model import RuleHead
from lantian.rulebook.monitoring_tables.model import (
    ExceedanceRules,
    Factor,
    Factors,
    Flag,
    Flags,
    MarkBudget,
    MarkDue,
    MarkKind,
    MarkLayer,
    MarkLimit,
    MarkScheme,
    Medium,
    OxygenTable,
    ReferenceOxygen,
    Role,
    SubstituteStep,
    Substitution,
)
from lantian.rulebook.monitoring_tables.schema import (
    ExceedanceFile,
    FactorsFile,
    FlagsFile,
    MarksFile,
    OxygenFile,
    SubstitutionFile,
    ValuesFile,
)
from lantian.rulebook.schema import Cited

REQUIRED = {
    "monitoring-gas": (
        "minute_raw_values", "hour_minutes", "day_hours", "month_days", "february_days",
        "flag_normal_pct", "convert_each_value", "negative_is_valid", "consistency_pct",
    ),
    "monitoring-water": (
        "ten_minute_raw_values", "hour_minutes", "day_share_pct", "month_days", "february_days",
        "negative_is_valid", "consistency_pct",
    ),
    "monitoring-alarm": (
        "close_after_normal", "explain_within_hours", "escalate_after_hours",
        "escalate_after_periods", "top_level",
    ),
    "monitoring-exceedance": (
        "gas_hour", "gas_day", "gas_day_hours_over", "water_day", "waste_month_days",
        "furnace_temperature_degc", "furnace_times", "compare_unrounded",
    ),
}  # fmt: skip


def _rule_id(file: RuleFile) -> str:
    kind: str = file.model.kind
    return kind.replace("-", ".", 1)


def _cite(head: RuleHead, row: Cited, sources: Sources, loc: Loc, key: str, clause: str) -> RuleRef:
    """Return the citation of a row that has no clause of its own."""
    sources.find(row.source, loc)
    ref = head.ref(clause, row.status)
    return RuleRef(f"{head.rule_id}.{key}", ref.edition, ref.clause, ref.document, ref.status)


def build_values(file: RuleFile, shelf: Shelf) -> Method:
    """Return one edition of named numbers; refuses one that lacks a number."""
    model: ValuesFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, _rule_id(file), sources, shelf=shelf)
    values = read_values(file, model.values, REQUIRED[model.kind], head, sources, shelf)
    return Method(head, values, tuple(model.open_zh))


def build_factors(file: RuleFile, shelf: Shelf) -> Factors:
    """Return the factors; refuses a code or name used twice."""
    model: FactorsFile = file.model
    head = head_of(file, _rule_id(file), Sources(file, model.sources, shelf), shelf=shelf)
    by_code: dict[str, Factor] = {}
    by_name: dict[str, Factor] = {}
    for i, row in enumerate(model.rows):
        factor = Factor(
            row.code, row.name_zh, row.name_en, tuple(row.also), row.unit, Medium(row.medium),
            Role(row.role),
        )  # fmt: skip
        by_code[row.code] = factor
        for name in {n.casefold() for n in (row.code, row.name_zh, *row.also)}:
            if name in by_name:
                shelf.refuse("R012", file, ("rows", i), detail=name)
            by_name[name] = factor
    return Factors(head, by_code, by_name)


def build_flags(file: RuleFile, shelf: Shelf) -> Flags:
    """Return the data flags; refuses a letter twice and a table without a valid one."""
    model: FlagsFile = file.model
    head = head_of(file, _rule_id(file), Sources(file, model.sources, shelf), shelf=shelf)
    by_letter: dict[str, Flag] = {}
    for i, row in enumerate(model.rows):
        if row.flag in by_letter:
            shelf.refuse("R012", file, ("rows", i), detail=row.flag)
        by_letter[row.flag] = Flag(row.flag, row.name_zh, row.name_en, row.valid)
    if not any(f.valid for f in by_letter.values()):
        shelf.refuse("R058", file, ("rows",), detail="valid: true")
    return Flags(head, by_letter, head.ref())


def build_marks(file: RuleFile, shelf: Shelf) -> MarkScheme:
    """Return the marking rules; refuses names used twice and kinds nobody knows."""
    model: MarksFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, _rule_id(file), sources, shelf=shelf)
    kinds: dict[str, MarkKind] = {}
    by_name: dict[str, MarkKind] = {}
    for i, row in enumerate(model.kinds):
        ref = _cite(head, row, sources, ("kinds", i), row.key, row.name_zh)
        kind = MarkKind(
            row.key, row.name_zh, row.name_en, tuple(row.also), MarkLayer(row.layer),
            frozenset(row.covers), ref,
        )  # fmt: skip
        kinds[row.key] = kind
        for name in {n.casefold() for n in (row.key, row.name_zh, *row.also)}:
            if name in by_name:
                shelf.refuse("R012", file, ("kinds", i), detail=name)
            by_name[name] = kind
    limits = []
    for i, limit in enumerate(model.limits):
        _known(file, shelf, ("limits", i), [limit.kind], kinds)
        what = f"{limit.trade}.{limit.kind}"
        ref = _cite(
            head, limit, sources, ("limits", i), what, f"时限 {what} {limit.variant}".strip()
        )
        limits.append(
            MarkLimit(limit.trade, limit.kind, limit.variant, limit.each_hours,
                      frozenset(limit.factors), ref)
        )  # fmt: skip
    budgets = []
    for i, one in enumerate(model.budgets):
        _known(file, shelf, ("budgets", i), one.kinds, kinds)
        ref = _cite(head, one, sources, ("budgets", i), one.key, f"累计时限 {one.name_zh}")
        budgets.append(
            MarkBudget(one.key, one.name_zh, one.name_en, tuple(one.kinds), one.hours, one.period,
                       one.dust_hour_mg_m3, ref)
        )  # fmt: skip
    due = model.due
    if (due.hour is None) != (due.days_after is None):
        shelf.refuse("R058", file, ("due",), detail="hour / days_after")
    due_ref = _cite(head, due, sources, ("due",), "due", "标记时限")
    trades = model.formal_trades
    return MarkScheme(
        head=head,
        formal_trades=frozenset(trades.value),
        formal_ref=_cite(head, trades, sources, ("formal_trades",), "trades", "适用行业"),
        due=MarkDue(due.hour, due.days_after or 0, due.late_counts, due.check_hours, due_ref),
        kinds=kinds,
        by_name=by_name,
        limits=tuple(limits),
        budgets=tuple(budgets),
        open_zh=tuple(model.open_zh),
    )


def _known(
    file: RuleFile, shelf: Shelf, loc: Loc, names: Sequence[str], kinds: dict[str, MarkKind]
) -> None:
    for name in names:
        if name not in kinds:
            shelf.refuse("R058", file, loc, detail=f"kinds: {name}")


def build_exceedance(file: RuleFile, shelf: Shelf) -> ExceedanceRules:
    """Return what counts as an exceedance."""
    model: ExceedanceFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, _rule_id(file), sources, shelf=shelf)
    water, waste = model.water_not_by_day, model.waste_day_factors
    return ExceedanceRules(
        head=head,
        values=read_values(file, model.values, REQUIRED[model.kind], head, sources, shelf),
        open_zh=tuple(model.open_zh),
        water_not_by_day=frozenset(water.value),
        water_not_by_day_ref=_cite(
            head, water, sources, ("water_not_by_day",), "water_not_by_day", "废水日均值除外因子"
        ),
        waste_day_factors=frozenset(waste.value),
        waste_day_ref=_cite(
            head, waste, sources, ("waste_day_factors",), "waste_day_factors", "垃圾焚烧日均值因子"
        ),
    )


def build_substitution(file: RuleFile, shelf: Shelf) -> Substitution:
    """Return how missing data are replaced; refuses rows that do not go from high to low capture."""
    model: SubstitutionFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, _rule_id(file), sources, shelf=shelf)
    shares = [row.alpha_from_pct for row in model.gas]
    if shares != sorted(shares, reverse=True):
        shelf.refuse("R059", file, ("gas",), detail="alpha_from_pct")
    rows = tuple(
        SubstituteStep(
            row.alpha_from_pct, row.up_to_hours, row.last_valid_hours,
            _cite(head, row, sources, ("gas", i), f"gas.{i + 1}", f"缺失数据处理 第{i + 1}行"),
        )
        for i, row in enumerate(model.gas)
    )  # fmt: skip
    what = _cite(head, model.parameter, sources, ("parameter",), "parameter", "修约参数")
    water = _cite(head, model.water, sources, ("water",), "water", "废水缺失数据处理")
    return Substitution(head, rows, what, water, tuple(model.open_zh))


def build_oxygen(file: RuleFile, shelf: Shelf) -> OxygenTable:
    """Return reference oxygen by plant; refuses a plant twice and a figure that is no oxygen."""
    model: OxygenFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, _rule_id(file), sources, shelf=shelf)
    rows: dict[str, ReferenceOxygen] = {}
    for i, row in enumerate(model.rows):
        if row.plant in rows:
            shelf.refuse("R012", file, ("rows", i), detail=row.plant)
        if not 0 <= row.o2_pct < 21:
            shelf.refuse("R059", file, ("rows", i), detail=str(row.o2_pct))
        ref = _cite(head, row, sources, ("rows", i), row.plant, row.name_zh)
        rows[row.plant] = ReferenceOxygen(row.plant, row.name_zh, row.o2_pct, ref)
    return OxygenTable(head, rows)
