"""Kept streams sent again: counted, rewritten, and refused with their place where damaged (issue 6, replay)."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.unit.loggers.logger_tools import Platform, device_of, plan_of, read, sent

from lantian.cli.main import main
from lantian.gateway.loggers.kept import kept_frames
from lantian.gateway.loggers.rewrite import Change, field, newest, rewritten, whole_days
from lantian.jobs.gateway.home import Home
from lantian.jobs.gateway.spool_write import Entry, SpoolWriter
from lantian.kernel.calendar import BEIJING
from lantian.kernel.problem import LantianError


@pytest.fixture
def stream() -> bytes:
    """Return frames of three loggers, one of them of 2005 without answers."""
    return b"".join(
        sent(device_of(plan_of(version, mn=mn, answers=answers)), 0, 62)
        for version, mn, answers in (
            ("2017", "A" * 24, True),
            ("2025", "B" * 24, True),
            ("2005", "C" * 14, False),
        )
    )


@pytest.fixture
def raw(tmp_path: Path, stream: bytes) -> Path:
    path = tmp_path / "frames.txt"
    path.write_bytes(stream)
    return path


def spooled(tmp_path: Path, stream: bytes) -> Path:
    home = Home(tmp_path / "home")
    writer = SpoolWriter(home)
    frames = [d.wire for d in read(stream)]
    writer.append(
        [Entry(1_767_225_600_000 + 20 * i, i == 1, 1, bytes(16), f) for i, f in enumerate(frames)]
    )
    writer.close()
    return tmp_path / "home"


def replay(platform: Platform, path: Path, *more: str) -> tuple[Result, dict[str, object]]:
    found = CliRunner().invoke(
        main,
        [
            "replay",
            str(path),
            "--to",
            f"127.0.0.1:{platform.port}",
            "--json",
            "--over-time",
            "1",
            *more,
        ],
    )
    return found, json.loads(found.stdout)


def test_every_frame_arrives_as_it_was_and_answers_are_counted(raw: Path, stream: bytes) -> None:
    with Platform() as platform:
        found, told = replay(platform, raw)
    assert found.exit_code == 0, found.output
    frames = [d.wire for d in read(stream)]
    assert sorted(platform.frames) == sorted(frames)
    asking = [f for f in frames if b"Flag=5;" in f or b"Flag=9;" in f]
    assert told["sent"] == len(frames)
    assert told["acknowledged"] == told["asking"] == len(asking) < len(frames)
    assert told["connections"] == 3 == platform.connections


def test_one_logger_s_frames_keep_their_order(raw: Path, stream: bytes) -> None:
    with Platform() as platform:
        replay(platform, raw)
    for mn in (b"A" * 24, b"B" * 24, b"C" * 14):
        assert [f for f in platform.frames if mn in f] == [
            d.wire for d in read(stream) if mn in d.wire
        ]


def test_missing_answers_are_counted_by_logger(raw: Path) -> None:
    with Platform(deaf=lambda frame: b"CN=2061" in frame) as platform:
        found, told = replay(platform, raw)
    assert found.exit_code == 1
    assert told["never_acknowledged"] == 4
    assert told["never_acknowledged_by_mn"] == {"A" * 24: 2, "B" * 24: 2}


def test_a_spool_is_sent_again_without_what_was_refused(tmp_path: Path, stream: bytes) -> None:
    home = spooled(tmp_path, stream)
    frames = [d.wire for d in read(stream)]
    with Platform() as platform:
        found, told = replay(platform, home)
    assert found.exit_code == 0, found.output
    assert sorted(platform.frames) == sorted(frames[:1] + frames[2:])
    with Platform() as platform:
        _, told = replay(platform, home / "spool", "--as-is")
    assert told["sent"] == len(frames)
    segment = next((home / "spool").glob("*.spool"))
    assert len(list(kept_frames(segment))) == len(frames) - 1


def test_pace(tmp_path: Path, stream: bytes) -> None:
    home = spooled(tmp_path, stream)
    with Platform() as platform:
        _, slow = replay(platform, home, "--speed", "0.5")
    with Platform() as platform:
        _, fast = replay(platform, home)
    n = len(read(stream))
    assert float(str(slow["seconds"])) >= 0.02 * (n - 1) / 0.5
    assert float(str(fast["seconds"])) < float(str(slow["seconds"]))


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda s: s.replace(b"Avg=", b"Avg_", 1), "Q013"),
        (lambda s: s[:-8], "Q013"),
        (lambda s: b"rubbish" + s, "Q013"),
        (lambda s: b"##9" + s[3:], "Q013"),
        (lambda s: b"", "Q012"),
        (lambda s: b"\n\n", "Q012"),
    ],
)
def test_damage_is_told_with_its_place_before_anything_is_sent(
    raw: Path, stream: bytes, harm, code: str
) -> None:  # type: ignore[no-untyped-def]
    raw.write_bytes(harm(stream))
    with Platform() as platform:
        found, told = replay(platform, raw)
    assert found.exit_code == 2
    (problem,) = told["problems"]  # type: ignore[misc]
    assert problem["code"] == code
    assert problem["file"].endswith("frames.txt")
    assert problem["remedy_en"]
    assert platform.frames == []


def test_damaged_frames_are_sent_when_asked_for(raw: Path, stream: bytes) -> None:
    raw.write_bytes(stream.replace(b"Avg=", b"Avg_", 1))
    with Platform() as platform:
        found, told = replay(platform, raw, "--as-is")
    assert told["sent"] == len(read(stream))
    assert told["never_acknowledged"] == 1
    assert found.exit_code == 1


@pytest.mark.parametrize("at", [3, 200, -40, -1])
def test_an_altered_segment_is_refused(tmp_path: Path, stream: bytes, at: int) -> None:
    home = spooled(tmp_path, stream)
    segment = next((home / "spool").glob("*.spool"))
    data = bytearray(segment.read_bytes())
    data[at] ^= 1
    segment.write_bytes(data)
    with pytest.raises(LantianError) as found:
        list(kept_frames(home))
    assert found.value.problems[0].code == "Q014"
    assert found.value.problems[0].place.offset is not None


def test_a_torn_segment_is_refused(tmp_path: Path, stream: bytes) -> None:
    home = spooled(tmp_path, stream)
    segment = next((home / "spool").glob("*.spool"))
    segment.write_bytes(segment.read_bytes()[:-10])
    with pytest.raises(LantianError) as found:
        list(kept_frames(segment))
    assert found.value.problems[0].code == "Q014"


def test_mn_and_password_are_rewritten(raw: Path) -> None:
    with Platform() as platform:
        found, told = replay(platform, raw, "--mn", "D" * 24, "--password", "abc123")
    assert found.exit_code == 0, found.output
    packets = read(b"".join(platform.frames))
    assert {d.packet.fields["MN"] for d in packets} == {"D" * 24}
    assert {d.packet.fields["PW"] for d in packets} == {"abc123"}
    assert all(d.crc_ok and d.length_ok for d in packets)
    assert told["connections"] == 1


def test_times_are_moved_by_whole_days(raw: Path, stream: bytes) -> None:
    with Platform() as platform:
        found, told = replay(platform, raw, "--rewrite-times")
    assert found.exit_code == 0, found.output
    now = datetime.now(BEIJING)
    latest = newest(kept_frames(raw))
    assert latest is not None
    days = int(str(told["shifted_days"]))
    moved = latest + timedelta(days=days)
    assert now - timedelta(days=1) < moved <= now
    assert all(d.crc_ok and d.length_ok for d in read(b"".join(platform.frames)))
    clock = [
        {str(d.packet.first("DataTime"))[8:] for d in read(data)}
        for data in (stream, b"".join(platform.frames))
    ]
    assert clock[0] == clock[1]


def test_a_frame_in_the_future_is_moved_back() -> None:
    now = datetime(2026, 5, 1, 12, tzinfo=BEIJING)
    assert whole_days(now + timedelta(hours=1), now) == timedelta(days=-1)
    assert whole_days(now, now) == timedelta(0)
    assert whole_days(now - timedelta(hours=47), now) == timedelta(days=1)


def test_what_cannot_be_rewritten_is_told(tmp_path: Path) -> None:
    plan = plan_of("2025", sm4_key="0123456789abcdef")
    path = tmp_path / "hidden.txt"
    path.write_bytes(sent(device_of(plan), 0, 12))
    with Platform() as platform:
        found, told = replay(platform, path, "--mn", "D" * 24)
        assert told["problems"][0]["code"] == "Q016"  # type: ignore[index]
        _, plain = replay(platform, path)
    assert found.exit_code == 2
    assert plain["sent"] == len(read(path.read_bytes(), plan))
    (one,) = list(kept_frames(_file(tmp_path, b"##0012CN=1;CP=&&&&0000\r\n"), as_is=True))
    with pytest.raises(LantianError) as error:
        rewritten(one, Change(shift=timedelta(days=1)))
    assert error.value.problems[0].code == "Q017"


def _file(folder: Path, data: bytes) -> Path:
    path = folder / "one.txt"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--to", "localhost"], "Q018"),
        (["--to", "localhost:99999"], "Q018"),
        (["--to", "127.0.0.1:1", "--mn", "a;b"], "Q015"),
        (["--to", "127.0.0.1:1"], "Q003"),
    ],
)
def test_wrong_words(raw: Path, arguments: list[str], code: str) -> None:
    found = CliRunner().invoke(main, ["replay", str(raw), "--json", *arguments])
    assert found.exit_code == 2
    assert json.loads(found.stdout)["problems"][0]["code"] == code


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(LantianError) as found:
        list(kept_frames(tmp_path / "nowhere"))
    assert found.value.problems[0].code == "Q011"
    with pytest.raises(LantianError) as found:
        list(kept_frames(tmp_path))
    assert found.value.problems[0].code == "Q012"


def test_a_broken_connection_is_told(raw: Path) -> None:
    server = socket.create_server(("127.0.0.1", 0))

    def hang_up() -> None:
        with contextlib.suppress(OSError):
            while True:
                server.accept()[0].close()

    thread = threading.Thread(target=hang_up, daemon=True)
    thread.start()
    to = f"127.0.0.1:{server.getsockname()[1]}"
    found = CliRunner().invoke(main, ["replay", str(raw), "--json", "--to", to])
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(10)
    told = json.loads(found.stdout)
    if found.exit_code == 2:
        assert told["problems"][0]["code"] == "Q008"
    else:
        assert found.exit_code == 1
        assert told["connections_broken"] > 0


def test_fields_are_found_before_cp_only() -> None:
    wire = b"##0000QN=1,ST=31;MN=abc;CP=&&MN=zzz&&0000\r\n"
    assert field(wire, "MN") == "abc"
    assert field(wire, "PW") == ""
