"""From checked files to frozen values: industries and what each grade must do at each level."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from lantian.kernel.level import LEVELS, Level
from lantian.kernel.trace import RuleRef
from lantian.rulebook import schema, schema_grading
from lantian.rulebook.build import Shelf, Sources, head_of, row_head
from lantian.rulebook.files import Loc, RuleFile
from lantian.rulebook.model import (
    FloorKind,
    Industry,
    LocalMeasure,
    MeasureRule,
    Missing,
    Recalled,
    RuleHead,
    Status,
)
from lantian.rulebook.names import plain_name
from lantian.rulebook.timeline import Entry

Key = tuple[str, str, str, Level]  # industry, subtype, grade, level
FREE = frozenset({FloorKind.AUTONOMOUS, FloorKind.NONE, FloorKind.TRANSPORT_ONLY})
"""Kinds that demand nothing of production."""

GRADE_ZH = {
    "leading": "引领性企业",
    "non_leading": "非引领性企业",
    "ungraded": "未评级企业",
    "any": "企业",
}


@dataclass
class MeasureShelf:
    """Industries, their rows, and the rules by grade."""

    industries: dict[str, list[Entry[Industry]]] = field(default_factory=lambda: defaultdict(list))
    names: list[tuple[RuleFile, schema_grading.IndustriesFile]] = field(default_factory=list)
    table: dict[Key, list[Entry[MeasureRule]]] = field(default_factory=lambda: defaultdict(list))
    by_grade: dict[tuple[str, Level], list[Entry[MeasureRule]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    ungraded: dict[str, list[Entry[RuleRef]]] = field(default_factory=lambda: defaultdict(list))
    deferred: list[tuple[RuleFile, Loc, RuleHead, str, schema.MeasureRow]] = field(
        default_factory=list
    )  # rows that lean on the rule by grade


def grade_zh(grade: str) -> str:
    """Return how a clause names a grade."""
    return GRADE_ZH.get(grade, f"{grade}级企业")


def floor_rule(
    floor: schema.FloorRow,
    key: Key,
    ref: RuleRef,
    *,
    transport_zh: str = "",
    general: bool = False,
) -> MeasureRule:
    """Return the frozen rule of one cell."""
    industry, subtype, grade, level = key
    return MeasureRule(
        industry=industry,
        subtype=subtype,
        grade=grade,
        level=level,
        kind=floor.kind,
        share=floor.share,
        hours=floor.hours,
        hot_hold=floor.hot_hold,
        what_zh=floor.what_zh,
        basis_zh=floor.basis_zh,
        transport_zh=floor.transport_zh or transport_zh,
        general=general,
        ref=ref,
        text_zh=floor.text_zh,
    )


def check_figure(
    floor: schema.FloorRow | schema_grading.LocalRow, file: RuleFile, loc: Loc, shelf: Shelf
) -> None:
    """Refuse a kind that needs a figure without one, and a figure that its kind cannot have."""
    kind = floor.kind
    needs_share = kind in {FloorKind.CUT_SHARE, FloorKind.STOP_SHARE}
    needs_hours = kind is FloorKind.COKING_HOURS
    if (floor.share is not None) != needs_share or (floor.hours is not None) != needs_hours:
        shelf.refuse("R022", file, loc, detail=kind.value if kind else "kind")


def build_general(file: RuleFile, shelf: Shelf, measures: MeasureShelf) -> None:
    """Put the rules by grade on the shelf."""
    model: schema.GeneralFile = file.model
    sources = Sources(file, model.sources, shelf)
    base = head_of(file, "response.measures.general", sources, shelf=shelf)
    for i, row in enumerate(model.rows):
        loc: Loc = ("rows", i)
        head = row_head(base, base.rule_id, row, sources, loc)
        for level in LEVELS:
            floor: schema.FloorRow | None = getattr(row.levels, level.value)
            if floor is None:
                detail = f"{row.grade} {level.value}"
                shelf.refuse("R019", file, (*loc, "levels"), detail=detail)
                continue
            check_figure(floor, file, (*loc, "levels", level.value), shelf)
            rule = floor_rule(floor, ("", "", row.grade, level), head.ref(), general=True)
            measures.by_grade[row.grade, level].append(Entry(head, rule, file, loc))
    for name in ("ungraded", "ungraded_scheme_unknown", "ungraded_other"):
        text: schema.TextRow = getattr(model, name)
        head = row_head(base, f"{base.rule_id}.{name.replace('_', '-')}", text, sources, (name,))
        measures.ungraded[name].append(Entry(head, head.ref(), file, (name,)))


def build_rows(
    file: RuleFile,
    rows: list[schema.MeasureRow] | list[schema.CityMeasureRow],
    head: RuleHead,
    sources: Sources,
    shelf: Shelf,
    measures: MeasureShelf,
    *,
    slug: str = "",
    root: str = "measures",
) -> None:
    """Put the rows of a measure table on the shelf, one entry a grade and level."""
    for i, row in enumerate(rows):
        loc: Loc = (root, i)
        industry = row.industry if isinstance(row, schema.CityMeasureRow) else slug
        if row.basis == "general":
            measures.deferred.append((file, loc, head, industry, row))
            sources.find(row.source, loc)
            continue
        cited = row_head(head, f"{head.rule_id}.measures", row, sources, loc)
        for level in LEVELS:
            floor: schema.FloorRow | None = getattr(row.levels, level.value)
            if floor is None:
                continue
            check_figure(floor, file, (*loc, "levels", level.value), shelf)
            clause = f"{cited.clause} {row.subtype}{grade_zh(row.grade)}{level.label_zh}预警措施"
            key = (industry, row.subtype, row.grade, level)
            rule = floor_rule(floor, key, cited.ref(clause), transport_zh=row.transport_zh)
            place: Loc = (*loc, "levels", level.value)
            measures.table[key].append(Entry(cited, rule, file, place))


def build_city_measures(file: RuleFile, shelf: Shelf, measures: MeasureShelf) -> None:
    """Put a bureau's own rows on the shelf."""
    model: schema.CityMeasuresFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, f"city.{model.edition}", sources, shelf=shelf)
    build_rows(file, model.rows, head, sources, shelf, measures, root="rows")


def build_industry(file: RuleFile, shelf: Shelf, measures: MeasureShelf) -> None:
    """Put one industry of one edition on the shelf, with its rows."""
    model: schema_grading.IndustryFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, f"grading.{model.edition}.{model.slug}", sources, shelf=shelf)
    cut = row_head(
        head, f"{head.rule_id}.cut", _WithClause(model.cut, "减排计量单位"), sources, ("cut",)
    )
    schemes = {s.name: tuple(s.scheme) for s in model.subtypes}
    industry = Industry(
        no=model.no,
        slug=model.slug,
        name_zh=model.name_zh,
        name_en=model.name_en,
        aliases=tuple(model.aliases),
        scheme=tuple(model.scheme),
        scheme_complete=model.scheme_complete,
        subtypes=tuple(schemes),
        subtype_scheme=schemes,
        cut_unit=model.cut.unit,
        continuous=model.cut.continuous,
        confidence=model.confidence,
        head=head,
        applies_to_zh=model.applies_to_zh,
        scheme_note_zh=model.scheme_note_zh,
        cut_reason_zh=model.cut.reason_zh,
        cut_ref=cut.ref(),
        subtype_aliases={
            plain_name(text): s.name for s in model.subtypes for text in (s.name, *s.aliases)
        },
        subtype_rated_under={s.name: s.rated_under for s in model.subtypes if s.rated_under},
        subtypes_complete=frozenset(s.name for s in model.subtypes if s.scheme_complete),
        missing=tuple(
            Missing(m.what, tuple(m.grades), tuple(m.levels), m.subtype, m.note_zh)
            for m in model.missing
        ),
        recalled=tuple(
            Recalled(r.item_zh, r.certainty, head.ref("凭记忆", Status.UNVERIFIED))
            for r in model.recalled
        ),
        local_measures=_local(file, model, head, sources, shelf),
    )
    measures.industries[model.slug].append(Entry(head, industry, file, ()))
    build_rows(file, model.measures, head, sources, shelf, measures, slug=model.slug)
    _check_industry(file, model, shelf)


class _WithClause:
    """A row without a clause of its own, given one."""

    def __init__(self, row: schema.Cited, clause: str) -> None:
        self.source, self.status, self.note, self.clause = row.source, row.status, row.note, clause


def _local(
    file: RuleFile,
    model: schema_grading.IndustryFile,
    head: RuleHead,
    sources: Sources,
    shelf: Shelf,
) -> tuple[LocalMeasure, ...]:
    out = []
    for i, row in enumerate(model.local_measures):
        loc: Loc = ("local_measures", i)
        if row.kind is not None:
            check_figure(row, file, loc, shelf)
        named = sources.find(row.source, loc)
        levels = tuple(level for level in LEVELS if row.alert in {level.value, "any"})
        out.append(
            LocalMeasure(
                industry=model.slug,
                place_zh=row.place_zh,
                dated=row.dated,
                alert=row.alert,
                levels=levels,
                grades=tuple(row.grades),
                subtype=row.subtype,
                kind=row.kind,
                share=row.share,
                hours=row.hours,
                hot_hold=row.hot_hold,
                text_zh=row.text_zh,
                ref=RuleRef(
                    rule_id=f"{head.rule_id}.local.{i + 1}",
                    edition=row.edition or row.dated,
                    clause=f"{row.place_zh} {row.dated}",
                    document="；".join(s.document for s in named),
                    status=row.status.value,
                ),
            )
        )
    return tuple(out)


def _check_industry(file: RuleFile, model: schema_grading.IndustryFile, shelf: Shelf) -> None:
    """Refuse rows outside the scheme, silent cells, and gaps declared although filled."""
    known = set(model.scheme).union(*(s.scheme for s in model.subtypes)) | {"any"}
    cells: set[tuple[str, str, str]] = set()
    for i, row in enumerate(model.measures):
        if model.scheme_complete and row.grade not in known:
            shelf.refuse("R018", file, ("measures", i, "grade"), detail=row.grade)
        for level in LEVELS:
            if getattr(row.levels, level.value) is not None:
                cells.add((row.subtype, row.grade, level.value))
    declared: set[tuple[str, str, str]] = set()
    for i, missing in enumerate(model.missing):
        if missing.what != "measures":
            continue
        for grade in missing.grades:
            for level in missing.levels:
                cell = (missing.subtype, grade, level.value)
                if cell in cells:
                    shelf.refuse("R017", file, ("missing", i), detail=" ".join(cell).strip())
                declared.add(cell)
    spoken = {(g, lv) for _, g, lv in cells | declared}
    for grade in sorted(known - {"any"}):
        for level in LEVELS:
            if (grade, level.value) not in spoken:
                shelf.refuse("R019", file, ("scheme",), detail=f"{grade} {level.value}")


def loosens(low: MeasureRule, high: MeasureRule) -> bool:
    """Whether `high`, the rule of the higher level, demands less than `low`."""
    if low.kind in FREE:
        return False
    if high.kind in FREE:
        return True
    if low.hours is not None and high.hours is not None and high.hours < low.hours:
        return True
    return (high.share or Fraction(0)) < (low.share or Fraction(0))
