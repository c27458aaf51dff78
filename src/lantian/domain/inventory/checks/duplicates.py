"""Rows written twice and rows that hang in the air.

Covers: duplicate firm or line, a line without its firm, a firm without a line.
"""

from __future__ import annotations

from collections.abc import Iterator

from lantian.domain.inventory.checks.context import Context
from lantian.domain.inventory.checks.grounds import FIELDS, GUARD, REVIEW_2024
from lantian.domain.inventory.checks.rule import Finding, Found, check
from lantian.kernel.problem import Severity


@check(
    "L120",
    Severity.ERROR,
    "firm",
    "firm_id",
    title=("缺企业编号", "firm id missing"),
    message=(
        "企业“{name}”没有编号，生产线无法对应到它",
        "firm “{name}” has no id; no line can refer to it",
    ),
    remedy=("给每家企业一个不重复的编号", "give every firm an id of its own"),
    why=("编号把企业、生产线和措施连起来", "ids tie firms, lines and measures together"),
    ground=FIELDS,
)
def firm_id_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Firms without an id."""
    for firm in context.inventory.firms:
        if not firm.firm_id.strip():
            yield found("firm", firm.row, "firm_id", name=firm.name)


@check(
    "L121",
    Severity.ERROR,
    "firm",
    "firm_id",
    title=("企业编号重复", "firm id used twice"),
    message=(
        "企业编号“{firm_id}”在第{first}行已有（“{first_name}”），本行是“{name}”",
        "firm id “{firm_id}” is already used in row {first} (“{first_name}”); this row is “{name}”",
    ),
    remedy=(
        "同一企业只留一行；不同企业请另编一个编号，并改正其生产线和措施",
        "keep one row for one firm; give another firm another id, in its lines and measures too",
    ),
    why=("重复会使减排量重复计算", "a repeated firm is counted twice"),
    ground=GUARD,
)
def firm_id_twice(context: Context, found: Found) -> Iterator[Finding]:
    """Second and later firms with the same id."""
    firms = context.firms
    for firm in context.inventory.firms:
        first = firms[firm.firm_id]
        if first is not firm and firm.firm_id.strip():
            yield found(
                "firm",
                firm.row,
                "firm_id",
                firm_id=firm.firm_id,
                first=first.row,
                first_name=first.name,
                name=firm.name,
            )


@check(
    "L122",
    Severity.ERROR,
    "firm",
    "credit_code",
    title=("统一社会信用代码重复", "credit code used twice"),
    message=(
        "统一社会信用代码“{code}”在第{first}行已有（“{first_name}”），且两行不是许可证编号不同的两个厂区",
        "credit code “{code}” is already in row {first} (“{first_name}”), and the two rows are not "
        "two sites with permits of their own",
    ),
    remedy=(
        "同一厂区并为一行；同一企业的不同厂区请分别填各自的排污许可证编号",
        "merge rows of one site; give each site of one firm its own permit number",
    ),
    why=("重复会使减排量重复计算", "a repeated firm is counted twice"),
    ground=GUARD,
)
def credit_code_twice(context: Context, found: Found) -> Iterator[Finding]:
    """Second and later rows with the same code, unless they are sites with their own permits."""
    first_of: dict[str, tuple[int, str]] = {}
    permits: dict[str, set[str]] = {}
    for firm in context.inventory.firms:
        code, permit = firm.credit_code.strip(), firm.permit_no.strip()
        if not code:
            continue
        known = first_of.setdefault(code, (firm.row, firm.name))
        seen = permits.setdefault(code, set())
        if known[0] != firm.row and (not permit or permit in seen or "" in seen):
            row, name = known
            yield found("firm", firm.row, "credit_code", code=code, first=row, first_name=name)
        seen.add(permit)


@check(
    "L123",
    Severity.WARNING,
    "firm",
    "name",
    title=("名称相同而代码不同", "same name, different credit code"),
    message=(
        "“{name}”在第{first}行的统一社会信用代码是“{first_code}”，本行是“{code}”",
        "“{name}” has credit code “{first_code}” in row {first} and “{code}” here",
    ),
    remedy=(
        "查清是否同一企业，改正写错的名称或代码",
        "find out whether it is one firm; correct name or code",
    ),
    why=("多为同一企业重复列入", "most often one firm listed twice"),
    ground=GUARD,
)
def same_name_other_code(context: Context, found: Found) -> Iterator[Finding]:
    """Firms that share a name but not a code."""
    first_of: dict[str, tuple[int, str]] = {}
    for firm in context.inventory.firms:
        name, code = "".join(firm.name.split()), firm.credit_code.strip()
        if not name or not code:
            continue
        row, first_code = first_of.setdefault(name, (firm.row, code))
        if first_code != code:
            yield found(
                "firm",
                firm.row,
                "name",
                name=firm.name,
                first=row,
                first_code=first_code,
                code=code,
            )


@check(
    "L124",
    Severity.ERROR,
    "firm",
    "permit_no",
    title=("排污许可证编号重复", "permit number used twice"),
    message=(
        "排污许可证编号“{permit}”在第{first}行已有（“{first_name}”）",
        "permit number “{permit}” is already in row {first} (“{first_name}”)",
    ),
    remedy=("一个许可证对应一个厂区，改正或合并", "one permit is one site: correct or merge"),
    why=("重复会使减排量重复计算", "a repeated site is counted twice"),
    ground=GUARD,
)
def permit_twice(context: Context, found: Found) -> Iterator[Finding]:
    """Second and later rows with the same permit number and another or no code to tell by."""
    first_of: dict[str, tuple[int, str, str]] = {}
    for firm in context.inventory.firms:
        permit = firm.permit_no.strip()
        if not permit:
            continue
        row, name, code = first_of.setdefault(permit, (firm.row, firm.name, firm.credit_code))
        # The same code twice is L122 already; one slip should not be told twice.
        if row != firm.row and (code != firm.credit_code or not code):
            yield found("firm", firm.row, "permit_no", permit=permit, first=row, first_name=name)


@check(
    "L201",
    Severity.ERROR,
    "line",
    "line_id",
    title=("生产线重复", "line listed twice"),
    message=(
        "企业“{firm_id}”的生产线“{line_id}”在第{first}行已有",
        "line “{line_id}” of firm “{firm_id}” is already in row {first}",
    ),
    remedy=(
        "删去重复行；确是另一条线的，另编线号",
        "delete the repetition, or give the other line an id",
    ),
    why=("重复会使减排量重复计算", "a repeated line is counted twice"),
    ground=GUARD,
)
def line_twice(context: Context, found: Found) -> Iterator[Finding]:
    """Second and later lines with the same firm and line id."""
    lines, line_at = context.inventory.lines, context.line_at
    if len(line_at) == len(lines):
        return
    for i, line in enumerate(lines):
        first = line_at[line.firm_id, line.line_id]
        if first != i and line.line_id.strip():
            yield found(
                "line",
                line.row,
                "line_id",
                firm_id=line.firm_id,
                line_id=line.line_id,
                first=lines[first].row,
            )


@check(
    "L202",
    Severity.ERROR,
    "line",
    "firm_id",
    title=("生产线对应不到企业", "line without its firm"),
    message=(
        "生产线“{line_id}”的企业编号“{firm_id}”不在企业表中",
        "line “{line_id}” refers to firm “{firm_id}”, which is not on the list of firms",
    ),
    remedy=("改正企业编号，或在企业表补上该企业", "correct the firm id, or add the firm"),
    why=("找不到企业就无法下达管控令", "no order can be made for a line without a firm"),
    ground=FIELDS,
)
def line_without_firm(context: Context, found: Found) -> Iterator[Finding]:
    """Lines whose firm id is not on the list."""
    firms = context.firms
    for line in context.inventory.lines:
        if line.firm_id not in firms:
            yield found("line", line.row, "firm_id", firm_id=line.firm_id, line_id=line.line_id)


@check(
    "L203",
    Severity.WARNING,
    "firm",
    "firm_id",
    title=("企业没有生产线", "firm without a line"),
    message=(
        "企业“{name}”在生产线表中没有一行，无法计算减排量",
        "firm “{name}” has no row on the sheet of lines; no reduction can be counted",
    ),
    remedy=(
        "补填生产线；确无涉气工序的，从清单移出并说明",
        "add its lines; if nothing emits, take the firm off the list and say so",
    ),
    why=("减排以生产线为单位", "cuts are counted by line"),
    ground=REVIEW_2024,
)
def firm_without_line(context: Context, found: Found) -> Iterator[Finding]:
    """Firms that no line refers to, long-stopped ones excepted."""
    with_lines = context.lines_by_firm
    for firm in context.inventory.firms:
        if firm.firm_id not in with_lines and not firm.long_stopped:
            yield found("firm", firm.row, "firm_id", name=firm.name)


@check(
    "L204",
    Severity.ERROR,
    "line",
    "line_id",
    title=("缺生产线编号", "line id missing"),
    message=("企业“{firm_id}”有一条生产线没有编号", "a line of firm “{firm_id}” has no id"),
    remedy=("给每条线一个编号，与措施表一致", "give every line an id, the same as in the measures"),
    why=("措施要写明具体生产线", "a measure must name its line"),
    ground=FIELDS,
)
def line_id_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Lines without an id."""
    for line in context.inventory.lines:
        if not line.line_id.strip():
            yield found("line", line.row, "line_id", firm_id=line.firm_id)
