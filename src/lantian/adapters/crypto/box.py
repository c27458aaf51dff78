"""Small secrets kept in a database that its operators may read: AES-256-GCM under the deployment's key."""

from __future__ import annotations

import base64
import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_MARK = "box1:"


def shut(key: str, purpose: str, text: str) -> str:
    """Return a text encrypted; it opens only with the same key and purpose."""
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(_derived(key, purpose)).encrypt(nonce, text.encode(), purpose.encode())
    return _MARK + base64.urlsafe_b64encode(nonce + sealed).decode("ascii")


def opened(key: str, purpose: str, boxed: str) -> str:
    """Return the text.

    Raises
    ------
    ValueError
        Where it was altered, or the key is another.
    """
    try:
        content = base64.urlsafe_b64decode(boxed.removeprefix(_MARK))
        clear = AESGCM(_derived(key, purpose)).decrypt(content[:12], content[12:], purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise ValueError("altered, or shut with another key") from error
    return clear.decode()


def _derived(key: str, purpose: str) -> bytes:
    return hashlib.sha256(f"lantian {purpose}\n{key}".encode()).digest()
