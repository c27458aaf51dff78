"""Which graded firms are checked: those that must be, the others by a draw anyone can repeat.

No source gives a share or a frequency (rating-process, section 2.3: not found), so both are asked for
and the trace says whose they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lantian.kernel.lottery import list_digest, ranked, wanted
from lantian.kernel.trace import RuleRef, Trace

MUST = "must"
"""Stratum of the firms that are named with a reason: all of them are checked."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A firm of the population.

    Attributes
    ----------
    stratum
        What it is drawn among: its grade, industry or district, or "" where all are drawn together.
    must_zh
        Why it is checked in any case; "" where it is not.
    """

    firm_id: str
    stratum: str
    must_zh: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One firm: its stratum, its place in it, chosen or not, and why."""

    firm_id: str
    stratum: str
    rank: int
    digest: str
    chosen: bool
    trace: Trace


@dataclass(frozen=True, slots=True)
class Draw:
    """A whole draw; `list_digest` fixes the population it was made from."""

    seed: str
    share: Fraction
    list_digest: str
    rows: tuple[Drawn, ...]

    @property
    def chosen(self) -> tuple[Drawn, ...]:
        """The firms that are checked."""
        return tuple(row for row in self.rows if row.chosen)


def draw(
    candidates: Sequence[Candidate],
    seed: str,
    share: Fraction,
    method: RuleRef,
    shares: Mapping[str, Fraction] | None = None,
) -> Draw:
    """Return which firms are checked.

    Parameters
    ----------
    candidates
        The population, each firm once.
    seed
        A public number that nobody could choose, fixed before it was known.
    share
        Share of each stratum that is drawn, 0 to 1; rounded up.
    method
        The rule the order of the draw rests on.
    shares
        Shares of strata that differ from `share`.

    Returns
    -------
    Draw
        Every firm of the population, strata in their order, those that must be checked first.

    Raises
    ------
    ValueError
        For a share outside 0 to 1, or a firm that is there twice.
    """
    own = dict(shares or {})
    ids = [one.firm_id for one in candidates]
    if len(ids) != len(set(ids)):
        raise ValueError("each firm stands in the population once")
    must = {one.firm_id: one.must_zh for one in candidates if one.must_zh}
    strata: dict[str, list[str]] = {}
    for one in candidates:
        if one.firm_id not in must:
            strata.setdefault(one.stratum, []).append(one.firm_id)
    rows = _take(MUST, list(must), seed, Fraction(1), method, must)
    for stratum in sorted(strata):
        rows += _take(stratum, strata[stratum], seed, own.get(stratum, share), method, {})
    return Draw(seed, share, list_digest(ids), tuple(rows))


def _take(
    stratum: str, ids: list[str], seed: str, share: Fraction, method: RuleRef,
    must: Mapping[str, str],
) -> list[Drawn]:  # fmt: skip
    taken = wanted(share, len(ids))
    rows = []
    for rank, (key, firm_id) in enumerate(ranked(seed, ids), start=1):
        chosen = rank <= taken
        said = "抽中" if chosen else "未抽中"
        words = (
            f"指定检查：{must[firm_id]}" if firm_id in must
            else f"次序 {rank}，{len(ids)} 家中取 {taken} 家：{said}"
        )  # fmt: skip
        trace = Trace(
            words, f"place {rank}, {taken} of {len(ids)} taken", chosen,
            {"seed": seed, "sha256": key, "share": str(share)}, method,
        )  # fmt: skip
        rows.append(Drawn(firm_id, stratum, rank, key, chosen, trace))
    return rows
