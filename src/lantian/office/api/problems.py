"""What the interface and the deliveries complain about, in both languages (letter I)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from lantian.kernel.problem import Place, Problem, Severity, Words, worded


def _words(zh: str, en: str, remedy_zh: str, remedy_en: str) -> Words:
    return Severity.ERROR, zh, en, remedy_zh, remedy_en


_ALL: Mapping[str, tuple[int, Words]] = {
    "I001": (
        401,
        _words(
            "没有令牌",
            "no token",
            "在请求头写 Authorization: Bearer 令牌",
            "send the header Authorization: Bearer TOKEN",
        ),
    ),
    "I002": (
        401,
        _words(
            "令牌不认识",
            "the token is not known",
            "核对令牌；遗失时请系统运维重新发放",
            "look at the token; where it was lost, ask the operator for a new one",
        ),
    ),
    "I003": (
        401,
        _words(
            "令牌已失效：{why_zh}",
            "the token is no longer good: {why_en}",
            "请系统运维发放新令牌",
            "ask the operator for a new token",
        ),
    ),
    "I004": (
        403,
        _words(
            "地址 {address} 不在该系统的允许范围",
            "the address {address} is not among those allowed",
            "从登记的地址访问，或请系统运维更改登记",
            "come from a registered address, or have it registered",
        ),
    ),
    "I005": (
        403,
        _words(
            "令牌没有权限范围 {scope}",
            "the token has no scope {scope}",
            "请系统运维发放带有该范围的令牌",
            "ask the operator for a token with this scope",
        ),
    ),
    "I006": (
        403,
        _words(
            "系统账户的角色（{role}）不能做这件事",
            "the role of the system's account ({role}) may not do this",
            "请系统运维为该系统选择合适的角色",
            "ask the operator for a system with a fitting role",
        ),
    ),
    "I007": (
        429,
        _words(
            "一分钟内请求超过 {limit} 次",
            "more than {limit} requests in a minute",
            "{wait} 秒后再试；见 Retry-After",
            "try again in {wait} s; see Retry-After",
        ),
    ),
    "I008": (
        404,
        _words(
            "没有这一项，或不在该系统可见范围",
            "there is no such thing, or the system may not see it",
            "核对地址与编号",
            "look at the address and the number",
        ),
    ),
    "I009": (
        405,
        _words(
            "这个地址不接受 {method}",
            "this address does not take {method}",
            "见响应头 Allow 与 /api/v1/docs/",
            "see the header Allow and /api/v1/docs/",
        ),
    ),
    "I010": (
        422,
        _words(
            "输入不符合要求：{why}",
            "the input does not fit: {why}",
            "按 /api/v1/docs/ 的说明改正所指位置",
            "correct the place named, as /api/v1/docs/ says",
        ),
    ),
    "I011": (
        400,
        _words(
            "请求读不懂：{why}",
            "the request cannot be read: {why}",
            "检查 JSON、编码与游标",
            "look at JSON, encoding and cursor",
        ),
    ),
    "I012": (
        409,
        _words(
            "这个 Idempotency-Key 已用于另一请求",
            "this Idempotency-Key was used for another request",
            "换一个新键",
            "use a new key",
        ),
    ),
    "I013": (
        400,
        _words(
            "缺少 Idempotency-Key，或不是 8 至 80 个字母、数字、- _ . :",
            "the Idempotency-Key is missing, or is not 8 to 80 letters, digits, - _ . :",
            "每次提交给一个新键，重试时用同一个键",
            "give each request a key of its own, and the same one when you try again",
        ),
    ),
    "I014": (
        409,
        _words(
            "这一步现在不能做：{why}",
            "this step cannot be taken now: {why}",
            "先读取现状，再决定下一步",
            "read how it stands, then decide",
        ),
    ),
    "I015": (
        413,
        _words(
            "内容超过 {mb} MB",
            "the content is larger than {mb} MB",
            "分几次报送",
            "hand it in in parts",
        ),
    ),
    "I016": (
        500,
        _words(
            "程序内部错误，已记入日志",
            "an error of the program, which is in its log",
            "请把 X-Request-Id 告诉系统运维",
            "tell the operator the X-Request-Id",
        ),
    ),
    "I017": (
        415,
        _words(
            "不接受这种内容类型：{kind}",
            "this type of content is not taken: {kind}",
            "用 application/json 或 text/csv",
            "use application/json or text/csv",
        ),
    ),
    "I020": (
        422,
        _words(
            "没有名称，或超过 80 字",
            "no name, or more than 80 characters",
            "写明系统或单位名称",
            "give the name of the system",
        ),
    ),
    "I021": (
        422,
        _words(
            "没有选择权限范围，或范围不存在",
            "no scope was chosen, or there is no such scope",
            "至少选择一项",
            "choose at least one",
        ),
    ),
    "I022": (
        422,
        _words(
            "角色“{role}”不能给系统，或县区、企业没有填写",
            "a system cannot have the role {role}, or district or firm is missing",
            "换一个角色；县区角色填县区，企业角色填企业编号",
            "choose another role; give the district, or the id of the firm",
        ),
    ),
    "I023": (
        422,
        _words(
            "“{text}”不是地址或网段",
            "“{text}” is no address or network",
            "写成 10.1.2.3 或 10.1.2.0/24，用逗号分开",
            "write 10.1.2.3 or 10.1.2.0/24, separated by commas",
        ),
    ),
    "I024": (
        422,
        _words(
            "有效期须在今天之后、{most} 天之内",
            "it must expire after today and within {most} days",
            "选择到期日",
            "choose the day it expires",
        ),
    ),
    "I025": (
        422,
        _words(
            "每分钟次数须为 1 至 {most}",
            "the number a minute must be 1 to {most}",
            "填写次数",
            "give the number",
        ),
    ),
    "I026": (422, _words("请写明理由", "say why", "填写“理由”", "fill in “reason”")),
    "I027": (
        409,
        _words(
            "令牌已经撤销", "the token is revoked already", "不需要再做什么", "nothing more to do"
        ),
    ),
    "I028": (
        422,
        _words(
            "角色“{role}”没有权限范围 {scopes} 所需的权限",
            "the role {role} has no permission for {scopes}",
            "换一个角色，或去掉这些范围",
            "choose another role, or leave these scopes out",
        ),
    ),
    "I030": (
        422,
        _words(
            "接收地址“{url}”不能用：{why_zh}",
            "the address “{url}” cannot be used: {why_en}",
            "写成 http(s)://主机[:端口]/路径，主机须在 LANTIAN_RECEIVERS 中",
            "write http(s)://host[:port]/path with a host named in LANTIAN_RECEIVERS",
        ),
    ),
    "I031": (
        422,
        _words(
            "没有选择事件，或事件不存在",
            "no event was chosen, or there is no such event",
            "至少选择一种",
            "choose at least one",
        ),
    ),
    "I032": (
        409,
        _words(
            "这次投递现为“{state}”，不能再试",
            "this delivery is “{state}” and cannot be tried again",
            "只有搁置或等待中的可以再试",
            "only those parked or waiting can be tried again",
        ),
    ),
    "I033": (
        409,
        _words(
            "订阅已经停止",
            "the subscription was stopped already",
            "不需要再做什么",
            "nothing more to do",
        ),
    ),
    "I034": (
        403,
        _words(
            "“{name}”不是系统运维账户",
            "“{name}” is no account of an operator",
            "用 --by 写一个系统运维账户",
            "name an operator's account with --by",
        ),
    ),
}
CODES = tuple(_ALL)


def problem(code: str, place: Place | None = None, **values: object) -> Problem:
    """Return the problem of a code with its wording filled in."""
    return worded(code, _ALL[code][1], place or Place(), **values)


def status_of(code: str) -> int:
    """Return the HTTP status of a code; 422 for what was found in handed-in content."""
    return _ALL[code][0] if code in _ALL else HTTPStatus.UNPROCESSABLE_ENTITY
