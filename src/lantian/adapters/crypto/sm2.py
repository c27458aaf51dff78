"""SM2 signatures with SM3 (GB/T 32918.2, curve of GB/T 32918.5), by gmssl, which is pure Python.

What gmssl leaves to its caller is done here: the hash with the identity of who signs, random numbers
of the operating system (its own come from `random`), the range of r and s, and whether a public key
lies on the curve. A signature takes some ten milliseconds: enough for one seal a day.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from gmssl import sm2

N = int(sm2.default_ecc_table["n"], 16)
P = int(sm2.default_ecc_table["p"], 16)
_A, _B, _G = (sm2.default_ecc_table[name] for name in "abg")
IDENTITY = b"1234567812345678"
"""The identity that GM/T 0009 sets where none is agreed upon."""


def new_private() -> bytes:
    """Return a private key, drawn evenly from 1 to n-2."""
    return (1 + secrets.randbelow(N - 2)).to_bytes(32, "big")


def public_of(private: bytes) -> bytes:
    """Return the public key, x and y, 64 bytes.

    Raises
    ------
    ValueError
        Where the private key is none.
    """
    d = int.from_bytes(private, "big")
    if len(private) != 32 or not 1 <= d <= N - 2:
        raise ValueError("no private key of SM2")
    return bytes.fromhex(_machine("", "")._kg(d, _G))


def on_curve(public: bytes) -> bool:
    """Whether 64 bytes are a point of the curve."""
    if len(public) != 64:
        return False
    x, y = int.from_bytes(public[:32], "big"), int.from_bytes(public[32:], "big")
    return x < P and y < P and (y * y - (x * x * x + int(_A, 16) * x + int(_B, 16))) % P == 0


def hashed(public: bytes, message: bytes, identity: bytes = IDENTITY) -> bytes:
    """Return e: SM3 over the hash of who signs, and the message (GB/T 32918.2, 6.1)."""
    parts = bytes.fromhex(_A + _B + _G) + public
    who = _sm3(len(identity * 8).to_bytes(2, "big") + identity + parts)
    return _sm3(who + message)


def sign(private: bytes, message: bytes, *, k: int | None = None) -> bytes:
    """Return r and s, 64 bytes.

    Parameters
    ----------
    k
        Only for the examples of the standard; drawn from the operating system where left out.
    """
    public = public_of(private)
    e = hashed(public, message)
    machine = _machine(private.hex(), public.hex())
    while True:
        chosen = k if k is not None else 1 + secrets.randbelow(N - 1)
        made = machine.sign(e, f"{chosen:064x}")
        if made is not None:
            return bytes.fromhex(made)
        k = None


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature belongs to a message and a public key."""
    if len(signature) != 64 or not on_curve(public):
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not (1 <= r < N and 1 <= s < N) or (r + s) % N == 0:
        return False
    try:
        return bool(_machine("", public.hex()).verify(signature.hex(), hashed(public, message)))
    except TypeError:  # the sum is the point at infinity, for which gmssl has no form
        return False


def _sm3(content: bytes) -> bytes:
    return hashlib.new("sm3", content).digest()


def _machine(private: str, public: str) -> Any:
    made = sm2.CryptSM2(private_key=private, public_key="")
    made.public_key = public  # its constructor cuts leading digits 0 and 4 off
    return made
