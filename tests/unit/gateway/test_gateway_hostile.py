"""Issue 6, section 6: floods, slow senders, silent peers, guessers; memory and time stay bounded."""

from __future__ import annotations

import asyncio
import tracemalloc

import pytest

from lantian.gateway.config import Limits
from lantian.gateway.limits import Bucket, Doorkeeper
from lantian.jobs.gateway.spool import records


def closed_for(gateway, why: str) -> bool:
    return gateway.desk.counts["connections-closed", why] > 0


def test_a_frame_that_does_not_end_is_waited_for_only_so_long(kit) -> None:
    async def run() -> None:
        async with kit.running(limits={"partial_s": 0.3}) as gateway:
            client = await gateway.client()
            await client.send(kit.upload())
            assert "CN=9014" in await client.line()
            for byte in kit.upload()[:40]:  # slow loris: a byte now and then
                client.writer.write(bytes([byte]))
                await asyncio.sleep(0.01)
            assert await client.closed()
            assert closed_for(gateway, "partial")

    asyncio.run(run())


def test_a_connection_without_a_frame_is_closed(kit) -> None:
    async def run() -> None:
        async with kit.running(limits={"first_frame_s": 0.2}) as gateway:
            client = await gateway.client()
            assert await client.closed()
            assert closed_for(gateway, "no-frame")
            known = await gateway.client()
            await known.send(kit.upload())
            assert "CN=9014" in await known.line()
            await known.close()
            # Who sent before from this address may wait for its next report.
            again = await gateway.client()
            assert not await again.closed(0.6)
            await again.close()

    asyncio.run(run())


def test_a_silent_connection_is_closed_after_its_time(kit) -> None:
    async def run() -> None:
        async with kit.running(limits={"idle_s": 0.3}) as gateway:
            client = await gateway.client()
            await client.send(kit.upload())
            assert "CN=9014" in await client.line()
            assert await client.closed()
            assert closed_for(gateway, "idle")

    asyncio.run(run())


def test_the_usual_limits_leave_room_for_an_hourly_sender() -> None:
    assert Limits().idle_s > 2 * 3_600


def test_noise_without_end_is_cut_off(kit) -> None:
    async def run() -> None:
        async with kit.running(limits={"noise_bytes": 10_000}) as gateway:
            client = await gateway.client()
            for _ in range(200):
                client.writer.write(b"GET / HTTP/1.1\r\n" * 64)
                await asyncio.sleep(0)
            assert await client.closed()
            assert closed_for(gateway, "noise")
            assert not list(records(gateway.home))

    asyncio.run(run())


def test_guessing_passwords_ends_and_the_address_is_kept_out(kit) -> None:
    async def run() -> None:
        async with kit.running(limits={"failures": 5, "block_s": 60.0}) as gateway:
            client = await gateway.client()
            await client.send(*(kit.upload(pw=f"{n:06d}") for n in range(5)))
            assert await client.closed()
            again = await gateway.client()
            assert await again.closed()
            assert gateway.desk.counts["connections-refused", "blocked"] == 1

    asyncio.run(run())


def test_a_shared_address_is_not_kept_out_for_its_neighbour() -> None:
    door = Doorkeeper(Limits(failures=3))
    door.accepted("10.0.0.1", 100.0)
    assert not any(door.failed("10.0.0.1", 100.0 + n) for n in range(50))
    assert [door.failed("10.0.0.2", 100.0 + n) for n in range(3)] == [False, False, True]
    assert door.enter("10.0.0.2", 110.0) == "blocked"
    assert door.enter("10.0.0.2", 103.0 + Limits().block_s) == ""


def test_connections_are_counted_by_address_and_in_all(kit) -> None:
    async def run() -> None:
        async with kit.running(limits={"per_address": 2}) as gateway:
            first, second = await gateway.client(), await gateway.client()
            await gateway.until(lambda: gateway.desk.door.connections == 2)
            third = await gateway.client()
            assert await third.closed()
            await first.close()
            await gateway.until(lambda: gateway.desk.door.connections == 1)
            fourth = await gateway.client()
            await fourth.send(kit.upload())
            assert "CN=9014" in await fourth.line()
            await second.close()

    asyncio.run(run())


def test_what_a_doorkeeper_remembers_is_bounded() -> None:
    door = Doorkeeper(Limits())
    for n in range(30_000):
        door.failed(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", 1.0)
    assert len(door._known) <= 10_000


def test_refused_frames_of_one_address_cannot_fill_the_disk(kit) -> None:
    async def run() -> None:
        async with kit.running(limits={"kept_refused": 10, "refused": 10_000}) as gateway:
            client = await gateway.client()
            bad = kit.upload().replace(b"Avg=1.50", b"Avg=1.60")
            await client.send(bad * 500)
            counts = gateway.desk.counts
            await gateway.until(lambda: counts["refused", "checksum"] == 500)
            await gateway.until(lambda: gateway.desk.keeper.waiting_bytes == 0)
            assert 10 <= len(list(records(gateway.home))) <= 12
            assert counts["not-kept", "checksum"] >= 488  # counted, not dropped in silence

    asyncio.run(run())


def test_a_logger_that_sends_too_fast_is_read_more_slowly_and_loses_nothing(kit) -> None:
    frames = [kit.upload(kit.NOON.replace(minute=m)) for m in range(60)]

    async def run() -> None:
        async with kit.running(limits={"frames_per_s": 100.0, "frames_burst": 10.0}) as gateway:
            client = await gateway.client()
            loop = asyncio.get_running_loop()
            begin = loop.time()
            for frame in frames:
                await client.send(frame)
                await asyncio.sleep(0)
            for _ in frames:
                assert "CN=9014" in await client.line()
            assert gateway.desk.counts["slowed", "connections"] > 0
            await client.send(kit.upload(kit.NOON.replace(hour=13)))
            assert "CN=9014" in await client.line()
            assert loop.time() - begin >= (60 + 1 - 10) / 100 - 0.05

    asyncio.run(run())


def test_a_long_frame_counts_as_several(kit) -> None:
    long = ";".join(f"a2{n:04d}-Avg=1.00,a2{n:04d}-Flag=N" for n in range(180))

    async def run() -> None:
        async with kit.running(limits={"frames_per_s": 20.0, "frames_burst": 1.0}) as gateway:
            client = await gateway.client()
            loop = asyncio.get_running_loop()
            frame = kit.upload(values=long)
            begin = loop.time()
            await client.send(frame)
            assert "CN=9014" in await client.line()
            await asyncio.sleep(0)
            await client.send(kit.upload(kit.NOON.replace(minute=1)))
            assert "CN=9014" in await client.line()
            assert loop.time() - begin >= (len(frame) / 1_036 - 1) / 20 - 0.02

    asyncio.run(run())


def test_more_connections_do_not_make_a_logger_faster(kit) -> None:
    async def run() -> None:
        async with kit.running(limits={"frames_per_s": 50.0, "frames_burst": 5.0}) as gateway:
            clients = [await gateway.client() for _ in range(10)]
            loop = asyncio.get_running_loop()
            begin = loop.time()
            for n in range(3):
                for i, client in enumerate(clients):
                    await client.send(kit.upload(kit.NOON.replace(minute=10 * n + i)))
                for client in clients:
                    assert "CN=9014" in await client.line(10)
            # Thirty frames at fifty a second; what a connection sent before it is held counts too.
            assert loop.time() - begin >= (20 - 5) / 50 - 0.05
            assert gateway.desk.counts["slowed", "connections"] > 0

    asyncio.run(run())


@pytest.mark.parametrize("takes", [[(5, 0.0), (5, 0.0), (1, 0.1)], [(10, 0.0), (10, 1.0)]])
def test_a_bucket_says_how_long_it_is_overdrawn(takes) -> None:
    bucket = Bucket(10.0, 10.0, 0.0)
    assert [round(bucket.take(n, 0.0), 6) for n, _ in takes] == [w for _, w in takes]
    assert bucket.take(0, 100.0) == 0.0


def test_a_peer_that_does_not_read_its_answers_is_closed(kit) -> None:
    async def run() -> None:
        limits = {"unread_bytes": 1_000, "unread_s": 0.3, "frames_burst": 1e9}
        async with kit.running(limits=limits) as gateway:
            client = await gateway.client()
            client.reader._transport.pause_reading()  # type: ignore[attr-defined]
            frame = kit.upload()

            async def flood() -> None:
                while True:
                    client.writer.write(frame * 200)
                    await asyncio.wait_for(client.writer.drain(), 5)

            task = asyncio.create_task(flood())
            await gateway.until(lambda: closed_for(gateway, "unread"), 15)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert gateway.desk.door.connections == 0

    asyncio.run(run())


class SlowDisk:
    """A disk that takes its time."""

    def __init__(self) -> None:
        import os

        self.write, self.held = os.write, True

    def sync(self, handle: int) -> None:
        import time

        while self.held:
            time.sleep(0.01)


def test_a_flood_on_a_slow_disk_stays_within_its_memory_and_loses_nothing(kit) -> None:
    """Many connections push as fast as they can while the disk hangs: reading stops at the limit."""
    disk = SlowDisk()
    frame = kit.upload()
    limit = 1 << 20

    async def run() -> None:
        limits = {"queue_bytes": limit, "frames_burst": 1e9, "per_address": 1_000}
        async with kit.running(disk=disk, limits=limits) as gateway:
            tracemalloc.start()
            clients = [await gateway.client() for _ in range(50)]
            sent = [0] * len(clients)

            async def push(n: int) -> None:
                for _ in range(100):
                    clients[n].writer.write(frame * 50)
                    sent[n] += 50
                    await clients[n].writer.drain()

            tasks = [asyncio.create_task(push(n)) for n in range(len(clients))]
            await gateway.until(lambda: gateway.desk.pressed, 20)
            await asyncio.sleep(0.5)
            keeper = gateway.desk.keeper
            waiting = keeper.waiting_bytes
            await asyncio.sleep(0.3)
            assert keeper.waiting_bytes == waiting  # nothing more was read
            assert waiting < 2 * limit + len(clients) * 262_144 // 8
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert peak < 120 << 20
            disk.held = False
            await gateway.until(lambda: keeper.waiting_bytes < limit // 4, 30)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await gateway.until(lambda: keeper.waiting_bytes == 0, 30)
            kept = sum(1 for _ in records(gateway.home))
            assert kept == gateway.desk.accepted
            # Every answer stands for a kept frame; a peer that reads them all gets them all.
            assert gateway.desk.acknowledged <= kept

    asyncio.run(run())


def test_too_many_mns_behind_one_connection(kit) -> None:
    from lantian.gateway.connection import _MNS
    from lantian.jobs.gateway.registry import Logger

    kit.register(*(Logger(f"MANY{n:04d}", "123456", "D", "F") for n in range(_MNS + 1)))

    async def run() -> None:
        async with kit.running() as gateway:
            client = await gateway.client()
            await client.send(*(kit.upload(mn=f"MANY{n:04d}") for n in range(_MNS + 1)))
            await gateway.until(lambda: closed_for(gateway, "too-many-mns"))
            assert gateway.desk.accepted == _MNS

    asyncio.run(run())
