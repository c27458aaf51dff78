"""SM4 on whole blocks (GB/T 32907), ECB without padding, as HJ 212-2025 Annex A.2 asks.

ECB shows equal blocks as equal: it hides the text on its way and proves nothing about who sent it.
"""

from __future__ import annotations

from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 16
"""Bytes of a block, and of a key."""


class Sm4:
    """SM4 under one key.

    Parameters
    ----------
    key
        16 bytes.

    Raises
    ------
    ValueError
        If the key has another length.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != BLOCK:
            raise ValueError(f"a key of SM4 has 16 bytes, not {len(key)}")
        self._cipher = Cipher(algorithms.SM4(key), modes.ECB())

    def encrypt(self, blocks: bytes) -> bytes:
        """Return whole blocks encrypted.

        Raises
        ------
        ValueError
            If the length is no multiple of 16.
        """
        return _all(self._cipher.encryptor(), blocks)

    def decrypt(self, blocks: bytes) -> bytes:
        """Return whole blocks in clear.

        Raises
        ------
        ValueError
            If the length is no multiple of 16.
        """
        return _all(self._cipher.decryptor(), blocks)


def block_decryption(key: bytes) -> Callable[[bytes], bytes]:
    """Return the decryption of blocks under a key, as `domain.hj212.cipher` takes it."""
    return Sm4(key).decrypt


def _all(context: object, blocks: bytes) -> bytes:
    if len(blocks) % BLOCK:
        raise ValueError(f"whole blocks of {BLOCK} bytes needed, got {len(blocks)} bytes")
    done: bytes = context.update(blocks) + context.finalize()  # type: ignore[attr-defined]
    return done
