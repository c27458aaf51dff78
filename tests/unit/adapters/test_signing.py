"""Seals are signed with SM2 and SM3 (GB/T 32918.2, 32918.5) or Ed25519; keys as files (issue 4, section 1)."""

from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path

import pytest

from lantian.adapters.crypto import sm2
from lantian.adapters.crypto.keyfile import (
    KeyFileError,
    public_text,
    read_private,
    read_public,
    write_private,
)
from lantian.adapters.crypto.signing import SCHEMES, PrivateKey, PublicKey, new_key

# GB/T 32918.5-2017, annex A.2: the example on the recommended curve.
D = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
PUBLIC = (
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
).lower()
K = int("59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21", 16)
E = "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640".lower()
SIGNATURE = (
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
).lower()


def test_the_example_of_the_standard() -> None:
    public = sm2.public_of(D)
    assert public.hex() == PUBLIC
    assert sm2.hashed(public, b"message digest").hex() == E
    signature = sm2.sign(D, b"message digest", k=K)
    assert signature.hex() == SIGNATURE
    assert sm2.verify(public, b"message digest", signature)


def affine(public: bytes, e: int, r: int, s: int) -> bool:
    """Verify after GB/T 32918.2, 7.1, in plain arithmetic that shares nothing with gmssl."""
    p = 2**256 - 2**224 - 2**96 + 2**64 - 1
    n = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
    g = (0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
         0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0)  # fmt: skip

    def add(a, b):  # type: ignore[no-untyped-def]
        if a is None or b is None:
            return a or b
        if a[0] == b[0] and (a[1] + b[1]) % p == 0:
            return None
        if a == b:
            slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, p) % p
        else:
            slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, p) % p
        x = (slope * slope - a[0] - b[0]) % p
        return x, (slope * (a[0] - x) - a[1]) % p

    def times(k, a):  # type: ignore[no-untyped-def]
        found = None
        while k:
            if k & 1:
                found = add(found, a)
            a, k = add(a, a), k >> 1
        return found

    point = (int.from_bytes(public[:32], "big"), int.from_bytes(public[32:], "big"))
    x, _ = add(times(s, g), times((r + s) % n, point))
    return (e + x) % n == r


def test_signatures_hold_under_an_independent_computation() -> None:
    for i in range(4):
        key = new_key("sm2-sm3")
        message = f"日根 {i}".encode()
        signature = key.sign(message)
        e = int.from_bytes(sm2.hashed(key.public.content, message), "big")
        r, s = (int.from_bytes(part, "big") for part in (signature[:32], signature[32:]))
        assert affine(key.public.content, e, r, s)
        assert not affine(key.public.content, e + 1, r, s)


def test_a_public_key_that_begins_with_0_and_4_is_not_cut() -> None:
    # gmssl's constructor strips such digits; a key whose x begins with "0" or "4" must still verify
    found = 0
    for d in range(2, 200):
        private = d.to_bytes(32, "big")
        public = sm2.public_of(private)
        if public.hex()[0] in "04":
            found += 1
            assert sm2.verify(public, b"m", sm2.sign(private, b"m"))
        if found == 3:
            return
    raise AssertionError("no such key was tried")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_any_flipped_bit_of_message_signature_or_key_is_refused(scheme: str) -> None:
    key = new_key(scheme)
    signature = key.sign(b"root")
    assert key.public.verifies(b"root", signature)
    for at in range(0, len(signature) * 8, 37):
        flipped = bytearray(signature)
        flipped[at // 8] ^= 1 << at % 8
        assert not key.public.verifies(b"root", bytes(flipped))
    assert not key.public.verifies(b"another root", signature)
    assert not key.public.verifies(b"root", signature[:-1])
    assert not key.public.verifies(b"root", bytes(64))
    assert not new_key(scheme).public.verifies(b"root", signature)


@pytest.mark.parametrize("content", [b"", bytes(64), b"\xff" * 64, bytes(63) + b"\x01"])
def test_what_is_no_point_of_the_curve_is_no_key(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"key|curve"):
        PublicKey("sm2-sm3", content)
    assert not sm2.verify(content, b"m", bytes(range(1, 65)))
    with pytest.raises(ValueError, match="no private key"):
        sm2.public_of(bytes(32))


def test_two_signatures_of_one_text_differ_and_the_key_is_never_shown() -> None:
    key = new_key("sm2-sm3")
    assert key.sign(b"m") != key.sign(b"m")
    assert key.content.hex() not in repr(key)
    assert (
        key.public.fingerprint == hashlib.new("sm3", b"sm2-sm3\n" + key.public.content).hexdigest()
    )
    with pytest.raises(ValueError, match="unknown scheme"):
        new_key("rsa")


# --- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("passphrase", ["", "长口令 long"])
def test_a_key_comes_back_from_its_file(tmp_path: Path, scheme: str, passphrase: str) -> None:
    path, key = tmp_path / "key.json", new_key(scheme)
    write_private(path, key, passphrase)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_private(path, passphrase) == key
    assert read_public(path) == key.public
    assert (key.content.hex() in path.read_text()) == (passphrase == "")
    with pytest.raises(KeyFileError, match="exists"):
        write_private(path, key)
    (tmp_path / "public.json").write_text(public_text(key.public))
    assert read_public(tmp_path / "public.json") == key.public


def kind(path: Path, passphrase: str = "") -> str:
    with pytest.raises(KeyFileError) as caught:
        read_private(path, passphrase)
    return caught.value.kind


def test_each_trouble_of_a_file_is_told(tmp_path: Path) -> None:
    path, key = tmp_path / "key.json", new_key("ed25519")
    assert kind(path) == "absent"
    write_private(path, key, "right")
    assert kind(path) == kind(path, "wrong") == "passphrase"
    path.chmod(0o640)
    assert kind(path, "right") == "open"
    path.chmod(0o600)
    for text in ("", "[]", "{}", json.dumps({"form": "lantian-key-1"})):
        path.write_text(text)
        assert kind(path) == "form"
        with pytest.raises(KeyFileError):
            read_public(path)
    other = PrivateKey("ed25519", new_key("ed25519").content)
    value = {"form": "lantian-key-1", "scheme": "ed25519", "private": other.content.hex(),
             "public": key.public.content.hex(), "fingerprint": key.public.fingerprint}  # fmt: skip
    path.write_text(json.dumps(value))
    assert kind(path) == "form"
    path.write_text(json.dumps(value | {"fingerprint": "0" * 64}))
    with pytest.raises(KeyFileError, match="fingerprint"):
        read_public(path)
