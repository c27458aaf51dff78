"""Fuzzing of the HJ 212 codec, guided by the lines it reaches; what reaches new ones is kept.

``python tests/fuzz/hj212.py --seconds 600 [--seed 1] [--keep]``

Starts from the published packets and the corpus, changes bytes, and runs `check` on each result.
With ``--keep`` inputs that reach new lines go into `tests/data/hj212/corpus.txt` (base64, one a
line), which `tests/fuzz/test_hj212_corpus.py` runs every time.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from lantian.domain.hj212.assembly import Assembler
from lantian.domain.hj212.commands import read_command
from lantian.domain.hj212.content import review
from lantian.domain.hj212.crc import crc16
from lantian.domain.hj212.decode import Decoder
from lantian.domain.hj212.encode import encode
from lantian.domain.hj212.framing import Noise
from lantian.domain.hj212.information import read_facts
from lantian.domain.hj212.lexicon import Lexicon
from lantian.domain.hj212.packet import Decoded
from lantian.domain.hj212.readings import read_values
from lantian.kernel.problem import LantianError
from lantian.rulebook.hj212_tables import load_hj212

DATA = Path(__file__).parents[1] / "data/hj212"
CORPORA = (DATA / "corpus.txt", DATA / "corpus-atheris.txt")
"""Kept by this script, and by `hj212_atheris.py`."""
LEXICON = Lexicon(load_hj212())
LONGEST = 6_000
PIECES = [
    b"##", b"##0101", b"##9999", b"##00", b"&&", b"&&&&", b"\r\n", b"\n", b"CP=&&", b"CP=", b";", b";;", b",", b"=",
    b"//", b" ", b"Flag=9;", b"Flag=7;PNUM=2;PNO=1;", b"RF=1;", b"E4" * 16, b"CN=3020;", b"PolId=w01018;",
    b"i11001-Info=//a,b//", b"i12001-Info=6;", b"SB1-RS=1;", b"w01018-Min=3,w01018-Max=2;", b"DataTime=20180231000000;",
    b"\xff\xfe", "清".encode(), "清".encode("gb18030"), b"\x00",
]  # fmt: skip


def mirrored(blocks: bytes) -> bytes:
    """Stands for a block cipher."""
    return bytes(255 - b for b in blocks)


def _events(stream: bytes, step: int) -> list[Decoded | Noise]:
    decoder = Decoder(LEXICON, lambda mn: mirrored if len(mn) % 2 == 0 else None)
    events: list[Decoded | Noise] = []
    for i in range(0, len(stream), step):
        events += decoder.feed(stream[i : i + step])
    return events + decoder.close()


def check(stream: bytes) -> None:
    """Raise where the codec fails on a stream, loses a byte of it or depends on its pieces."""
    events = _events(stream, max(1, len(stream)))
    total = sum(e.length if isinstance(e, Noise) else len(e.wire) for e in events)
    assert total == len(stream), "bytes lost"
    assert _events(stream, 37) == events, "the pieces matter"
    assembler = Assembler()
    for event in events:
        if isinstance(event, Noise):
            continue
        review(event, LEXICON)
        read_values(event.packet, LEXICON)
        read_facts(event.packet, LEXICON, "hebei")
        read_command(event.packet, LEXICON)
        assembler.add(event)
        try:
            frame = encode(event.packet, LEXICON)
        except LantianError:
            continue
        (again,) = _events(frame, len(frame))
        assert isinstance(again, Decoded)
        assert again.packet == event.packet, "not read back the same"
    assembler.close()


def published() -> list[bytes]:
    """Return the published packets."""
    vectors = json.loads((DATA / "vectors.json").read_text("utf-8"))["vectors"]
    return [v["frame"].encode() for v in vectors]


def corpus() -> list[bytes]:
    """Return what was kept."""
    return [stream for path in CORPORA for stream in kept_in(path)]


def kept_in(path: Path) -> list[bytes]:
    """Return the inputs of one corpus, none where there is none."""
    if not path.exists():
        return []
    return [base64.b64decode(line) for line in path.read_text("ascii").split()]


class Lines:
    """Which steps from line to line within the codec were taken."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, int, int]] = set()
        self._new = 0

    def of(self, stream: bytes) -> bool:
        """Check a stream; return whether it took new steps."""
        self._new = 0
        sys.settrace(self._call)
        try:
            check(stream)
        finally:
            sys.settrace(None)
        return self._new > 0

    def _call(self, frame: FrameType, event: str, _argument: Any) -> Any:
        if "hj212" not in frame.f_code.co_filename or "domain" not in frame.f_code.co_filename:
            return None
        before = 0

        def line(inner: FrameType, what: str, _value: Any) -> Any:
            nonlocal before
            if what == "line":
                step = (inner.f_code.co_filename, before, inner.f_lineno)
                if step not in self.seen:
                    self.seen.add(step)
                    self._new += 1
                before = inner.f_lineno
            return line

        return line


def mutants(pool: list[bytes], source: random.Random) -> Iterator[bytes]:
    """Yield changed streams without end."""
    while True:
        data = bytearray(source.choice(pool))
        for _ in range(source.choice((1, 1, 2, 4))):
            at = source.randint(0, len(data))
            kind = source.randrange(7)
            if kind == 0 and data:
                data[at % len(data)] = source.randrange(256)
            elif kind == 1:
                data[at:at] = source.choice(PIECES)
            elif kind == 2:
                del data[at : at + source.choice((1, 2, 8, 40))]
            elif kind == 3:
                other = source.choice(pool)
                data[at:] = other[source.randint(0, len(other)) :]
            elif kind == 4:
                data += source.choice(pool)
            elif kind == 5:
                data[at:at] = data[at : at + source.choice((4, 16, 60))]
            else:
                repair(data)
        if source.random() < 0.5:
            repair(data)
        yield bytes(data[:LONGEST])


def repair(data: bytearray) -> None:
    """Give the first frame a right length and checksum, so that what is within is reached."""
    start, end = data.find(b"##"), data.find(b"\r\n")
    if start >= 0 and start + 12 <= end:
        segment = bytes(data[start + 6 : end - 4])
        data[start : end + 2] = b"##%04d%b%04X\r\n" % (len(segment), segment, crc16(segment))


def main() -> None:
    """Fuzz for a time and say what was reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep what reaches new lines")
    arguments = parser.parse_args()
    pool = published()
    kept = corpus()
    lines = Lines()
    for stream in [*pool, *kept]:
        lines.of(stream)
    pool += kept
    runs, new = 0, []
    end = time.monotonic() + arguments.seconds
    for stream in mutants(pool, random.Random(arguments.seed)):
        if time.monotonic() > end:
            break
        runs += 1
        try:
            found = lines.of(stream)
        except BaseException:
            print("failed on", base64.b64encode(stream).decode())
            raise
        if found:
            pool.append(stream)
            new.append(stream)
    print(f"{runs} streams, {len(lines.seen)} steps, {len(new)} new inputs, none failed")
    if arguments.keep:
        text = "\n".join(base64.b64encode(s).decode() for s in [*kept_in(CORPORA[0]), *new])
        CORPORA[0].write_text(text + "\n", "ascii")


if __name__ == "__main__":
    main()
