"""Complaints of the grading room, codes C020…, in words for people."""

from __future__ import annotations

from collections.abc import Mapping

from lantian.kernel.problem import LantianError, Place, Problem, Severity, worded

WORDS: Mapping[str, tuple[str, str, str, str]] = {
    "C020": (
        "“{industry}”没有可申报的等级“{grade}”",
        "{industry} has no grade “{grade}” to apply for",
        "可申报：{known}",
        "one of: {known}",
    ),
    "C021": (
        "“{industry}”在 {day} 没有分级指标表，或子类“{subtype}”不在表中",
        "{industry} has no grading table on {day}, or no subtype “{subtype}”",
        "核对行业和子类；没有指标表的行业请联系市生态环境局",
        "check industry and subtype; without a table ask the bureau",
    ),
    "C022": (
        "本账号没有对应的企业，或该企业不在现行清单中",
        "the account belongs to no firm, or the firm is not on the list in force",
        "请系统运维核对账号的企业编号",
        "let the operator check the firm of the account",
    ),
    "C023": (
        "草稿在另一个窗口已保存到第 {now} 次，本页是第 {then} 次",
        "the draft was saved elsewhere ({now} times by now, this page knows {then})",
        "您的输入没有保存；在新页面核对后重新填写",
        "nothing of yours was saved; check the new page and enter it again",
    ),
    "C024": (
        "“{industry}”已有在办的申报（第 {number} 号，{state}）",
        "an application for {industry} is under way (no. {number}, {state})",
        "先办完或撤回那一件",
        "finish or withdraw that one first",
    ),
    "C025": (
        "申报现为“{state}”，不能修改",
        "the application stands at “{state}” and cannot be changed",
        "只有草稿和退回补正的申报可以修改",
        "only a draft, or one returned for correction, can be changed",
    ),
    "C026": (
        "没有选择申报，或所选申报不在待上报状态：{detail}",
        "no application was chosen, or one is not ready to be reported: {detail}",
        "刷新页面后重新选择",
        "reload the page and choose again",
    ),
    "C027": (
        "批次现为“{state}”，不能再做这一步",
        "the batch stands at “{state}”; the step cannot be taken",
        "刷新页面查看现状",
        "reload the page to see how it stands",
    ),
    "C028": (
        "该批次不在公示期内，不能提出异议",
        "the batch is not under public notice",
        "如有线索可向市生态环境局举报",
        "report what you know to the bureau directly",
    ),
    "C029": (
        "异议须写明对象企业、姓名、联系方式和事实，缺：{detail}",
        "an objection names the firm, who objects, how to reach him and the facts; missing: {detail}",
        "补全后再提交",
        "complete it and send again",
    ),
    "C030": (
        "同一地址一分钟内最多提交 {limit} 条异议",
        "at most {limit} objections a minute from one address",
        "请稍后再提交",
        "please try again later",
    ),
    "C031": (
        "所给等级“{grade}”不在该行业的等级中，或高于申报的“{wants}”",
        "the grade {grade} is not in the scheme, or better than the one applied for, {wants}",
        "可用：{known}",
        "one of: {known}",
    ),
    "C032": (
        "没有这件申报，或不在您的权限范围内",
        "there is no such application in your reach",
        "核对编号",
        "check the number",
    ),
    "C033": (
        "请写明专家意见",
        "an opinion needs its words",
        "写明同意或不同意的理由",
        "say why you agree or do not",
    ),
}  # fmt: skip


def problem(code: str, **values: object) -> Problem:
    """Return the problem of a code with its words filled in."""
    return worded(code, (Severity.ERROR, *WORDS[code]), Place(), **values)


def refuse(code: str, **values: object) -> LantianError:
    """Return the error of a code."""
    return LantianError(problem(code, **values))
