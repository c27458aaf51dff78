"""Encryption of CP in HJ 212-2025, Annex A.2: groups of 16 bytes, the last incomplete one in clear.

SM4 itself is injected: a callable that turns blocks of 16 bytes into blocks of 16 bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, overload

BlockCipher = Callable[[bytes], bytes]
"""Encrypts or decrypts any number of whole blocks, each by itself (ECB, no padding)."""

BLOCK: Final = 16
_BODY: Final = re.compile(rb"CP=&&((?:[0-9A-Fa-f]{32})+)([^&]{0,15})&&\Z")
_BODY_TEXT: Final = re.compile(r"(?:[0-9A-Fa-f]{32})+[^;&]{0,15}")

_START: Final = re.compile(r"[0-9A-Fa-f]{32}")


@overload
def encrypted_body(segment: bytes) -> tuple[int, int] | None: ...
@overload
def encrypted_body(segment: str) -> tuple[int, int] | None: ...
def encrypted_body(segment: bytes | str) -> tuple[int, int] | None:
    """Return where the encrypted groups begin and end, None where CP is in clear.

    A segment as bytes is searched for its CP; a text is taken as the inside of CP.
    """
    if isinstance(segment, str):
        found_text = _BODY_TEXT.fullmatch(segment)
        return found_text.span() if found_text else None
    found = _BODY.search(segment)
    return found.span(1) if found else None


def encrypted_start(cp: str) -> bool:
    """Whether the inside of a CP that breaks off begins as an encrypted one does."""
    return _START.match(cp) is not None


def decrypt_cp(segment: bytes, body: tuple[int, int], decrypt: BlockCipher) -> bytes:
    """Return the segment with the hexadecimal groups at `body` in clear."""
    start, stop = body
    clear = decrypt(bytes.fromhex(segment[start:stop].decode("ascii")))
    return segment[:start] + clear + segment[stop:]


def encrypt_cp(segment: bytes, encrypt: BlockCipher) -> bytes:
    """Return the segment with the whole groups of CP as hexadecimal text.

    Length and checksum are those of the segment in clear (Annex A.2); nothing is changed where
    CP is shorter than one group.
    """
    start = segment.find(b"CP=&&") + 5
    stop = len(segment) - 2
    if start < 5 or not segment.endswith(b"&&"):
        return segment
    whole = (stop - start) // BLOCK * BLOCK
    if whole <= 0:
        return segment
    hidden = encrypt(segment[start : start + whole]).hex().upper().encode("ascii")
    return segment[:start] + hidden + segment[start + whole :]
