"""Dust, mobile sources and the city totals, fitted to what the industry of the list emits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from lantian.demo.draw import OTHER_STREAM, Floats, generator
from lantian.demo.parameters import Parameters
from lantian.demo.rows import FIRST_ROW
from lantian.domain.inventory.model import CityTotal, DustSource, MobileSource
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.pollutant import POLLUTANTS, Pollutant

_SECTORS = ("dust", "mobile", "residential")


def city_totals(parameters: Parameters, grams: Sequence[int]) -> list[CityTotal]:
    """Return sheet 全社会排放 of a city whose listed lines emit `grams` a day by pollutant.

    Industry is the list's own sum plus what is not listed; the other sectors follow from their
    share of the whole, so that the whole is consistent.
    """
    sectors = parameters.raw["sectors"]
    listed = 1 + Decimal(str(sectors["unlisted"]))
    rows: dict[str, dict[Pollutant, Decimal]] = {"industry": {}}
    for i, pollutant in enumerate(POLLUTANTS):
        industry = Decimal(grams[i]).scaleb(-3) * listed
        rows["industry"][pollutant] = _kg(industry)
        shares = {s: Decimal(str(sectors["share"][s][i])) for s in _SECTORS}
        whole = industry / (1 - sum(shares.values()))
        for sector, share in shares.items():
            rows.setdefault(sector, {})[pollutant] = _kg(whole * share)
    return [
        CityTotal(row=FIRST_ROW + i, sector=sector, daily_kg=masses)
        for i, (sector, masses) in enumerate(rows.items())
    ]


def dust_rows(
    parameters: Parameters, firms: int, seed: int, total_pm_kg: Decimal
) -> list[DustSource]:
    """Return sheet 扬尘源: sites, piles and quarries that share the listed part of dust."""
    raw: Mapping[str, Any] = parameters.raw["dust"]
    rng = generator(seed, OTHER_STREAM, 0)
    n = max(1, round(firms * raw["per_firm"]))
    mass = _lognormal_shares(rng.standard_normal(n), raw["sigma"])
    mass *= float(total_pm_kg) * raw["listed"]
    kinds = rng.choice(len(raw["kinds"]), n, p=[k[1] for k in raw["kinds"]])
    districts = rng.integers(0, len(parameters.districts), n)
    place = rng.uniform(0.05, 0.95, (n, 2))
    exempt = rng.random(n) < raw["guaranteed_share"]
    area = np.rint(rng.uniform(2_000, 90_000, n) / 100) * 100
    out = []
    for i in range(n):
        district = parameters.districts[districts[i]]
        kind = raw["kinds"][kinds[i]][0]
        pm = round(float(mass[i]), 2)
        cuts = {level: 0.0 if exempt[i] else raw["cut"][level.value] for level in LEVELS}
        out.append(
            DustSource(
                row=FIRST_ROW + i,
                source_id=f"虚构-YC{i + 1:05d}",
                name=f"{kind}（虚构{i + 1:05d}）",
                kind=kind,
                district=district.name,
                longitude_deg=_degrees(district.west, district.east, place[i, 0]),
                latitude_deg=_degrees(district.south, district.north, place[i, 1]),
                area_m2=Decimal(int(area[i])),
                responsible=f"虚构{parameters.raw['surnames'][i % 10]}",
                phone=f"{parameters.raw['phone_prefix']}{9_000_000 + i % 1_000_000}",
                guaranteed_notice="示例市重点工程保障函（虚构）第1号" if exempt[i] else "",
                daily_pm_kg=Decimal(f"{pm:.2f}"),
                measures={
                    level: _dust_text(kind, cuts[level], bool(exempt[i])) for level in LEVELS
                },
                reduction_pm_kg={level: _down(pm * cuts[level]) for level in LEVELS},
            )
        )
    return out


def mobile_rows(
    parameters: Parameters, firms: int, seed: int, total_kg: Mapping[Pollutant, Decimal]
) -> list[MobileSource]:
    """Return sheet 移动源: fleets and machines that share the listed part of mobile sources."""
    raw: Mapping[str, Any] = parameters.raw["mobile"]
    rng = generator(seed, OTHER_STREAM, 1)
    n = max(1, round(firms * raw["groups_per_firm"]))
    weight = _lognormal_shares(rng.standard_normal(n), raw["sigma"]) * raw["listed"]
    kinds = rng.choice(len(raw["kinds"]), n, p=[k[1] for k in raw["kinds"]])
    districts = rng.integers(0, len(parameters.districts), n)
    vehicles = rng.integers(10, 400, n)
    old = rng.uniform(0.1, 0.5, n)
    out = []
    for i in range(n):
        kind = raw["kinds"][kinds[i]][0]
        machines = kind == "非道路机械"
        reduction = {
            (level, p): _down(float(total_kg[p]) * float(weight[i]) * raw["cut"][level.value])
            for level in LEVELS
            for p in POLLUTANTS
        }
        out.append(
            MobileSource(
                row=FIRST_ROW + i,
                source_id=f"虚构-YD{i + 1:05d}",
                name=f"{kind}（虚构{i + 1:05d}）",
                kind=kind,
                district=parameters.districts[districts[i]].name,
                vehicles=Decimal(0 if machines else int(vehicles[i])),
                vehicles_china4_or_older=Decimal(0 if machines else int(vehicles[i] * old[i])),
                machines=Decimal(int(vehicles[i]) if machines else 0),
                daily_trips=Decimal(0 if machines else int(vehicles[i] * 2)),
                measures={level: _MOBILE_TEXT[machines][level] for level in LEVELS},
                reduction_kg=reduction,
            )
        )
    return out


_MOBILE_TEXT: dict[bool, dict[Level, str]] = {
    False: {
        Level.YELLOW: "国三及以下重型载货车辆停运，进出厂0车次",
        Level.ORANGE: "国四及以下重型载货车辆（含燃气）停运，进出厂0车次",
        Level.RED: "国五及以下重型载货车辆停运，仅新能源和国六车辆通行，其余0车次",
    },
    True: {
        Level.YELLOW: "国一及以下非道路移动机械停用，使用0台",
        Level.ORANGE: "国二及以下非道路移动机械停用，使用0台",
        Level.RED: "除应急抢险外非道路移动机械全部停用，使用0台",
    },
}


def _dust_text(kind: str, cut: float, exempt: bool) -> str:
    if exempt:
        return "保障类工程，落实扬尘防治6个百分之百，不停工"
    return f"{kind}停止土石方、拆除、装卸等作业，扬尘排放减少{cut:.0%}，洒水抑尘每日不少于4次"


def _lognormal_shares(normal: Floats, sigma: float) -> Floats:
    size = np.exp(sigma * normal)
    return np.asarray(size / size.sum(), dtype=np.float64)


def _degrees(low: float, high: float, at: float) -> Decimal:
    return Decimal(f"{low + (high - low) * at:.6f}")


def _kg(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"))


def _down(value: float) -> Decimal:
    return Decimal(f"{int(value * 1000 + 1e-6) / 1000:.3f}")
