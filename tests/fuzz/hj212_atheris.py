"""Coverage-guided fuzzing of the HJ 212 codec with atheris (libFuzzer); not part of the test suite.

In an environment of its own, because atheris is not in the lock::

    python3 -m venv /tmp/fuzz && /tmp/fuzz/bin/pip install atheris && /tmp/fuzz/bin/pip install -e .
    mkdir -p /tmp/found
    /tmp/fuzz/bin/python tests/fuzz/hj212_atheris.py /tmp/found -max_total_time=600 -timeout=10 -max_len=6000
    /tmp/fuzz/bin/python tests/fuzz/hj212_atheris.py --minimise /tmp/found

The first call starts from the packets and both corpora of `hj212.py` and runs its `check` on what it makes; a crash or
hang is left as a file by libFuzzer. Half of the inputs get a right length and checksum, so that what is behind them is
reached. The second call keeps, shortest first, what takes a step from line to line none before it took; of the short
(`SHORT` bytes) also what takes one a new number of times, by powers of two, as libFuzzer counts. It writes
`tests/data/hj212/corpus-atheris.txt`, which `test_hj212_corpus.py` runs every time.
"""

from __future__ import annotations

import base64
import random
import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

import atheris  # type: ignore[import-not-found,unused-ignore]

sys.path.insert(0, str(Path(__file__).parent))

with atheris.instrument_imports(include=["lantian.domain.hj212"]):
    import hj212 as plain


SHORT = 500
"""Bytes of inputs that are kept for how often they take a step."""


def one_input(data: bytes) -> None:
    """Run every check of the codec on one stream."""
    plain.check(data)


def mutated(data: bytes, max_size: int, seed: int) -> bytes:
    """Return changed bytes; half of the time the first frame is made whole again."""
    source = random.Random(seed)
    changed = bytearray(atheris.Mutate(data, max(1, max_size - 64)))
    if source.random() < 0.2:
        at = source.randint(0, len(changed))
        changed[at:at] = source.choice(plain.PIECES)
    if source.random() < 0.5:
        plain.repair(changed)
    return bytes(changed[:max_size])


def seeds(folder: Path) -> None:
    """Put the published packets and what was kept into a folder."""
    for i, stream in enumerate([*plain.published(), *plain.corpus()]):
        (folder / f"seed-{i:04d}").write_bytes(stream)


class Counted:
    """Which steps from line to line were taken, and how often, in powers of two."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, int, int, int]] = set()

    def of(self, stream: bytes, *, often: bool) -> int:
        """Check a stream; return how many features it adds."""
        steps: Counter[tuple[str, int, int]] = Counter()
        sys.settrace(lambda frame, _event, _argument: _tracer(frame, steps))
        try:
            plain.check(stream)
        finally:
            sys.settrace(None)
        found = {(*step, n.bit_length() if often else 1) for step, n in steps.items()}
        found |= {(*step, 1) for step in steps}
        new = found - self.seen
        self.seen |= found
        return len(new)


def _tracer(frame: FrameType, steps: Counter[tuple[str, int, int]]) -> Any:
    name = frame.f_code.co_filename
    if "hj212" not in name or "domain" not in name:
        return None
    before = 0

    def line(inner: FrameType, what: str, _value: Any) -> Any:
        nonlocal before
        if what == "line":
            steps[name, before, inner.f_lineno] += 1
            before = inner.f_lineno
        return line

    return line


def minimise(found: Path) -> None:
    """Write what adds to the published packets and the first corpus."""
    counted = Counted()
    for stream in [*plain.published(), *plain.kept_in(plain.CORPORA[0])]:
        counted.of(stream, often=True)
    before = len(counted.seen)
    kept = [s for s in _sorted(found) if counted.of(s, often=len(s) <= SHORT)]
    text = "\n".join(base64.b64encode(s).decode() for s in kept)
    plain.CORPORA[1].write_text(text + "\n", "ascii")
    new = len(counted.seen) - before
    print(f"{len(kept)} inputs, {len(text):,} bytes; {new} features beside {before}")


def _sorted(folder: Path) -> list[bytes]:
    return sorted((p.read_bytes() for p in folder.iterdir()), key=lambda s: (len(s), s))


def main() -> None:
    """Fuzz, or minimise what was found."""
    if sys.argv[1:2] == ["--minimise"]:
        minimise(Path(sys.argv[2]))
        return
    arguments = list(sys.argv)
    folder = next((Path(a) for a in arguments[1:] if not a.startswith("-")), None)
    if folder is not None:
        seeds(folder)
    atheris.Setup(arguments, one_input, custom_mutator=mutated)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
