"""Helpers of these tests: vectors, frames from segments, one frame decoded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lantian.domain.hj212.crc import crc_bitwise
from lantian.domain.hj212.decode import Decoder
from lantian.domain.hj212.lexicon import Lexicon
from lantian.domain.hj212.packet import Decoded
from lantian.rulebook.hj212_tables import load_hj212

DATA = Path(__file__).parents[2] / "data/hj212"
FILE = json.loads((DATA / "vectors.json").read_text("utf-8"))
VECTORS: list[dict[str, Any]] = FILE["vectors"]
BY_NAME = {v["name"]: v for v in VECTORS}
RULES = load_hj212()
LEXICON = Lexicon(RULES)
MN = "010000A8900016F000169DC0"
HEAD = f"QN=20180801085857223;ST=32;CN=2011;PW=123456;MN={MN};Flag=4;"
CP = "CP=&&DataTime=20180801085800;w01018-Rtd=12.5,w01018-Flag=N&&"


def framed(segment: str | bytes, *, length: int | None = None, crc: int | None = None) -> bytes:
    """Return a segment as a frame; the checksum by the bit form."""
    raw = segment.encode() if isinstance(segment, str) else segment
    n = len(raw) if length is None else length
    value = crc_bitwise(raw) if crc is None else crc
    return b"##%04d%b%04X\r\n" % (n, raw, value)


def one(frame: bytes, decoder: Decoder | None = None) -> Decoded:
    """Return the one frame of a stream, decoded."""
    decoder = decoder or Decoder(LEXICON)
    events = decoder.feed(frame) + decoder.close()
    assert len(events) == 1, events
    assert isinstance(events[0], Decoded)
    return events[0]


def codes(decoded: Decoded) -> list[str]:
    """Return the codes of its problems."""
    return [p.code for p in decoded.problems]
