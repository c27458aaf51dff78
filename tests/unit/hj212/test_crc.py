"""HJ 212-2017 Annex A, checksum: bit form, table form and folded form; what 8 bits of state mean."""

from __future__ import annotations

import random

import pytest
from frames import FILE, VECTORS

from lantian.domain.hj212.crc import TABLE, crc16, crc_bitwise, crc_by_table, modbus_crc16

FORMS = [crc_bitwise, crc_by_table, crc16]


@pytest.mark.parametrize("form", FORMS)
def test_published_check_values(form: object) -> None:
    assert callable(form)
    extra = FILE["extra"]
    assert f"{form(b''):04X}" == extra["empty"]
    for hexed, crc in extra["single_bytes"].items():
        assert f"{form(bytes.fromhex(hexed)):04X}" == crc
    assert f"{form(b'123456789'):04X}" == extra["ascii_123456789"]


def test_the_table_begins_and_ends_as_published() -> None:
    assert [f"{t:04X}" for t in TABLE[:8]] == FILE["table_crc_head"]
    assert f"{TABLE[255]:04X}" == FILE["table_last"]


@pytest.mark.parametrize("vector", VECTORS, ids=[v["name"] for v in VECTORS])
@pytest.mark.parametrize("form", FORMS)
def test_every_vector(vector: dict[str, str], form: object) -> None:
    assert callable(form)
    segment = vector["frame"].encode()[6:-6]
    assert f"{form(segment):04X}" == vector["crc_computed"]
    assert f"{modbus_crc16(segment):04X}" == vector["plain_modbus_crc"]


def test_the_forms_agree_at_every_length() -> None:
    source = random.Random(212)
    for length in range(0, 1100):
        data = source.randbytes(length)
        assert crc16(data) == crc_by_table(data), length
    for length in (0, 1, 15, 16, 17, 63, 64, 65, 1024):
        data = source.randbytes(length)
        assert crc16(data) == crc_bitwise(data)


def test_one_step_is_linear_and_eight_steps_are_none() -> None:
    """What the folded form rests on."""
    high = [t >> 8 for t in TABLE]
    assert all(high[a ^ b] == high[a] ^ high[b] for a in range(256) for b in range(256))
    state = list(range(256))
    for step in range(1, 9):
        state = [high[s] for s in state]
        assert (state == list(range(256))) == (step == 8)


def test_bytes_that_change_places_over_eight_are_not_noticed() -> None:
    """A limit of the algorithm, not of this code: why checksum and content are both needed."""
    data = bytearray(b"w01018-Rtd=12.34567;w21003-Rtd=9.87654")
    swapped = bytearray(data)
    swapped[12], swapped[20] = swapped[20], swapped[12]
    assert swapped != data
    assert crc_bitwise(bytes(swapped)) == crc_bitwise(bytes(data))


def test_only_256_values_occur() -> None:
    source = random.Random(1)
    seen = {crc16(source.randbytes(20)) for _ in range(20_000)}
    assert len(seen) == 256
    assert {value & 0xFF for value in seen} == {0x00, 0x01, 0x40, 0x41, 0x80, 0x81, 0xC0, 0xC1}
