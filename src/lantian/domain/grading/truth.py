"""Three-valued logic: unknown is not false."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Truth(Enum):
    """Whether something holds, does not, or is not known (strong Kleene logic)."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    @property
    def label_zh(self) -> str:
        """Label on a grade sheet."""
        return ("不满足", "未知", "满足")[self.value]

    def __invert__(self) -> Truth:
        return _BY_VALUE[2 - self.value]


_BY_VALUE = (Truth.FALSE, Truth.UNKNOWN, Truth.TRUE)


def of(value: bool) -> Truth:
    """Return a truth value for a known answer."""
    return Truth.TRUE if value else Truth.FALSE


def every(parts: Iterable[Truth]) -> Truth:
    """Return the conjunction: the least of its parts, TRUE of none."""
    return _BY_VALUE[min((p.value for p in parts), default=2)]


def some(parts: Iterable[Truth]) -> Truth:
    """Return the disjunction: the greatest of its parts, FALSE of none."""
    return _BY_VALUE[max((p.value for p in parts), default=0)]
