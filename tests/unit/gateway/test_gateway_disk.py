"""Issue 6, section 2: a disk that fails: no answer, it is told, nothing answered is lost, it goes on by itself."""

from __future__ import annotations

import asyncio
import errno
import os

import pytest

from lantian.jobs.gateway.health import health
from lantian.jobs.gateway.spool import records, verify_spool


class Failing:
    """A disk that can be full, or take a part, or fail to sync."""

    def __init__(self) -> None:
        self.mode = ""

    def write(self, handle: int, data: bytes) -> int:
        if self.mode == "full":
            raise OSError(errno.ENOSPC, "No space left on device")
        if self.mode == "half":
            self.mode = "full"
            return os.write(handle, data[: len(data) // 2])
        return os.write(handle, data)

    def sync(self, handle: int) -> None:
        if self.mode == "sync":
            raise OSError(errno.EIO, "Input/output error")
        os.fdatasync(handle)


@pytest.mark.parametrize("mode", ["full", "half", "sync"])
def test_nothing_is_answered_while_the_disk_fails_and_everything_after(kit, mode: str) -> None:
    disk = Failing()

    async def run() -> None:
        async with kit.running(disk=disk) as gateway:
            client = await gateway.client()
            await client.send(kit.upload())
            assert "CN=9014" in await client.line()
            disk.mode = mode
            lost = [kit.upload(kit.NOON.replace(minute=m)) for m in range(1, 6)]
            await client.send(*lost)
            await gateway.until(lambda: gateway.desk.keeper.error != "")
            assert await client.nothing(0.7)
            state = gateway.desk.state()
            assert state["spool"]["state"] == "refusing"
            assert [p["code"] for p in state["problems"]] == ["J205"]
            assert not health(gateway.home, now=kit.NOON, state=state).sound
            disk.mode = ""
            for _ in lost:
                assert "CN=9014" in await client.line()
            assert gateway.desk.state()["spool"]["state"] == "writing"
            kept = [r.frame for r in records(gateway.home)]
            assert kept[0] == kit.upload()
            assert kept[1:] == lost
            assert [r.number for r in records(gateway.home)] == [1, 2, 3, 4, 5, 6]

    asyncio.run(run())
    assert not verify_spool(kit.home).problems


def test_a_restart_on_a_full_disk_loses_nothing_that_was_answered(kit) -> None:
    disk = Failing()

    async def run() -> None:
        async with kit.running(disk=disk) as gateway:
            client = await gateway.client()
            await client.send(kit.upload())
            assert "CN=9014" in await client.line()
            disk.mode = "half"
            await client.send(kit.upload(kit.NOON.replace(minute=1)))
            await gateway.until(lambda: gateway.desk.keeper.error != "")
            gateway.desk.keeper._stopping = True
            gateway.desk.keeper._task.cancel()  # as if it were killed

    asyncio.run(run())
    assert [r.frame for r in records(kit.home)] == [kit.upload()]
    assert kit.keep(b"next") == 2
    assert not verify_spool(kit.home).problems


def test_a_file_size_limit_of_the_system_is_such_a_failure(kit) -> None:
    """RLIMIT_FSIZE in a process of its own: the kernel refuses, the next segment goes on."""
    import resource
    import subprocess
    import sys

    program = f"""
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (4000, {resource.RLIM_INFINITY}))
from lantian.jobs.gateway.home import Home
from lantian.jobs.gateway.spool_write import Entry, SpoolWriter
writer = SpoolWriter(Home(Path({str(kit.home.root)!r})))
failed = 0
for n in range(40):
    entry = Entry(1_800_000_000_000, 0, 1, bytes(16), b"frame %03d " % n * 40)
    while True:
        try:
            writer.append([entry])
            break
        except OSError as error:
            assert error.errno == 27, error
            failed += 1
print(failed, writer.next)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    failed, following = map(int, done.stdout.split())
    assert failed > 0
    assert following == 41
    assert [r.frame[:9] for r in records(kit.home)] == [b"frame %03d" % n for n in range(40)]
    assert not verify_spool(kit.home).problems
