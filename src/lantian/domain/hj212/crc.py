"""The checksum of HJ 212 (Annex A), in bit form, table form and folded form.

The register is moved by a whole byte before the exclusive-or, so its low byte is lost at every
step: eight bits of state, 256 different values. It is not CRC-16/Modbus.
"""

from __future__ import annotations

from typing import Final

_POLYNOMIAL: Final = 0xA001
_LANE: Final = 8  # bytes


def _shifted(register: int) -> int:
    for _ in range(8):
        low = register & 1
        register >>= 1
        if low:
            register ^= _POLYNOMIAL
    return register


TABLE: Final = tuple(_shifted(i) for i in range(256))
_HIGH: Final = bytes(t >> 8 for t in TABLE)
_LANE_BITS: Final = 8 * _LANE


def crc_bitwise(data: bytes) -> int:
    """Return the checksum as Annex A writes it down, bit by bit; the reference of the others."""
    register = 0xFFFF
    for byte in data:
        register = _shifted((register >> 8) ^ byte)
    return register


def crc_by_table(data: bytes) -> int:
    """Return the checksum by the table of 256 values, one look-up a byte."""
    register = 0xFFFF
    for byte in data:
        register = TABLE[(register >> 8) ^ byte]
    return register


def crc16(data: bytes) -> int:
    """Return the checksum, 0 to 65535.

    Notes
    -----
    One step is linear over bits and eight steps give back the state they began with
    (`tests/unit/hj212/test_crc.py` proves both). All lanes of eight bytes may therefore be laid
    over each other by exclusive-or, and only eight steps remain. It also means that bytes
    which change places over a multiple of eight are never noticed (decision 0070).

    Examples
    --------
    >>> f"{crc16(b'123456789'):04X}"
    '2F80'
    """
    n = len(data)
    if n <= 2 * _LANE:
        return crc_by_table(data)
    # The first byte meets the start value; leading zero bytes leave a zero state as it is.
    value = int.from_bytes(data) ^ (0xFF << (8 * (n - 1)))
    lanes = (n + _LANE - 1) // _LANE
    while lanes > 1:
        lanes = (lanes + 1) // 2
        width = lanes * _LANE_BITS
        value = (value >> width) ^ (value & ((1 << width) - 1))
    folded = value.to_bytes(_LANE)
    high = _HIGH
    state = 0
    for byte in folded[:-1]:
        state = high[state ^ byte]
    return TABLE[state ^ folded[-1]]


def modbus_crc16(data: bytes) -> int:
    """Return plain CRC-16/Modbus: only to say what a sender with a wrong checksum computed."""
    register = 0xFFFF
    for byte in data:
        register = (register >> 8) ^ TABLE[(register ^ byte) & 0xFF]
    return register
