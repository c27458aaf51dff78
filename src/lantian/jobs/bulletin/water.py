"""The water bulletin: shares of classes, sections on their rivers, means and changes."""

from __future__ import annotations

from typing import Any

from lantian.domain.water import pollutants
from lantian.domain.water.change import mean_change_pct, section_word
from lantian.domain.water.mean import mean_of_items
from lantian.domain.water.reading import displayed
from lantian.domain.water.region import Region, RegionMethod
from lantian.domain.water.target import share_reached_pct
from lantian.jobs.bulletin.air import hex_colour
from lantian.jobs.bulletin.document import (
    Bulletin,
    Cell,
    ChartBlock,
    Figure,
    Paragraph,
    Part,
    Section,
    TableBlock,
    Words,
    paragraph,
)
from lantian.jobs.bulletin.words import PERCENT, POINTS, change_part, of_city, period_words
from lantian.jobs.water.periods import SectionPeriod
from lantian.jobs.water.summary import ALL, GroupRow, WaterSummary
from lantian.rulebook.water_tables.model import INFERIOR, Body

_CHANGES_EN = {
    "无明显变化": "no clear change", "有所好转": "better", "明显好转": "much better",
    "有所变差": "worse", "明显变差": "much worse",
}  # fmt: skip
_MEANS = ("do", "codmn", "cod", "bod5", "nh3n", "tp")
_OVERVIEW = (
    "{when}，评价断面{sections}个，Ⅰ—Ⅲ类{good}个，占{share}%[，同比{share_w}{share_f}{share_u}]；"
    "劣Ⅴ类{inferior}个，占{inferior_share}%[，同比{inferior_w}{inferior_f}{inferior_u}]；总体水质为{word}。",
    "{when}: of {sections} sections {good} are of class I to III, {share} %"
    "[ ({share_w}{share_f}{share_u} on the year before)]; {inferior} are worse than V, "
    "{inferior_share} %[ ({inferior_w}{inferior_f}{inferior_u})]. Overall: {word}.",
)
_TARGETS = (
    "有目标的断面{targets}个，达标{reached}%。",
    "Of {targets} sections with a target {reached} % reach it.",
)
_MEAN = (
    "{name}平均浓度{value} mg/L[，同比{w}{f}{u}]。",
    "{name}: mean {value} mg/L[ ({w}{f}{u})].",
)


def water_bulletin(
    run: WaterSummary, name: str, *, city: str = "", invented: bool = False
) -> Bulletin:
    """Return the water bulletin of a summary."""
    when = period_words(run.period)
    bulletin = Bulletin(
        name,
        Words(
            f"{city}{when.zh}地表水环境质量通报",
            f"Surface water{of_city(city)}, {when.en}",
        ),
        Words(
            f"{run.period.first} 至 {run.period.last}", f"{run.period.first} to {run.period.last}"
        ),
        invented=invented,
    )
    bulletin.sections = water_sections(run, bulletin)
    bulletin.notes = water_notes(run)
    return bulletin


def water_sections(run: WaterSummary, bulletin: Bulletin) -> list[Section]:
    """Return the sections of the bulletin."""
    whole = next(g for g in run.groups if g.by == ALL)
    return [
        Section(
            Words("水质总体情况", "Water: overview"), (overview(whole, run, bulletin), shares(run))
        ),
        Section(
            Words("断面水质", "Water: sections"),
            (
                section_map(run),
                section_table(run, bulletin),
                *short_sections(run, bulletin),
                *_means(whole, run, bulletin),
            ),
        ),
    ]


def overview(whole: GroupRow, run: WaterSummary, bulletin: Bulletin) -> Paragraph:
    """Return shares of classes, their change, the word and the targets in sentences."""
    region, before = whole.region, whole.before
    good = sum(region.by_class[n] for n in (1, 2, 3))
    ref = run.method.ref("ratio_method_sections")

    def put(key: str, shown: object, zh: str, en: str) -> Figure:
        return bulletin.put(f"water.{key}", shown, zh, en, ref)

    def change(key: str, now: Any, old: Any) -> dict[str, Part]:
        points = None if now is None or old is None else now - old
        how = (f"与上年同期 {old}% 相比", f"against {old} % a year before")
        return change_part(bulletin, f"water.{key}.change", points, POINTS, how, ref).parts(key)

    count, inferior = region.sections, region.by_class[INFERIOR]
    parts: dict[str, Part] = {
        "when": period_words(run.period),
        "sections": put("sections", count, "有类别的断面数", "sections with a class"),
        "good": put("good", good, "类别不劣于Ⅲ类的断面数", "sections of class I to III"),
        "share": put(
            "share", region.good_share_pct, f"{good} / {count} × 100", f"{good} / {count} × 100"
        ),
        "inferior": put("inferior", inferior, "劣Ⅴ类断面数", "sections worse than V"),
        "inferior_share": put(
            "inferior_share",
            region.inferior_share_pct,
            f"{inferior} / {count} × 100",
            f"{inferior} / {count} × 100",
        ),
        "word": Words(region.word_zh or "不作总体评价", region.word_en or "no common word"),
    }
    parts |= change("share", region.good_share_pct, before.good_share_pct if before else None)
    parts |= change(
        "inferior", region.inferior_share_pct, before.inferior_share_pct if before else None
    )
    sentences = [_OVERVIEW]
    targets = {f"{s.province}{s.name}": s.target for s in whole.sections if s.target is not None}
    reached = share_reached_pct(targets, run.method)
    if reached is not None:
        parts["targets"] = put(
            "targets", len(targets), "有目标类别的断面数", "sections with a target class"
        )
        parts["reached"] = put(
            "reached",
            reached,
            "类别不劣于目标的断面比例",
            "share of sections not worse than their target",
        )
        sentences.append(_TARGETS)
    return paragraph(*sentences, **parts)


def _means(whole: GroupRow, run: WaterSummary, bulletin: Bulletin) -> tuple[Paragraph, ...]:
    """Return the mean of each main item over the sections with its change from unrounded means."""
    now = mean_of_items([s.means for s in whole.sections])
    before = (
        mean_of_items([s.means for s in whole.sections_before]) if whole.sections_before else {}
    )
    parts: dict[str, Part] = {}
    sentences = []
    for key in _MEANS:
        item = run.limits.items[key]
        if key not in now:
            continue
        digits = item.digits_raw if item.digits_raw is not None else item.digits
        exact = f"{float(now[key]):.6g}"
        ref = run.method.ref("digits_change_pct")
        parts[f"{key}_name"] = Words(item.name_zh, item.name_en)
        parts[f"{key}_value"] = bulletin.put(
            f"water.{key}.mean", displayed(now[key], digits),
            f"{len(whole.sections)} 个断面均值的平均 {exact}", f"mean over {len(whole.sections)} sections, {exact}",
            item.ref,
        )  # fmt: skip
        pct = mean_change_pct(now[key], before[key], run.method) if key in before else None
        how = (
            f"未修约均值 {exact} 与上年 {float(before[key]):.6g} 相比" if key in before else "",
            f"unrounded means: {exact} against {float(before[key]):.6g}" if key in before else "",
        )
        change = change_part(bulletin, f"water.{key}.change", pct, PERCENT, how, ref).parts(key)
        parts |= {f"{key}_{end}": change[f"{key}_{end}"] for end in "wfu"}
        zh, en = (text.replace("{", f"{{{key}_") for text in _MEAN)
        sentences.append((zh, en))
    return (paragraph(*sentences, **parts),) if sentences else ()


def shares(run: WaterSummary) -> ChartBlock:
    """Return the stacked shares of classes: the whole and its groups, now and a year before."""
    rows: list[dict[str, Any]] = []
    for group in run.groups[:12]:
        name = (
            Words("全部断面", "all sections")
            if group.by == ALL
            else Words(group.region.name, group.region.name)
        )
        rows.append(_share_row(name, group.region, run))
        if group.before is not None and group.before.sections:
            old = Words(
                f"　{run.period.year_before().label} 同期", f"  {run.period.year_before().label}"
            )
            rows.append(_share_row(old, group.before, run))
    title = Words("各类水质断面比例", "Shares of classes")
    return ChartBlock("shares", title, {"rows": rows, "legend": _legend(run)})


def _share_row(label: Words, region: Region, run: WaterSummary) -> dict[str, Any]:
    parts = [
        {
            "share": count / region.sections, "colour": hex_colour(run.method.water_class(n).colour),
            "label": f"{run.method.water_class(n).name_zh} {count}", "dark": n in (1, 2, 3, INFERIOR),
        }
        for n, count in region.by_class.items()
        if count
    ]  # fmt: skip
    return {"label": label, "parts": parts, "text": str(region.sections)}


def _legend(run: WaterSummary) -> list[dict[str, Any]]:
    return [
        {
            "label": Words(f"{c.name_zh} {c.quality_zh}", f"{c.name_zh} {c.quality_en}"),
            "colour": hex_colour(c.colour),
        }
        for c in run.method.classes
    ]


def section_map(run: WaterSummary) -> ChartBlock:
    """Return the sections as squares in the colour of their class, one line a river."""
    rivers: dict[str, list[dict[str, Any]]] = {}
    for one, _ in run.sections:
        if one.found.number is None:
            continue
        own = run.method.water_class(one.found.number)
        rivers.setdefault(one.info.words.get("river") or one.info.words.get("basin") or "—", []).append({
            "name": one.name, "class": own.name_zh, "colour": hex_colour(own.colour),
            "dark": own.number in (1, 2, 3, INFERIOR),
        })  # fmt: skip
    data = {
        "rivers": [{"label": name, "sections": sections} for name, sections in rivers.items()],
        "legend": _legend(run),
    }
    return ChartBlock("sections", Words("断面水质类别", "Classes of the sections"), data)


def section_table(run: WaterSummary, bulletin: Bulletin) -> TableBlock:
    """Return one row a section: class, change, target, main pollutants."""
    rows: list[tuple[Cell, ...]] = []
    for one, before in run.sections:
        number = one.found.number
        name = "—" if number is None else run.method.water_class(number).name_zh
        old: Part = "—"
        word: Part = "—"
        if before is not None and before.found.number is not None and number is not None:
            old = run.method.water_class(before.found.number).name_zh
            zh = section_word(number, before.found.number)
            word = Words(zh, _CHANGES_EN[zh])
        rows.append(
            (one.name, name, old, word, _target(one.target, run), _main(one, run, bulletin))
        )
    head = (
        Words("断面", "section"), Words("类别", "class"), Words("上年同期", "year before"),
        Words("变化", "change"), Words("目标", "target"),
        Words("主要污染指标（超标倍数）", "main pollutants (exceed)"),
    )  # fmt: skip
    return TableBlock(Words("断面类别", "Sections by class"), head, tuple(rows))


def _main(one: SectionPeriod, run: WaterSummary, bulletin: Bulletin) -> Cell:
    """Return the main pollutants of a section, each multiple with its mark."""
    parts: list[Part] = []
    for item in pollutants.of_section(one.found, run.method):
        name = Words(item.item.name_zh, item.item.name_en)
        parts += [", ", name] if parts else [name]
        if item.multiple is not None:
            words = f"{one.name} {item.item.name_zh} {float(item.value):.6g}"
            limit = item.item.limits[one.found.body or Body.RIVER][2]
            figure = bulletin.put(
                f"water.{one.province}{one.name}.{item.item.key}", item.multiple,
                f"{words}，(C − Ⅲ类限值 {float(limit):g}) / 限值",  # type: ignore[arg-type]
                f"{words}: (C − limit of class III, {float(limit):g}) / limit",  # type: ignore[arg-type]
                item.item.ref,
            )  # fmt: skip
            parts += ["(", figure, ")"]
    return tuple(parts) or "—"


def short_sections(run: WaterSummary, bulletin: Bulletin) -> tuple[Paragraph, ...]:
    """Return which sections lack months of the period, nothing where none does."""
    whole = len(run.period.months())
    parts: dict[str, Part] = {}
    zh, en = [], []
    for i, (one, _) in enumerate(run.sections):
        if one.months < whole:
            parts[f"m{i}"] = bulletin.put(
                f"water.{one.province}{one.name}.months", one.months,
                f"{one.name} 有数据的月数，全期 {whole} 个月", f"months with data of {one.name}, of {whole}",
                run.method.ref("year_months"),
            )  # fmt: skip
            zh.append(f"{one.name}{{m{i}}}个月")
            en.append(f"{one.name} {{m{i}}}")
    if not zh:
        return ()
    return (
        paragraph(
            (f"数据不足全期的断面：{'、'.join(zh)}。", f"Months with data: {', '.join(en)}."),
            **parts,
        ),
    )


def _target(target: Any, run: WaterSummary) -> Part:
    if target is None:
        return "—"
    name = run.method.water_class(target.target).name_zh
    zh, en = {True: ("达标", "met"), False: ("未达标", "missed"), None: ("未评价", "unknown")}[
        target.reached
    ]
    return Words(f"{name} {zh}", f"{name} {en}")


def water_notes(run: WaterSummary) -> list[Words]:
    """Return what a reader must know: standard, method of the word, unused rows."""
    heads = (run.limits.head.document, run.method.head.document)
    found = [
        Words(
            f"水：{'；'.join(heads)}；类别由未修约均值判定。",
            f"Water: {'; '.join(heads)}; classes from unrounded means.",
        )
    ]
    whole = next(g for g in run.groups if g.by == ALL)
    if whole.region.method is RegionMethod.MEAN:
        found.append(
            Words(
                "断面少于5个，总体水质按各断面均值评价。",
                "Fewer than five sections: judged by the mean over them.",
            )
        )
    if run.rows_unused:
        found.append(Words(f"原始数据 {run.rows_read} 行，未使用 {run.rows_unused} 行。",
                           f"{run.rows_read} rows of data, {run.rows_unused} not used."))  # fmt: skip
    found += [Words(f"待定：{text}", f"Open: {text}") for text in run.method.open_zh]
    return found
