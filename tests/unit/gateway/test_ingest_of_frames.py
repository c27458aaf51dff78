"""Issue 6, section 2: every kept frame read in full; hostile ones put aside with a reason; a crash changes nothing."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from decimal import Decimal

import pytest

from lantian.adapters.crypto.sm4 import Sm4
from lantian.domain.hj212.cipher import encrypt_cp
from lantian.domain.hj212.encode import write_frame
from lantian.gateway import ingest as module
from lantian.gateway.ingest import ingest
from lantian.jobs.gateway import lake
from lantian.jobs.gateway.loggers import write_loggers
from lantian.jobs.gateway.quarantine import listed
from lantian.jobs.gateway.registry import Logger, Registry
from lantian.jobs.gateway.spool import SENT, record, refused_status

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def outcome(kit, number: int) -> tuple[str, str]:
    (found,) = lake.packets(kit.home, records=[number])
    return found["outcome"], found["reason"]


def test_values_reach_the_lake_with_the_packet_they_came_in(kit) -> None:
    values = (
        "a21026-Min=1.0,a21026-Avg=36.60,a21026-Max=007,a21026-Flag=N;a00000-Cou=12,a00000-Flag=D"
    )
    number = kit.keep(kit.upload(values=values))
    done = ingest(kit.home)
    assert (done.records, done.rows, done.outcomes) == (1, 2, {"kept": 1})
    flow, so2 = lake.read(kit.home)
    assert (so2.mn, so2.cn, so2.time, so2.factor, so2.flag) == (
        kit.MN, "2051", kit.NOON, "a21026", "N",
    )  # fmt: skip
    assert so2.written == {"Min": "1.0", "Avg": "36.60", "Max": "007"}
    assert so2.values == {"Min": Decimal("1.0"), "Avg": Decimal("36.60"), "Max": Decimal(7)}
    assert (flow.factor, flow.flag, flow.values) == ("a00000", "D", {"Cou": Decimal(12)})
    (packet,) = lake.packets(kit.home, mn=kit.MN)
    assert (packet["cls"], packet["tolerances"], packet["version"]) == ("strict", "", "2017")
    assert (packet["rows"], packet["time"], packet["peer"]) == (2, kit.NOON, "10.1.2.3:40000")
    raw = record(kit.home, so2.record, packet["offset"])
    assert raw.number == number
    assert raw.frame == kit.upload(values=values)


def test_tolerances_of_a_packet_are_kept_with_it(kit) -> None:
    kit.keep(kit.upload(values="a2106-Avg=1,a2106-Flag=N").replace(b"\r\n", b"\n"))
    ingest(kit.home)
    (packet,) = lake.packets(kit.home)
    assert packet["cls"] == "tolerant"
    assert packet["tolerances"].split() == ["code-malformed", "tail-lf"]
    assert lake.read(kit.home)[0].factor == "a2106"


def test_the_same_again_is_nothing_new_and_other_values_are_a_conflict(kit) -> None:
    first = kit.upload(values="a21026-Avg=1")
    kit.keep(first, first)
    kit.keep(kit.upload(values="a21026-Avg=1", qn="20261130120200000"))
    kit.keep(kit.upload(values="a21026-Avg=2", qn="20261130120300000"))
    done = ingest(kit.home)
    assert done.outcomes == {"kept": 2, "resent": 1, "duplicate": 1}
    assert (done.rows, done.duplicates, done.conflicts) == (1, 1, 1)
    assert [r.written["Avg"] for r in lake.read(kit.home)] == ["1"]
    (other,) = lake.read(kit.home, tree="conflicts")
    assert other.written == {"Avg": "2"}
    assert other.record == 4


def test_a_second_run_finds_nothing(kit) -> None:
    kit.keep(kit.upload())
    assert ingest(kit.home).records == 1
    again = ingest(kit.home)
    assert (again.records, again.next_record) == (0, 2)
    assert len(lake.read(kit.home)) == 1


@pytest.mark.parametrize("apart", [MINUTE, 2 * HOUR])
def test_a_packet_sent_again_in_time_is_a_resend(kit, apart: timedelta) -> None:
    for run in range(2):
        kit.keep(kit.upload(), at=kit.NOON + run * apart)
        ingest(kit.home)
    assert outcome(kit, 2) == ("resent", "")


@pytest.mark.parametrize("runs", [1, 2])
def test_a_packet_played_back_later_is_put_aside(kit, runs: int) -> None:
    later = [timedelta(0), timedelta(seconds=9_901), timedelta(days=40)]
    for n, after in enumerate(later):
        kit.keep(kit.upload(), at=kit.NOON + after)
        if runs == 2 or n == 2:
            ingest(kit.home)
    assert outcome(kit, 1) == ("kept", "")
    assert outcome(kit, 2) == ("quarantined", "replayed")
    assert outcome(kit, 3) == ("quarantined", "replayed")
    counts, (newest, *_) = listed(kit.home)
    assert counts == {"replayed": 2}
    assert newest.record == 3
    assert newest.detail.startswith("##")


def test_one_qn_with_two_contents_is_put_aside(kit) -> None:
    kit.keep(kit.upload(qn="20261130120100000"))
    kit.keep(kit.upload(kit.NOON + MINUTE, qn="20261130120100000"))
    ingest(kit.home)
    assert outcome(kit, 2) == ("quarantined", "qn-reused")
    assert len(lake.read(kit.home)) == 1


def test_a_vendor_whose_qn_repeats_is_told_apart_by_time_and_value(kit) -> None:
    one = Logger(kit.MN, "123456", "D", "F", vendor="qn-of-seconds")
    write_loggers(kit.home, Registry({kit.MN: one}), None)
    kit.keep(kit.upload(qn="20261130120100000"))
    kit.keep(kit.upload(kit.NOON + MINUTE, qn="20261130120100000"))
    kit.keep(kit.upload(qn="20261130120100000"), at=kit.NOON + timedelta(days=3))
    done = ingest(kit.home)
    assert done.outcomes == {"kept": 2, "duplicate": 1}
    assert len(lake.read(kit.home)) == 2


def test_nobody_else_can_use_up_a_qn(kit) -> None:
    """A stranger guesses QNs under a logger's MN; its own packets count all the same, also late ones."""
    kit.keep(kit.upload(kit.NOON + 5 * MINUTE))
    kit.keep(kit.upload(pw="999999", values="a21026-Avg=9"), status=refused_status("password"))
    ingest(kit.home)
    kit.keep(kit.upload())
    ingest(kit.home)
    assert outcome(kit, 2) == ("quarantined", "password")
    assert outcome(kit, 3) == ("kept", "")


def test_out_of_order_is_no_replay(kit) -> None:
    for minute in (5, 3, 4):
        kit.keep(kit.upload(kit.NOON + minute * MINUTE))
        ingest(kit.home)
    assert {p["outcome"] for p in lake.packets(kit.home)} == {"kept"}
    assert len(lake.read(kit.home)) == 3


@pytest.mark.parametrize(("ahead", "expected"), [(60, "kept"), (61, "quarantined")])
def test_data_of_the_future_are_put_aside(kit, ahead: int, expected: str) -> None:
    kit.keep(kit.upload(kit.NOON + ahead * MINUTE, qn="20261130120000000"), at=kit.NOON)
    ingest(kit.home)
    assert outcome(kit, 1)[0] == expected
    assert outcome(kit, 1)[1] == ("" if expected == "kept" else "future")


def test_data_without_a_time_are_put_aside_and_a_serial_number_takes_its_qn(kit) -> None:
    kit.keep(kit.upload(data_time=""))
    serial = kit.upload(
        cn="3019", data_time="", values="PolId=a21026;a21026-SN=S123", qn="20261130120000500"
    )
    kit.keep(serial)
    ingest(kit.home)
    assert outcome(kit, 1) == ("quarantined", "no-time")
    (found,) = lake.read(kit.home)
    assert (found.cn, found.factor, found.about, found.written) == (
        "3019", "a21026", "a21026", {"SN": "S123"},
    )  # fmt: skip
    assert found.time == kit.NOON + timedelta(milliseconds=500)


def test_information_of_two_instruments_is_told_apart(kit) -> None:
    values = "PolId=w01018;i13004-Info=165.0;PolId=w21003;i13004-Info=150.0;i22001-Info=0"
    kit.keep(kit.upload(cn="3020", values=values, st="32"))
    assert ingest(kit.home).rows == 3
    found = {(r.factor, r.about): r.values["Info"] for r in lake.read(kit.home)}
    assert found == {
        ("i13004", "w01018"): Decimal("165.0"),
        ("i13004", "w21003"): Decimal("150.0"),
        ("i22001", "w21003"): Decimal(0),
    }


def test_restart_times_flags_apart_and_unknown_names_are_kept(kit) -> None:
    kit.keep(kit.upload(cn="2081", values="RestartTime=20261130115900"))
    kit.keep(kit.upload(cn="2011", values="a21026-Rtd=1.0;a21026-Flag=M;Secret=7;SB1-RS=1"))
    ingest(kit.home)
    found = {(r.cn, r.factor): (r.flag, dict(r.written)) for r in lake.read(kit.home)}
    assert found == {
        ("2081", "RestartTime"): (None, {"Value": "20261130115900"}),
        ("2011", "a21026"): ("M", {"Rtd": "1.0"}),
        ("2011", "Secret"): (None, {"Value": "7"}),
        ("2011", "SB1"): (None, {"RS": "1"}),
    }


REASONS = [
    "unparsable",
    "checksum",
    "oversize",
    "unregistered",
    "password",
    "address",
    "inactive",
    "system",
]


def test_what_the_server_refused_keeps_its_reason(kit) -> None:
    for reason in REASONS:
        kit.keep(kit.upload(), status=refused_status(reason))
    done = ingest(kit.home)
    assert done.quarantined == dict.fromkeys(REASONS, 1)
    assert lake.read(kit.home) == []
    assert [p["reason"] for p in lake.packets(kit.home, outcomes=["quarantined"])] == REASONS


@pytest.mark.parametrize(
    "junk", [b"", b"x", b"##", b"##9999", b"\xff\xfe" * 20, b"##0001a&&FFFF\r\n##"]
)
def test_bytes_that_are_no_frame_do_not_stop_it(kit, junk: bytes) -> None:
    kit.keep(junk or b"\0", kit.upload())
    done = ingest(kit.home)
    assert done.records == 2
    assert outcome(kit, 1)[0] == "quarantined"
    assert outcome(kit, 1)[1] == ("checksum" if b"&&" in junk else "unparsable")
    assert outcome(kit, 2) == ("kept", "")


def test_commands_and_answers_are_listed_as_such(kit) -> None:
    kit.keep(kit.upload(cn="1012", values="SystemTime=20261130120000", data_time=""), status=SENT)
    kit.keep(kit.upload(cn="9012", values="ExeRtn=1", data_time="", flag=4, st="91"))
    done = ingest(kit.home)
    assert done.outcomes == {"sent": 1, "answer": 1}
    assert lake.read(kit.home) == []


def encrypted(kit, key: bytes) -> bytes:
    segment = kit.upload(flag=9, values="a21026-Avg=7.5,a21026-Flag=N")[6:-6]
    return b"##%04d" % len(segment) + encrypt_cp(segment, Sm4(key).encrypt) + kit.upload(
        flag=9, values="a21026-Avg=7.5,a21026-Flag=N"
    )[-6:]  # fmt: skip


def test_encrypted_frames_are_opened_with_the_key_of_their_logger(kit, tmp_path) -> None:
    key = b"0123456789abcdef"
    kit.keep(encrypted(kit, key))
    ingest(kit.home)
    assert outcome(kit, 1) == ("quarantined", "no-key")
    keys = tmp_path / "keys.txt"
    keys.write_text("K7 0123456789abcdef\n", "utf-8")
    one = Logger(kit.MN, "123456", "D", "F", sm4_key="K7")
    write_loggers(kit.home, Registry({kit.MN: one}), keys)
    kit.keep(encrypted(kit, key), at=kit.NOON + 2 * MINUTE)
    ingest(kit.home)
    assert [r.values["Avg"] for r in lake.read(kit.home)] == [Decimal("7.5")]


def parts(kit, n: int = 3) -> list[bytes]:
    frames = []
    for i in range(1, n + 1):
        time = f"DataTime={kit.stamp(kit.NOON)};" if i == 1 else ""
        frames.append(
            kit.upload(
                flag=7,
                middle=f"PNUM={n};PNO={i};",
                qn=f"2026113012010000{i}",
                data_time=time,
                values=f"a2100{i}-Avg={i}.0,a2100{i}-Flag=N",
            )
        )
    return frames


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
@pytest.mark.parametrize("runs", [1, 3])
def test_a_split_message_is_joined_whatever_its_order_and_across_runs(
    kit, order, runs: int
) -> None:
    frames = parts(kit)
    for i in order:
        kit.keep(frames[i])
        if runs == 3:
            ingest(kit.home)
    done = ingest(kit.home)
    assert done.waiting_parts == 0
    found = lake.read(kit.home)
    assert [(r.factor, r.time, r.record) for r in found] == [
        (f"a2100{i + 1}", kit.NOON, order.index(i) + 1) for i in range(3)
    ]
    assert {p["outcome"] for p in lake.packets(kit.home)} == {"kept"}


def test_parts_that_never_come_are_given_up_and_what_came_is_kept(kit) -> None:
    frames = parts(kit)
    kit.keep(frames[0], frames[0], frames[2])
    assert ingest(kit.home).waiting_parts == 2
    kit.keep(kit.upload(kit.NOON + HOUR), at=kit.NOON + timedelta(minutes=30))
    assert ingest(kit.home).waiting_parts == 2
    kit.keep(kit.upload(kit.NOON + HOUR + MINUTE), at=kit.NOON + timedelta(minutes=32))
    assert ingest(kit.home).waiting_parts == 0
    assert {r.factor for r in lake.read(kit.home)} == {"a21001", "a21003", "a21026"}
    assert all("H401" in p["problems"] for p in lake.packets(kit.home, records=[1, 3]))
    assert outcome(kit, 2) == ("resent", "")


def test_late_data_go_to_their_own_day(kit) -> None:
    kit.keep(
        kit.upload(kit.NOON - timedelta(days=3), qn="20261130120100000", middle="RF=1;", flag=9)
    )
    ingest(kit.home)
    (found,) = lake.read(kit.home)
    assert found.rf
    assert [p.parent.parent.name for p in (kit.home.root / "lake").rglob("*.parquet")] == [
        "day=2026-11-27"
    ]


def content(kit) -> tuple:
    return (
        lake.read(kit.home), lake.read(kit.home, tree="conflicts"),
        [{k: v for k, v in p.items() if k != "offset"} for p in lake.packets(kit.home)],
        listed(kit.home, most=1000),
    )  # fmt: skip


def frames_of_a_day(kit) -> list[bytes]:
    frames = [kit.upload(kit.NOON + m * MINUTE, values=f"a21026-Avg={m}") for m in range(30)]
    frames += [frames[3], *parts(kit), kit.upload(values="a21026-Avg=99", qn="20261130123000000")]
    frames += [kit.upload(kit.NOON + timedelta(days=9), qn="20261130124000000"), b"junk"]
    return frames


CRASHES = [
    "settle", "packet_files", "_sync_spool", "lake.commit", "save", "batch.commit", "compact", "end_writing",
    "before set_meta",
]  # fmt: skip


@pytest.mark.parametrize("where", CRASHES)
def test_a_crash_at_any_point_and_a_new_run_give_the_same_lake(
    kit, where: str, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = type(kit)(tmp_path_factory.mktemp("whole"))
    for frame in frames_of_a_day(kit):
        kit.keep(frame)
        whole.keep(frame)
    ingest(whole.home, batch_records=10)

    class Crash(BaseException):
        pass

    from lantian.gateway.batch import Batch
    from lantian.jobs.gateway.catalogue import Catalogue

    target, name = {
        "settle": (lake, "settle"),
        "packet_files": (Batch, "packet_files"),
        "_sync_spool": (module, "_sync_spool"),
        "lake.commit": (lake, "commit"),
        "save": (module, "save"),
        "batch.commit": (Batch, "commit"),
        "compact": (lake, "compact"),
        "end_writing": (lake, "end_writing"),
        "before set_meta": (Catalogue, "set_meta"),
    }[where]
    real = getattr(target, name)
    for crash_at in (1, 2, 3):
        calls = 0

        def crashing(*args, _at=crash_at, **kwargs):
            nonlocal calls
            calls += 1
            if calls == _at and where.startswith("before"):
                raise Crash
            done = real(*args, **kwargs)  # its work is done, then the process ends
            if calls == _at:
                raise Crash
            return done

        monkeypatch.setattr(target, name, crashing)
        with contextlib.suppress(Crash):
            ingest(kit.home, batch_records=10)
        monkeypatch.setattr(target, name, real)
    ingest(kit.home, batch_records=10)
    assert content(kit) == content(whole)
    named = {p.relative_to(kit.home.root).as_posix() for p in kit.home.root.rglob("*.parquet")}
    with Catalogue(kit.home) as catalogue:
        trees = ("lake", "conflicts", "packets")
        assert {f.path for t in trees for f in catalogue.files(t)} == named


def test_the_size_of_batches_changes_nothing(kit, tmp_path_factory: pytest.TempPathFactory) -> None:
    for frame in frames_of_a_day(kit):
        kit.keep(frame)
    found = []
    for n in (1, 7, 1000):
        other = type(kit)(tmp_path_factory.mktemp("other"))
        for frame in frames_of_a_day(kit):
            other.keep(frame)
        ingest(other.home, batch_records=n)
        found.append(content(other))
    assert found[0] == found[1] == found[2]


def test_most_bounds_a_run(kit) -> None:
    kit.keep(*(kit.upload(kit.NOON + m * MINUTE) for m in range(10)))
    assert ingest(kit.home, most=4).next_record == 5
    assert ingest(kit.home).records == 6


def test_a_broken_spool_stops_it_with_the_place(kit) -> None:
    from lantian.kernel.problem import LantianError

    kit.keep(kit.upload())
    kit.keep(kit.upload(kit.NOON + MINUTE))
    first = sorted(kit.home.spool.glob("*.spool"))[0]
    data = bytearray(first.read_bytes())
    data[-40] ^= 1
    first.write_bytes(data)
    with pytest.raises(LantianError, match="J202"):
        ingest(kit.home)


def test_a_frame_over_the_length_of_the_standard_is_flagged_not_lost(kit) -> None:
    values = ";".join(f"a2{n:04d}-Avg=1.00,a2{n:04d}-Flag=N" for n in range(40))
    kit.keep(kit.upload(values=values))
    ingest(kit.home)
    (packet,) = lake.packets(kit.home)
    assert "segment-over-long" in packet["tolerances"]
    assert packet["rows"] == 40


def test_write_frame_is_what_the_kit_sends(kit) -> None:
    assert kit.upload() == write_frame(kit.upload()[6:-6])
