"""Two plain gateways to compare with, each a process: ``python -m bench.gateway_peers PORT FILE [--sync]``.

What one writes first with asyncio streams: read to the line end, look at length and checksum, append to a file,
answer 9014. Without ``--sync`` nothing is forced to the disk; with it every frame is, before its answer.
They know no register, keep no chain, and trust every sender.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from pathlib import Path

from lantian.domain.hj212.crc import crc16


def answer(frame: bytes) -> bytes | None:
    """Return the answer to a frame with a right length and checksum, None to any other."""
    segment = frame[6:-6]
    if not frame.startswith(b"##") or int(frame[2:6]) != len(segment):
        return None
    if int(frame[-6:-2], 16) != crc16(segment):
        return None
    fields = dict(part.split(b"=", 1) for part in segment.split(b"CP=", 1)[0].split(b";") if part)
    said = b"QN=%b;ST=91;CN=9014;PW=%b;MN=%b;Flag=4;CP=&&&&" % (
        fields[b"QN"],
        fields[b"PW"],
        fields[b"MN"],
    )
    return b"##%04d%b%04X\r\n" % (len(said), said, crc16(said))


async def serve(port: int, path: Path, *, sync: bool) -> None:
    """Serve until killed."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                frame = await reader.readuntil(b"\r\n")
                said = answer(frame)
                if said is None:
                    continue
                os.write(handle, frame)
                if sync:
                    os.fdatasync(handle)
                writer.write(said)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(connection, "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]), sync="--sync" in sys.argv))
