"""Complaints of spot checks and downgrades, codes C050…, in words for people."""

from __future__ import annotations

from collections.abc import Mapping

from lantian.kernel.problem import LantianError, Place, Problem, Severity, worded

WORDS: Mapping[str, tuple[str, str, str, str]] = {
    "C050": (
        "没有符合条件的企业",
        "no firm answers to these conditions",
        "放宽等级、行业或区县",
        "widen grades, industries or districts",
    ),
    "C051": (
        "比例“{text}”不是 0 到 1 之间的数",
        "the share “{text}” is no number from 0 to 1",
        "写成 0.1 或 10%",
        "write 0.1 or 10%",
    ),
    "C052": (
        "抽查“{name}”已于 {when} 抽取，种子为 {seed}，不能再抽",
        "the draw “{name}” was made at {when} with the seed {seed} and cannot be made again",
        "如需再抽，另立一次抽查并写明原因",
        "announce another draw and say why",
    ),
    "C053": (
        "同一批企业已有抽查“{name}”（第 {number} 号）",
        "the same firms are in the draw “{name}” (no. {number}) already",
        "写明为何再次抽查",
        "say why they are drawn again",
    ),
    "C054": (
        "请填写种子的产生办法和种子",
        "how the seed comes about, and the seed, have to be given",
        "种子应在公布名单摘要之后由任何人都不能选择的公开数产生",
        "take a public number that nobody can choose, known only after the digest of the list",
    ),
    "C055": (
        "该检查已分派给 {who}",
        "the check is assigned to {who}",
        "由其办理，或请大气科改派",
        "he takes it, or the air office assigns it anew",
    ),
    "C056": (
        "没有这件事项，或不在您的权限范围内",
        "there is no such matter in your reach",
        "核对编号",
        "check the number",
    ),
    "C057": (
        "企业 {firm} 不在现行清单中或没有等级，无从降级",
        "the firm {firm} is not on the list in force or has no grade to lose",
        "核对企业编号",
        "check the firm",
    ),
    "C058": (
        "不能降至“{grade}”：{why}",
        "it cannot fall to “{grade}”: {why}",
        "可用：{known}",
        "one of: {known}",
    ),
    "C059": (
        "企业 {firm} 已有在办的降级（第 {number} 号）",
        "a downgrade of {firm} is under way (no. {number})",
        "先办完那一件",
        "finish that one first",
    ),
    "C060": (
        "来源没有规定降至哪一级，人为确定须写明理由",
        "no source says to which grade it falls; whoever names it says why",
        "写明确定该等级的理由",
        "write the reason",
    ),
    "C061": (
        "没有这种降级情形：{ground}",
        "there is no such ground: {ground}",
        "可用：{known}",
        "one of: {known}",
    ),
    "C062": (
        "名单在公布之后变了：现摘要 {now}，公布的是 {then}",
        "the population differs from the one announced: {now}, announced {then}",
        "不能据此抽取；核对清单版次",
        "nothing is drawn; check the edition of the list",
    ),
    "C063": (
        "日期“{text}”不能用：{why}",
        "the date “{text}” cannot be used: {why}",
        "写成 2026-12-01，不晚于今天",
        "write it as 2026-12-01, not after today",
    ),
}  # fmt: skip


def problem(code: str, **values: object) -> Problem:
    """Return the problem of a code with its words filled in."""
    return worded(code, (Severity.ERROR, *WORDS[code]), Place(), **values)


def refuse(code: str, **values: object) -> LantianError:
    """Return the error of a code."""
    return LantianError(problem(code, **values))
