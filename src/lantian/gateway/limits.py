"""Who is let in, and how fast one may send: counts by address and buckets of tokens."""

from __future__ import annotations

from collections import Counter, OrderedDict

from lantian.gateway.config import Limits

_ADDRESSES_KEPT = 10_000


class Bucket:
    """Tokens that come back with time; it may be overdrawn, and says for how long."""

    __slots__ = ("_at", "_burst", "_rate", "_tokens")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate, self._burst, self._tokens, self._at = rate, burst, burst, now

    def take(self, n: float, now: float) -> float:
        """Take `n` tokens; return the seconds until what was overdrawn has come back."""
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate) - n
        self._at = now
        return -self._tokens / self._rate if self._tokens < 0 else 0.0


class _Address:
    __slots__ = ("accepted_at", "blocked_until", "failures", "kept")

    def __init__(self) -> None:
        self.failures = 0
        self.blocked_until = 0.0
        self.accepted_at = float("-inf")
        self.kept: Bucket | None = None


class Doorkeeper:
    """Counts by address; everything it remembers is bounded. Time is the loop's, never the wall's."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._open: Counter[str] = Counter()
        self._known: OrderedDict[str, _Address] = OrderedDict()
        self.connections = 0

    def enter(self, address: str, now: float) -> str:
        """Let a connection in, or return why not: ``connections``, ``per-address``, ``blocked``."""
        if self.connections >= self._limits.connections:
            return "connections"
        if self._open[address] >= self._limits.per_address:
            return "per-address"
        known = self._known.get(address)
        if known is not None and known.blocked_until > now:
            return "blocked"
        self._open[address] += 1
        self.connections += 1
        return ""

    def leave(self, address: str) -> None:
        """Note that a connection ended."""
        self.connections -= 1
        self._open[address] -= 1
        if self._open[address] <= 0:
            del self._open[address]

    def accepted(self, address: str, now: float) -> None:
        """Note that an accepted frame came from an address."""
        known = self._of(address)
        known.accepted_at, known.failures = now, 0

    def trusts(self, address: str) -> bool:
        """Whether accepted frames came from an address before."""
        known = self._known.get(address)
        return known is not None and known.accepted_at > float("-inf")

    def failed(self, address: str, now: float) -> bool:
        """Note a wrong password or an unknown MN; return whether the address is now kept out.

        An address that also sends accepted frames is a shared one and is not kept out.
        """
        known = self._of(address)
        known.failures += 1
        if known.failures < self._limits.failures or now - known.accepted_at < 3_600:
            return False
        known.failures, known.blocked_until = 0, now + self._limits.block_s
        return True

    def may_keep(self, address: str, now: float) -> bool:
        """Whether one more refused frame of an address is kept, not only counted."""
        known = self._of(address)
        if known.kept is None:
            n = float(self._limits.kept_refused)
            known.kept = Bucket(n / 60, n, now)
        if known.kept.take(1, now) > 0:
            known.kept.take(-1, now)
            return False
        return True

    def _of(self, address: str) -> _Address:
        known = self._known.get(address)
        if known is None:
            known = self._known[address] = _Address()
            if len(self._known) > _ADDRESSES_KEPT:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(address)
        return known
