"""When no plan reaches the targets: what is short, what binds, and what would do, in words.

Every way out that is named was proved: dust and mobile sources by the plan that comes nearest,
releases by adding up all firms at their caps, higher district caps and fairness by a plan that
was found with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from lantian.domain.response.ladder.build import GroupIndex
from lantian.domain.response.model import Shortfall
from lantian.domain.response.summary import floor_percent
from lantian.domain.response.targets import Requirement
from lantian.domain.response.wording import Words, plain
from lantian.kernel.level import Level
from lantian.kernel.mass import mg_to_kg
from lantian.kernel.pollutant import POLLUTANTS, Pollutant

MOST_NAMED = 8
"""Firms named in one piece of advice; the rest is counted."""

FEN_PER_YUAN = 100

Key = tuple[Level, Pollutant]


@dataclass(frozen=True, slots=True)
class Release:
    """A firm whose protection, if given up, would cut more: mg by level and pollutant."""

    firm_id: str
    name: str
    mg: Mapping[Key, int]


def explain(
    shortfall: Shortfall,
    index: GroupIndex,
    need: Requirement,
    caps_cny: Mapping[str, int],
    *,
    in_yuan: bool = True,
) -> tuple[Words, ...]:
    """Return what is short, what binds, then the ways out, the smallest change first.

    A change is measured by what is there: kilograms by the mass required, a cap by the cap.
    `caps_cny` are the district caps that were asked for.
    """
    short = {k: mg for k, mg in sorted(shortfall.short_mg.items(), key=_place) if mg > 0}
    out = [_shortage(level, p, mg, need) for (level, p), mg in short.items()]
    out += [_floors_alone(d, x, fen, index, in_yuan) for (d, x), fen in _floors(shortfall)]
    out += [_binding(key, index) for key in shortfall.binding]
    ways = list(_ways(shortfall, short, index, need, caps_cny, in_yuan))
    ways.sort(key=lambda way: way[0])
    return (*out, *(_numbered(n, said) for n, (_, said) in enumerate(ways, start=1)))


def _place(entry: tuple[Key, int]) -> tuple[int, int]:
    (level, pollutant), _ = entry
    return level.order, POLLUTANTS.index(pollutant)


def _floors(shortfall: Shortfall) -> list[tuple[tuple[int, Level], int]]:
    return sorted(shortfall.floors_fen.items(), key=lambda e: (e[0][0], e[0][1].order))


def _numbered(number: int, said: Words) -> Words:
    return Words(f"办法{number}（已验算）：{said.zh}", f"way {number} (proved): {said.en}")


def _shortage(level: Level, pollutant: Pollutant, short: int, need: Requirement) -> Words:
    city = need.city_mg[POLLUTANTS.index(pollutant)]
    target = need.ratio[level, pollutant]
    reach = Fraction(-(-target.numerator * city // target.denominator) - short, city)
    kg, asked = plain(mg_to_kg(short)), plain_percent(target)
    return Words(
        f"{level.label_zh}预警{pollutant.label_zh}还差{kg}千克/日，"
        f"最多可达{floor_percent(reach)}（要求{asked}）",
        f"{level.value}: {pollutant.value} is {kg} kg/d short; "
        f"{floor_percent(reach)} can be reached of {asked}",
    )


def _floors_alone(district: int, level: Level, fen: int, index: GroupIndex, in_yuan: bool) -> Words:
    name, cost = index.districts[district], _money(fen, in_yuan)
    return Words(
        f"{name}{level.label_zh}预警仅各企业最低要求即需{cost.zh}，已超过该区县成本上限",
        f"{name} at {level.value}: floors alone cost {cost.en}, above its cap",
    )


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
        name, slug = _industry(rest, index)
        return Words(
            f"起作用的限制：{name}内“等级优者减排不高于等级差者”",
            f"binding: fairness by grade inside {slug}",
        )
    return Words(
        "在现有保障任务和工艺限制下，可减的全部减到底也不够：请核对全社会排放总量",
        "within tasks and techniques every possible cut is not enough: check the city total",
    )


def _industry(code: str, index: GroupIndex) -> tuple[str, str]:
    if not code.isdigit():
        return "各行业", "all industries"
    slug = index.industries[int(code)]
    return next(g.industry.name_zh for g in index.groups if g.industry.slug == slug), slug


def _ways(
    shortfall: Shortfall,
    short: Mapping[Key, int],
    index: GroupIndex,
    need: Requirement,
    caps_cny: Mapping[str, int],
    in_yuan: bool,
) -> Iterator[tuple[tuple[float, int], Words]]:
    """Yield each way out with its size and, among equals, its place."""
    part = max((mg / _required(key, need) for key, mg in short.items()), default=0.0)
    if short:
        yield (part, 0), _other_sources(short)
        released = _released(shortfall, short, index, need)
        if released is not None:
            yield (part, 1), released
    if shortfall.caps_fen:
        rise, said = _higher_caps(shortfall.caps_fen, index, caps_cny, in_yuan)
        yield (rise, 2), said
    for key in shortfall.binding:
        kind, _, code = key.partition(":")
        if kind == "fairness":
            name, slug = _industry(code, index)
            yield (
                (float("inf"), 3),
                Words(f"{name}内不执行等级公平约束", f"give up fairness by grade inside {slug}"),
            )


def _required(key: Key, need: Requirement) -> float:
    level, pollutant = key
    return float(need.ratio[level, pollutant] * need.city_mg[POLLUTANTS.index(pollutant)])


def _other_sources(short: Mapping[Key, int]) -> Words:
    zh = "、".join(f"{x.label_zh}{p.label_zh}{plain(mg_to_kg(mg))}" for (x, p), mg in short.items())
    en = ", ".join(f"{x.value} {p.value} {plain(mg_to_kg(mg))}" for (x, p), mg in short.items())
    return Words(
        f"扬尘源、移动源再减（千克/日）：{zh}，即可达标",
        f"dust or mobile sources cut so many kg/d more: {en}",
    )


def _higher_caps(
    caps_fen: Mapping[int, int], index: GroupIndex, caps_cny: Mapping[str, int], in_yuan: bool
) -> tuple[float, Words]:
    zh, en, rise = [], [], 0.0
    for district, fen in sorted(caps_fen.items()):
        name = index.districts[district]
        now, then = caps_cny[name], -(-fen // FEN_PER_YUAN)
        rise = max(rise, (then - now) / max(1, now))
        unit = "元/日" if in_yuan else "规模单位/日"
        zh.append(f"{name}由{now:,}提高到{then:,}{unit}")
        en.append(f"{name} from {now:,} to {then:,} a day")
    return rise, Words(
        f"提高区县成本上限：{'、'.join(zh)}，即可达标", f"raise the district caps: {', '.join(en)}"
    )


def _released(
    shortfall: Shortfall, short: Mapping[Key, int], index: GroupIndex, need: Requirement
) -> Words | None:
    """Return firms whose full stop would close every shortage; None where that is not sure.

    With all other firms at their caps the sum is exact. Where a district cap binds, or all
    firms together are not enough, nothing is said.
    """
    protected = "cap" in shortfall.binding or "reach" in shortfall.binding
    if not protected or any(k.startswith("district:") for k in shortfall.binding):
        return None
    left, chosen = dict(short), []
    for release in _by_worth(releases(index, tuple(short)), short, need):
        if all(mg <= 0 for mg in left.values()):
            break
        if any(left[key] > 0 and release.mg[key] > 0 for key in left):
            chosen.append(release)
            left = {key: mg - release.mg[key] for key, mg in left.items()}
    if any(mg > 0 for mg in left.values()):
        return None
    names = "、".join(r.name for r in chosen[:MOST_NAMED])
    more = f"等{len(chosen)}家" if len(chosen) > MOST_NAMED else ""
    ids = ", ".join(r.firm_id for r in chosen[:MOST_NAMED])
    return Words(
        f"放开下列企业的保障、豁免或工艺上限（其余企业减到上限）：{names}{more}，即可达标",
        f"release the protection of {len(chosen)} firms ({ids}), all others cut to their caps",
    )


def _by_worth(found: list[Release], short: Mapping[Key, int], need: Requirement) -> list[Release]:
    """Return releases by how much of all shortages each closes, most first."""

    def closes(release: Release) -> float:
        return sum(min(release.mg[k], mg) / _required(k, need) for k, mg in short.items())

    return sorted(found, key=lambda r: (-closes(r), r.firm_id))


def releases(index: GroupIndex, keys: tuple[Key, ...]) -> list[Release]:
    """Return what a full stop of each protected firm would add to its cap.

    Autonomous firms are not among them: they are never forced.
    """
    out = []
    for group in index.groups:
        if group.grade.autonomous or not group.lines:
            continue
        gain: dict[Key, int] = {}
        for level, pollutant in keys:
            k = POLLUTANTS.index(pollutant)
            at_cap = sum(masses[k] for masses in group.reduction_mg(group.caps[level]))
            gain[level, pollutant] = sum(base[k] for base in group.base_mg) - at_cap
        if any(mg > 0 for mg in gain.values()):
            out.append(Release(group.firm.firm_id, group.firm.name or group.firm.firm_id, gain))
    return out


def _money(fen: int, in_yuan: bool) -> Words:
    amount = f"{-(-fen // FEN_PER_YUAN):,}"
    return (
        Words(f"{amount}元/日", f"{amount} CNY a day")
        if in_yuan
        else Words(f"{amount}规模单位/日", f"{amount} size units a day")
    )


def plain_percent(ratio: Fraction) -> str:
    """Return a target as per cent, exact to two decimals."""
    return f"{float(ratio * 100):g}%"
