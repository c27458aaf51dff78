"""Public keys for verifying, from files or a folder of files; key files' troubles as problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from lantian.adapters.crypto.keyfile import KeyFileError, read_public
from lantian.adapters.crypto.signing import PublicKey
from lantian.domain.ledger.seal import Checker
from lantian.jobs.ledger.seal_complaint import BY_KEY_FILE, complain
from lantian.kernel.problem import LantianError, Place


def as_problem(error: KeyFileError, path: Path) -> LantianError:
    """Return what is wrong with a key file, to be raised."""
    return LantianError(
        complain(BY_KEY_FILE[error.kind], Place(file=str(path)), detail=error.detail)
    )


def public_keys(paths: Iterable[Path]) -> dict[str, PublicKey]:
    """Return public keys by their fingerprint.

    Parameters
    ----------
    paths
        Files; of a folder, every ``*.json`` in it.

    Raises
    ------
    LantianError
        V001, V002.
    """
    found: dict[str, PublicKey] = {}
    for path in paths:
        for one in sorted(path.glob("*.json")) if path.is_dir() else [path]:
            try:
                key = read_public(one)
            except KeyFileError as error:
                raise as_problem(error, one) from None
            found[key.fingerprint] = key
    return found


def checkers(keys: Mapping[str, PublicKey]) -> dict[str, Checker]:
    """Return what checks a signature, by fingerprint."""
    return {fingerprint: key.verifies for fingerprint, key in keys.items()}
