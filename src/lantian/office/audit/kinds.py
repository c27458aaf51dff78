"""What the kinds of events are called, in Chinese and English; a test compares them with the actions."""

from __future__ import annotations

from collections.abc import Mapping

KINDS: Mapping[str, tuple[str, str]] = {
    "site.set": ("更改站点设置", "settings of the site changed"),
    "air.import": ("接收空气数据", "air results taken in"),
    "water.import": ("接收水质数据", "water results taken in"),
    "soil.import": ("接收地块登记", "parcels taken in, or an event noted"),
    "list.upload": ("清单已检查", "list checked"),
    "list.accept": ("清单采纳为新版", "list accepted as an edition"),
    "alert.proposed": ("提出预警建议", "alert proposed"),
    "alert.signed": ("签发预警", "alert signed"),
    "alert.dropped": ("不采用预警建议", "proposal dropped"),
    "alert.lifted": ("解除预警", "alert lifted"),
    "plan.asked": ("要求计算方案", "plan asked for"),
    "plan.made": ("方案已算出", "plan worked out"),
    "plan.failed": ("方案未算出", "plan not worked out"),
    "orders.issued": ("下达管控令", "order sent out"),
    "order.received": ("企业确认收到", "receipt confirmed by the firm"),
    "draw.announced": ("公布抽查", "draw announced"),
    "draw.drawn": ("抽取企业", "firms drawn"),
    "check.assigned": ("分派检查", "check assigned"),
    "check.taken": ("登记检查结果", "result of a check"),
    "downgrade.opened": ("降级立案", "downgrade opened"),
    "downgrade.step": ("办理降级", "step of a downgrade"),
    "downgrade.decided": ("决定降级或申诉", "downgrade or appeal decided"),
    "downgrade.stated": ("企业陈述申辩或申诉", "firm's statement or appeal"),
    "grading.opened": ("开始绩效分级申报", "application for a grade begun"),
    "grading.saved": ("保存申报草稿", "draft of an application saved"),
    "grading.evidence_taken_back": ("撤下佐证材料", "evidence taken back"),
    "grading.submitted": ("提交绩效分级申报", "application handed in"),
    "grading.withdrawn": ("企业撤回申报", "application withdrawn"),
    "grading.reviewed": ("审核绩效分级申报", "application reviewed"),
    "grading.site_checked": ("现场核查绩效分级申报", "site check of an application"),
    "grading.opinion": ("专家提交意见", "expert's opinion handed in"),
    "grading.meeting": ("专家评审结果", "result of the experts' meeting"),
    "grading.reported": ("分级结果列入批次上报", "grades reported in a batch"),
    "grading.published": ("开始公示分级结果", "public notice of grades begun"),
    "grading.objected": ("收到公示异议", "objection to a published grade"),
    "grading.answered": ("答复公示异议", "objection answered"),
    "grading.effective": ("绩效等级生效", "grades took effect"),
    "grading.batch_withdrawn": ("撤回批次", "batch withdrawn"),
    "people.created": ("建立账号", "account made"),
    "people.changed": ("更改账号", "account changed"),
    "people.closed": ("停用账号", "account closed"),
    "people.reopened": ("恢复账号", "account opened again"),
    "people.link_made": ("发出设置密码的一次性链接", "one-time link made"),
    "people.password_set": ("经一次性链接设置密码", "password set by a one-time link"),
    "people.password_changed": ("更改密码", "password changed"),
    "people.factor_added": ("启用第二因素", "second factor enrolled"),
    "people.factor_removed": ("停用第二因素", "second factor removed"),
    "people.factor_reset": ("系统运维清除第二因素", "second factor reset by the operator"),
    "people.codes_made": ("更换恢复码", "recovery codes renewed"),
    "people.bound": ("绑定统一身份认证", "bound to the city's sign-on"),
    "people.unbound": ("解除统一身份认证绑定", "unbound from the city's sign-on"),
    "order.reported": ("企业报告执行情况", "firm reported how the order was carried out"),
}


def kind_names(kind: str) -> tuple[str, str]:
    """Return the Chinese and English name of a kind of event; the kind itself where it has none."""
    return KINDS.get(kind, (kind, kind))
