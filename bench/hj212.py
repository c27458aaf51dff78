"""Packets a second on one core: the codec, and two plain parsers on the same packets in the same run.

``python -m bench.hj212 [--packets 1000] [--repeat 7] [--write]``

"Split" does what common parsers do: checksum byte by byte by table, then split at ; , and =. It checks
no field, keeps no tolerance and does not look for the next frame after a bad one. "Bitwise" is the same with the
checksum as Annex A writes it down.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.report import machine, publish, table
from lantian.domain.hj212.content import review
from lantian.domain.hj212.crc import TABLE, crc16, crc_bitwise, crc_by_table
from lantian.domain.hj212.decode import Decoder
from lantian.domain.hj212.encode import write_frame
from lantian.domain.hj212.framing import FrameReader
from lantian.domain.hj212.lexicon import Lexicon
from lantian.domain.hj212.packet import Decoded
from lantian.domain.hj212.readings import read_values
from lantian.rulebook.hj212_tables import load_hj212

VECTORS = Path(__file__).parent.parent / "tests/data/hj212/vectors.json"
PIECE = 1 << 14


def packets(n: int, seed: int = 212) -> list[bytes]:
    """Return packets of 40 invented loggers: minute, hour and real-time data, 3 to 7 factors each."""
    source = random.Random(seed)
    codes = [
        f"a{c}" for c in (21026, 21002, 34013, 19001, "01011", "01012", "01013", "01014", "00000")
    ]
    loggers = []
    for i in range(40):
        mn = f"{i:024X}" if i % 2 else f"Y{i:013d}"
        loggers.append((mn, codes[: source.randint(3, 7)], source.choice(("2051", "2061", "2011"))))
    out = []
    for k in range(n):
        mn, own, cn = loggers[k % len(loggers)]
        stamp = f"202608{k // 86400 % 28 + 1:02d}{k // 3600 % 24:02d}{k // 60 % 60:02d}{k % 60:02d}"
        groups = [f"DataTime={stamp}"]
        for code in own:
            a, b, c = sorted(round(source.uniform(1, 90), 1) for _ in range(3))
            if cn == "2011":
                groups.append(f"{code}-Rtd={b},{code}-Flag=N")
            else:
                groups.append(f"{code}-Min={a},{code}-Avg={b},{code}-Max={c},{code}-Flag=N")
        cp = ";".join(groups)
        segment = f"QN={stamp}{k % 1000:03d};ST=31;CN={cn};PW=123456;MN={mn};Flag=9;CP=&&{cp}&&"
        out.append(write_frame(segment.encode()))
    return out


def split_parser(stream: bytes, crc: Callable[[bytes], int]) -> int:
    """Read frames the plain way; return how many had a right checksum."""
    at, good = 0, 0
    while at < len(stream):
        length = int(stream[at + 2 : at + 6])
        segment = stream[at + 6 : at + 6 + length]
        given = int(stream[at + 6 + length : at + 10 + length], 16)
        at += 12 + length
        if crc(segment) != given:
            continue
        head, _, cp = segment.decode().partition("CP=&&")
        fields = dict(f.split("=", 1) for f in head.split(";") if f)
        groups = [
            dict(item.split("=", 1) for item in group.split(","))
            for group in cp[:-2].split(";")
            if group
        ]
        good += bool(fields) and bool(groups)
    return good


def crc_loop(data: bytes) -> int:
    """Return the checksum by a table, one step a byte, as plain parsers write it."""
    register = 0xFFFF
    for byte in data:
        register = TABLE[(register >> 8) ^ byte]
    return register


def pieces(stream: bytes) -> list[bytes]:
    """Return a stream in the pieces a socket would give."""
    return [stream[i : i + PIECE] for i in range(0, len(stream), PIECE)]


def best(work: Sequence[Callable[[], object]], repeat: int) -> list[float]:
    """Return the best seconds of each piece of work, all taken in turn so that load hits all."""
    seconds = [float("inf")] * len(work)
    for _ in range(repeat):
        for i, one in enumerate(work):
            began = time.perf_counter()
            one()
            seconds[i] = min(seconds[i], time.perf_counter() - began)
    return seconds


Work = list[tuple[str, Callable[[], object]]]


def work_on(frames: Sequence[bytes]) -> tuple[Work, int]:
    """Return what is measured on the packets, and how many of them are strict."""
    stream = b"".join(frames)
    cut = pieces(stream)
    lexicon = Lexicon(load_hj212())
    segments = [frame[6:-6] for frame in frames]

    def framing() -> int:
        reader = FrameReader()
        return sum(len(reader.feed(piece)) for piece in cut)

    def decoding() -> int:
        decoder = Decoder(lexicon)
        return sum(len(decoder.feed(piece)) for piece in cut)

    def patient() -> int:
        decoder, reader = Decoder(lexicon), FrameReader()
        return sum(
            decoder.decode_patiently(f).ok  # type: ignore[arg-type]
            for piece in cut
            for f in reader.feed(piece)
        )

    decoder = Decoder(lexicon)
    decoded = [d for piece in cut for d in decoder.feed(piece) if isinstance(d, Decoded)]
    assert len(decoded) == decoding() == len(frames) == split_parser(stream, crc_loop) == framing()
    assert all(d.ok for d in decoded)
    work: Work = [
        ("plain: split, checksum bit by bit", lambda: split_parser(stream, crc_bitwise)),
        ("plain: split, checksum by table", lambda: split_parser(stream, crc_loop)),
        ("Lantian: frames and checksum alone", framing),
        ("Lantian: decoded, with class and tolerances", decoding),
        ("Lantian: decoded by the patient reading", patient),
        ("after it: content checked", lambda: [review(d, lexicon) for d in decoded]),
        ("after it: typed readings", lambda: [read_values(d.packet, lexicon) for d in decoded]),
        ("checksum bit by bit", lambda: [crc_bitwise(s) for s in segments]),
        ("checksum by table", lambda: [crc_by_table(s) for s in segments]),
        ("checksum folded", lambda: [crc16(s) for s in segments]),
    ]
    return work, sum(d.acceptance == "strict" for d in decoded)


def published(repeat: int) -> list[str]:
    """Return the row of the published packets."""
    lexicon = Lexicon(load_hj212())
    vectors = [v["frame"].encode() for v in json.loads(VECTORS.read_text("utf-8"))["vectors"]]
    many = pieces(b"".join(vectors) * 100)

    def decoding() -> int:
        decoder = Decoder(lexicon)
        return sum(len(decoder.feed(piece)) for piece in many)

    per_s = 100 * len(vectors) / best([decoding], repeat)[0]
    return [f"Lantian: the {len(vectors)} published packets, decoded", f"{per_s:,.0f}", ""]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packets", type=int, default=2000)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    args = parser.parse_args()
    text = machine()
    frames = packets(args.packets)
    work, n_strict = work_on(frames)
    seconds = best([one for _, one in work], args.repeat)
    base = seconds[1]
    rows = [
        [name, f"{len(frames) / s:,.0f}", f"{base / s:.2f} ×"]
        for (name, _), s in zip(work, seconds, strict=True)
    ]
    rows.append(published(args.repeat))
    n_bytes = sum(map(len, frames)) / len(frames)
    head = [
        f"{len(frames):,} packets of {n_bytes:.0f} bytes",
        "packets/s",
        "against plain, by table",
    ]
    note = (
        f"{n_strict:,} of the packets are strict, the others tolerant (an MN of 14 characters). One core, best "
        f"of {args.repeat}, pieces of {PIECE // 1024} kB."
    )
    publish("hj212", f"{text}\n\n{table(head, rows)}\n\n{note}", write=args.write)


if __name__ == "__main__":
    main()
