"""What a reader must know before trusting a figure: what was missing, estimated, left out."""

from __future__ import annotations

from lantian.domain.inventory.model import Inventory
from lantian.domain.response.ladder.build import GroupIndex
from lantian.domain.response.settings import Switches
from lantian.domain.response.targets import Requirement
from lantian.domain.response.wording import Words
from lantian.kernel.pollutant import Pollutant
from lantian.rulebook.model import ExchangeRule

_COUNTED: tuple[tuple[str, str, str], ...] = (
    (
        "duplicate_firms",
        "{n}行企业编号重复，只用第一行",
        "{n} rows repeat a firm id; the first is used",
    ),
    ("duplicate_lines", "{n}行生产线重复，只用第一行", "{n} rows repeat a line; the first is used"),
    (
        "orphan_lines",
        "{n}条生产线对应不到企业，未使用",
        "{n} lines belong to no listed firm; not used",
    ),
    (
        "unknown_industry",
        "{n}家企业的行业不在目录中，按“其他”处理",
        "{n} firms of an unknown industry are treated as other",
    ),
    (
        "grade_missing",
        "{n}家企业没有等级，按未评级处理",
        "{n} firms without a grade count as ungraded",
    ),
    ("firms_without_lines", "{n}家企业没有生产线，无法减排", "{n} firms have no line to cut"),
    ("idle_lines", "{n}条生产线已停产或不在生产季，减排按0计", "{n} lines stand still; 0 counted"),
    (
        "unknown_base",
        "{n}个生产线排放量未知，减排按0计（不视为没有排放）",
        "{n} line emissions are unknown; 0 reduction is counted for them",
    ),
)
_SIZE = {
    "electricity": ("日用电量", "daily electricity"),
    "output": ("产量", "output"),
    "line": ("生产线条数（每条计100）", "number of lines (100 a line)"),
}


def remarks(
    inventory: Inventory,
    index: GroupIndex,
    need: Requirement,
    switches: Switches,
    exchange: ExchangeRule | None,
) -> tuple[Words, ...]:
    """Return the remarks of a plan in the order a reader needs them."""
    out = _notes(inventory.notes)
    out += [Words(zh, en) for zh, en in need.remarks]
    for key, zh, en in _COUNTED:
        n = index.counts.get(key, 0)
        if n:
            out.append(Words(zh.format(n=n) + "。", en.format(n=n) + "."))
    out += _costs(index)
    met = [x for x in need.levels if all(need.required_mg[x, p] <= 0 for p in _known(need))]
    if met:
        names = "、".join(x.label_zh for x in met)
        out.append(
            Words(
                f"{names}级别仅靠扬尘源、移动源已达标。", "Dust and mobile cuts alone meet a level."
            )
        )
    if switches.exchange and exchange is not None:
        out.append(
            Words(
                "已按要求启用二氧化硫、氮氧化物互换（规则待核实）。",
                "The SO2 and NOx exchange is switched on; the rule is unverified.",
            )
        )
    if not switches.fairness:
        out.append(Words("已关闭等级公平约束。", "Fairness by grade is switched off."))
    return tuple(out)


def _notes(notes: tuple[str, ...]) -> list[Words]:
    """Pair the list's own notes by language; one that has no partner stands in both."""
    zh = [n for n in notes if any("\u4e00" <= c <= "\u9fff" for c in n)]
    en = [n for n in notes if n not in zh]
    if not zh or not en:
        return [Words(note, note) for note in notes]
    return [Words("；".join(n.rstrip("。；") for n in zh), "; ".join(n.rstrip(".; ") for n in en))]


def _known(need: Requirement) -> list[Pollutant]:
    return [p for p in dict.fromkeys(k[1] for k in need.required_mg) if p not in need.unknown]


def _costs(index: GroupIndex) -> list[Words]:
    basis = index.basis
    if basis.key == "size":
        zh, en = _SIZE[basis.size_by]
        said = [
            Words(
                f"清单没有任何产值数据：成本以减排的{zh}份额计，不是元。",
                f"The list files no value at all: cost is the share of {en} given up, not yuan.",
            )
        ]
        if basis.estimated:
            n = basis.estimated
            said.append(
                Words(
                    f"{n}条生产线的{zh}未填或为0，按其余生产线的中位数估算。",
                    f"{n} lines file no {en} (or 0); the median of the others stands in.",
                )
            )
        return said
    out = []
    if basis.estimated:
        n = basis.estimated
        out.append(
            Words(
                f"{n}条生产线未填停产损失，按同行业中位数估算。",
                f"{n} lines file no value; their industry's median stands in.",
            )
        )
    if basis.restart_missing:
        n = basis.restart_missing
        out.append(
            Words(
                f"{n}条生产线未填重启成本，未计入。",
                f"{n} lines file no restart cost; none is added.",
            )
        )
    return out
