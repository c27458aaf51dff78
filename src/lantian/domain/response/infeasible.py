"""When no plan reaches the targets: what is short, what binds, what would help, in words."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from lantian.domain.response.ladder.build import GroupIndex
from lantian.domain.response.model import Int8, Shortfall
from lantian.domain.response.summary import floor_percent
from lantian.domain.response.targets import Requirement
from lantian.domain.response.wording import Words, plain
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.mass import mg_to_kg
from lantian.kernel.pollutant import POLLUTANTS, Pollutant

MOST_NAMED = 8
"""Firms named in one piece of advice; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Release:
    """A firm whose protection, if given up, would cut `mg` more of the pollutant."""

    firm_id: str
    name: str
    reason: str
    mg: int


def explain(shortfall: Shortfall, index: GroupIndex, need: Requirement) -> tuple[Words, ...]:
    """Return sentences on every shortage: how much, what binds, the smallest change that helps."""
    out = [_binding(key, index) for key in shortfall.binding]
    for (level, pollutant), short in sorted(
        shortfall.short_mg.items(), key=lambda e: (e[0][0].order, POLLUTANTS.index(e[0][1]))
    ):
        if short > 0:
            out += _shortage(
                level, pollutant, short, index, need, shortfall.step, _protection_alone(shortfall)
            )
    return tuple(out)


def _protection_alone(shortfall: Shortfall) -> bool:
    """Whether protection binds and no district cap does: only then does a release help surely."""
    keys = shortfall.binding
    protected = "cap" in keys or "reach" in keys  # a task of the whole load leaves no step at all
    return protected and not any(key.startswith("district:") for key in keys)


def _binding(key: str, index: GroupIndex) -> Words:
    kind, _, rest = key.partition(":")
    if kind == "cap":
        return Words(
            "起作用的限制：保障任务、豁免和工艺上限，可减的都已减到上限",
            "binding: guaranteed tasks, exemptions and technique; whatever may be cut is cut",
        )
    if kind == "district":
        number, _, level = rest.partition(":")
        name = index.districts[int(number)]
        label = Level(level).label_zh
        return Words(
            f"起作用的限制：{name}{label}预警的成本上限",
            f"binding: the cost cap of {name} at {level}",
        )
    if kind == "fairness":
        slug = index.industries[int(rest)] if rest.isdigit() else "all"
        name = next((g.industry.name_zh for g in index.groups if g.industry.slug == slug), "各行业")
        return Words(
            f"起作用的限制：{name}内“等级优者减排不高于等级差者”",
            f"binding: fairness by grade inside {slug}",
        )
    return Words(
        "在现有保障任务和工艺限制下，可减的全部减到底也不够：请核对全社会排放总量，或增加扬尘源、移动源减排",
        "within tasks and techniques every possible cut is not enough: check the total, dust, mobile",
    )


def _shortage(
    level: Level,
    pollutant: Pollutant,
    short: int,
    index: GroupIndex,
    need: Requirement,
    step: Int8,
    protected: bool,
) -> list[Words]:
    k = POLLUTANTS.index(pollutant)
    city = need.city_mg[k]
    target = need.ratio[level, pollutant]
    reach = Fraction(-(-target.numerator * city // target.denominator) - short, city)
    kg = plain(mg_to_kg(short))
    out = [
        Words(
            f"{level.label_zh}预警{pollutant.label_zh}还差{kg}千克/日，最多可达{floor_percent(reach)}"
            f"（要求{plain_percent(target)}）；扬尘源、移动源再减{kg}千克/日即可达标",
            f"{level.value}: {pollutant.value} is {kg} kg/d short; {floor_percent(reach)} can be reached of "
            f"{plain_percent(target)}; {kg} kg/d more from dust or mobile sources would do",
        )
    ]
    found = releases(index, step, need.levels.index(level), k) if protected else []
    chosen, left = [], short
    for release in found:
        if left <= 0:
            break
        chosen.append(release)
        left -= release.mg
    if not chosen:
        return out
    names = "、".join(f"{r.name}（{plain(mg_to_kg(r.mg))}千克）" for r in chosen[:MOST_NAMED])
    more = f"等{len(chosen)}家" if len(chosen) > MOST_NAMED else ""
    enough = "即可达标" if left <= 0 else f"仍差{plain(mg_to_kg(left))}千克"
    names_en = ", ".join(r.firm_id for r in chosen[:MOST_NAMED])
    out.append(
        Words(
            f"或放开下列企业的保障、豁免或工艺上限：{names}{more}，{enough}",
            f"or release the protection of {len(chosen)} firms ({names_en}): "
            + (
                "that would do" if left <= 0 else f"{plain(mg_to_kg(left))} kg would still be short"
            ),
        )
    )
    return out


def releases(index: GroupIndex, step: Int8, level: int, pollutant: int) -> list[Release]:
    """Return what a full stop of each protected firm would add, most first.

    Autonomous firms are not among them: they are never forced.
    """
    out = []
    for g, group in enumerate(index.groups):
        if group.grade.autonomous or not group.lines:
            continue
        now = sum(masses[pollutant] for masses in group.reduction_mg(int(step[level, g])))
        gain = sum(base[pollutant] for base in group.base_mg) - now
        if gain > 0:
            reason = group.capped_by[LEVELS[level]]
            out.append(
                Release(group.firm.firm_id, group.firm.name or group.firm.firm_id, reason, gain)
            )
    return sorted(out, key=lambda r: (-r.mg, r.firm_id))


def plain_percent(ratio: Fraction) -> str:
    """Return a target as per cent, exact to two decimals."""
    return f"{float(ratio * 100):g}%"
