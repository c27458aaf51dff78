"""Why a firm is cut as it is, in words an officer can sign."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from lantian.domain.response.wording import Words
from lantian.kernel.trace import RuleRef

if TYPE_CHECKING:
    from lantian.rulebook.book import Rulebook

REASONS: dict[str, Words] = {
    "autonomous": Words(
        "绩效等级为A级或引领性，自主减排，不作强制要求",
        "graded A or leading: decides its own reduction, nothing is forced",
    ),
    "floor": Words(
        "执行本行业本等级的最低减排要求", "the least that its industry and grade demand"
    ),
    "cheapest": Words(
        "各企业最低要求不足以达标，按代价最小原则加严",
        "floors miss the target; cut further where it costs least",
    ),
    "fairness": Words(
        "同行业绩效等级更好的企业已减排，按“等级差者不少于等级优者”加严",
        "a better-graded firm of the industry is cut as much; a worse-graded one is not cut less",
    ),
    "guaranteed": Words(
        "保障类企业，以保障任务量为限，其余按等级执行",
        "guaranteed supply: its task is kept, the rest follows the grade",
    ),
    "stopped": Words("生产线均已停产或不在生产季，不计减排", "all lines stand still; none counted"),
    "none": Words("本级别无停限产要求", "no cut of production is asked at this level"),
    "no_lines": Words(
        "清单没有该企业的生产线，无法下达减排要求", "the list has no line of this firm"
    ),
}

CLIPS: dict[str, Words] = {
    "guaranteed": Words("保障任务使最低要求降低", "the guaranteed task lowers the floor"),
    "technical": Words(
        "连续生产工艺不能快速停产，最低要求以工艺可行的最大幅度为限",
        "a continuous process cannot stop at short notice: the floor ends where technique ends",
    ),
    "small_micro": Words(
        "小微企业低级别豁免（规则待核实，已由人员开启）",
        "small or micro firm spared below red (unverified rule, switched on)",
    ),
    "raised": Words("较低级别的要求更严，本级别不得低于其", "a lower level asks for more"),
}

OWN_FIGURE_RULE = RuleRef(
    rule_id="response.own-floor",
    edition="lantian-1",
    clause="规则未给数值：B级（限产）取10%负荷档；C级（停产部分）取至少一条线（一套设备）且高于10%的最小一档",
    document="蓝天系统设定（docs/plan.md）",
    status="design",
)
FAIRNESS_RULE = RuleRef(
    rule_id="response.fairness",
    edition="lantian-1",
    clause="同行业内绩效等级优者的减排比例不高于等级差者",
    document="蓝天系统设定（依据差异化管控原则）",
    status="design",
)


_SWITCH_OF = {
    "guaranteed": "guaranteed-load-kept",
    "autonomous": "autonomous-counts-zero",
    "stopped": "stopped-counts-zero",
    "small_micro": "small-micro-spared",
}


def citations(rulebook: Rulebook, day: date) -> Mapping[str, RuleRef]:
    """Return the rule behind each reason and clip that the rulebook has one for."""
    found = {
        key: rulebook.provision(key, day).head.ref()
        for key in ("several-lines", "one-line", "cannot-stop")
    }
    found |= {key: rulebook.switch(name, day).head.ref() for key, name in _SWITCH_OF.items()}
    targets = rulebook.targets(day).head.ref()
    return found | {"fairness": FAIRNESS_RULE, "cheapest": targets}
