"""Why somebody was not signed in, in words: codes V101 to V114 (V102: `site.sign_on`)."""

from __future__ import annotations

from collections.abc import Mapping

from lantian.kernel.problem import Place, Problem, Severity, Words, worded

E, W = Severity.ERROR, Severity.WARNING
_AGAIN = ("回到登录页重新登录", "Go back and sign in again.")
_ASK = (
    "请系统运维核对统一身份认证的设置",
    "Ask the operator to check the settings of the identity provider.",
)

COMPLAINTS: Mapping[str, Words] = {
    "V101": (W, "没有要求这些角色使用第二因素：{detail}", "No second factor is required of: {detail}.",
             "在 sign-on.toml 写 second_factor", "Set second_factor in sign-on.toml."),
    "V103": (E, "统一身份认证没有应答", "The identity provider does not answer.",
             "稍后再试，或用本系统的用户名和密码登录", "Try again later, or sign in with name and password."),
    "V104": (E, "统一身份认证的答复无效：签名不符、已过期或不完整",
             "The provider's answer is not valid: signature, time or content.", *_ASK),
    "V105": (E, "答复不是由所设的身份认证签发", "The answer comes from another issuer than the one set.", *_ASK),
    "V106": (E, "答复不是给本系统的", "The answer is meant for another system.", *_ASK),
    "V107": (E, "答复不属于这一次登录", "The answer belongs to another sign-in.", *_AGAIN),
    "V108": (E, "您在本系统没有账号：{detail}", "You have no account here: {detail}.",
             "请系统运维为您建立账号", "Ask the operator for an account."),
    "V109": (E, "账号已停用：{detail}", "The account is closed: {detail}.",
             "如应恢复，请联系系统运维", "Ask the operator where it should be open."),
    "V110": (E, "账号 {detail} 已与另一身份绑定", "The account {detail} is bound to another identity.",
             "请系统运维核对后解除绑定", "Ask the operator to check and unbind it."),
    "V111": (E, "已取消登录", "The sign-in was cancelled.", *_AGAIN),
    "V112": (E, "身份认证地址不是 HTTPS：{detail}", "The issuer is not HTTPS: {detail}.",
             "改用 https:// 地址", "Use an https:// address."),
    "V113": (E, "登录已超时，或不是从本页开始的", "The sign-in took too long, or did not begin here.", *_AGAIN),
    "V114": (E, "身份认证没有给出用户名（{detail}）", "The provider names no user ({detail}).", *_ASK),
}  # fmt: skip


class RefusedError(Exception):
    """Somebody is not signed in; the code says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.problem = complain(code, detail)


def complain(code: str, detail: str = "", place: str = "") -> Problem:
    """Return the problem of one code."""
    return worded(code, COMPLAINTS[code], Place(file=place), detail=detail)
