"""Issue 6, section 2: kill -9 at random instants with real sockets: what was answered is there, none twice.

Every logger remembers what was answered. The server is killed again and again while they send; after
each start they connect and send again what was not answered, as the standard asks. At the end every
answered frame is in the spool, the chain is whole, and the lake holds every value once, also where
ingest was killed on the way.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lantian.domain.hj212.encode import write_frame
from lantian.gateway.ingest import ingest
from lantian.jobs.gateway import lake
from lantian.jobs.gateway.home import Home
from lantian.jobs.gateway.registry import Logger, write_registry
from lantian.jobs.gateway.seal import verify
from lantian.jobs.gateway.spool import ACCEPTED, records
from lantian.kernel.calendar import BEIJING

pytestmark = pytest.mark.slow

MAIN = "from lantian.cli import main; main()"
START = datetime(2026, 1, 5, tzinfo=BEIJING)
LOGGERS = 30
FRAMES = 60


def mn(n: int) -> str:
    return f"CRASH{n:09d}"


def upload(n: int, minute: int) -> bytes:
    at = START + timedelta(minutes=minute)
    stamp = at.strftime("%Y%m%d%H%M%S")
    head = f"QN={stamp}{n:03d};ST=31;CN=2051;PW=123456;MN={mn(n)};Flag=5;"
    return write_frame(
        f"{head}CP=&&DataTime={stamp};a21026-Avg={n}.{minute:02d},a21026-Flag=N&&".encode()
    )


class Server:
    """The command as an officer starts it, and kill -9."""

    def __init__(self, home: Path, registry: Path) -> None:
        self.args = ["gateway", "serve", "--home", home, "--registry", registry, "--json"]
        self.port = 0
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> dict:
        args = [*map(str, self.args), "--port", str(self.port)]
        self.process = subprocess.Popen(
            [sys.executable, "-c", MAIN, *args], stdout=subprocess.PIPE, text=True
        )
        said = json.loads(self.process.stdout.readline())
        self.port = said["port"]
        return said

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> dict:
        self.process.send_signal(signal.SIGTERM)
        out, _ = self.process.communicate(timeout=30)
        assert self.process.returncode == 0
        return json.loads(out.strip().splitlines()[-1])


async def logger(n: int, server: Server, answered: set[bytes], done: asyncio.Event) -> None:
    """Send every frame until it is answered, whatever happens to the line."""
    todo = [upload(n, m) for m in range(FRAMES)]
    while todo:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            while todo:
                some = todo[: random.randint(1, 5)]
                writer.write(b"".join(some))
                for frame in some:
                    text = await asyncio.wait_for(reader.readline(), 5)
                    if not text:
                        raise ConnectionError
                    qn = text.split(b"QN=")[1][:17]
                    assert qn in frame
                    answered.add(frame)
                    todo.remove(frame)
                await asyncio.sleep(random.random() * 0.05)
            writer.close()
        except (OSError, TimeoutError):
            await asyncio.sleep(0.05)
    done.set()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_kill_at_random_instants_loses_nothing_that_was_answered(tmp_path: Path, seed: int) -> None:
    random.seed(seed)
    home, registry = tmp_path / "home", tmp_path / "loggers.yaml"
    write_registry(registry, [Logger(mn(n), "123456", f"D{n}", "F") for n in range(LOGGERS)])
    server = Server(home, registry)
    server.start()
    answered: set[bytes] = set()
    kills = 0

    async def run() -> None:
        nonlocal kills
        events = [asyncio.Event() for _ in range(LOGGERS)]
        tasks = [
            asyncio.create_task(logger(n, server, answered, events[n])) for n in range(LOGGERS)
        ]
        while kills < 6 and not all(t.done() for t in tasks):
            await asyncio.sleep(0.02 + random.random() * 0.2)
            await asyncio.to_thread(server.kill)
            kills += 1
            kept = {r.frame for r in records(home)}
            assert answered <= kept, "an answered frame is not in the spool"
            await asyncio.to_thread(server.start)
        await asyncio.wait_for(asyncio.gather(*tasks), 120)

    asyncio.run(run())
    server.stop()
    assert kills >= 1  # a fast machine is done before the third
    everything = {upload(n, m) for n in range(LOGGERS) for m in range(FRAMES)}
    assert answered == everything
    kept = list(records(home))
    assert [r.number for r in kept] == list(range(1, len(kept) + 1))
    assert {r.frame for r in kept if r.status == ACCEPTED} == everything
    assert not verify(home).problems
    _ingest_with_kills(home)
    found = [(r.mn, r.time, r.written["Avg"]) for r in lake.read(home)]
    assert len(found) == len(set(found)) == LOGGERS * FRAMES
    assert set(found) == {
        (mn(n), START + timedelta(minutes=m), f"{n}.{m:02d}")
        for n in range(LOGGERS)
        for m in range(FRAMES)
    }
    assert lake.read(home, tree="conflicts") == []


def _ingest_with_kills(home: Path) -> None:
    """Kill ingest a few times on its way, then let it end."""
    program = f"from lantian.gateway.ingest import ingest; ingest({str(home)!r}, batch_records=100)"
    for _ in range(4):
        process = subprocess.Popen([sys.executable, "-c", program])
        time.sleep(0.3 + random.random() * 0.8)
        process.kill()
        process.wait()
    ingest(home, batch_records=100)


def test_a_storm_of_restarts(tmp_path: Path) -> None:
    """All loggers connect at once after each of several starts; every one is served."""
    home, registry = tmp_path / "home", tmp_path / "loggers.yaml"
    n_loggers = 300
    write_registry(registry, [Logger(mn(n), "123456", f"D{n}", "F") for n in range(n_loggers)])
    server = Server(home, registry)
    server.args += ["--per-address", "1000"]
    for run in range(4):
        said = server.start()
        assert said["records"] == run * n_loggers

        async def once(n: int, run: int) -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(upload(n % 1000, run))
            assert b"CN=9014" in await asyncio.wait_for(reader.readline(), 20)
            if n % 2:  # half of them stay, as half-open ones do
                writer.close()

        async def all_at_once(run: int) -> None:
            await asyncio.gather(*(once(n, run) for n in range(n_loggers)))

        asyncio.run(all_at_once(run))
        server.kill()
    assert len(list(records(home))) == 4 * n_loggers
    assert not verify(home).problems


def test_a_second_server_on_the_same_home_is_refused_and_the_first_is_not_disturbed(
    tmp_path: Path,
) -> None:
    home, registry = tmp_path / "home", tmp_path / "loggers.yaml"
    write_registry(registry, [Logger(mn(0), "123456", "D", "F")])
    server = Server(home, registry)
    server.start()
    second = subprocess.run(
        [sys.executable, "-c", MAIN, *map(str, server.args), "--port", "0"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert second.returncode == 2
    assert "J002" in second.stdout
    with contextlib.closing(
        __import__("socket").create_connection(("127.0.0.1", server.port))
    ) as s:
        s.sendall(upload(0, 0))
        assert b"CN=9014" in s.recv(500)
    assert server.stop()["acknowledged"] == 1


def test_a_torn_tail_is_cut_and_told(tmp_path: Path) -> None:
    home, registry = tmp_path / "home", tmp_path / "loggers.yaml"
    write_registry(registry, [Logger(mn(0), "123456", "D", "F")])
    server = Server(home, registry)
    server.start()
    with contextlib.closing(
        __import__("socket").create_connection(("127.0.0.1", server.port))
    ) as s:
        s.sendall(upload(0, 0))
        assert b"CN=9014" in s.recv(500)
    server.kill()
    (segment,) = Home(home).spool.glob("*.spool")
    with segment.open("ab") as stream:  # a write that the kill cut in two
        stream.write(b"\0\0\1\x2chalf a record")
    said = server.start()
    assert [p["code"] for p in said["problems"]] == ["J201"]
    assert said["records"] == 1
    (aside,) = Home(home).torn.iterdir()
    assert aside.read_bytes() == b"\0\0\1\x2chalf a record"
    server.stop()
    state = json.loads((home / "health.json").read_text("utf-8"))
    assert state["spool"]["torn_bytes"] == 17
    assert not verify(home).problems
