"""The bulletin of a round of grading: counts by grade and batch, from the summary of a run."""

from __future__ import annotations

from fractions import Fraction

from lantian.domain.grading.batch import KINDS, CitySummary, grades_in_order
from lantian.domain.grading.grade import label_of
from lantian.jobs.bulletin.document import (
    Bulletin,
    Figure,
    Paragraph,
    Part,
    Section,
    TableBlock,
    Words,
    paragraph,
)
from lantian.jobs.bulletin.words import of_city
from lantian.jobs.grading.run import GradeRun
from lantian.jobs.grading.summary import summary_of
from lantian.kernel.rounding import round_fraction
from lantian.kernel.trace import RuleRef

_KIND_WORDS = {
    "A": Words("A级", "grade A"),
    "B": Words("B级（含B-级）", "grade B (with B-)"),
    "leading": Words("引领性", "leading"),
}
_OVERVIEW = (
    "截至{day}，{city}列入清单并评级的企业{firms}家，其中{kinds}，合计{noticed}家，占{share}%。",
    "As of {day}, {firms} listed firms of {city} were graded: {kinds}; together {noticed}, {share} %.",
)


def grading_bulletin(
    run: GradeRun, name: str, *, city: str = "", invented: bool = False
) -> Bulletin:
    """Return the bulletin of a run of grading."""
    bulletin = Bulletin(
        name,
        Words(
            f"{city}重污染天气重点行业绩效分级结果通报",
            f"Performance grading{of_city(city)}: results",
        ),
        Words(f"{run.day}", f"{run.day}"),
        invented=invented,
    )
    bulletin.sections = grading_sections(run, bulletin, city)
    bulletin.notes = grading_notes(run)
    return bulletin


def grading_sections(run: GradeRun, bulletin: Bulletin, city: str) -> list[Section]:
    """Return overview and batches."""
    summary = summary_of(run)
    blocks = (_overview(summary, run, bulletin, city), _grades(summary, bulletin))
    return [
        Section(Words("绩效分级总体情况", "Overview of grading"), blocks),
        Section(Words("各批次", "Batches"), (_batches(summary, bulletin),)),
    ]


def _ref(run: GradeRun) -> RuleRef | None:
    process = run.rules.process(run.province, run.day) if run.province else None
    return process.head.ref() if process else None


def _overview(summary: CitySummary, run: GradeRun, bulletin: Bulletin, city: str) -> Paragraph:
    def put(key: str, shown: object, zh: str, en: str) -> Figure:
        return bulletin.put(f"grading.{key}", shown, zh, en, _ref(run))

    share = round_fraction(Fraction(summary.noticed * 100, summary.firms or 1), 1)
    parts: dict[str, Part] = {
        "day": str(run.day),
        "city": Words(city or "本市", city or "the city"),
        "firms": put("firms", summary.firms, "评级企业数", "firms graded"),
        "noticed": put(
            "noticed", summary.noticed, "A级、B级、引领性企业之和", "grades A and B, leading"
        ),
        "share": put("share", share, *[f"{summary.noticed} / {summary.firms} × 100"] * 2),
    }
    zh, en = [], []
    for kind in KINDS:
        parts[kind] = put(
            kind,
            summary.kind(kind),
            f"{_KIND_WORDS[kind].zh}企业数",
            f"firms of {_KIND_WORDS[kind].en}",
        )
        zh.append(f"{_KIND_WORDS[kind].zh}{{{kind}}}家")
        en.append(f"{{{kind}}} {_KIND_WORDS[kind].en}")
    sentence = (
        _OVERVIEW[0].replace("{kinds}", "、".join(zh)),
        _OVERVIEW[1].replace("{kinds}", ", ".join(en)),
    )
    return paragraph(sentence, **parts)


def _grades(summary: CitySummary, bulletin: Bulletin) -> TableBlock:
    rows: list[tuple[Part, ...]] = []
    for grade, count in grades_in_order(summary):
        label = Words(label_of(grade) or "不能判定", grade or "not decidable")
        figure = bulletin.put(
            f"grading.grade.{grade}", count, f"{label.zh}企业数", f"firms: {label.en}"
        )
        rows.append((label, figure))
    title = Words("各等级企业数", "Firms by grade")
    return TableBlock(title, (Words("等级", "grade"), Words("企业", "firms")), tuple(rows))


def _batches(summary: CitySummary, bulletin: Bulletin) -> TableBlock:
    rows: list[tuple[Part, ...]] = []
    for i, one in enumerate(summary.rounds):
        cells = [
            bulletin.put(f"grading.round.{i}.{kind}", one.counts.get(kind, 0),
                         f"{one.name_zh}{_KIND_WORDS[kind].zh}企业数", f"round {i + 1}: {_KIND_WORDS[kind].en}")
            for kind in KINDS
        ]  # fmt: skip
        total = bulletin.put(
            f"grading.round.{i}.total", one.total, f"{one.name_zh}合计", f"round {i + 1}: together"
        )
        rows.append((Words(one.name_zh, f"{one.year}, round {i + 1}"), *cells, total))
    return TableBlock(
        Words("各批次公布企业数", "Firms by batch"),
        (Words("批次", "batch"), *(_KIND_WORDS[k] for k in KINDS), Words("合计", "together")),
        tuple(rows),
    )


def grading_notes(run: GradeRun) -> list[Words]:
    """Return what a reader must know: process, provisional grades, facts not used."""
    found = []
    ref = _ref(run)
    if ref is not None:
        found.append(Words(f"绩效分级：{ref.document}。", f"Grading: {ref.document}."))
    provisional = summary_of(run).provisional
    if provisional:
        found.append(
            Words(
                f"其中 {provisional} 家的等级依据待核实条款，为暂定等级。",
                f"{provisional} grades lean on unverified rows and are provisional.",
            )
        )
    if run.unused:
        found.append(
            Words(f"申报事实中 {run.unused} 项未使用。", f"{run.unused} facts were not used.")
        )
    return found
