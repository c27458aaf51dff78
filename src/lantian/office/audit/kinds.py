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
    "order.reported": ("企业报告执行情况", "firm reported how the order was carried out"),
    "notice.prepared": ("编制执法公示", "notice prepared"),
    "notice.changed": ("修改执法公示", "notice changed"),
    "notice.imported": ("导入执法公示", "notices taken in"),
    "notice.returned": ("退回执法公示", "notice returned"),
    "notice.published": ("发布执法公示", "notice published"),
    "notice.dropped": ("不作公示", "notice not to be published"),
    "notice.withdrawn": ("撤回执法公示", "notice withdrawn"),
    "bulletin.published": ("发布公报", "bulletin published"),
    "bulletin.withdrawn": ("撤回公报", "bulletin withdrawn"),
}


def kind_names(kind: str) -> tuple[str, str]:
    """Return the Chinese and English name of a kind of event; the kind itself where it has none."""
    return KINDS.get(kind, (kind, kind))
