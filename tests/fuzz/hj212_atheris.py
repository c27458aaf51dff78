"""Coverage-guided fuzzing of the HJ 212 codec with atheris (libFuzzer); not part of the test suite.

In an environment of its own, because atheris is not in the lock::

    python3 -m venv /tmp/fuzz && /tmp/fuzz/bin/pip install atheris && /tmp/fuzz/bin/pip install -e .
    mkdir -p /tmp/found
    /tmp/fuzz/bin/python tests/fuzz/hj212_atheris.py /tmp/found -max_total_time=600 -timeout=10 -max_len=6000
    /tmp/fuzz/bin/python tests/fuzz/hj212_atheris.py --minimise /tmp/found

The first call starts from the packets and both corpora of `hj212.py` and runs its `check` on what it makes; a crash or
hang is left as a file by libFuzzer. Half of the inputs get a right length and checksum, so that what is behind them is
reached. The second call lets libFuzzer choose the smallest set of short inputs (`SHORT` bytes) with the same coverage,
adds, shortest first, every longer one that takes a step from line to line none before it took, and writes them to
`tests/data/hj212/corpus-atheris.txt`, which `test_hj212_corpus.py` runs every time.
"""

from __future__ import annotations

import base64
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import atheris  # type: ignore[import-not-found,unused-ignore]

sys.path.insert(0, str(Path(__file__).parent))

with atheris.instrument_imports(include=["lantian.domain.hj212"]):
    import hj212 as plain


SHORT = 500
"""Bytes of the inputs that are kept for what libFuzzer counts as coverage."""


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


def minimise(found: Path) -> None:
    """Write what adds to the published packets and the first corpus."""
    with tempfile.TemporaryDirectory() as name:
        command = [sys.executable, __file__, name, str(found), "-merge=1", f"-max_len={SHORT}"]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        kept = _sorted(Path(name))
    known = [*plain.published(), *plain.kept_in(plain.CORPORA[0])]
    kept = [stream for stream in kept if stream not in known]
    lines = plain.Lines()
    for stream in known:
        lines.of(stream)
    before = len(lines.seen)
    for stream in kept:
        lines.of(stream)
    kept += [stream for stream in _sorted(found) if stream not in kept and lines.of(stream)]
    text = "\n".join(base64.b64encode(s).decode() for s in kept)
    plain.CORPORA[1].write_text(text + "\n", "ascii")
    new = len(lines.seen) - before
    print(f"{len(kept)} inputs, {len(text):,} bytes; {new} steps beside {before}")


def _sorted(folder: Path) -> list[bytes]:
    return sorted((p.read_bytes() for p in folder.iterdir()), key=lambda s: (len(s), s))


def main() -> None:
    """Fuzz, or minimise what was found."""
    if sys.argv[1:2] == ["--minimise"]:
        minimise(Path(sys.argv[2]))
        return
    arguments = list(sys.argv)
    folder = next((Path(a) for a in arguments[1:] if not a.startswith("-")), None)
    if folder is not None and "-merge=1" not in arguments:
        seeds(folder)
    atheris.Setup(arguments, one_input, custom_mutator=mutated)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
