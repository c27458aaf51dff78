"""Which industry the firm is in.

Covers: unknown or missing industry, unknown sub-type, disagreement of the key industry with
the GB/T 4754 code (only where the division of the code is certain).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.checks.context import Context
from lantian.domain.inventory.checks.grounds import FIELDS, GUIDE_2020, INDUSTRY_CODES, REVIEW_2024
from lantian.domain.inventory.checks.rule import Finding, Found, check
from lantian.kernel.problem import Severity

_CODE = re.compile(r"[A-T]?(\d{2})\d{1,2}\Z")

_DIVISIONS: dict[str, frozenset[str]] = {
    "steel-long-process": frozenset({"31"}),
    "steel-short-process": frozenset({"31"}),
    "ferroalloy": frozenset({"31", "32"}),
    "coking": frozenset({"25"}),
    "lime-kiln": frozenset({"30"}),
    "alumina": frozenset({"32"}),
    "primary-aluminium": frozenset({"32"}),
    "copper-smelting": frozenset({"32"}),
    "lead-zinc-smelting": frozenset({"32"}),
    "molybdenum-smelting": frozenset({"32"}),
    "nonferrous-rolling": frozenset({"32"}),
    "cement": frozenset({"30"}),
    "brick-tile-kiln": frozenset({"30"}),
    "ceramics": frozenset({"30"}),
    "refractory": frozenset({"30"}),
    "glass": frozenset({"30"}),
    "mineral-wool": frozenset({"30"}),
    "refining-petrochemical": frozenset({"25", "26"}),
    "carbon-black": frozenset({"26"}),
    "coal-nitrogen-fertiliser": frozenset({"26"}),
    "pharmaceutical": frozenset({"26", "27"}),
    "pesticide": frozenset({"26"}),
    "coatings-manufacture": frozenset({"26"}),
    "ink-manufacture": frozenset({"26"}),
    "wood-panel": frozenset({"20"}),
    "furniture": frozenset({"20", "21"}),
    "vehicle-assembly": frozenset({"36"}),
}
"""Divisions of GB/T 4754-2017 a key industry can stand in.

From general knowledge (unverified), so only divisions, and only industries whose works are
classed in one place. Industries such as foundry or coating occur in many and are skipped.
"""


@check(
    "L140",
    Severity.ERROR,
    "firm",
    "industry",
    title=("缺重点行业", "industry missing"),
    message=("企业“{name}”没有填重点行业", "firm “{name}” has no industry"),
    remedy=("填39个重点行业之一，不属于的填“其他”", "write one of the 39 key industries, or 其他"),
    why=("行业决定减排措施", "the industry decides the measures"),
    ground=REVIEW_2024,
    missing=True,
)
def industry_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Firms without an industry."""
    for firm in context.inventory.firms:
        if not firm.industry.strip():
            yield found("firm", firm.row, "industry", name=firm.name)


@check(
    "L141",
    Severity.ERROR,
    "firm",
    "industry",
    title=("行业不认识", "industry unknown"),
    message=("行业“{industry}”不在行业目录中", "industry “{industry}” is not in the catalogue"),
    remedy=(
        "改为39个重点行业的名称之一（用 lantian rules 查看），不属于的填“其他”",
        "write one of the names that `lantian rules` shows, or 其他",
    ),
    why=("行业不明，最低减排要求查不到", "no floor can be looked up for an unknown industry"),
    ground=GUIDE_2020,
)
def industry_unknown(context: Context, found: Found) -> Iterator[Finding]:
    """Firms whose industry the rulebook does not know."""
    for firm in context.inventory.firms:
        if firm.industry.strip() and context.industry(firm) is None:
            yield found("firm", firm.row, "industry", industry=firm.industry)


@check(
    "L142",
    Severity.WARNING,
    "firm",
    "industry_code",
    title=("重点行业与国民经济行业代码不符", "key industry and GB/T 4754 code disagree"),
    message=(
        "重点行业“{industry}”应在国民经济行业大类{expected}，填的代码是“{code}”",
        "key industry “{industry}” belongs to division {expected}; the code filed is “{code}”",
    ),
    remedy=("对照排污许可证，改正行业或代码", "compare with the permit; correct industry or code"),
    why=("行业应与许可证一致", "the sector must agree with the permit"),
    ground=INDUSTRY_CODES,
)
def industry_and_code(context: Context, found: Found) -> Iterator[Finding]:
    """Industry codes of another division than the key industry."""
    for firm in context.inventory.firms:
        match = _CODE.match(firm.industry_code.strip())
        industry = context.industry(firm)
        if match is None or industry is None:
            continue
        divisions = _DIVISIONS.get(industry.slug)
        if divisions is not None and match.group(1) not in divisions:
            yield found(
                "firm",
                firm.row,
                "industry_code",
                industry=industry.name_zh,
                expected="、".join(sorted(divisions)),
                code=firm.industry_code,
            )


@check(
    "L143",
    Severity.HINT,
    "firm",
    "industry_code",
    title=("国民经济行业代码格式不对", "GB/T 4754 code of wrong shape"),
    message=(
        "国民经济行业代码“{code}”不是三或四位数字",
        "GB/T 4754 code “{code}” is not three or four digits",
    ),
    remedy=("填小类代码，如炼焦2521", "write the class, e.g. 2521 for coking"),
    why=("代码用于核对行业", "the code serves to check the industry"),
    ground=INDUSTRY_CODES,
)
def industry_code_shape(context: Context, found: Found) -> Iterator[Finding]:
    """Codes that are not three or four digits with an optional section letter."""
    for firm in context.inventory.firms:
        code = firm.industry_code.strip()
        if code and _CODE.match(code) is None:
            yield found("firm", firm.row, "industry_code", code=code)


@check(
    "L144",
    Severity.WARNING,
    "firm",
    "subtype",
    title=("行业分支不认识", "sub-type unknown"),
    message=(
        "“{industry}”没有“{subtype}”这一分支，可用：{known}",
        "“{industry}” has no sub-type “{subtype}”; known: {known}",
    ),
    remedy=("改为列出的分支之一，或留空按行业通用要求", "write one of these, or leave it empty"),
    why=("同一行业不同分支的等级和措施不同", "grades and measures differ by sub-type"),
    ground=GUIDE_2020,
)
def subtype_unknown(context: Context, found: Found) -> Iterator[Finding]:
    """Sub-types that the industry, having some, does not know."""
    for firm in context.inventory.firms:
        subtype = firm.subtype.strip()
        industry = context.industry(firm) if subtype else None
        if industry is not None and industry.subtypes and context.subtype(firm) is None:
            yield found(
                "firm",
                firm.row,
                "subtype",
                industry=industry.name_zh,
                subtype=subtype,
                known="、".join(industry.subtypes),
            )


@check(
    "L146",
    Severity.WARNING,
    "firm",
    "subtype",
    title=("行业措施分分支，未填可用的分支", "measures are by sub-type and none is usable"),
    message=(
        "“{industry}”的{grade}措施按分支规定（{known}），“{subtype}”对不上，只能按等级通则管控",
        "“{industry}” has {grade} measures by sub-type ({known}); “{subtype}” is none of them, so "
        "the general rule by grade applies",
    ),
    remedy=("按公布的评级结果填写分支", "write the sub-type of the published result"),
    why=(
        "不填分支就用不上本行业的措施表，要求可能偏轻或偏重",
        "without it the industry's own table is not used, and the floor may be wrong",
    ),
    ground=GUIDE_2020,
)
def subtype_needed(context: Context, found: Found) -> Iterator[Finding]:
    """Firms that fall to the rule by grade for want of a sub-type."""
    for firm in context.inventory.firms:
        industry = context.industry(firm)
        if industry is None or not industry.subtypes or context.subtype(firm) is not None:
            continue
        grade = firm.grade or Grade.UNGRADED
        if not grade.autonomous and context.only_by_subtype(industry, grade.value):
            yield found(
                "firm",
                firm.row,
                "subtype",
                industry=industry.name_zh,
                grade=grade.label_zh,
                subtype=firm.subtype.strip() or "（空）",
                known="、".join(industry.subtypes),
            )


@check(
    "L145",
    Severity.HINT,
    "firm",
    "industry_code",
    title=("缺国民经济行业代码", "GB/T 4754 code missing"),
    message=("企业“{name}”没有国民经济行业代码", "firm “{name}” has no GB/T 4754 code"),
    remedy=("按排污许可证补填", "fill it in from the permit"),
    why=("缺它就无法核对行业", "without it the industry cannot be checked"),
    ground=FIELDS,
    missing=True,
)
def industry_code_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Firms without a code."""
    for firm in context.inventory.firms:
        if not firm.industry_code.strip():
            yield found("firm", firm.row, "industry_code", name=firm.name)
