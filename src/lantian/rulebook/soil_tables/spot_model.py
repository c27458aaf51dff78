"""What the rules of spot checks answer with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from lantian.kernel.trace import RuleRef
from lantian.rulebook.model import RuleHead


@dataclass(frozen=True, slots=True)
class Named:
    """A ground of attention, a link of the survey or a verdict."""

    key: str
    name_zh: str
    looks_zh: tuple[str, ...]
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class MustCheck:
    """Parcels that are always checked, by trigger."""

    key: str
    name_zh: str
    triggers: frozenset[str]
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class SpotCheck:
    """Which surveys are checked; `share` is None where it must be asked for."""

    head: RuleHead
    must_check: tuple[MustCheck, ...]
    must_share_ref: RuleRef
    share: Fraction | None
    share_ref: RuleRef | None
    attention: Mapping[str, Named]
    links: Mapping[str, Named]
    verdicts: Mapping[str, Named]
    draw_ref: RuleRef
    open_zh: tuple[str, ...]

    def find_attention(self, text: str) -> Named | None:
        """Return the ground of attention of a key or Chinese name."""
        plain = "".join(text.split())
        named = {n.name_zh: n for n in self.attention.values()}
        return self.attention.get(plain) or named.get(plain)
