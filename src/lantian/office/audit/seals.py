"""Seals the finished days of the ledger with the key of the deployment, and says how far that is.

The key lies in a file outside the database (`settings.LEDGER_KEY`); public keys of this and earlier
keys lie in ``ledger-keys`` beside it, so that pages can check what older keys sealed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from lantian.adapters.crypto.keyfile import (
    KeyFileError,
    public_text,
    read_private,
    read_public,
    write_private,
)
from lantian.adapters.crypto.signing import PrivateKey, PublicKey, new_key
from lantian.domain.ledger.chain import START, breaks
from lantian.domain.ledger.merkle import root
from lantian.domain.ledger.seal import (
    Fault,
    Seal,
    day_of,
    faults,
    next_range,
    seal_hash,
    statement,
    unsealed,
)
from lantian.jobs.ledger.keys import as_problem, checkers, public_keys
from lantian.jobs.ledger.seal_complaint import complain
from lantian.kernel.problem import LantianError, Place, Problem
from lantian.office.audit.ledger import entry_of, one_writer
from lantian.office.audit.models import Event, SealRow


@dataclass(frozen=True, slots=True)
class SealState:
    """How far the ledger is sealed: last seal, fingerprint of the key, finished days that wait."""

    last: SealRow | None
    fingerprint: str
    scheme: str
    waiting: tuple[str, ...]


# --- the key ------------------------------------------------------------------------------------


def make_key(scheme: str, passphrase: str = "") -> PublicKey:
    """Make the key of this deployment; one that is there is never overwritten.

    Raises
    ------
    LantianError
        V005.
    """
    key = new_key(scheme)
    try:
        write_private(settings.LEDGER_KEY, key, passphrase)
    except KeyFileError as error:
        raise as_problem(error, settings.LEDGER_KEY) from None
    public = key.public
    folder = _public_folder()
    folder.mkdir(exist_ok=True)
    (folder / f"{public.fingerprint}.json").write_text(public_text(public), "ascii")
    return public


def own_public() -> PublicKey | None:
    """Return the public part of the deployment's key, None where there is none that can be read."""
    try:
        return read_public(settings.LEDGER_KEY)
    except KeyFileError:
        return None


def known_keys() -> Mapping[str, PublicKey]:
    """Return the public keys of this deployment, earlier ones too."""
    folder = _public_folder()
    return public_keys([folder]) if folder.is_dir() else {}


def _public_folder() -> Path:
    return Path(settings.LEDGER_KEY).parent / "ledger-keys"


def _private() -> PrivateKey:
    named = os.environ.get("LANTIAN_LEDGER_PASSPHRASE_FILE", "")
    try:
        passphrase = Path(named).read_text("utf-8").rstrip("\r\n") if named else ""
        return read_private(settings.LEDGER_KEY, passphrase)
    except KeyFileError as error:
        raise as_problem(error, settings.LEDGER_KEY) from None
    except (OSError, ValueError):
        raise LantianError(complain("V004", Place(file=named), detail=Path(named).name)) from None


# --- sealing ------------------------------------------------------------------------------------


def seal_if_due() -> list[SealRow]:
    """Seal what is finished, where there is a key; without one the doctor says so."""
    return seal_days() if Path(settings.LEDGER_KEY).exists() and waiting_days() else []


def seal_days(until: date | None = None) -> list[SealRow]:
    """Seal every finished day that is not sealed yet, oldest first.

    Parameters
    ----------
    until
        Last day to seal; yesterday where left out.

    Raises
    ------
    LantianError
        V001 to V004 for the key, V006 for a day that is not over, V016 where the chain does not hold:
        a seal would then vouch for what somebody altered.
    """
    today = timezone.localdate()
    if until is not None and until >= today:
        raise LantianError(complain("V006", Place(), detail=until.isoformat()))
    key = _private()
    made = []
    for day in waiting_days():
        if until is None or day <= until.isoformat():
            row = _seal(day, key)
            if row is not None:
                made.append(row)
    return made


def _seal(day: str, key: PrivateKey) -> SealRow | None:
    with transaction.atomic():
        one_writer()
        last = SealRow.objects.order_by("-day").first()
        covered = last.last if last else 0
        rows = Event.objects.filter(number__gt=covered).order_by("number")
        found = next_range(((row.number, _day(row)) for row in rows), day)
        if found is None:  # another worker was faster
            return None
        within = [entry_of(row) for row in rows if row.number <= found[1]]
        before_row = Event.objects.filter(number__lte=covered).order_by("-number").first()
        before = entry_of(before_row) if before_row else None
        broken = list(breaks(settings.LEDGER_ALGORITHM, within, before))
        if broken:
            raise LantianError(complain("V016", Place(file="audit"), detail=str(len(broken))))
        public = key.public
        seal = Seal(
            day, found[0], found[1], root(settings.LEDGER_ALGORITHM, [one.hash for one in within]),
            seal_hash(last.as_seal()) if last else START, settings.LEDGER_ALGORITHM, public.scheme, public.fingerprint,
        )  # fmt: skip
        signed = replace(seal, signature=key.sign(statement(seal)).hex())
        return SealRow.objects.create(
            day=date.fromisoformat(day), first=signed.first, last=signed.last, root=signed.root, before=signed.before,
            algorithm=signed.algorithm, scheme=signed.scheme, key=signed.key, signature=signed.signature,
        )  # fmt: skip


def _day(row: Event) -> str:
    """Return the day of an event by its own text, which the hash protects, not by the column beside it."""
    try:
        event = json.loads(row.event)
    except ValueError:
        event = {}
    return (
        day_of(event if isinstance(event, dict) else {}) or timezone.localdate(row.at).isoformat()
    )


# --- how far it is ------------------------------------------------------------------------------


def waiting_days() -> list[str]:
    """Return the finished days that have events and no seal."""
    last = SealRow.objects.order_by("-day").first()
    covered = last.last if last else 0
    days = {row.number: _day(row) for row in Event.objects.filter(number__gt=covered)}
    return unsealed(days, covered, timezone.localdate().isoformat())


def state() -> SealState:
    """Return how far the ledger is sealed."""
    public, last = own_public(), SealRow.objects.order_by("-day").first()
    if public is None:  # then the whole ledger waits, which nobody need count
        return SealState(last, "", "", ())
    return SealState(last, public.fingerprint, public.scheme, tuple(waiting_days()))


def find_faults() -> list[Fault]:
    """Return what does not hold about the seals in the database; signatures by the known public keys."""
    keys = known_keys()
    hashes = dict(Event.objects.values_list("number", "hash"))
    days = {row.number: _day(row) for row in Event.objects.only("number", "event", "at")}
    seals = [row.as_seal() for row in SealRow.objects.order_by("day")]
    found = faults(settings.LEDGER_ALGORITHM, hashes, days, seals, checkers(keys) if keys else None)
    return [fault for fault in found if fault.kind != "missing"]  # those wait: `waiting_days`


def signed_by_known(seal: Seal) -> bool | None:
    """Whether the signature of a seal fits; None where its public key is not at hand."""
    key = known_keys().get(seal.key)
    return None if key is None else key.verifies(statement(seal), bytes.fromhex(seal.signature))


def findings() -> Iterator[Problem]:
    """Yield what the doctor says: no key, seals that lag, seals that do not hold."""
    if own_public() is None:
        yield complain("V014", Place(file=str(settings.LEDGER_KEY)))
    elif len(waiting_days()) > 1:  # yesterday may still wait for the next round of the worker
        yield complain("V015", Place(file="audit"), detail=str(len(waiting_days())))
    for fault in find_faults():
        code = {
            "order": "V008",
            "range": "V009",
            "root": "V010",
            "key": "V011",
            "signature": "V012",
        }[fault.kind]
        yield complain(
            code, Place(file="audit"), day=fault.day, expected=fault.expected, found=fault.found
        )
