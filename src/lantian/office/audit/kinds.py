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
    "system.made": ("发放接口令牌", "token given to a system"),
    "system.revoked": ("撤销接口令牌", "token of a system revoked"),
    "subscription.made": ("新增对外订阅", "subscription made"),
    "subscription.stopped": ("停止对外订阅", "subscription stopped"),
    "delivery.test": ("发出试投递", "test delivery asked for"),
    "delivery.done": ("对外投递已回执", "delivered, with the receiver's answer"),
    "delivery.parked": ("对外投递搁置", "delivery parked"),
    "delivery.dropped": ("放弃投递", "delivery given up"),
    "delivery.retried": ("重新投递", "delivery tried again"),
}


def kind_names(kind: str) -> tuple[str, str]:
    """Return the Chinese and English name of a kind of event; the kind itself where it has none."""
    return KINDS.get(kind, (kind, kind))
