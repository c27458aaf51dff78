"""The four pollutants a heavy-pollution response counts, in their fixed order."""

from __future__ import annotations

from enum import StrEnum


class Pollutant(StrEnum):
    """PM, SO2, NOx, VOC: the order of every four-tuple in the project."""

    PM = "PM"
    SO2 = "SO2"
    NOX = "NOx"
    VOC = "VOC"

    @property
    def label_zh(self) -> str:
        """Chinese label."""
        return {"PM": "颗粒物", "SO2": "二氧化硫", "NOx": "氮氧化物", "VOC": "挥发性有机物"}[
            self.value
        ]


POLLUTANTS: tuple[Pollutant, ...] = tuple(Pollutant)
