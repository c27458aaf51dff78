"""A city against a real socket: everything acknowledged or explained, commands obeyed (issue 6, simulator)."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.unit.loggers.logger_tools import Platform, read

from lantian.cli.main import main
from lantian.domain.hj212.packet import Decoded
from lantian.gateway.loggers.draw import draw_city
from lantian.gateway.loggers.faults import read_shares
from lantian.gateway.loggers.run import City, Outcome, Settings, affected
from lantian.kernel.problem import LantianError


def now_min() -> int:
    return int(time.time() + 8 * 3600) // 60


def run(platform: Platform, n: int = 12, faults: str = "none", *, speed: float = 300.0, seconds: float = 2.0,
        only: str = "", **more: object) -> tuple[Outcome, list[Decoded]]:  # fmt: skip
    begin = now_min() - int(speed * seconds)
    plans = draw_city(n, 4, begin, int(speed * seconds), read_shares(faults))
    plans = tuple(p for p in plans if not only or p.version == only)
    settings = Settings(
        "127.0.0.1", platform.port, begin, speed, seconds, 4, **({"over_time_s": 0.5} | more)
    )  # type: ignore[arg-type]
    return asyncio.run(City(plans, settings).run()), read(b"".join(platform.frames))


def test_everything_is_acknowledged() -> None:
    with Platform() as platform:
        outcome, packets = run(platform)
    tally = outcome.tally
    assert tally.asking == tally.acknowledged > 100
    assert tally.sent == len(packets)
    assert outcome.problems == []
    assert outcome.unsent == 0
    assert tally.connected == 12
    assert {"1013", "2011", "2051", "2061"} <= set(tally.by_cn)


def test_what_the_platform_does_not_answer_is_told() -> None:
    with Platform(deaf=lambda frame: b"CN=2061" in frame) as platform:
        outcome, _ = run(platform, seconds=1.0, over_time_s=0.1, only="2017")
    tally = outcome.tally
    assert tally.given_up[""] == tally.by_cn["2061"] > 0
    assert tally.resent == 3 * tally.by_cn["2061"]
    assert [p.code for p in outcome.problems] == ["Q007"]


def test_planted_faults_explain_what_is_never_answered() -> None:
    with Platform() as platform:
        kinds = "bad-crc:0.1,wrong-length:0.1,duplicate:0.1,half-open:0.1,late:0.1"
        outcome, _ = run(platform, 40, kinds, speed=100.0, over_time_s=0.7)
    tally = outcome.tally
    assert tally.given_up[""] == 0
    assert tally.given_up["bad-crc"] > 0
    assert tally.given_up["wrong-length"] > 0
    assert tally.surplus > 0
    assert tally.connected > 40  # after the outages
    assert not [p for p in outcome.problems if p.code == "Q007"]


def test_connections_that_are_closed_again_are_told_and_not_stormed() -> None:
    with Platform(most=5) as platform:
        outcome, _ = run(platform, 12, speed=60.0, seconds=3.0, over_time_s=0.2, only="2017")
    tally = outcome.tally
    assert tally.lost > 0
    assert platform.connections < 40  # seven and more loggers try every other second
    assert "Q009" in {p.code for p in outcome.problems}


def ask(cn: str, cp: str, qn: str = "20260101000000001", pw: str = "{PW}") -> bytes:
    return f"QN={qn};ST=31;CN={cn};PW={pw};MN={{MN}};Flag=5;CP=&&{cp}&&".encode()


def answers(packets: list[Decoded], qn: str) -> list[tuple[str, str | None]]:
    return [
        (d.packet.cn, d.packet.first("QnRtn") or d.packet.first("ExeRtn"))
        for d in packets
        if d.packet.fields.get("QN") == qn
    ]


@pytest.mark.parametrize(
    ("cn", "cp", "want"),
    [
        ("1000", "OverTime=7;ReCount=2", [("9011", "1"), ("9012", "1")]),
        ("1000", "OverTime=x;ReCount=2", [("9011", "1"), ("9012", "3")]),
        ("1012", "SystemTime=20260101000000", [("9011", "1"), ("9012", "1")]),
        (
            "2061",
            "BeginTime=20000101000000,EndTime=20000102000000",
            [("9011", "1"), ("9012", "100")],
        ),
        ("2061", "BeginTime=20260102000000,EndTime=20260101000000", [("9011", "1"), ("9012", "3")]),
        ("2012", "", [("9013", None)]),
        ("7777", "", [("9011", "8")]),
        ("3011", "PolId=a21026", [("9011", "1"), ("9012", "1")]),
    ],
)
def test_commands_are_answered(cn: str, cp: str, want: list[tuple[str, str | None]]) -> None:
    with Platform(asks=[ask(cn, cp)]) as platform:
        outcome, packets = run(platform, 3, seconds=1.0, only="2017")
    found = answers(packets, "20260101000000001")
    assert found == want * (len(found) // len(want))
    assert found
    assert outcome.tally.commands[cn] == len(found) // len(want)


def test_a_wrong_password_is_refused() -> None:
    with Platform(asks=[ask("1011", "", pw="999999x")]) as platform:
        _, packets = run(platform, 3, seconds=1.0, only="2017")
    assert set(answers(packets, "20260101000000001")) == {("9011", "3")}


@pytest.mark.parametrize(
    ("cn", "cp", "name"),
    [("1011", "", "SystemTime"), ("1061", "", "RtdInterval"), ("1063", "", "MinInterval"),
     ("3019", "PolId=a21026", "a21026-SN"), ("3020", "PolId=w01018;InfoId=i13005", "i13005-Info")],
)  # fmt: skip
def test_what_is_asked_is_reported(cn: str, cp: str, name: str) -> None:
    with Platform(asks=[ask(cn, cp)]) as platform:
        outcome, packets = run(platform, 3, seconds=1.0, only="2017")
    told = [d for d in packets if d.packet.cn == cn and d.packet.first(name)]
    assert len(told) == outcome.tally.commands[cn] > 0
    assert all(d.acceptance == "strict" for d in told)


def test_history_is_what_was_sent_before() -> None:
    begin = now_min() // 60 * 60 - 600
    from lantian.gateway.loggers.writer import minute_text

    cp = f"BeginTime={minute_text(begin)}00,EndTime={minute_text(begin + 240)}00"
    with Platform(asks=[ask("2061", cp)]) as platform:
        plans = [
            p for p in draw_city(30, 4, begin, 600, {}) if p.version == "2025" and not p.sm4_key
        ][:2]
        settings = Settings("127.0.0.1", platform.port, begin, 300.0, 2.0, 4, 0.5)
        city = City(plans, settings)
        for link in city.links:
            link.device.minute = begin + 600  # it has measured all that time
        city.minute = begin + 600
        asyncio.run(city.run())
        packets = read(b"".join(platform.frames))
    by_mn: dict[str, dict[tuple[str, bool], object]] = {}
    for d in packets:
        if d.packet.cn == "2061":
            key = (d.packet.first("DataTime") or "", d.packet.backfilled)
            by_mn.setdefault(d.packet.fields["MN"], {})[key] = d.packet.groups
    assert len(by_mn) == 2
    for found in by_mn.values():
        again = {t for t, late in found if late}
        assert len(again) >= 5
        assert all(found[t, True] == found[t, False] for t in again if (t, False) in found)
        assert any((t, False) in found for t in again)


def test_nobody_listens() -> None:
    with Platform() as platform:
        port = platform.port
    settings = Settings("127.0.0.1", port, now_min() - 10, 10, 1.0)
    with pytest.raises(LantianError) as found:
        asyncio.run(City(draw_city(2, 1, now_min() - 10, 10, {}), settings).run())
    assert found.value.problems[0].code == "Q003"


def test_too_few_files_is_told_before_anything_is_connected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import resource

    monkeypatch.setattr(resource, "getrlimit", lambda _what: (100, 100))
    settings = Settings("127.0.0.1", 1, now_min() - 10, 10, 1.0)
    with pytest.raises(LantianError) as found:
        asyncio.run(City(draw_city(90, 1, now_min() - 10, 10, {}), settings).run())
    assert found.value.problems[0].code == "Q004"


def simulate(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["simulate", *arguments])


def test_the_command_counts_as_json_and_writes_the_truth(tmp_path: Path) -> None:
    with Platform() as platform:
        found = simulate("--loggers", "20", "--port", str(platform.port), "--speed", "300", "--for", "1", "--json",
                         "--faults", "duplicate:0.1", "--truth", str(tmp_path / "t.jsonl"))  # fmt: skip
    told = json.loads(found.stdout)
    assert found.exit_code == 0, found.output
    assert told["loggers"] == 20
    assert told["acknowledged"] == told["asking"] > 0
    assert told["faults"] == {"duplicate": 2}
    assert len((tmp_path / "t.jsonl").read_text("utf-8").splitlines()) == 2


def test_the_command_drives_a_register_and_says_what_went_wrong(tmp_path: Path) -> None:
    register = tmp_path / "loggers.yaml"
    found = simulate("--loggers", "8", "--write-registry", str(register), "--json")
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout)["loggers"] == 8
    with Platform() as platform:
        found = simulate("--registry", str(register), "--port", str(platform.port), "--speed", "300", "--for", "1",
                         "--loggers", "5", "--faults", "none")  # fmt: skip
        mns = {d.packet.fields["MN"] for d in read(b"".join(platform.frames))}
    assert found.exit_code == 0, found.output
    assert "5 台数采仪" in found.output
    assert len(mns) == 5
    assert all(mn in register.read_text("utf-8") for mn in mns)
    assert simulate("--port", str(platform.port), "--for", "1").exit_code == 2
    assert simulate("--faults", "storm").exit_code == 2
    assert simulate("--registry", str(tmp_path / "none.yaml")).exit_code == 2


def test_affected_counts_loggers() -> None:
    assert affected(draw_city(50, 1, 0, 1440, {"cap": 0.1})) == {"cap": 5}


def test_ctrl_c_ends_an_endless_city_with_its_counts() -> None:
    with Platform() as platform:
        command = [sys.executable, "-c", "from lantian.cli import main; main()", "simulate", "--loggers", "4", "--json",
                   "--port", str(platform.port), "--speed", "60", "--faults", "none"]  # fmt: skip
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        end = time.monotonic() + 60
        while len(platform.frames) < 40 and time.monotonic() < end:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert json.loads(told)["acknowledged"] >= 30
