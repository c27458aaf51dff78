"""Keys as files: the private one readable by its owner only, if wanted under a passphrase.

Both are small JSON files, the same for both schemes. Under a passphrase the key is sealed with
AES-256-GCM by a key that scrypt makes of it.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from lantian.adapters.crypto.signing import PrivateKey, PublicKey

PRIVATE_FORM, PUBLIC_FORM = "lantian-key-1", "lantian-public-key-1"
_COST = 2**15


class KeyFileError(ValueError):
    """A file that is no key, or a key that cannot be opened; the message says why, as a code word.

    `kind` is one of: absent, form, open (others can read it), passphrase (wrong or missing), exists.
    """

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind, self.detail = kind, detail


def write_private(path: Path, key: PrivateKey, passphrase: str = "") -> None:
    """Write a private key, mode 0600; a file that is there is never overwritten.

    Raises
    ------
    KeyFileError
        exists.
    """
    public = key.public
    value: dict[str, Any] = {"form": PRIVATE_FORM, "scheme": key.scheme, "public": public.content.hex(),
                             "fingerprint": public.fingerprint}  # fmt: skip
    if passphrase:
        salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
        sealed = AESGCM(_stretched(passphrase, salt)).encrypt(
            nonce, key.content, key.scheme.encode()
        )
        value |= {"kdf": "scrypt", "salt": salt.hex(), "nonce": nonce.hex(), "sealed": sealed.hex()}
    else:
        value["private"] = key.content.hex()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyFileError("exists", path.name) from None
    with os.fdopen(handle, "w", encoding="ascii") as out:
        json.dump(value, out, indent=1)
        out.write("\n")
        out.flush()
        os.fsync(out.fileno())


def read_private(path: Path, passphrase: str = "") -> PrivateKey:
    """Read a private key.

    Raises
    ------
    KeyFileError
        absent, open, form, passphrase.
    """
    value = _read(path, PRIVATE_FORM)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileError("open", path.name)
    try:
        if "sealed" in value:
            if not passphrase:
                raise KeyFileError("passphrase", path.name)
            own = _stretched(passphrase, bytes.fromhex(value["salt"]))
            nonce, sealed = bytes.fromhex(value["nonce"]), bytes.fromhex(value["sealed"])
            content = AESGCM(own).decrypt(nonce, sealed, value["scheme"].encode())
        else:
            content = bytes.fromhex(value["private"])
        key = PrivateKey(value["scheme"], content)
        if key.public.content.hex() != value["public"]:
            raise KeyFileError("form", path.name)
    except InvalidTag:
        raise KeyFileError("passphrase", path.name) from None
    except (KeyError, TypeError, AttributeError) as error:
        raise KeyFileError("form", f"{path.name}: {error}") from None
    except ValueError as error:
        if isinstance(error, KeyFileError):
            raise
        raise KeyFileError("form", f"{path.name}: {error}") from None
    return key


def public_text(key: PublicKey) -> str:
    """Return the file of a public key."""
    value = {"form": PUBLIC_FORM, "scheme": key.scheme, "public": key.content.hex(),
             "fingerprint": key.fingerprint}  # fmt: skip
    return json.dumps(value, indent=1) + "\n"


def read_public(path: Path) -> PublicKey:
    """Read a public key; of a private key's file its public part.

    Raises
    ------
    KeyFileError
        absent, form.
    """
    value = _read(path, PUBLIC_FORM, PRIVATE_FORM)
    try:
        key = PublicKey(value["scheme"], bytes.fromhex(value["public"]))
        if key.fingerprint != value["fingerprint"]:
            raise KeyFileError("form", f"{path.name}: fingerprint")
    except (KeyError, TypeError) as error:
        raise KeyFileError("form", f"{path.name}: {error}") from None
    except ValueError as error:
        if isinstance(error, KeyFileError):
            raise
        raise KeyFileError("form", f"{path.name}: {error}") from None
    return key


def _read(path: Path, *forms: str) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text("ascii"))
    except FileNotFoundError:
        raise KeyFileError("absent", path.name) from None
    except (OSError, ValueError) as error:
        raise KeyFileError("form", f"{path.name}: {error}") from None
    if not isinstance(value, dict) or value.get("form") not in forms:
        raise KeyFileError("form", path.name)
    return value


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=_COST, r=8, p=1).derive(passphrase.encode())
