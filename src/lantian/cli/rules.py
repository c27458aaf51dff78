"""``lantian rules``: what the rulebook holds, what one rule says, whether a folder is sound."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from lantian.cli import options
from lantian.cli.output import (
    EXIT_OK,
    EXIT_PROBLEMS,
    console,
    guarded,
    print_json,
    print_problems,
    problems_as_json,
)
from lantian.cli.rules_tables import COMMANDS
from lantian.kernel.calendar import BEIJING
from lantian.rulebook import check_rules, load_rulebook
from lantian.rulebook.air_tables import check_air
from lantian.rulebook.catalogue import SUBJECTS_ZH, catalogue
from lantian.rulebook.grading_tables import check_grading, load_grading
from lantian.rulebook.grading_tables.coverage import table_coverage
from lantian.rulebook.hj212_tables.load import check_hj212
from lantian.rulebook.monitoring_tables import check_monitoring
from lantian.rulebook.process_tables.load import check_processes
from lantian.rulebook.soil_tables.load import check_soil
from lantian.rulebook.status import coverage, head_as_dict, measure_text, show
from lantian.rulebook.water_tables import check_water

_STATUS_ZH = {
    "official": "官方",
    "secondary": "二手",
    "unverified": "待核实",
    "design": "系统设定",
}
_GRADE_ZH = {"leading": "引领", "non_leading": "非引领", "ungraded": "未评级", "any": "不分等级"}
_LEVEL_ZH = {"yellow": "黄", "orange": "橙", "red": "红"}


@click.group("rules")
def command() -> None:
    r"""Look into the rulebook and check rule files 查看和检查规则库.

    \b
    lantian rules status                     coverage: industries, rows by status, what is missing
    lantian rules list --subject air         every edition with dates, document, mark
    lantian rules show cement --on 2026-12-01
    lantian rules show law.emergency-measures --on 2026-08-14
    lantian rules check my-city-rules        check a folder of your own
    lantian rules template 铸造 foundry.xlsx   a grading table as a workbook to correct
    lantian rules import foundry.xlsx --to my-city-rules
    lantian rules diff 铸造 --rulebook my-city-rules
    lantian rules uncovered                  limits that no golden case touches
    """


for _command in COMMANDS:
    command.add_command(_command)


@command.command("status")
@options.rulebook
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@guarded
def status(rules: tuple[Path, ...], as_json: bool) -> None:
    r"""Print the coverage: rows by status and what is missing 规则覆盖情况.

    \b
    lantian rules status
    lantian rules status --json
    """
    found = coverage(load_rulebook(*rules))
    tables = {row["industry"]: row for row in table_coverage(load_grading(*rules))}
    for row in found["industries"]:
        row["indicators"] = tables.get(row["slug"])
    if as_json:
        print_json(found)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("序号", "行业", "等级体系"):
        table.add_column(title, overflow="fold")
    for title in (*_STATUS_ZH.values(), "通则", "地方", "缺失"):
        table.add_column(title, justify="right", no_wrap=True)
    for row in found["industries"]:
        scheme = "/".join(_GRADE_ZH.get(g, g) for g in row["scheme"]) or "未见"
        scheme += "" if row["scheme_complete"] or not row["scheme"] else "…"
        cells = [row["rows"][key] for key in _STATUS_ZH]
        cells += [row["general_rows"], row["local_rows"], row["missing"]]
        table.add_row(
            str(row["no"] or "—"), row["name_zh"], scheme, *(str(n) if n else "·" for n in cells)
        )
    out = _wide()
    out.print(table)
    totals = found["totals"]
    rows = "，".join(f"{_STATUS_ZH[key]} {n}" for key, n in totals["rows"].items() if n)
    out.print(
        f"措施格（等级×级别）：{rows}；缺失 {totals['missing']}；"
        f"没有自己措施行、只能用通则的行业 {totals['industries_without_own_rows']} 个"
    )
    for subject, by_status in found["rules"].items():
        words = "，".join(f"{_STATUS_ZH[key]} {n}" for key, n in by_status.items())
        out.print(f"{subject}：{words}")
    _print_tables(out, found["industries"])
    out.print("… 等级体系未见全文；通则 = 表内只重复按等级的通则；缺失的格按通则执行并注明")


def _print_tables(out: Console, industries: list[dict[str, Any]]) -> None:
    """Print how complete each grading table is, one row an industry."""
    table = Table(box=None, pad_edge=False, header_style="bold", title_justify="left")
    for title in ("序号", "分级指标表", "版本"):
        table.add_column(title, overflow="fold")
    for title in ("指标行", *_STATUS_ZH.values(), "继承", "须判断", "缺失", "完整等级"):
        table.add_column(title, justify="right", no_wrap=True)
    shown = [row for row in industries if row["indicators"]]
    for row in shown:
        own = row["indicators"]
        cells = [own["indicator_rows"], *(own["cells"][key] for key in _STATUS_ZH)]
        cells += [own["inherited_cells"], own["judged_cells"], own["absent"]]
        grades = len(own["complete"])
        of = sum(len(scheme) - 1 for scheme in own["schemes"].values())
        table.add_row(
            str(row["no"]), row["name_zh"], own["edition"],
            *(str(n) if n else "·" for n in cells), f"{grades}/{of}" if of else "体系未见",
        )  # fmt: skip
    out.print()
    out.print(table)
    out.print(f"有分级指标表的行业 {len(shown)} 个；完整等级 = 该等级每一行都已知（不论来源标记）")


@command.command("list")
@click.option("--subject", type=click.Choice(tuple(SUBJECTS_ZH)), help="One subject only. 门类")
@click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Only what is in force on that day. 日期"
)
@options.rulebook
@options.as_json
@guarded
def list_all(
    subject: str | None, day: datetime | None, rules: tuple[Path, ...], as_json: bool
) -> None:
    r"""List every edition of every rule with dates, document and mark 全部规则.

    \b
    lantian rules list
    lantian rules list --subject air --on 2026-12-01
    """
    found = [
        one
        for one in catalogue(*rules)
        if (subject is None or one.subject == subject)
        and (day is None or one.head.in_force(day.date()))
    ]
    if as_json:
        print_json(
            {
                "rules": [
                    {"subject": one.subject, "file": one.file} | head_as_dict(one.head)
                    for one in found
                ]
            }
        )
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("规则", "版本", "施行", "至", "标记", "文件与条款"):
        table.add_column(title, overflow="fold")
    for one in found:
        head = one.head
        table.add_row(
            head.rule_id, head.edition, head.valid_from.isoformat(),
            head.valid_to.isoformat() if head.valid_to else "今", _STATUS_ZH[head.status.value],
            f"{head.document} {head.clause}",
        )  # fmt: skip
    out = _wide()
    out.print(table)
    out.print(f"{len(found)} 条 rules")


@command.command("show")
@click.argument("key", metavar="ID|SLUG")
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The rule in force on that day; today in Beijing when not given. 日期",
)
@options.rulebook
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@guarded
def show_one(key: str, day: datetime | None, rules: tuple[Path, ...], as_json: bool) -> None:
    r"""Print one rule, or one industry with its measures 一条规则或一个行业.

    KEY is a rule id (law.performance-grading, response.alert, response.targets,
    response.switch.small-micro-spared …) or an industry (slug or Chinese name).

    \b
    lantian rules show 焦化
    lantian rules show response.alert --on 2021-01-05 --json
    """
    when = (day or datetime.now(BEIJING)).date()
    found = show(load_rulebook(*rules), key, when)
    if as_json:
        print_json(found)
    elif "industry" in found:
        _print_industry(found)
    else:
        for rule in found["rules"]:
            _print_rule(rule)


@command.command("check")
@click.argument("folders", metavar="[DIR]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@guarded
def check(folders: tuple[Path, ...], as_json: bool) -> None:
    r"""Check the packaged rules and those of DIR; exit 1 if anything is refused 检查规则文件.

    \b
    lantian rules check
    lantian rules check my-city-rules
    """
    # Every reader sees every file of DIR: what several refuse is said once.
    problems = tuple(
        dict.fromkeys(
            (
                *check_rules(*folders),
                *check_grading(*folders),
                *check_air(*folders),
                *check_monitoring(*folders),
                *check_water(*folders),
                *check_soil(*folders),
                *check_processes(*folders),
                *check_hj212(*folders),
            )
        )
    )
    if as_json:
        print_json(problems_as_json(problems))
    elif problems:
        print_problems(problems)
    else:
        console().print(f"规则库没有问题。{len(catalogue(*folders))} 条规则。No problem.")
    sys.exit(EXIT_PROBLEMS if problems else EXIT_OK)


def _wide() -> Console:
    """Return the shared console, wide enough for the tables where nobody's window is narrower."""
    out = console()
    if not out.is_terminal:
        out.width = 120
    return out


def _print_rule(rule: dict[str, Any]) -> None:
    out = _wide()
    end = rule["valid_to"] or "今"
    out.print(f"[bold]{rule['rule_id']}[/]  {rule['edition']}  {rule['valid_from']} — {end}")
    out.print(f"  {rule['document']}  {rule['clause']}  （{rule['status_zh']}）")
    for name in ("cite_zh", "text_zh", "text_en", "index", "pollutant", "default", "note"):
        if rule.get(name) not in (None, ""):
            out.print(f"  {rule[name]}")
    if "value" in rule:
        out.print(f"  {rule['value']} {rule['unit']}")
    for level, trigger in rule.get("triggers", {}).items():
        out.print(f"  {_LEVEL_ZH[level]}：{trigger['when']}（{_STATUS_ZH[trigger['status']]}）")
    for level, ratios in rule.get("ratio", {}).items():
        words = "，".join(f"{p} {share:.0%}" for p, share in ratios.items())
        out.print(f"  {_LEVEL_ZH[level]}：{words}")
    for line in rule.get("remarks_zh", []):
        out.print(f"  {line}")
    for source in rule["sources"]:
        out.print(f"  来源 {source['id']}：{source['document']} {source['address']}")


def _print_industry(found: dict[str, Any]) -> None:
    out = _wide()
    industry, head = found["industry"], found["head"]
    out.print(
        f"[bold]{industry['no']} {industry['name_zh']}[/] {industry['name_en']} ({found['id']})"
    )
    out.print(f"  {head['document']}  {head['edition']}  （{head['status_zh']}，{head['note']}）")
    out.print(f"  适用：{industry['applies_to_zh']}")
    out.print(f"  等级体系：{industry['scheme_note_zh'] or '/'.join(industry['scheme'])}")
    out.print(
        f"  减排计量：{industry['cut_unit']}，{industry['cut_reason_zh']}"
        f"（{_STATUS_ZH[industry['cut_status']]}）"
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("等级", "分支", "黄", "橙", "红", "运输", "出处"):
        table.add_column(title, overflow="fold")
    measures = found["measures"]
    for i in range(0, len(measures), 3):
        three = measures[i : i + 3]
        first = three[0]
        marks = "/".join(dict.fromkeys(_STATUS_ZH[m["status"]] for m in three))
        table.add_row(
            _GRADE_ZH.get(first["grade"], first["grade"]),
            first["subtype"] or "—",
            *(measure_text(m) for m in three),
            first["transport_zh"] or "—",
            ("通则" if all(m["general"] for m in three) else "行业表") + f"（{marks}）",
        )
    out.print(table)
    for row in found["local_measures"]:
        grades = "/".join(_GRADE_ZH.get(g, g) for g in row["grades"])
        out.print(
            f"  地方 {row['place_zh']} {row['dated']} {row['alert']} {grades}：{row['text_zh']}"
        )
    for row in found["recalled"]:
        out.print(f"  凭记忆（待核实）：{row['item_zh']}")
    for row in industry["missing_items"]:
        out.print(f"  缺失 {row['what']} {'/'.join(row['grades'])}：{row['note_zh']}")
