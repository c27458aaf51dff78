"""HJ 212-2025 Annex A.2 and H: SM4, ECB, no padding; both worked examples; keys that are wrong."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from frames import BY_NAME, CP, HEAD, LEXICON, codes, framed, one

from lantian.domain.hj212.cipher import encrypt_cp, encrypted_body
from lantian.domain.hj212.crc import crc16
from lantian.domain.hj212.decode import Decoder
from lantian.domain.hj212.encode import encode

sm4 = pytest.importorskip("lantian.adapters.crypto.sm4")
EXAMPLES = ["std-2025-a2-ex1-plain", "std-2025-a2-ex3-plain"]
KEY = b"0" * 16


def keyed(key: bytes = KEY) -> Decoder:
    return Decoder(LEXICON, lambda _mn: sm4.block_decryption(key))


def encrypted(vector: dict[str, Any]) -> bytes:
    return encode(one(vector["frame"].encode()).packet, LEXICON, sm4.Sm4(KEY).encrypt)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_worked_examples(name: str) -> None:
    vector = BY_NAME[name]
    frame = encrypted(vector)
    expected = vector["sm4"]
    start = frame.index(b"CP=&&") + 5
    hexed = frame[start : start + 2 * expected["cipher_bytes"]].decode()
    assert hexed.startswith(expected["cipher_hex_first_64_bytes"])
    assert hexed.endswith(expected["cipher_hex_last_12_bytes"])
    rest = frame[start + len(hexed) : -8].decode()
    assert rest == expected["plain_tail"]
    plain = vector["frame"].encode()
    assert frame[:6] == plain[:6]  # the length is that of the text in clear
    assert frame[-6:] == plain[-6:]  # so is the checksum


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("piece", [1, 50, 10_000])
def test_decrypted_it_is_what_was_said(name: str, piece: int) -> None:
    vector = BY_NAME[name]
    frame = encrypted(vector)
    decoder = keyed()
    events = []
    for i in range(0, len(frame), piece):
        events += decoder.feed(frame[i : i + piece])
    (decoded,) = events
    assert decoded.packet == one(vector["frame"].encode()).packet
    assert (decoded.encrypted, decoded.acceptance, decoded.crc_ok, decoded.length_ok) == (
        True,
        "strict",
        True,
        True,
    )


def test_the_example_of_annex_h() -> None:
    """HJ 212-2025 Annex H: SM4-ECB with padding, base64."""
    plain = b"testuser:AezF0nZRs4kypuGO"
    n = 16 - len(plain) % 16
    padded = plain + bytes([n]) * n
    cipher = sm4.Sm4(b"msbE74gsiSHSEh5e")
    assert (
        base64.b64encode(cipher.encrypt(padded)) == b"LG/m7lsFU/taig+vbQsDJXy4NGAaE2j2lplPwhZM7iM="
    )
    assert cipher.decrypt(cipher.encrypt(padded)) == padded


def test_without_a_key_nothing_is_claimed() -> None:
    frame = encrypted(BY_NAME[EXAMPLES[0]])
    decoded = one(frame)
    assert codes(decoded)[0] == "H009"
    assert (decoded.acceptance, decoded.crc_ok, decoded.length_ok) == ("refused", None, None)
    assert decoded.packet.fields["CN"] == "2051"
    assert decoded.packet.groups == ()
    assert decoded.tolerances == ()


def test_a_wrong_key_is_told_from_damage_by_nothing_but_said() -> None:
    decoded = one(encrypted(BY_NAME[EXAMPLES[0]]), keyed(b"1" * 16))
    assert codes(decoded)[0] == "H010"
    assert decoded.crc_ok is False
    assert decoded.packet.groups == ()


def test_a_sender_that_takes_both_over_the_encrypted_text() -> None:
    segment = encrypt_cp((HEAD.replace("Flag=4", "Flag=8") + CP).encode(), sm4.Sm4(KEY).encrypt)
    decoded = one(framed(segment), keyed())
    assert decoded.tolerances == ("cipher-checked",)
    assert decoded.acceptance == "tolerant"
    assert decoded.packet.first("w01018-Rtd") == "12.5"


def test_a_stream_of_encrypted_and_clear_frames() -> None:
    hidden = encrypted(BY_NAME[EXAMPLES[1]])
    clear = framed(HEAD + CP)
    decoder = keyed()
    events = decoder.feed(hidden + clear + hidden[:300] + clear + hidden[:-2])
    events += decoder.close()
    assert [e.acceptance for e in events] == ["strict", "strict", "refused", "strict", "tolerant"]  # type: ignore[union-attr]
    assert events[2].packet.groups == ()  # type: ignore[union-attr]


def test_short_content_stays_in_clear() -> None:
    segment = b"CN=9013;CP=&&QnRtn=1&&"
    assert encrypt_cp(segment, sm4.Sm4(KEY).encrypt) == segment
    assert encrypt_cp(b"no content", sm4.Sm4(KEY).encrypt) == b"no content"
    assert encrypted_body(segment) is None


def test_which_commands_the_field_must_encrypt() -> None:
    new, old = LEXICON.rules.protocol("2025"), LEXICON.rules.protocol("2017")
    assert [cn for cn in ("1013", "1014", "2011", "2999", "3020", "9014") if new.must_encrypt(cn)] == [
        "1014", "2011", "2999", "3020",
    ]  # fmt: skip
    assert not old.must_encrypt("2011")


def test_keys_and_blocks_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes, not 15"):
        sm4.Sm4(b"0" * 15)
    with pytest.raises(ValueError, match="whole blocks"):
        sm4.Sm4(KEY).encrypt(b"123")


def test_any_block_cipher_will_do() -> None:
    """The domain takes a callable; what it hides it finds again."""

    def mirrored(blocks: bytes) -> bytes:
        return bytes(255 - b for b in blocks)

    packet = one(BY_NAME[EXAMPLES[1]]["frame"].encode()).packet
    frame = encode(packet, LEXICON, mirrored)
    assert one(frame, Decoder(LEXICON, lambda _mn: mirrored)).packet == packet
    assert crc16(frame[6:-6]) != int(frame[-6:-2], 16)


@pytest.mark.parametrize("extra", range(0, 40))
@pytest.mark.parametrize("piece", [1, 1000])
def test_content_of_every_length(extra: int, piece: int) -> None:
    packet = one(framed(HEAD + f"CP=&&i11001-Info=//{'x' * extra}//&&")).packet
    clear = framed(HEAD + CP)
    stream = encode(packet, LEXICON, sm4.Sm4(KEY).encrypt) + clear
    decoder = keyed()
    events = []
    for i in range(0, len(stream), piece):
        events += decoder.feed(stream[i : i + piece])
    assert [e.packet for e in events] == [packet, one(clear).packet]  # type: ignore[union-attr]
    assert events[0].encrypted  # type: ignore[union-attr]
