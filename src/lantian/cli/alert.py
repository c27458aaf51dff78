"""``lantian alert``: which alert a forecast calls for, and why; or a hindcast of real air."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.table import Table

from lantian.cli.output import (
    EXIT_OK,
    EXIT_PROBLEMS,
    console,
    guarded,
    print_json,
    print_problems,
    problems_as_json,
)
from lantian.domain.response.alert.hindcast_page import hindcast_markdown
from lantian.domain.response.alert.model import AlertProposal, Episode, end_zh, stamp, start_zh
from lantian.domain.response.alert.procedure import Signature
from lantian.domain.response.alert.wording import bridge_text, bridging_text, condition_text
from lantian.jobs.alert import AlertRun, run_alert, run_hindcast
from lantian.kernel.trace import RuleRef
from lantian.rulebook.model import AlertRuleSet, Status


@click.command("alert")
@click.argument("forecast", required=False, type=click.Path(path_type=Path))
@click.option("--on", metavar="DATE", help="Date, or date and hour, of issue (Beijing time).")
@click.option("--rules", "edition", metavar="NAME", help="Rule set, e.g. national-2024.")
@click.option(
    "--rulebook",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Folder of further rule files. 地方规则目录",
)
@click.option(
    "--hindcast",
    "measured",
    type=click.Path(path_type=Path),
    help="Judge a measured daily series under both national rule sets instead.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@guarded
def command(
    forecast: Path | None,
    on: str | None,
    edition: str | None,
    rulebook: tuple[Path, ...],
    measured: Path | None,
    as_json: bool,
) -> None:
    r"""Propose an alert level from a forecast 由预报提出预警级别建议.

    The CSV has the columns date/日期, aqi/AQI and, ideally, primary_pollutant/首要污染物.
    Exit 0 also when no alert is called for; 1 when the forecast holds errors; 2 when it cannot
    be read.

    \b
    lantian alert city/forecast.csv
    lantian alert forecast.csv --on "2026-01-04 16" --rules national-2018 --json
    lantian alert --hindcast tianjin.csv
    """
    if (forecast is None) == (measured is None):
        raise click.UsageError("请给出一个预报文件，或用 --hindcast FILE。Give one forecast CSV.")
    if measured is not None:
        _hindcast(measured, as_json)
        return
    assert forecast is not None
    run = run_alert(forecast, on=on, edition=edition, rulebook=rulebook)
    if as_json:
        print_json(_as_json(run))
    else:
        _print(run)
    sys.exit(EXIT_OK if run.proposal is not None else EXIT_PROBLEMS)


def _hindcast(measured: Path, as_json: bool) -> None:
    run = run_hindcast(measured)
    if as_json:
        print_json({"series": run.facts.as_dict(), "rule_sets": [t.as_dict() for t in run.tables]})
    else:
        click.echo(hindcast_markdown(run.facts, run.tables), nl=False)


def _as_json(run: AlertRun) -> dict[str, object]:
    proposal = run.proposal.as_dict() if run.proposal else None
    out: dict[str, object] = {
        "proposal": proposal,
        "rows_read": run.forecast.rows_read,
        "rows_used": run.forecast.rows_used,
    }
    if run.procedure is not None:
        out["procedure"] = run.procedure.as_dict()
    return out | problems_as_json(run.problems)


def _print(run: AlertRun) -> None:
    if run.proposal is None or run.rules is None:
        click.echo("预报有错误，未提出建议。The forecast has errors; nothing is proposed.\n")
    else:
        _print_proposal(run.proposal, run.rules, run.procedure)
    if run.problems:
        click.echo("")
        print_problems(run.problems)


def _print_proposal(p: AlertProposal, rules: AlertRuleSet, act: Signature | None) -> None:
    out = console()
    if p.level is None:
        out.print("[bold]建议：不启动预警[/]  No alert is called for.")
    else:
        style = {"yellow": "yellow", "orange": "dark_orange", "red": "red"}[p.level.value]
        out.print(
            f"[bold]建议：[{style}]{p.level.label_zh}预警（{p.level.roman}级）[/{style}][/]  "
            f"Proposed: {p.level.value} alert"
        )
    if p.needs_confirmation:
        other = p.level_if_unknown_excluded
        zh = f"{other.label_zh}预警" if other else "不启动预警"
        out.print(
            f"[bold]需确认首要污染物[/]：{'、'.join(p.unknown_primary)} 未给出；"
            f"若不是{rules.pollutant}，则为{zh}。Confirm the primary pollutant."
        )
    if p.leans_on_bridging:
        zh, en = bridging_text(p, rules.lift_below_hours)
        out.print(f"[bold]依赖合并计算[/]：{zh} {en}")
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(ratio=1, overflow="fold")
    if p.episode is not None and p.start is not None and p.end is not None:
        for row in _period_rows(p, rules, p.episode):
            table.add_row(*row)
    if act is not None:
        table.add_row("签发 Signature", f"{act.text_zh}{_mark(act.ref)}\n[dim]{act.text_en}[/]")
    if p.why_not_next is not None:
        table.add_row(
            f"为何不是{p.why_not_next.level.label_zh}\nWhy not {p.why_not_next.level.value}",
            f"{p.why_not_next.text_zh}\n[dim]{p.why_not_next.text_en}[/]",
        )
    if p.excluded:
        days = "、".join(f"{w.label()}（{'，'.join(w.primary)}）" for w in p.excluded)
        table.add_row(
            "未计入 Excluded",
            f"{days}：首要污染物不是{rules.pollutant}，不启动应急响应。{_mark(rules.pollutant_ref)}",
        )
    others = [e for e in p.episodes if e is not p.episode and e.level is not None]
    for e in others:
        assert e.level is not None
        table.add_row(
            "另一过程 Also",
            f"{start_zh(e.start)}至{end_zh(e.end)}：{e.level.label_zh} {e.level.value}",
        )
    if p.missing:
        table.add_row("缺测 Unknown", "、".join(p.missing))
    table.add_row("规则 Rules", f"{p.rule_set} {rules.head.document}{_mark(rules.head.ref())}")
    out.print(table)


def _period_rows(p: AlertProposal, rules: AlertRuleSet, episode: Episode) -> list[tuple[str, str]]:
    assert p.level is not None
    assert p.start is not None
    assert p.end is not None
    assert p.latest_issue is not None
    zh, en = condition_text(rules.triggers[p.level])
    finding = next(f for f in episode.findings if f.level is p.level)
    year = f"{p.start.year}-"
    windows = "\n".join(
        f"AQI{'≥' if t.threshold.inclusive else '>'}{t.threshold.aqi} "
        f"{t.hours_found}小时：{'、'.join(w.removeprefix(year) for w in t.windows)}"
        f"{''.join(bridge_text(t))}"
        for t in finding.thresholds
        if t.met
    )
    open_text = (
        "（预报期末仍未低于触发条件，结束时间待定 still above at its end）" if p.end_open else ""
    )
    rows = [
        ("起 Start", f"{start_zh(p.start)}  {stamp(p.start)}"),
        ("止 End", f"{end_zh(p.end)}{open_text}  {stamp(p.end)}"),
        ("条款 Clause", f"{finding.ref.clause}：{zh}{_mark(finding.ref)}\n[dim]{en}[/]"),
        ("触发时段 Days", windows),
        ("提前量 Lead", _lead(p, rules)),
        ("解除 Lift", _lift(p, rules, episode)),
    ]
    for step in p.history[1:]:
        assert step.level is not None
        rows.append(
            (
                "其后 Then",
                f"{start_zh(step.start)}至{end_zh(step.end)}降为{step.level.label_zh} "
                f"downgrade to {step.level.value}",
            )
        )
    return rows


def _lead(p: AlertProposal, rules: AlertRuleSet) -> str:
    assert p.latest_issue is not None
    latest = f"最迟 {end_zh(p.latest_issue)} 发布 issue by {stamp(p.latest_issue)}"
    if p.lead_met is None:
        text = f"须提前{p.lead_needed_hours}小时；{latest}"
    elif p.lead_met:
        text = f"提前{p.lead_hours}小时，满足{p.lead_needed_hours}小时要求 met"
    else:
        text = (
            f"仅提前{p.lead_hours}小时，不足{p.lead_needed_hours}小时：经会商立即发布 "
            "not met: issue at once"
        )
    return text + _mark(rules.lead_ref)


def _lift(p: AlertProposal, rules: AlertRuleSet, episode: Episode) -> str:
    assert p.end is not None
    need = rules.lift_below_hours
    if p.end_open:
        text = f"预报期内不能解除；须低于触发条件且预报持续{need}小时以上"
    elif p.lift_confirmed:
        text = (
            f"{end_zh(p.end)}起可解除：其后预报有{episode.below_hours}小时低于触发条件（须{need}）"
        )
    else:
        text = (
            f"{end_zh(p.end)}起低于触发条件，但预报只覆盖其后{episode.below_hours}小时"
            f"（须{need}小时），须再会商确认"
        )
    return text + _mark(rules.lift_ref)


def _mark(ref: RuleRef) -> str:
    status = Status(ref.status)
    return "" if status is Status.OFFICIAL else f"（{status.label_zh}）"
