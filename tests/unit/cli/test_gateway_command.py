"""Issue 6, section 2: the commands of the gateway end to end, exit codes, words and JSON."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from lantian.cli.main import main
from lantian.domain.hj212.encode import write_frame
from lantian.jobs.gateway.registry import Logger, write_registry
from lantian.kernel.calendar import BEIJING

MAIN = "from lantian.cli import main; main()"
MN = "010000A8900016F000169DC0"


def upload(minute: int, pw: str = "123456", value: str = "1.50") -> bytes:
    at = datetime.now(BEIJING).replace(hour=0, minute=0, second=0) - timedelta(days=1)
    stamp = (at + timedelta(minutes=minute)).strftime("%Y%m%d%H%M%S")
    head = f"QN={stamp}000;ST=31;CN=2051;PW={pw};MN={MN};Flag=5;"
    return write_frame(f"{head}CP=&&DataTime={stamp};a21026-Avg={value},a21026-Flag=N&&".encode())


def lantian(*args: object) -> tuple[int, str]:
    found = CliRunner().invoke(main, [*map(str, args)])
    assert "Traceback" not in found.output
    return found.exit_code, found.output


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    path = tmp_path / "loggers.yaml"
    write_registry(path, [Logger(MN, "123456", "DA001", "F1")])
    return path


@pytest.fixture
def server(tmp_path: Path, registry: Path):
    args = [
        "gateway",
        "serve",
        "--home",
        tmp_path / "home",
        "--registry",
        registry,
        "--port",
        "0",
        "--json",
    ]
    process = subprocess.Popen(
        [sys.executable, "-c", MAIN, *map(str, args)], stdout=subprocess.PIPE, text=True
    )
    said = json.loads(process.stdout.readline())
    yield said["port"], process
    if process.poll() is None:
        process.kill()
    process.wait()


def test_from_the_socket_to_the_sealed_day(tmp_path: Path, server) -> None:
    port, process = server
    home = ("--home", tmp_path / "home")
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        stream = line.makefile("rb")
        for minute in range(3):
            line.sendall(upload(minute))
            assert b"CN=9014" in stream.readline()
        line.sendall(upload(9, pw="999999"))
        line.sendall(upload(4))
        assert b"CN=9014" in stream.readline()
        code, out = lantian("gateway", "ask", MN, "stop-realtime", *home, "--wait", "1")
        assert code == 2  # nobody answered within the wait
        assert "J403" in out
    process.send_signal(signal.SIGINT)
    stopped = json.loads(process.communicate(timeout=30)[0].strip().splitlines()[-1])
    assert process.returncode == 0
    assert (stopped["accepted"], stopped["not_kept"]) == (4, 0)

    code, out = lantian("gateway", "ingest", *home, "--json")
    found = json.loads(out)
    assert (code, found["rows"], found["quarantined"]) == (0, 4, {"password": 1})
    assert found["outcomes"]["sent"] >= 1
    code, out = lantian("gateway", "ingest", *home)
    assert (code, out.split("：")[0]) == (0, "0 条")

    code, out = lantian("gateway", "quarantine", *home)
    assert code == 0
    assert "password" in out
    code, out = lantian("gateway", "quarantine", *home, "--json", "--reason", "checksum")
    assert json.loads(out) == {"counts": {}, "packets": []}

    code, out = lantian("gateway", "packet", 1, *home)
    assert code == 0
    assert upload(0).decode().strip() in out
    code, out = lantian("gateway", "packet", 99, *home, "--json")
    assert code == 2
    assert json.loads(out)["problems"][0]["code"] == "J206"

    code, out = lantian("gateway", "health", *home)
    assert code == 1  # the server does not run any more
    assert "未运行" in out
    code, out = lantian("gateway", "health", *home, "--json", "--all")
    assert json.loads(out)["loggers"][0]["mn"] == MN
    assert "123456" not in out

    code, out = lantian("gateway", "seal", *home, "--json")
    (sealed,) = json.loads(out)["sealed"]
    assert (code, sealed["rows"]) == (0, 4)
    assert lantian("gateway", "seal", *home)[1].startswith("没有待封存的日期")
    code, out = lantian("gateway", "verify", *home)
    assert code == 0
    assert "无误 sound" in out
    (file,) = (tmp_path / "home/lake").rglob("*.parquet")
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    code, out = lantian("gateway", "verify", *home, "--json")
    assert code == 1
    assert [p["code"] for p in json.loads(out)["problems"]] == ["J301"]


def test_mistakes_are_told_in_words_and_exit_2(tmp_path: Path, registry: Path) -> None:
    home = ("--home", tmp_path / "none")
    for args, word in (
        (("gateway", "packet", 1, *home), "J206"),
        (("gateway", "quarantine", *home), "J003"),
        (("gateway", "ask", MN, "time", *home), "J403"),
        (("gateway", "ask", MN, "dance", *home), "J408"),
        (("gateway", "ask", MN, "backfill", *home), "J404"),
        (("gateway", "serve", "--registry", tmp_path / "no.yaml", *home), "J001"),
        (("gateway", "serve", "--registry", registry, "--allow", "nowhere", *home), "nowhere"),
        (("gateway", "serve", "--registry", registry, "--tls-port", 1, *home), "--cert"),
        (
            (
                "gateway",
                "serve",
                "--registry",
                registry,
                "--tls-port",
                1,
                "--cert",
                registry,
                *home,
            ),
            "J402",
        ),
    ):
        code, out = lantian(*args)
        assert code == 2, (args, out)
        assert word in out, (args, out)


def test_a_port_in_use_is_told(tmp_path: Path, registry: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        args = ("--registry", registry, "--port", port, "--home", tmp_path / "home", "--json")
        code, out = lantian("gateway", "serve", *args)
    assert code == 2
    assert json.loads(out)["problems"][0]["code"] == "J401"


def test_backfill_asks_for_what_is_missing(tmp_path: Path, server) -> None:
    """A logger with one minute missing between others is asked for just that."""
    port, _ = server
    home = ("--home", tmp_path / "home")
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        stream = line.makefile("rb")
        minutes = [m for m in range(1440) if m != 700]
        for at in range(0, len(minutes), 100):
            some = minutes[at : at + 100]
            line.sendall(b"".join(upload(m) for m in some))
            for _ in some:
                assert b"CN=9014" in stream.readline()
        assert lantian("gateway", "ingest", *home)[0] == 0
        day = (datetime.now(BEIJING) - timedelta(days=1)).date()
        args = [sys.executable, "-c", MAIN, "gateway", "ask", MN, "backfill", "--day", str(day)]
        asking = subprocess.Popen(
            [*args, *map(str, home), "--json"], stdout=subprocess.PIPE, text=True
        )
        while b"CN=2051" not in (text := stream.readline()):
            assert text
        assert f"BeginTime={day:%Y%m%d}114000;EndTime={day:%Y%m%d}114100".encode() in text
        qn = text.split(b"QN=")[1][:17].decode()
        for cn, cp in (("9011", "QnRtn=1"), ("9012", "ExeRtn=1")):
            head = f"QN={qn};ST=91;CN={cn};PW=123456;MN={MN};Flag=4;"
            line.sendall(write_frame(f"{head}CP=&&{cp}&&".encode()))
        out, _ = asking.communicate(timeout=20)
    assert asking.returncode == 0
    (result,) = json.loads(out)["results"]
    assert (result["cn"], result["exe_rtn"]) == ("2051", "1")


def test_packets_put_aside_are_released_and_rejected(tmp_path: Path, registry: Path) -> None:
    from lantian.jobs.gateway.home import Home
    from lantian.jobs.gateway.spool import address_bytes, refused_status
    from lantian.jobs.gateway.spool_write import Entry, SpoolWriter

    home = ("--home", tmp_path / "home")
    at = round(datetime.now(BEIJING).timestamp() * 1000)
    kept = [(upload(0), "address"), (upload(1), "address"), (upload(2, pw="999999"), "password"),
            (upload(3)[:-9], "checksum")]  # fmt: skip
    writer = SpoolWriter(Home(tmp_path / "home"))
    writer.append([Entry(at + n, refused_status(why), 9, address_bytes("10.1.2.3"), frame)
                   for n, (frame, why) in enumerate(kept)])  # fmt: skip
    writer.close()
    assert lantian("gateway", "ingest", *home)[0] == 0

    aside = ("gateway", "quarantine", *home)
    own = ("--release", "--registry", registry, "--why", "地址已补登记")
    code, out = lantian(*aside, "--release", "--mn", MN, "--why", "x", "--registry", registry)
    assert (code, "--record" in out) == (2, True)  # never everything at once
    assert lantian(*aside, "--release", "--record", 1, "--why", "x")[0] == 2
    code, out = lantian(*aside, "--reject", "--record", 1, "--json")
    assert (code, json.loads(out)["problems"][0]["code"]) == (2, "J508")
    code, out = lantian(*aside, *own, "--mn", MN, "--reason", "address", "--by", "li", "--json")
    told = json.loads(out)
    assert (code, told["records"], told["problems"]) == (0, [1, 2], [])
    code, out = lantian(*aside, *own, "--record", 3, "--record", 4, "--json")
    assert (code, {p["code"] for p in json.loads(out)["problems"]}) == (1, {"J504", "J501"})
    code, out = lantian(*aside, "--reject", "--record", 3, "--why", "来源不明")
    assert (code, "驳回" in out) == (0, True)
    code, out = lantian(*aside, "--waiting", "--json")
    assert [p["record"] for p in json.loads(out)["packets"]] == [4]
    found = json.loads(lantian("gateway", "ingest", *home, "--json")[1])
    assert (found["rows"], found["released"]) == (2, {"kept": 2})
    code, out = lantian(*aside)
    assert (code, out.count("放行 released li"), out.count("驳回 rejected")) == (0, 2, 1)
    rows = json.loads(lantian(*aside, "--json", "--record", 1)[1])["packets"]
    assert rows[0]["decision"]["outcome"] == "kept"
