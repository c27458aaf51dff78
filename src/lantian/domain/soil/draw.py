"""Which surveys are checked: all that must be, the others by a draw anyone can repeat.

The order of the draw is that of SHA-256 over the public seed and the parcel's number, so that it
depends neither on the order of the list nor on which other parcels are on it (decision 0084).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from lantian.domain.soil.parcel_model import ParcelRecord
from lantian.kernel.lottery import list_digest, ranked, wanted
from lantian.kernel.trace import RuleRef, Trace
from lantian.rulebook.soil_tables.parcel_model import Trigger
from lantian.rulebook.soil_tables.spot_model import SpotCheck


class Stratum(StrEnum):
    """How a parcel enters the draw."""

    MUST = "must"
    ATTENTION = "attention"
    OTHER = "other"

    @property
    def label_zh(self) -> str:
        """Chinese label."""
        return {"must": "必查", "attention": "重点关注", "other": "一般"}[self.value]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A parcel and why it needs a survey."""

    record: ParcelRecord
    reasons: tuple[Trigger, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One parcel of the list: its stratum, place in the order of its stratum, chosen or not."""

    record: ParcelRecord
    stratum: Stratum
    rank: int
    digest: str
    chosen: bool
    trace: Trace


@dataclass(frozen=True, slots=True)
class Draw:
    """A whole draw; `list_digest` fixes the list it was made from."""

    seed: str
    share: Fraction
    attention_share: Fraction
    list_digest: str
    rows: tuple[Drawn, ...]

    @property
    def chosen(self) -> tuple[Drawn, ...]:
        """The parcels that are checked."""
        return tuple(r for r in self.rows if r.chosen)


def draw(
    candidates: Sequence[Candidate],
    rules: SpotCheck,
    seed: str,
    share: Fraction,
    attention_share: Fraction | None = None,
) -> Draw:
    """Return which parcels are checked.

    Parameters
    ----------
    candidates
        Every parcel of the scope, each number once.
    rules
        Which must be checked, and the grounds of attention.
    seed
        A public number fixed before the list is known to anybody who could gain by it.
    share
        Share of the parcels without ground of attention that is drawn, 0 to 1; rounded up.
    attention_share
        The same of those with one; the general share where not given.
    """
    wide = share if attention_share is None else attention_share
    strata: dict[Stratum, dict[str, tuple[Candidate, Trace]]] = {s: {} for s in Stratum}
    for one in candidates:
        stratum, why, rule = _stratum(one, rules)
        step = Trace(f"{stratum.label_zh}：{why}", stratum.value, stratum.value, rule=rule)
        strata[stratum][one.record.parcel_id] = (one, step)
    rows: list[Drawn] = []
    for stratum, members in strata.items():
        part = {Stratum.MUST: Fraction(1), Stratum.ATTENTION: wide, Stratum.OTHER: share}[stratum]
        taken = wanted(part, len(members))
        for rank, (key, number) in enumerate(ranked(seed, members), start=1):
            one, step = members[number]
            chosen = rank <= taken
            words = (
                f"次序 {rank}，{len(members)} 个中取 {taken} 个：{'抽中' if chosen else '未抽中'}"
            )
            trace = Trace(
                words, f"place {rank}, {taken} of {len(members)} taken", chosen,
                {"seed": seed, "sha256": key}, rules.draw_ref, (step,),
            )  # fmt: skip
            rows.append(Drawn(one.record, stratum, rank, key, chosen, trace))
    fixed = list_digest(c.record.parcel_id for c in candidates)
    return Draw(seed, share, wide, fixed, tuple(rows))


def _stratum(one: Candidate, rules: SpotCheck) -> tuple[Stratum, str, RuleRef]:
    triggers = {t.key for t in one.reasons}
    for must in rules.must_check:
        if must.triggers & triggers:
            return Stratum.MUST, must.name_zh, must.ref
    if one.record.attention:
        names = "、".join(a.name_zh for a in one.record.attention)
        return Stratum.ATTENTION, names, one.record.attention[0].ref
    return Stratum.OTHER, "不在必查范围，无关注情形", rules.draw_ref
