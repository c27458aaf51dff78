"""Seals: the root of every finished day, signed, each holding the hash of the seal before it.

A seal covers the entries after the seal before it up to the last one of its day (Beijing). What is
signed is the canonical text of everything but the signature, so nothing of a seal can be altered,
and no seal or entry under it removed or moved, by somebody who has not the key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lantian.domain.ledger.canonical import Json, canonical
from lantian.domain.ledger.chain import START, digest
from lantian.domain.ledger.merkle import root
from lantian.kernel.calendar import BEIJING

FORM = "lantian-seal-1"
_TEXTS = ("day", "root", "before", "algorithm", "scheme", "key", "signature")
_NUMBERS = ("first", "last")

Checker = Callable[[bytes, bytes], bool]
"""Whether a signature belongs to a text, under one key."""


@dataclass(frozen=True, slots=True)
class Seal:
    """The signed root of a day.

    Attributes
    ----------
    day
        The day in Beijing, ``2026-12-17``.
    first, last
        Numbers of the entries under it.
    root
        Merkle root of their hashes.
    before
        Hash of the seal before, `START` for the first.
    algorithm
        Hash function, of `chain.ALGORITHMS`.
    scheme
        Signature scheme, ``sm2-sm3`` or ``ed25519``.
    key
        Fingerprint of the public key.
    signature
        In hexadecimal; empty before it is signed.
    """

    day: str
    first: int
    last: int
    root: str
    before: str
    algorithm: str
    scheme: str
    key: str
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not hold about the seal of a day.

    `kind` is one of: order (moved or one before it missing), range (the entries under it), root,
    key (made by a key that was not given), signature, missing (a finished day without a seal).
    """

    day: str
    kind: str
    expected: str = ""
    found: str = ""


def statement(seal: Seal) -> bytes:
    """Return the text that is signed."""
    told = {name: getattr(seal, name) for name in (*_TEXTS[:-1], *_NUMBERS)}
    return canonical({"form": FORM, **told})


def seal_hash(seal: Seal) -> str:
    """Return the hash of a seal with its signature: what the next one holds."""
    return digest(seal.algorithm, statement(seal) + b"\n" + seal.signature.encode("ascii"))


def as_dict(seal: Seal) -> dict[str, str | int]:
    """Return the values of a seal, as an export writes them."""
    return {name: getattr(seal, name) for name in ("day", *_NUMBERS, *_TEXTS[1:])}


def from_dict(value: Json) -> Seal:
    """Read a seal.

    Raises
    ------
    ValueError
        Where a part is missing or of another type, or the signature is no hexadecimal.
    """
    parts: dict[str, str | int] = {}
    for name in _TEXTS:
        if not isinstance(value.get(name), str):
            raise ValueError(name)
        parts[name] = value[name]
    for name in _NUMBERS:
        if type(value.get(name)) is not int:
            raise ValueError(name)
        parts[name] = value[name]
    date.fromisoformat(str(parts["day"]))
    signature = str(parts["signature"])
    if (
        bytes.fromhex(signature).hex() != signature
    ):  # one way to write it, or a flipped bit says the same
        raise ValueError("signature")
    if value.keys() != parts.keys():
        raise ValueError(", ".join(sorted(value.keys() - parts.keys())))
    return Seal(**parts)  # type: ignore[arg-type]


def day_of(event: Json) -> str:
    """Return the day of an event in Beijing; "" where its time cannot be read."""
    try:
        moment = datetime.fromisoformat(str(event["at"]))
        return moment.astimezone(BEIJING).date().isoformat() if moment.tzinfo else ""
    except (KeyError, ValueError, OverflowError):
        return ""


def faults(
    algorithm: str,
    hashes: Mapping[int, str],
    days: Mapping[int, str],
    seals: Sequence[Seal],
    keys: Mapping[str, Checker] | None = None,
    today: str = "",
) -> Iterator[Fault]:
    """Yield everything that does not hold about the seals of a ledger; nothing where they hold.

    Parameters
    ----------
    algorithm
        Hash function of the ledger.
    hashes, days
        Own hash and Beijing day of each entry by its number.
    seals
        In the order in which they stand.
    keys
        Checker of each public key by its fingerprint. Without any, signatures are not checked and
        a day without a seal is no fault: nobody said that the ledger is sealed.
    today
        Day on which the ledger was exported; days before it are finished.
    """
    before, last, last_day = START, 0, ""
    for seal in seals:
        yield from _links(algorithm, seal, before, last, last_day)
        yield from _covers(seal, hashes, days)
        if keys is not None:
            yield from _signed(seal, keys)
        before, last, last_day = seal_hash(seal), seal.last, seal.day
    if keys is not None:
        yield from _missing(days, seals, today)


def _links(algorithm: str, seal: Seal, before: str, last: int, last_day: str) -> Iterator[Fault]:
    if seal.algorithm != algorithm:
        yield Fault(seal.day, "order", algorithm, seal.algorithm)
    if seal.before != before:
        yield Fault(seal.day, "order", before, seal.before)
    elif seal.day <= last_day:
        yield Fault(seal.day, "order", f"> {last_day}", seal.day)
    if seal.first != last + 1 or seal.last < seal.first:
        yield Fault(seal.day, "range", f"{last + 1}–", f"{seal.first}–{seal.last}")


def _covers(seal: Seal, hashes: Mapping[int, str], days: Mapping[int, str]) -> Iterator[Fault]:
    if not 1 <= seal.first <= seal.last <= seal.first + len(hashes):
        return  # told by `_links`, or nothing of it is there
    numbers = range(seal.first, seal.last + 1)
    lost = [n for n in numbers if n not in hashes]
    if lost:
        yield Fault(seal.day, "range", str(lost[0]), "—")
        return
    later = [n for n in numbers if days.get(n, "") > seal.day]
    if later:
        yield Fault(seal.day, "range", seal.day, f"{later[0]}: {days[later[0]]}")
    try:
        found = root(seal.algorithm, [hashes[n] for n in numbers])
    except ValueError:
        found = "—"
    if found != seal.root:
        yield Fault(seal.day, "root", seal.root, found)


def _signed(seal: Seal, keys: Mapping[str, Checker]) -> Iterator[Fault]:
    check = keys.get(seal.key)
    if check is None:
        yield Fault(seal.day, "key", " ".join(sorted(k[:16] for k in keys)), seal.key[:16])
    elif not check(statement(seal), bytes.fromhex(seal.signature)):
        yield Fault(seal.day, "signature", seal.key[:16], seal.signature[:16])


def _missing(days: Mapping[int, str], seals: Sequence[Seal], today: str) -> Iterator[Fault]:
    end = max([today, *days.values()])
    for day in unsealed(days, max((s.last for s in seals), default=0), end):
        yield Fault(day, "missing")


def unsealed(days: Mapping[int, str], covered: int, today: str) -> list[str]:
    """Return the finished days, those before `today`, that have entries after number `covered`."""
    return sorted({day for n, day in days.items() if n > covered and "" < day < today})


def next_range(rows: Iterable[tuple[int, str]], day: str) -> tuple[int, int] | None:
    """Return first and last number that a seal of `day` covers, of entries not under a seal yet.

    Parameters
    ----------
    rows
        Number and Beijing day of each entry after the last seal, in their order.
    day
        The finished day.
    """
    numbers = [(n, of) for n, of in rows]
    within = [n for n, of in numbers if of <= day]
    return (numbers[0][0], max(within)) if within else None
