"""What ``lantian grade`` prints: one firm whole, or a city by its counts."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lantian.adapters.paper.grade_sheet import gain_zh, shown_facts
from lantian.domain.grading.assess import grade_zh
from lantian.domain.grading.batch import grades_in_order, sentence_zh
from lantian.domain.grading.grade import label_of
from lantian.domain.grading.result import FirmResult, PartResult
from lantian.domain.grading.way_up import WayUp
from lantian.jobs.grading.run import GradeRun
from lantian.jobs.grading.summary import summary_of
from lantian.jobs.grading.ways import Winters
from lantian.kernel.trace import Trace
from lantian.rulebook.grading_tables.model import DIMENSIONS

_FEW = 3
_MOST_STEPS = 12


def print_run(run: GradeRun, winters: Winters, out: Console, *, explain: bool) -> None:
    """Print every firm where there are few, the counts of the city where there are many."""
    if not run.results:
        out.print("没有可评级的企业。No firm to grade.")
        return
    if len(run.results) <= _FEW:
        for result in run.results:
            _print_firm(result, winters, out, explain=explain)
    else:
        _print_city(run, out)
    if run.unused:
        out.print(f"{run.unused} 项申报事实未能使用，原因见问题表 facts that could not be used")


def _print_city(run: GradeRun, out: Console) -> None:
    summary = summary_of(run)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("等级")
    table.add_column("企业数", justify="right")
    for grade, count in grades_in_order(summary):
        table.add_row(grade_zh(grade) or "不能判定", str(count))
    out.print(table)
    for sentence in sentence_zh(summary):
        out.print(sentence)
    if summary.provisional:
        out.print(f"其中 {summary.provisional} 家的等级依据待核实条款，为暂定等级 provisional。")


def _print_firm(result: FirmResult, winters: Winters, out: Console, *, explain: bool) -> None:
    label = grade_zh(result.grade) or "不能判定 undecidable"
    tail = "　暂定（依据待核实条款）provisional" if result.provisional else ""
    name = escape(result.name or result.firm_id)
    out.print(f"[bold]{name}[/]　[bold]{label}[/]（{result.basis.label_zh}）{tail}")
    for part, ways in zip(result.parts, winters.ways(result), strict=True):
        _print_part(part, out, explain=explain)
        for way in ways:
            _print_way(way, out, given=winters.given)


def _print_part(part: PartResult, out: Console, *, explain: bool) -> None:
    head = part.table.head if part.table else None
    name = part.industry_zh + (f"（{part.subtype}）" if part.subtype else "")
    edition = f"{head.edition} 年版" if head else ""
    out.print(
        f"\n{escape(name)} {edition}：可证 {label_of(part.proven) or '—'}，可能 {label_of(part.possible) or '—'}"
    )
    for note in part.notes_zh:
        out.print(f"  {escape(note)}")
    if part.rows:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for title in ("维度", "指标", "可证", "可能", "申报"):
            table.add_column(title, overflow="fold")
        for row in part.rows:
            table.add_row(
                DIMENSIONS[row.row.dimension],
                escape(row.row.item_zh),
                label_of(row.proven),
                label_of(row.possible),
                escape(shown_facts(row)) or "—",
            )
        out.print(table)
    if part.gate is not None and part.gate.trace is not None:
        out.print(f"  {escape(part.gate.trace.what_zh)}")
    if part.missing and part.table is not None:
        names = "、".join(part.table.facts[m].name_zh for m in part.missing)
        out.print(f"  缺少的事实：{escape(names)}")
    if part.to_judge:
        out.print(f"  须人工判断：{'、'.join(f'{row} {label_of(g)}' for row, g in part.to_judge)}")
    if explain:
        _print_trace(part.trace, out, 1)


def _print_trace(trace: Trace, out: Console, depth: int) -> None:
    value = f" → {trace.value}" if trace.value not in (None, "") else ""
    rule = trace.rule
    cite = f"  〔{rule.document} {rule.clause} {rule.status}〕" if rule else ""
    shown = "；".join(f"{v}" for v in trace.inputs.values()) if not trace.steps else ""
    out.print(f"{'  ' * depth}{escape(trace.what_zh)}{escape(value)} {escape(shown)}[dim]{cite}[/]")
    for step in trace.steps:
        _print_trace(step, out, depth + 1)


def _print_way(way: WayUp, out: Console, *, given: bool) -> None:
    out.print(
        f"\n[bold]提至 {grade_zh(way.target)}[/]：{way.rows_held}/{way.rows_total} 项指标已满足，"
        f"还差 {len(way.steps)} 项"
    )
    for step in way.steps[:_MOST_STEPS]:
        out.print(f"  {escape(step.words_zh)}")
    if len(way.steps) > _MOST_STEPS:
        out.print(f"  ……另有 {len(way.steps) - _MOST_STEPS} 项，用 --json 查看全部")
    gained = gain_zh(way, days_given=given)
    if gained:
        out.print(f"  减少停限产：{gained}")
