"""Concentrations as scaled integers: exact like decimals, fast like numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
MOST_PLACES = 6
"""Decimals a concentration may have; no instrument and no bulletin gives more."""


@dataclass(frozen=True, slots=True)
class Scaled:
    """An array of decimals: ``values / scale`` where `present`; elsewhere missing.

    `scale` is a power of ten. A missing value is 0 in `values`.
    """

    values: Ints
    present: Bools
    scale: int

    @classmethod
    def of(cls, given: Sequence[Decimal | int | None]) -> Scaled:
        """Return exact decimals as an array."""
        places = max(
            (-int(Decimal(v).as_tuple().exponent) for v in given if v is not None), default=0
        )
        scale = 10 ** max(0, places)
        values = [0 if v is None else int(Decimal(v) * scale) for v in given]
        present = [v is not None for v in given]
        return cls(np.array(values, dtype=np.int64), np.array(present, dtype=bool), scale)

    def fraction(self, index: Any) -> Fraction | None:
        """Return one value exactly, None where it is missing."""
        if not self.present[index]:
            return None
        return Fraction(int(self.values[index]), self.scale)

    def pick(self, index: Any) -> Scaled:
        """Return a part of the array."""
        return Scaled(self.values[index], self.present[index], self.scale)

    def without(self, mask: Bools) -> Scaled:
        """Return the array with the masked values missing."""
        kept = self.present & ~mask
        return Scaled(np.where(kept, self.values, 0), kept, self.scale)

    def rounded(self, places: int) -> Scaled:
        """Return the values rounded half to even at `places` decimals (GB/T 8170)."""
        scale = 10**places
        if scale >= self.scale:
            return Scaled(self.values * (scale // self.scale), self.present, scale)
        return Scaled(round_ratio(self.values, self.scale // scale), self.present, scale)


def round_ratio(numerator: Ints, denominator: Ints | int) -> Ints:
    """Return numerator / denominator rounded half to even, in integers.

    `denominator` is positive; values may be negative.
    """
    quotient, rest = np.divmod(numerator, denominator)
    twice = 2 * rest
    up = (twice > denominator) | ((twice == denominator) & (quotient % 2 != 0))
    rounded: Ints = quotient + up
    return rounded


def from_floats(values: NDArray[np.float64]) -> tuple[Scaled, Bools]:
    """Return floats that were read from decimal text as exact decimals.

    Parameters
    ----------
    values
        Floats, NaN where missing.

    Returns
    -------
    scaled
        The decimals of at most `MOST_PLACES` places whose nearest floats they are.
    lost
        Where a value has more places than that (or is beyond 2**53): not representable, missing
        in `scaled`, to be told.

    Notes
    -----
    A decimal of up to 15 digits is the only one of its number of places near its float, so
    ``rint(x * 10**k) / 10**k == x`` tells exactly whether `x` was written with `k` places.
    """
    present = np.isfinite(values)
    filled = np.where(present, values, 0.0)
    for places in range(MOST_PLACES + 1):
        scale = 10.0**places
        ints = np.rint(filled * scale)
        exact = (ints / scale == filled) & (np.abs(ints) < 2**53)
        if exact.all() or places == MOST_PLACES:
            kept = present & exact
            scaled = Scaled(np.where(kept, ints, 0).astype(np.int64), kept, int(scale))
            return scaled, present & ~exact
    raise AssertionError("unreachable")
