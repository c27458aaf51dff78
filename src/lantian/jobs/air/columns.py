"""Which column of a file is which: names in any case, in the spellings that occur."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lantian.domain.air.complaint import complain
from lantian.kernel.problem import LantianError, Place
from lantian.rulebook.air_tables.model import AIR_POLLUTANTS

_NAMES: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "日期", "day"),
    "time": ("time", "datetime", "时间", "timestamp"),
    "hour": ("hour", "小时"),
    "city": ("city", "城市", "cityname"),
    "station": ("station", "站点", "site", "监测点"),
    "so2": ("so2", "二氧化硫"),
    "no2": ("no2", "二氧化氮"),
    "pm10": ("pm10", "可吸入颗粒物"),
    "co": ("co", "一氧化碳"),
    "pm25": ("pm25", "pm2_5", "pm2.5", "细颗粒物"),
    "aqi": ("aqi",),
    "flag": ("flag", "标记", "数据标记"),
    "minutes": ("minutes", "采样分钟", "有效分钟"),
    "reference": ("reference", "对照点"),
    "reference_k": ("reference_k", "参比温度", "参比温度(k)"),
}
_O3_DAILY = ("o3_8h", "o38h", "o3-8h", "o3_8h_max", "o3", "臭氧8小时", "臭氧")
_O3_HOURLY = ("o3_1h", "o31h", "o3-1h", "o3", "臭氧1小时", "臭氧")


@dataclass(frozen=True, slots=True)
class AirColumns:
    """Header of a file and the place of each role in it."""

    header: tuple[str, ...]
    at: Mapping[str, int]

    def has(self, role: str) -> bool:
        """Whether the file has a column of a role."""
        return role in self.at


def plain(name: str) -> str:
    """Return a header in the form names are compared in."""
    text = unicodedata.normalize("NFKC", name).strip().casefold()
    return text.removesuffix("(ug/m3)").removesuffix("(mg/m3)").replace(" ", "")


def find_columns(header: Sequence[str | None], file: str, *, hourly: bool) -> AirColumns:
    """Return the columns of a header.

    Raises
    ------
    LantianError
        A002 where there is no date or time, or none of the six pollutants.
    """
    names = [plain(name or "") for name in header]
    at: dict[str, int] = {}
    spellings = dict(_NAMES) | {"o3": _O3_HOURLY if hourly else _O3_DAILY}
    for role, known in spellings.items():
        for spelling in known:
            if spelling in names:
                at[role] = names.index(spelling)
                break
    for pollutant in AIR_POLLUTANTS:
        of_it = [f"{spelling}_flag" for spelling in (*spellings[pollutant], pollutant)]
        own = next((name for name in of_it if name in names), None)
        if own is not None:
            at[f"{pollutant}_flag"] = names.index(own)
    missing = []
    if "date" not in at and "time" not in at:
        missing.append("date / time")
    if hourly and "time" not in at and "hour" not in at and "date" in at:
        at["time"] = at.pop("date")
    if not any(p in at for p in AIR_POLLUTANTS):
        missing.append(", ".join(AIR_POLLUTANTS))
    if missing:
        place = Place(file=file, row=1)
        raise LantianError(complain("A002", place, detail="；".join(missing)))
    return AirColumns(tuple(name or "" for name in header), at)
