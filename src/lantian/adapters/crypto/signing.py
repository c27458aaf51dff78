"""Signatures behind one small interface: SM2 with SM3, or Ed25519."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lantian.adapters.crypto import sm2

SM2, ED25519 = "sm2-sm3", "ed25519"
SCHEMES = (SM2, ED25519)
_LENGTH = {SM2: 64, ED25519: 32}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key: scheme and its bytes."""

    scheme: str
    content: bytes

    def __post_init__(self) -> None:
        """Refuse what is no key.

        Raises
        ------
        ValueError
            For an unknown scheme, another length, or a point off the curve.
        """
        if self.scheme not in SCHEMES or len(self.content) != _LENGTH[self.scheme]:
            raise ValueError(f"no public key of {self.scheme}")
        if self.scheme == SM2 and not sm2.on_curve(self.content):
            raise ValueError("not a point of the curve")

    @property
    def fingerprint(self) -> str:
        """SM3 (of SM2 keys) or SHA-256 over scheme and bytes, in hexadecimal."""
        name = "sm3" if self.scheme == SM2 else "sha256"
        return hashlib.new(name, self.scheme.encode() + b"\n" + self.content).hexdigest()

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether a signature of a message was made with the private key of this one."""
        if self.scheme == SM2:
            return sm2.verify(self.content, message, signature)
        try:
            Ed25519PublicKey.from_public_bytes(self.content).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True, repr=False)
class PrivateKey:
    """A key that signs; its bytes never stand in a message or a log."""

    scheme: str
    content: bytes

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message, 64 bytes."""
        if self.scheme == SM2:
            return sm2.sign(self.content, message)
        return Ed25519PrivateKey.from_private_bytes(self.content).sign(message)

    @property
    def public(self) -> PublicKey:
        """The public key that belongs to it."""
        return PublicKey(self.scheme, _PUBLIC[self.scheme](self.content))

    def __repr__(self) -> str:
        return f"PrivateKey({self.scheme!r})"


def new_key(scheme: str) -> PrivateKey:
    """Return a new key.

    Raises
    ------
    ValueError
        For an unknown scheme.
    """
    if scheme == SM2:
        return PrivateKey(SM2, sm2.new_private())
    if scheme == ED25519:
        return PrivateKey(ED25519, Ed25519PrivateKey.generate().private_bytes_raw())
    raise ValueError(f"unknown scheme {scheme}")


def _ed25519_public(private: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


_PUBLIC: dict[str, Callable[[bytes], bytes]] = {SM2: sm2.public_of, ED25519: _ed25519_public}
