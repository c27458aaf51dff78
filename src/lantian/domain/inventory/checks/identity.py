"""Who the firm is: credit code, permit number, name.

Covers: credit-code shape, both check digits (GB 32100-2015, GB 11714), permit number shape,
agreement of permit and credit code (permit data mismatch is an error).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lantian.domain.inventory.checks.context import Context
from lantian.domain.inventory.checks.grounds import (
    COVERAGE,
    CREDIT_CODE,
    FIELDS,
    GUARD,
    PERMIT_NUMBER,
)
from lantian.domain.inventory.checks.rule import Finding, Found, check
from lantian.domain.inventory.credit_code import CodeFault, CodeFinding
from lantian.kernel.problem import Severity

_PERMIT = re.compile(r"[0-9A-HJ-NP-RTUW-Y]{18}[0-9]{3}[A-Z]\Z")
_PERMIT_CLASSES = frozenset({"重点管理", "简化管理", "登记管理"})


@check(
    "L101",
    Severity.WARNING,
    "firm",
    "credit_code",
    title=("缺统一社会信用代码", "credit code missing"),
    message=("企业“{name}”没有统一社会信用代码", "firm “{name}” has no unified social credit code"),
    remedy=(
        "按营业执照补填18位代码；没有代码的个体户请在企业编号上保持唯一并在备注说明",
        "fill in the 18 characters of the business licence",
    ),
    why=("代码是与排污许可、执法和用电数据对接的钥匙", "it joins the list to permits and checks"),
    ground=COVERAGE,
    missing=True,
)
def credit_code_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Firms without a credit code."""
    for firm in context.inventory.firms:
        if not firm.credit_code.strip():
            yield found("firm", firm.row, "credit_code", name=firm.name)


def _faults(context: Context, *kinds: CodeFault) -> Iterator[tuple[int, str, CodeFinding]]:
    """Yield row, code and fault of each credit code with a fault of these kinds."""
    return (entry for entry in context.code_faults if entry[2].fault in kinds)


_SHAPE_TEXT = {
    CodeFault.LENGTH: ("共{0.position}位，应为18位", "{0.position} characters, 18 expected"),
    CodeFault.CHARACTER: (
        "第{0.position}位“{0.found}”不能用（只用数字和除I、O、S、V、Z外的大写字母）",
        "character {0.position} “{0.found}” cannot be used (digits and capitals but I O S V Z)",
    ),
    CodeFault.DIVISION: (
        "第{0.position}位“{0.found}”应为数字（第3至8位是行政区划）",
        "character {0.position} “{0.found}” must be a digit (3 to 8 are the division)",
    ),
}


@check(
    "L102",
    Severity.ERROR,
    "firm",
    "credit_code",
    title=("统一社会信用代码格式不对", "credit code of wrong shape"),
    message=("统一社会信用代码“{code}”{fault_zh}", "credit code “{code}”: {fault_en}"),
    remedy=(
        "对照营业执照改正；单元格设为文本格式，避免丢位",
        "correct it from the business licence; keep the cell as text",
    ),
    why=("代码为18位，字符集固定", "18 characters of a fixed alphabet"),
    ground=CREDIT_CODE,
)
def credit_code_shape(context: Context, found: Found) -> Iterator[Finding]:
    """Length, characters, division digits."""
    for row, code, fault in _faults(context, *_SHAPE_TEXT):
        zh, en = (text.format(fault) for text in _SHAPE_TEXT[fault.fault])
        yield found("firm", row, "credit_code", code=code, fault_zh=zh, fault_en=en)


@check(
    "L103",
    Severity.ERROR,
    "firm",
    "credit_code",
    title=("统一社会信用代码校验位不符", "credit code check digit wrong"),
    message=(
        "统一社会信用代码“{code}”的第18位是“{found}”，按前17位应为“{expected}”，其中至少有一位写错",
        "credit code “{code}” ends in “{found}” where the first 17 call for “{expected}”; at "
        "least one character is wrong",
    ),
    remedy=(
        "对照营业执照逐位核对；不要只改最后一位",
        "compare every character with the business licence; do not just change the last",
    ),
    why=("校验位能发现任何一位抄写错误", "the check digit detects any single slip"),
    ground=CREDIT_CODE,
)
def credit_code_check(context: Context, found: Found) -> Iterator[Finding]:
    """Check digit of the whole code."""
    for row, code, fault in _faults(context, CodeFault.CHECK):
        yield found(
            "firm", row, "credit_code", code=code, found=fault.found, expected=fault.expected
        )


@check(
    "L104",
    Severity.WARNING,
    "firm",
    "credit_code",
    title=("代码中的组织机构代码校验位不符", "organisation code inside the credit code wrong"),
    message=(
        "统一社会信用代码“{code}”第9至17位是组织机构代码，其校验位（第17位）为“{found}”，应为“{expected}”",
        "characters 9 to 17 of “{code}” are the organisation code; its check digit (place 17) is "
        "“{found}”, “{expected}” expected",
    ),
    remedy=(
        "对照营业执照核对第9至17位；与第18位同时不符时，多半是这一段写错",
        "compare characters 9 to 17 with the licence; if place 18 fails too, the slip is "
        "probably in this part",
    ),
    why=("两个校验位一起看能缩小出错范围", "two check digits together narrow the slip down"),
    ground=CREDIT_CODE,
)
def organisation_code_check(context: Context, found: Found) -> Iterator[Finding]:
    """Check digit of the embedded organisation code."""
    for row, code, fault in _faults(context, CodeFault.ORGANISATION):
        yield found(
            "firm", row, "credit_code", code=code, found=fault.found, expected=fault.expected
        )


@check(
    "L105",
    Severity.ERROR,
    "firm",
    "name",
    title=("缺企业名称", "firm name missing"),
    message=("企业编号“{firm_id}”没有名称", "firm id “{firm_id}” has no name"),
    remedy=("补填营业执照上的全称", "fill in the full name of the licence"),
    why=("管控令和公示牌要写企业名称", "orders and sign boards name the firm"),
    ground=FIELDS,
    missing=True,
)
def name_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Firms without a name."""
    for firm in context.inventory.firms:
        if not firm.name.strip():
            yield found("firm", firm.row, "name", firm_id=firm.firm_id)


def _odd_characters(text: str) -> str:
    """Name the control, zero-width or replacement characters and stray spaces of `text`."""
    odd = {f"U+{ord(c):04X}" for c in text if not c.isprintable() or c == "\ufffd"}
    if text != text.strip():
        odd.add("首尾空格")
    if "  " in text or "\u3000" in text.strip():
        odd.add("多余空格")
    return "、".join(sorted(odd))


@check(
    "L106",
    Severity.WARNING,
    "firm line",
    "name",
    title=("名称带空格或不可见字符", "stray spaces or control characters in a name"),
    message=(
        "名称“{name}”带有{odd}，按名称对接时会对不上",
        "name “{name}” holds {odd}; matching by name will fail",
    ),
    remedy=("删去后重新输入", "remove them and type the name again"),
    why=("看不见的字符使同一企业变成两家", "what cannot be seen turns one firm into two"),
    ground=FIELDS,
)
def name_untidy(context: Context, found: Found) -> Iterator[Finding]:
    """Names of firms and lines with characters nobody meant."""
    for table, rows in (("firm", context.inventory.firms), ("line", context.inventory.lines)):
        for row in rows:
            name = row.name
            if name and (
                not name.isprintable()
                or name[0] == " "
                or name[-1] == " "
                or "  " in name
                or "\u3000" in name
                or "\ufffd" in name
            ):
                printable = "".join(c for c in name if c.isprintable())
                yield found(table, row.row, "name", name=printable, odd=_odd_characters(name))


@check(
    "L110",
    Severity.HINT,
    "firm",
    "permit_no",
    title=("缺排污许可证编号", "permit number missing"),
    message=("企业“{name}”没有排污许可证（或登记）编号", "firm “{name}” has no permit number"),
    remedy=("从全国排污许可证管理信息平台查得后补填", "look it up on the permit platform"),
    why=("清单应与排污许可衔接", "the list is tied to the permit system"),
    ground=COVERAGE,
    missing=True,
)
def permit_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Firms without a permit number."""
    for firm in context.inventory.firms:
        if not firm.permit_no.strip():
            yield found("firm", firm.row, "permit_no", name=firm.name)


@check(
    "L111",
    Severity.WARNING,
    "firm",
    "permit_no",
    title=("排污许可证编号格式不对", "permit number of wrong shape"),
    message=(
        "排污许可证编号“{permit}”不是“18位信用代码＋3位数字＋1位字母”的格式",
        "permit number “{permit}” is not 18 characters of credit code, three digits, one letter",
    ),
    remedy=("对照许可证正本改正", "correct it from the permit"),
    why=("格式不对就查不到许可证", "a wrong number finds no permit"),
    ground=PERMIT_NUMBER,
)
def permit_shape(context: Context, found: Found) -> Iterator[Finding]:
    """Permit numbers that no permit could carry."""
    for firm in context.inventory.firms:
        permit = firm.permit_no.strip()
        if permit and _PERMIT.match(permit) is None:
            yield found("firm", firm.row, "permit_no", permit=permit)


@check(
    "L112",
    Severity.ERROR,
    "firm",
    "permit_no",
    title=("排污许可证编号与信用代码不一致", "permit number belongs to another firm"),
    message=(
        "排污许可证编号“{permit}”的前18位与统一社会信用代码“{code}”不一致",
        "the first 18 characters of permit number “{permit}” are not the credit code “{code}”",
    ),
    remedy=(
        "查清许可证是否属于本企业，改正其中写错的一个",
        "find out whether the permit is this firm's and correct the wrong one",
    ),
    why=("许可数据不一致属错误", "a mismatch with the permit is an error"),
    ground=GUARD,
)
def permit_of_another(context: Context, found: Found) -> Iterator[Finding]:
    """Permit numbers that embed another firm's code."""
    for firm in context.inventory.firms:
        permit, code = firm.permit_no.strip(), firm.credit_code.strip()
        if permit and code and permit[:18] != code and _PERMIT.match(permit) is not None:
            yield found("firm", firm.row, "permit_no", permit=permit, code=code)


@check(
    "L113",
    Severity.HINT,
    "firm",
    "permit_class",
    title=("排污许可管理类别不认识", "permit class unknown"),
    message=(
        "管理类别“{value}”不是重点管理、简化管理或登记管理",
        "permit class “{value}” is none of 重点管理, 简化管理, 登记管理",
    ),
    remedy=("按许可证改为三类之一", "write one of the three classes"),
    why=("管理类别应与许可证一致", "the class should agree with the permit"),
    ground=COVERAGE,
)
def permit_class_unknown(context: Context, found: Found) -> Iterator[Finding]:
    """Permit classes outside the three."""
    for firm in context.inventory.firms:
        value = firm.permit_class.strip()
        if value and value not in _PERMIT_CLASSES:
            yield found("firm", firm.row, "permit_class", value=value)
