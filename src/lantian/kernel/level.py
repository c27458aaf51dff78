"""Alert levels of heavy-pollution response."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """Yellow, orange and red, in rising order."""

    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"

    @property
    def label_zh(self) -> str:
        """Chinese label, e.g. ``黄色``."""
        return {"yellow": "黄色", "orange": "橙色", "red": "红色"}[self.value]

    @property
    def roman(self) -> str:
        """Roman numeral used in notices: Ⅲ, Ⅱ, Ⅰ."""
        return {"yellow": "Ⅲ", "orange": "Ⅱ", "red": "Ⅰ"}[self.value]

    @property
    def order(self) -> int:
        """0, 1, 2 from yellow to red."""
        return LEVELS.index(self)


LEVELS: tuple[Level, ...] = (Level.YELLOW, Level.ORANGE, Level.RED)
