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
    "monitoring.outlet": ("登记自动监控排放口", "outlet registered for monitoring"),
    "monitoring.logger": ("登记数采仪", "data logger registered"),
    "monitoring.registry": ("导出数采仪名册", "register of loggers written"),
    "monitoring.marked": ("企业标记", "marked by the firm"),
    "monitoring.withdrawn": ("企业撤回标记", "mark withdrawn by the firm"),
    "monitoring.late": ("企业申请补记标记", "late mark asked for by the firm"),
    "monitoring.late_decided": ("审批补记标记", "late mark decided"),
    "monitoring.alarm": ("自动监测超标报警", "alarm of automatic monitoring"),
    "monitoring.explained": ("企业说明超标原因", "alarm explained by the firm"),
    "monitoring.decided": ("超标报警结案", "alarm decided"),
    "monitoring.sealed": ("自动监测数据按日封存", "a day of monitoring sealed"),
    "order.reported": ("企业报告执行情况", "firm reported how the order was carried out"),
}


def kind_names(kind: str) -> tuple[str, str]:
    """Return the Chinese and English name of a kind of event; the kind itself where it has none."""
    return KINDS.get(kind, (kind, kind))
