"""Coverage-guided fuzzing of the HJ 212 codec with atheris (libFuzzer); not part of the test suite.

In an environment of its own, because atheris is not in the lock::

    python3 -m venv /tmp/fuzz && /tmp/fuzz/bin/pip install atheris && /tmp/fuzz/bin/pip install -e .
    mkdir -p /tmp/found
    /tmp/fuzz/bin/python tests/fuzz/hj212_atheris.py /tmp/found -max_total_time=600 -timeout=10 -max_len=6000
    /tmp/fuzz/bin/python tests/fuzz/hj212_atheris.py --minimise /tmp/found

The first call starts from the packets and both corpora of `hj212.py` and runs its `check` on what it makes; a crash or hang
is left as a file by libFuzzer. Half of the inputs get a right length and checksum, so that what is behind them is reached.
The second call lets libFuzzer choose the smallest set with the same coverage and writes it to `tests/data/hj212/corpus-atheris.txt`.
"""

from __future__ import annotations

import base64
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import atheris  # type: ignore[import-not-found,unused-ignore]

sys.path.insert(0, str(Path(__file__).parent))

with atheris.instrument_imports(include=["lantian.domain.hj212"]):
    import hj212 as plain


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
    vectors = json.loads((plain.DATA / "vectors.json").read_text("utf-8"))["vectors"]
    for i, stream in enumerate([*(v["frame"].encode() for v in vectors), *plain.corpus()]):
        (folder / f"seed-{i:04d}").write_bytes(stream)


def minimise(found: Path) -> None:
    """Write the smallest set that covers what `found` covers."""
    with tempfile.TemporaryDirectory() as name:
        small = Path(name)
        subprocess.run(
            [sys.executable, __file__, str(small), str(found), "-merge=1", "-max_len=6000"],
            check=True,
        )
        streams = sorted((p.read_bytes() for p in small.iterdir()), key=lambda s: (len(s), s))
    text = "\n".join(base64.b64encode(s).decode() for s in streams)
    plain.CORPORA[1].write_text(text + "\n", "ascii")
    print(f"{len(streams)} inputs, {len(text):,} bytes")


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
