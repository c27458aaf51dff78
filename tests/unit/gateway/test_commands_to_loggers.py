"""HJ 212-2017 6.4 (reference section 7): request 9011, data, 9012; notice 9013; time-out, resends, refusals."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta

import pytest

from lantian.domain.hj212.encode import write_frame
from lantian.gateway.asks import KINDS, control_call, gaps, parts_of
from lantian.gateway.ingest import ingest
from lantian.jobs.gateway.registry import Logger
from lantian.kernel.calendar import BEIJING
from lantian.kernel.problem import LantianError

PAST = datetime(2026, 1, 5, 12, tzinfo=BEIJING)  # the gateway's own clock is the real one


def field(text: str, name: str) -> str:
    return text.split(f"{name}=")[1].split(";")[0]


class Device:
    """A logger that answers commands as it is told."""

    def __init__(self, kit, client, *, say: str = "ok") -> None:
        self.kit, self.client, self.say = kit, client, say
        self.asked: list[str] = []

    def _answer(self, qn: str, cn: str, cp: str) -> bytes:
        head = f"QN={qn};ST=91;CN={cn};PW=123456;MN={self.kit.MN};Flag=4;"
        return write_frame(f"{head}CP=&&{cp}&&".encode())

    async def run(self) -> None:
        while text := await self.client.line(30):
            if "CN=9014" in text or "CN=9013" in text:
                continue
            self.asked.append(text)
            await self._reply(field(text, "QN"), field(text, "CN"))

    async def _reply(self, qn: str, cn: str) -> None:
        if self.say == "silent" or (self.say == "late" and len(self.asked) < 3):
            return
        if cn == "2012":
            await self.client.send(self._answer(qn, "9013", ""))
            return
        if self.say == "other-qn":
            qn = "20200101000000000"
        code = {"refuses": "2"}.get(self.say, "1")
        await self.client.send(self._answer(qn, "9011", f"QnRtn={code}"))
        if self.say in {"refuses", "hangs"}:
            return
        if cn == "2051":
            for m in range(3):
                await asyncio.sleep(0.05)
                await self.client.send(self.kit.upload(PAST + timedelta(minutes=m)))
        exe = {"fails": "2", "no-data": "100"}.get(self.say, "1")
        await self.client.send(self._answer(qn, "9012", f"ExeRtn={exe}"))


def asked(kit, cn: str, say: str = "ok", parameters=None, **settings):
    """Run one command against a device; return result or problems, and what the device got."""

    async def run():
        settings.setdefault("over_time_s", 0.4)
        async with kit.running(**settings) as gateway:
            client = await gateway.client()
            await client.send(kit.upload(PAST - timedelta(hours=1)))
            assert "CN=9014" in await client.line()
            device = Device(kit, client, say=say)
            task = asyncio.create_task(device.run())
            logger = gateway.desk.registry.of(kit.MN)
            try:
                result = await gateway.desk.sessions.ask(logger, cn, parameters)
            except LantianError as error:
                result = [p.code for p in error.problems]
            finally:
                task.cancel()
            assert not gateway.desk.sessions.waits_for(kit.MN)
            return result, device.asked

    return asyncio.run(run())


def test_a_request_is_answered_by_9011_and_9012(kit) -> None:
    result, sent = asked(kit, "1012", parameters={"SystemTime": "20261130120000"})
    assert (result["qn_rtn"], result["exe_rtn"], result["sent"]) == ("1", "1", 1)
    (text,) = sent
    assert f"ST=31;CN=1012;PW=123456;MN={kit.MN};Flag=5;CP=&&SystemTime=20261130120000&&" in text


def test_history_comes_between_9011_and_9012_and_is_kept(kit) -> None:
    times = {"BeginTime": "20261130120000", "EndTime": "20261130120300"}
    result, _ = asked(kit, "2051", parameters=times)
    assert (result["packets"], len(result["data"])) == (3, 3)
    assert ingest(kit.home).rows == 4


def test_data_packets_begin_the_time_out_anew(kit) -> None:
    times = {"BeginTime": "20261130120000", "EndTime": "20261130120300"}
    result, _ = asked(
        kit, "2051", parameters=times, over_time_s=0.12
    )  # three packets, 0.05 s apart
    assert result["packets"] == 3


def test_a_notice_is_answered_by_9013(kit) -> None:
    result, _ = asked(kit, "2012")
    assert result["exe_rtn"] == "1"


@pytest.mark.parametrize(
    ("say", "codes", "times_sent"),
    [
        ("silent", ["J406"], 4),
        ("hangs", ["J406"], 1),
        ("refuses", ["J407"], 1),
        ("fails", ["J407"], 1),
        ("other-qn", ["J406"], 4),
    ],
)
def test_what_goes_wrong_is_told(kit, say: str, codes, times_sent: int) -> None:
    parameters = {"SystemTime": "20261130120000"}
    result, sent = asked(kit, "1012", say, parameters, over_time_s=0.1)
    assert result == codes
    assert len(sent) == times_sent
    assert len(set(sent)) == 1  # a resend is the same frame


def test_a_resend_that_is_answered_counts(kit) -> None:
    result, sent = asked(kit, "1012", "late", {"SystemTime": "20261130120000"}, over_time_s=0.1)
    assert result["sent"] == len(sent) == 3


def test_no_data_is_an_answer(kit) -> None:
    times = {"BeginTime": "20261130120000", "EndTime": "20261130120300"}
    result, _ = asked(kit, "2051", "no-data", times)
    assert result["exe_rtn"] == "100"


def test_a_command_to_nobody(kit) -> None:
    async def run() -> None:
        async with kit.running() as gateway:
            with pytest.raises(LantianError, match="J405"):
                await gateway.desk.sessions.ask(Logger(kit.MN, "x", "D", "F"), "1011")

    asyncio.run(run())


def test_the_control_socket_is_its_owners_alone_and_tells_every_mistake(kit) -> None:
    async def run() -> None:
        async with kit.running() as gateway:
            path = gateway.home.control
            assert path.stat().st_mode & 0o077 == 0
            call = lambda m: asyncio.to_thread(control_call, kit.home, m, 5.0)  # noqa: E731
            state = await call({"do": "state"})
            assert state["result"]["running"]
            for message, code in (
                ({"do": "ask", "mn": "NOBODY", "cn": "1011"}, "J404"),
                ({"do": "ask", "mn": kit.MN, "cn": "1011"}, "J405"),
                ({"do": "ask"}, "J408"),
            ):
                answer = await call(message)
                assert [p["code"] for p in answer["problems"]] == [code]
        with pytest.raises(LantianError, match="J403"):
            control_call(kit.home, {"do": "state"}, 1.0)

    asyncio.run(run())


def test_a_logger_that_asks_for_the_time_gets_it_once_an_hour(kit) -> None:
    async def run() -> None:
        async with kit.running(over_time_s=0.2) as gateway:
            client = await gateway.client()
            device = Device(kit, client)
            task = asyncio.create_task(device.run())
            for n in range(3):
                ask = kit.upload(
                    cn="1013", values="", data_time="PolId=a21026", qn=f"2026113012000000{n}"
                )
                await client.send(ask)
            await gateway.until(lambda: len(device.asked) >= 1)
            await asyncio.sleep(0.3)
            task.cancel()
            assert [field(t, "CN") for t in device.asked] == ["1012"]

    asyncio.run(run())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_becomes_a_command_of_every_edition_it_is_in(kit, kind: str) -> None:
    from lantian.domain.hj212.commands import build_command
    from lantian.domain.hj212.encode import encode
    from lantian.domain.hj212.lexicon import Lexicon
    from lantian.rulebook.hj212_tables import load_hj212

    given = {"begin": "2026-11-30T08:00+08:00", "end": "20261130090000", "factor": "w01018",
             "info": "i13004", "value": "165.0"}  # fmt: skip
    wanted = {n: v for n, v in given.items() if n in (*KINDS[kind].needs, *KINDS[kind].may)}
    cn, parameters, factors = parts_of(kind, wanted)
    lexicon = Lexicon(load_hj212())
    header = {"QN": "20261130120000000", "ST": "32", "PW": "123456", "MN": kit.MN}
    packet = build_command(
        lexicon, "2017", cn, "platform", header, parameters, factors, answer=True
    )
    assert b"CN=" + cn.encode() in encode(packet, lexicon)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("nonsense", {}),
        ("minutes", {"begin": "2026-11-30T08:00"}),
        ("minutes", {"begin": "yesterday", "end": "20261130090000"}),
        ("set-time", {"value": "5"}),
        ("set-parameter", {"factor": "w01018", "info": "i13004"}),
    ],
)
def test_what_cannot_be_asked_is_told(kind: str, given) -> None:
    with pytest.raises(LantianError, match="J408"):
        parts_of(kind, given)


def test_gaps_are_what_the_lake_lacks_and_is_over(kit) -> None:
    start = kit.NOON.replace(hour=0)
    for m in (0, 1, 4, 6):
        kit.keep(kit.upload(start + timedelta(minutes=m)), at=start + timedelta(minutes=m + 1))
    ingest(kit.home)
    day, minute = date(2026, 11, 30), timedelta(minutes=1)
    found = gaps(kit.home, kit.MN, "2051", day, 60, start + timedelta(minutes=9, seconds=30))
    assert [((a - start) / minute, (b - start) / minute) for a, b in found] == [
        (2, 3), (5, 5), (7, 8),
    ]  # fmt: skip
    assert gaps(kit.home, kit.MN, "2051", day, 60, start) == []
