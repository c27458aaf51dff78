"""The authorisation of multimedia uploads over HTTPS (HJ 212-2025, Annex H)."""

from __future__ import annotations

from base64 import b64encode

from lantian.domain.hj212.cipher import BLOCK, BlockCipher


def authorization(user: str, password: str, encrypt: BlockCipher) -> str:
    """Return the value of Authorization: ``user:password`` under SM4-ECB with PKCS7, in base64.

    Parameters
    ----------
    encrypt
        Encryption of whole blocks under the device's key.

    Notes
    -----
    Nothing in it changes from one request to the next: who reads it once can use it again. It is worth
    what the TLS around it is worth.
    """
    text = f"{user}:{password}".encode()
    left = BLOCK - len(text) % BLOCK
    return b64encode(encrypt(text + bytes([left]) * left)).decode("ascii")
