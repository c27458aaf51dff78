"""Issue 6, section 2 and decision 0176: what was put aside is released or rejected once, kept once, in a later seal."""

from __future__ import annotations

import dataclasses
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from lantian.adapters.crypto.sm4 import Sm4
from lantian.adapters.lake import readings
from lantian.domain.hj212.cipher import encrypt_cp
from lantian.gateway.ingest import ingest
from lantian.jobs.gateway import lake, release
from lantian.jobs.gateway.health import health
from lantian.jobs.gateway.loggers import write_loggers
from lantian.jobs.gateway.quarantine import (
    REASON_WORDS,
    REJECT,
    RELEASE,
    Selection,
    counted,
    groups,
    listed,
    selected,
)
from lantian.jobs.gateway.registry import Logger, Registry
from lantian.jobs.gateway.seal import manifest, seal, verify
from lantian.jobs.gateway.spool import ACCEPTED, record, refused_status
from lantian.kernel.problem import LantianError

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NEW = "NEWLOGGER000001"


def registry(*loggers: Logger) -> Registry:
    return Registry({x.mn: x for x in loggers})


def known(mn: str = NEW, **more) -> Registry:
    return registry(Logger(mn, "123456", "DA009", "F9", **more))


def judged(kit, selection: Selection, register: Registry, *, at=None):
    found = release.waiting(kit.home, selection)
    return release.judge(kit.home, found, register, at or kit.NOON + HOUR)


def released(kit, selection: Selection, register: Registry, *, at=None, reference="office-1"):
    at = at or kit.NOON + HOUR
    good = judged(kit, selection, register, at=at).good
    numbers = [a.record for a in good]
    return release.decide(
        kit.home, numbers, RELEASE, why="现场核实", by="li", at=at, reference=reference
    )


def unregistered(kit, n: int = 3) -> Selection:
    frames = [kit.upload(kit.NOON - MINUTE * i, mn=NEW) for i in range(n)]
    kit.keep(*frames, status=refused_status("unregistered"))
    ingest(kit.home)
    return Selection(NEW, "unregistered")


def test_a_released_packet_is_kept_once_with_its_frame_and_its_reference(kit) -> None:
    chosen = unregistered(kit)
    before = record(kit.home, 1).frame
    assert [(g.mn, g.reason, g.count) for g in groups(kit.home)] == [(NEW, "unregistered", 3)]
    assert released(kit, chosen, known()).records == (1, 2, 3)
    assert groups(kit.home) == []
    assert lake.read(kit.home) == []  # not before the ingest has read it
    done = ingest(kit.home)
    assert (done.records, done.rows, done.released) == (0, 3, {"kept": 3})
    rows = lake.read(kit.home, mns=[NEW])
    assert [(r.record, str(r.values["Avg"])) for r in rows] == [
        (3, "1.50"),
        (2, "1.50"),
        (1, "1.50"),
    ]
    assert record(kit.home, 1).frame == before
    aside, kept = lake.packets(kit.home, records=[1])
    assert (aside["outcome"], aside["reason"], aside["release"]) == (
        "quarantined",
        "unregistered",
        None,
    )
    assert (kept["outcome"], kept["release"], kept["rows"]) == ("kept", "office-1", 1)
    assert kept["received"] == aside["received"]
    again = ingest(kit.home)
    assert (again.rows, again.duplicates, again.released) == (0, 0, {})
    (one,) = selected(kit.home, Selection(records=[1]), most=9)
    assert one.decision is not None
    assert (one.decision.by, one.decision.why, one.decision.taken, one.decision.outcome) == (
        "li", "现场核实", True, "kept",
    )  # fmt: skip


def test_the_release_says_nothing_of_whether_a_logger_is_heard_now(kit) -> None:
    kit.register(Logger(NEW, "123456", "DA009", "F9"))
    kit.keep(
        kit.upload(kit.NOON - DAY, mn=NEW), at=kit.NOON - DAY, status=refused_status("address")
    )
    kit.keep(kit.upload(kit.NOON, mn=NEW), at=kit.NOON + MINUTE)
    ingest(kit.home)

    def told():
        (row,) = health(kit.home, now=kit.NOON + 2 * MINUTE).loggers
        return {k: row[k] for k in ("state", "last_seen", "last_data", "delay_s", "clock_offset_s")}

    before = told()
    assert before["state"] == "ok"
    released(kit, Selection(NEW, "address"), known())
    assert ingest(kit.home).released == {"kept": 1}
    assert told() == before


def test_a_release_again_and_one_of_somebody_else_change_nothing(kit) -> None:
    chosen = unregistered(kit, 2)
    release.decide(
        kit.home, [1], REJECT, why="来源不明", by="wang", at=kit.NOON, reference="office-7"
    )
    first = release.decide(
        kit.home, [1, 2, 99], RELEASE, why="属实", by="li", at=kit.NOON, reference="office-8"
    )
    assert first.records == (2,)
    assert [p.code for p in first.problems] == ["J506", "J206"]
    assert "wang" in first.problems[0].message_zh
    again = release.decide(
        kit.home, [2], RELEASE, why="属实", by="li", at=kit.NOON + HOUR, reference="office-8"
    )
    assert (again.records, again.problems) == ((2,), ())
    assert ingest(kit.home).released == {"kept": 1}
    assert [r.record for r in lake.read(kit.home)] == [2]
    with pytest.raises(LantianError, match="J507"):
        release.waiting(kit.home, chosen)
    with pytest.raises(LantianError, match="J508"):
        release.decide(kit.home, [2], REJECT, why=" ", by="li", at=kit.NOON, reference="x")


def test_values_the_lake_holds_already_are_duplicates_and_others_conflicts(kit) -> None:
    kit.keep(kit.upload(), at=kit.NOON + MINUTE)
    early = [kit.upload(), kit.upload(values="a21026-Avg=9,a21026-Flag=N")]
    kit.keep(*early, status=refused_status("password"))
    ingest(kit.home)
    released(kit, Selection(kit.MN, "password"), known(kit.MN))
    done = ingest(kit.home)
    assert done.released == {"duplicate": 1, "kept": 1}
    assert (done.rows, done.duplicates, done.conflicts) == (0, 1, 1)
    assert [str(r.values["Avg"]) for r in lake.read(kit.home)] == ["1.50"]
    (other,) = lake.read(kit.home, tree="conflicts")
    assert (other.record, str(other.values["Avg"])) == (3, "9")


@pytest.mark.parametrize(
    ("reason", "code"),
    [("checksum", "J501"), ("unparsable", "J501"), ("oversize", "J501")],
)
def test_a_frame_that_is_not_whole_is_never_released(kit, reason: str, code: str) -> None:
    kit.keep(kit.upload(mn=NEW), status=refused_status(reason))
    ingest(kit.home)
    found = judged(kit, Selection(reason=reason), known())
    assert found.good == ()
    (problem,) = found.problems
    assert problem.code == code
    assert reason in problem.message_zh
    assert "补传" in problem.remedy_zh


def test_replayed_and_timeless_packets_are_not_released(kit) -> None:
    kit.keep(kit.upload())
    kit.keep(kit.upload(), at=kit.NOON + 4 * HOUR)
    kit.keep(kit.upload(data_time="", qn="20261130130000000"), at=kit.NOON + 5 * HOUR)
    ingest(kit.home)
    assert listed(kit.home)[0] == {"no-time": 1, "replayed": 1}
    found = judged(kit, Selection(kit.MN), known(kit.MN), at=kit.NOON + 6 * HOUR)
    assert [p.code for p in found.problems] == ["J502", "J503"]


@pytest.mark.parametrize(
    ("reason", "now", "told"),
    [
        ("unregistered", registry(), "unregistered"),
        ("unregistered", known(active=False), "inactive"),
        ("password", registry(Logger(NEW, "654321", "D", "F")), "password"),
        ("inactive", known(active=False), "inactive"),
        ("system", known(st=("32",)), "system"),
        ("unregistered", known(), ""),
        ("password", known(), ""),
        ("inactive", known(), ""),
        ("system", known(st=("31",)), ""),
        ("address", known(), ""),
    ],
)
def test_the_register_of_today_decides(kit, reason: str, now: Registry, told: str) -> None:
    kit.keep(kit.upload(mn=NEW), status=refused_status(reason))
    ingest(kit.home)
    found = judged(kit, Selection(NEW, reason), now)
    assert len(found.good) == (not told)
    assert [p.code for p in found.problems] == (["J504"] if told else [])
    if told:
        assert told in found.problems[0].message_en
        assert REASON_WORDS[told][0] in found.problems[0].message_zh


def test_an_address_that_is_not_allowed_today_is_refused(kit) -> None:
    import ipaddress

    kit.keep(kit.upload(mn=NEW), status=refused_status("address"))
    ingest(kit.home)
    for network, code in (("10.9.0.0/16", "J504"), ("10.1.2.0/24", None)):
        now = known(addresses=(ipaddress.ip_network(network),))
        found = judged(kit, Selection(NEW, "address"), now)
        assert [p.code for p in found.problems] == ([code] if code else [])


def test_a_future_packet_is_released_once_its_time_has_come(kit) -> None:
    at = kit.NOON + DAY  # our clock was a day behind
    kit.keep(kit.upload(at), at=kit.NOON)
    ingest(kit.home)
    chosen = Selection(kit.MN, "future")
    (early,) = judged(kit, chosen, known(kit.MN), at=kit.NOON + HOUR).problems
    assert (early.code, "2026-12-01 12:00" in early.message_zh) == ("J505", True)
    released(kit, chosen, known(kit.MN), at=at + MINUTE)
    assert ingest(kit.home).released == {"kept": 1}
    assert [r.time for r in lake.read(kit.home)] == [at]


def encrypted(kit, key: bytes, qn: str) -> bytes:
    plain = kit.upload(mn=NEW, flag=9, qn=qn)
    segment = plain[6:-6]
    return b"##%04d" % len(segment) + encrypt_cp(segment, Sm4(key).encrypt) + plain[-6:]


def test_a_key_that_was_missing_and_is_there_now(kit, tmp_path: Path) -> None:
    key = b"0123456789abcdef"
    kit.keep(encrypted(kit, key, "20261130120100007"), status=refused_status("no-key"))
    ingest(kit.home)
    chosen = Selection(reason="no-key")
    assert [p.code for p in judged(kit, chosen, known()).problems] == ["J504"]
    keys = tmp_path / "keys"
    keys.write_text(f"{NEW} {key.decode()}\n")
    write_loggers(kit.home, known(), keys)
    released(kit, chosen, known())
    assert ingest(kit.home).released == {"kept": 1}
    keys.write_text("")  # and a key that is gone again before the ingest reads
    kit.keep(encrypted(kit, key, "20261130120200007"), status=refused_status("no-key"))
    ingest(kit.home)
    release.decide(kit.home, [2], RELEASE, why="x", by="y", at=kit.NOON, reference="office-2")
    assert ingest(kit.home).released == {"refused:no-key": 1}
    (one,) = selected(kit.home, Selection(records=[2]), most=1)
    assert one.decision.outcome == "refused:no-key"


def test_a_split_message_is_joined_from_released_parts(kit) -> None:
    parts = [
        kit.upload(mn=NEW, flag=7, qn=f"2026113012010000{i}", middle=f"PNUM=2;PNO={i};",
                   values=f"a2102{i}-Avg=1", data_time="" if i == 2 else None)
        for i in (1, 2)
    ]  # fmt: skip
    kit.keep(*parts, status=refused_status("unregistered"))
    ingest(kit.home)
    released(kit, Selection(NEW, "unregistered"), known())
    assert ingest(kit.home).released == {"kept": 2}
    assert {(r.factor, r.time) for r in lake.read(kit.home)} == {
        ("a21021", kit.NOON),
        ("a21022", kit.NOON),
    }
    assert release.taken_since(kit.home, [NEW], 0) == [
        release.Taken(n, kit.NOON, kit.NOON) for n in (1, 2)
    ]
    assert release.taken_since(kit.home, [NEW], 2) == []


def test_a_released_packet_goes_into_a_later_seal_and_no_sealed_file_changes(kit) -> None:
    chosen = unregistered(kit)
    kit.keep(kit.upload())
    ingest(kit.home)
    day = kit.NOON.date()
    first = seal(kit.home, day, now=kit.NOON + DAY)
    before = {p: p.read_bytes() for p in kit.home.root.rglob("*.parquet")}
    released(kit, chosen, known(), at=kit.NOON + DAY)
    ingest(kit.home)
    later = seal(kit.home, day + DAY, now=kit.NOON + 2 * DAY)
    assert {p: p.read_bytes() for p in before} == before
    assert manifest(kit.home, day).sha256 == first.sha256
    late = {(f["tree"], f["day"], f["late"], f["rows"]) for f in later.data["files"]}
    assert late == {("lake", "2026-11-30", True, 3), ("packets", "2026-11-30", True, 3)}
    assert verify(kit.home).problems == ()
    assert len(lake.read(kit.home, mns=[NEW])) == 3
    kept = [p for p in lake.packets(kit.home, mn=NEW) if p["release"]]
    assert {p["release"] for p in kept} == {"office-1"}


def test_files_from_before_there_were_releases_are_read_merged_and_sealed(kit) -> None:
    unregistered(kit)
    for path in (kit.home.root / "packets").rglob("*.parquet"):
        pl.read_parquet(path).drop("release").write_parquet(path)
    kit.keep(kit.upload())
    ingest(kit.home)
    assert [p["release"] for p in lake.packets(kit.home)] == [None] * 4
    seal(kit.home, kit.NOON.date(), now=kit.NOON + DAY)
    assert len(lake.packets(kit.home)) == 4
    assert verify(kit.home).problems == ()
    assert "release" in readings.schema("packets")


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from lantian.jobs.gateway import lake, release
from lantian.gateway import released
from lantian.gateway.ingest import ingest
home, where = Path(sys.argv[1]), sys.argv[2]
def die(*_args, **_more):
    os.kill(os.getpid(), signal.SIGKILL)
release.decide(home, [1, 2, 3], "release", why="x", by="y", at=datetime.fromisoformat(sys.argv[3]),
               reference="office-1")
if where == "decided":
    die()
if where == "written":
    released.Released.commit = die
if where == "committed":
    lake.compact = die
ingest(home)
"""


@pytest.mark.parametrize("where", ["decided", "written", "committed"])
def test_a_kill_between_the_release_and_the_lake_keeps_each_value_once(kit, where: str) -> None:
    unregistered(kit)
    args = [kit.home.root, where, kit.NOON.isoformat()]
    done = subprocess.run([sys.executable, "-c", KILLED, *map(str, args)], check=False)
    assert done.returncode == -signal.SIGKILL
    ingest(kit.home)
    ingest(kit.home)
    assert [r.record for r in lake.read(kit.home, mns=[NEW])] == [3, 2, 1]
    assert len([p for p in lake.packets(kit.home, mn=NEW) if p["release"]]) == 3
    assert counted(kit.home, Selection(waiting=True)) == (0, 0)


def test_too_many_and_none_are_told(kit, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = unregistered(kit)
    monkeypatch.setattr(release, "MOST", 2)
    with pytest.raises(LantianError, match="J509"):
        release.waiting(kit.home, chosen)
    newest = dataclasses.replace(chosen, upto=2)
    assert [a.record for a in release.waiting(kit.home, newest)] == [1, 2]
    span = dataclasses.replace(chosen, end=kit.NOON)
    with pytest.raises(LantianError, match="J507"):
        release.waiting(kit.home, span)


def test_decisions_of_the_command_are_found_by_the_office(kit) -> None:
    unregistered(kit)
    for numbers, reference in (([1, 2], "cli-1"), ([3], "office-4")):
        release.decide(
            kit.home, numbers, REJECT, why="x", by="root", at=kit.NOON, reference=reference
        )
    (one,) = release.outside(kit.home)
    assert (one.reference, one.records, one.by) == ("cli-1", (1, 2), "root")


def test_an_accepted_packet_is_no_matter_of_a_release(kit) -> None:
    kit.keep(kit.upload(), status=ACCEPTED)
    ingest(kit.home)
    done = release.decide(
        kit.home, [1], RELEASE, why="x", by="y", at=kit.NOON, reference="office-1"
    )
    assert (done.records, [p.code for p in done.problems]) == ((), ["J206"])
