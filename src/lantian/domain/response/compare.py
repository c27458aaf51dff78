"""Why another way to plan is cheaper at a level, where it is: one sentence, every figure computed.

The plan is the cheapest of all that keep the floors by grade, whole lines, fairness and supply.
Whoever drops one of these may be cheaper; the sentence counts what was dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from lantian.domain.response.model import Baseline
from lantian.domain.response.wording import Words
from lantian.kernel.level import Level
from lantian.kernel.rounding import round_gbt8170


@dataclass(frozen=True, slots=True)
class OwnCost:
    """What the plan costs at each level, and what its floors alone cost."""

    plan_fen: Mapping[Level, int]
    floors_fen: Mapping[Level, int]
    basis: str


def explained(base: Baseline, own: OwnCost) -> Baseline:
    """Return the baseline with a sentence for each level at which it is cheaper."""
    told = {
        level: why_cheaper(base, level, own)
        for level, cost in base.cost_fen.items()
        if cost < own.plan_fen[level]
    }
    return replace(
        base,
        why_cheaper_zh={level: words.zh for level, words in told.items()},
        why_cheaper_en={level: words.en for level, words in told.items()},
    )


def why_cheaper(base: Baseline, level: Level, own: OwnCost) -> Words:
    """Return why `base` costs less than the plan at `level`."""
    cost, floors = base.cost_fen[level], own.floors_fen[level]
    zh, en = [], []
    if not base.meets[level]:
        zh.append("它未达到减排要求")
        en.append("it misses the targets")
    if floors > cost:
        zh.append(
            f"各等级最低要求一项就需{_money(floors, own.basis)}，最低要求不得放松，"
            "超过目标的部分也不退回"
        )
        en.append(
            f"the floors by grade alone cost {_money_en(floors, own.basis)} and are never "
            "weakened, even where they exceed a target"
        )
    below, free = base.below_floor[level], base.autonomous_cut[level]
    if below:
        zh.append(f"它有{below:,}家企业低于本等级最低要求")
        en.append(f"it leaves {below:,} firms below the floor of their grade")
    if free:
        zh.append(f"它压减了{free:,}家自主减排的A级、引领性企业")
        en.append(f"it cuts {free:,} A and leading firms, which nobody may force")
    if not zh:
        zh.append("它不计整线、工艺和等级公平")
        en.append("it ignores whole lines, technique and fairness")
    less = own.plan_fen[level] - cost
    return Words(
        f"{level.label_zh}预警：{base.label_zh}比本方案少{_money(less, own.basis)}，"
        f"因为{'；'.join(zh)}。",
        f"{level.value}: {base.key} costs {_money_en(less, own.basis)} less: {'; '.join(en)}.",
    )


def _money(fen: int, basis: str) -> str:
    yuan = Decimal(fen).scaleb(-2)
    if basis != "cny":
        return f"{round_gbt8170(yuan, 0):,}规模单位/日"
    return f"{round_gbt8170(yuan / 10_000, 2):,}万元/日"


def _money_en(fen: int, basis: str) -> str:
    unit = "CNY a day" if basis == "cny" else "size units a day"
    return f"{round_gbt8170(Decimal(fen).scaleb(-2), 0):,} {unit}"
