"""Short secrets kept in a store that others may read: locked under the key of the deployment."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken


class WrongKeyError(ValueError):
    """Locked under another key, or altered."""


def _box(key: str, purpose: str) -> Fernet:
    own = hashlib.sha256(f"{purpose}\0{key}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(own))


def lock(text: str, key: str, purpose: str) -> str:
    """Return a text locked under a key; the same text gives another result each time.

    Parameters
    ----------
    key
        Key of the deployment, long and random.
    purpose
        What it is for: what was locked for one purpose cannot be opened for another.

    Examples
    --------
    >>> unlock(lock("123456", "key", "logger"), "key", "logger")
    '123456'
    """
    return _box(key, purpose).encrypt(text.encode()).decode("ascii")


def unlock(locked: str, key: str, purpose: str) -> str:
    """Return the text.

    Raises
    ------
    WrongKeyError
        Where key or purpose is another one, or the locked text was altered.
    """
    try:
        return _box(key, purpose).decrypt(locked.encode()).decode()
    except (InvalidToken, UnicodeError) as error:
        raise WrongKeyError from error
