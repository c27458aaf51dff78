"""The root of a day's entries, and the proof that one entry is under it (RFC 9162, section 2)."""

from __future__ import annotations

from collections.abc import Sequence

from lantian.domain.ledger.chain import digest

_LEAF, _NODE = b"\x00", b"\x01"


def leaf(algorithm: str, entry_hash: str) -> str:
    """Return the leaf of an entry."""
    return digest(algorithm, _LEAF + bytes.fromhex(entry_hash))


def _node(algorithm: str, left: str, right: str) -> str:
    return digest(algorithm, _NODE + bytes.fromhex(left) + bytes.fromhex(right))


def root(algorithm: str, hashes: Sequence[str]) -> str:
    """Return the root of entries in their order; of none, the hash of nothing."""
    if not hashes:
        return digest(algorithm, b"")
    if len(hashes) == 1:
        return leaf(algorithm, hashes[0])
    at = _split(len(hashes))
    return _node(algorithm, root(algorithm, hashes[:at]), root(algorithm, hashes[at:]))


def proof(algorithm: str, hashes: Sequence[str], index: int) -> tuple[str, ...]:
    """Return the hashes beside the way from an entry to the root, lowest first.

    Raises
    ------
    IndexError
        Where there is no such entry.
    """
    if not 0 <= index < len(hashes):
        raise IndexError(index)
    if len(hashes) == 1:
        return ()
    at = _split(len(hashes))
    if index < at:
        return (*proof(algorithm, hashes[:at], index), root(algorithm, hashes[at:]))
    return (*proof(algorithm, hashes[at:], index - at), root(algorithm, hashes[:at]))


def proves(
    algorithm: str, entry_hash: str, index: int, size: int, path: Sequence[str], expected: str
) -> bool:
    """Whether a proof leads from an entry at a place among `size` to the expected root."""
    if not 0 <= index < size:
        return False
    sides: list[bool] = []  # whether the entry lies left, from the root down
    low, high = 0, size
    while high - low > 1:
        at = low + _split(high - low)
        left = index < at
        sides.append(left)
        low, high = (low, at) if left else (at, high)
    if len(sides) != len(path):
        return False
    found = leaf(algorithm, entry_hash)
    for beside, left in zip(path, reversed(sides), strict=True):
        found = _node(algorithm, found, beside) if left else _node(algorithm, beside, found)
    return found == expected


def _split(size: int) -> int:
    """Return the largest power of two below a size of at least 2."""
    at = 1
    while at * 2 < size:
        at *= 2
    return at
