"""Issue 6, section 2: a sealed day keeps its bytes; late data go into a later seal, never the old file."""

from __future__ import annotations

import contextlib
import hashlib
import json
from datetime import date, datetime, timedelta

import pytest

from lantian.gateway.ingest import ingest
from lantian.jobs.gateway import lake
from lantian.jobs.gateway import seal as module
from lantian.jobs.gateway.seal import due_days, manifest, seal, verify
from lantian.kernel.calendar import BEIJING
from lantian.kernel.problem import LantianError

DAY = date(2026, 11, 30)
NEXT = DAY + timedelta(days=1)
MINUTE = timedelta(minutes=1)


def night(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 0, 30, tzinfo=BEIJING) + timedelta(days=1)


def day_of_frames(kit, shift: timedelta = timedelta(0)) -> None:
    for m in range(20):
        at = kit.NOON + shift + m * MINUTE
        kit.keep(kit.upload(at, values=f"a21026-Avg={m}.50"), at=at + MINUTE)
    ingest(kit.home)


def test_a_sealed_day_is_the_same_rows_in_files_with_their_hashes(kit) -> None:
    day_of_frames(kit)
    before = lake.read(kit.home)
    found = seal(kit.home, DAY, now=night(DAY))
    assert lake.read(kit.home) == before
    data = json.loads(found.path.read_text("utf-8"))
    assert data == found.data
    assert (data["rows"], data["before"]) == (20, None)
    assert {f["tree"] for f in data["files"]} == {"lake", "packets"}
    for entry in (*data["files"], *data["spool"]):
        raw = (kit.home.root / entry["path"]).read_bytes()
        assert entry["sha256"] == hashlib.sha256(raw).hexdigest()
        assert entry["sm3"] == hashlib.new("sm3", raw).hexdigest()
        assert entry["bytes"] == len(raw)
    raw = found.path.read_bytes()
    assert (found.sha256, found.sm3) == (
        hashlib.sha256(raw).hexdigest(), hashlib.new("sm3", raw).hexdigest(),
    )  # fmt: skip
    # The open segment is not closed yet; all others are named once.
    assert [s["first"] for s in data["spool"]] == list(range(1, 20))
    assert not verify(kit.home).problems


def test_sealing_again_changes_nothing(kit) -> None:
    day_of_frames(kit)
    first = seal(kit.home, DAY, now=night(DAY))
    files = {p: p.read_bytes() for p in kit.home.root.rglob("*.parquet")}
    assert seal(kit.home, DAY, now=night(DAY) + timedelta(days=5)) == first
    assert {p: p.read_bytes() for p in kit.home.root.rglob("*.parquet")} == files


def test_the_same_spool_gives_the_same_sealed_bytes(kit, tmp_path_factory) -> None:
    found = []
    for batch in (3, 1000):
        one = type(kit)(tmp_path_factory.mktemp("one"))
        for m in range(20):
            one.keep(kit.upload(kit.NOON + m * MINUTE), at=kit.NOON + (m + 1) * MINUTE)
        ingest(one.home, batch_records=batch)
        made = seal(one.home, DAY, now=night(DAY))
        found.append((made.sha256, made.data))
    assert found[0] == found[1]


def test_late_data_go_into_the_next_seal_with_their_day(kit) -> None:
    day_of_frames(kit)
    first = seal(kit.home, DAY, now=night(DAY))
    old = {f["path"]: (kit.home.root / f["path"]).read_bytes() for f in first.data["files"]}
    late = kit.upload(kit.NOON - MINUTE, qn="20261201090000000", middle="RF=1;", flag=9)
    kit.keep(late, at=kit.NOON + timedelta(days=1))
    day_of_frames(kit, timedelta(days=1))
    second = seal(kit.home, NEXT, now=night(NEXT))
    (own,) = [f for f in second.data["files"] if f["late"] and f["tree"] == "lake"]
    assert own["path"].startswith("lake/day=2026-11-30/")
    assert own["path"].endswith("sealed-2026-12-01.parquet")
    assert (own["day"], own["rows"]) == ("2026-11-30", 1)
    assert {p: (kit.home.root / p).read_bytes() for p in old} == old
    assert second.data["before"] == {
        "day": "2026-11-30", "sha256": first.sha256, "sm3": first.sm3,
    }  # fmt: skip
    assert len(lake.read(kit.home)) == 41
    # No segment is named twice, and none is left out but the open one.
    firsts = [s["first"] for m in (first, second) for s in m.data["spool"]]
    assert firsts == sorted(set(firsts))
    assert not verify(kit.home).problems


def test_a_value_that_differs_from_a_sealed_one_is_a_conflict(kit) -> None:
    day_of_frames(kit)
    seal(kit.home, DAY, now=night(DAY))
    again = kit.upload(values="a21026-Avg=0.50", qn="20261201090000000")
    other = kit.upload(values="a21026-Avg=99", qn="20261201090000001")
    kit.keep(again, other, at=kit.NOON + timedelta(days=1))
    done = ingest(kit.home)
    assert (done.rows, done.duplicates, done.conflicts) == (0, 1, 1)


@pytest.mark.parametrize("what", ["file", "spool", "manifest", "missing"])
def test_every_change_of_what_is_sealed_is_found(kit, what: str) -> None:
    day_of_frames(kit)
    first = seal(kit.home, DAY, now=night(DAY))
    day_of_frames(kit, timedelta(days=1))
    seal(kit.home, NEXT, now=night(NEXT))
    entry = first.data["files"][0]["path"] if what != "spool" else first.data["spool"][3]["path"]
    path = first.path if what == "manifest" else kit.home.root / entry
    if what == "missing":
        path.unlink()
        expected = {"J302"}
    elif what == "manifest":
        path.write_text(path.read_text("utf-8").replace('"rows": 20', '"rows": 21'), "utf-8")
        expected = {"J303"}
    else:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        expected = {"J301"} if what == "file" else {"J301", "J202"}
    assert {p.code for p in verify(kit.home).problems} >= expected


def test_what_cannot_be_sealed_is_told(kit) -> None:
    day_of_frames(kit)
    with pytest.raises(LantianError, match="J304"):
        seal(kit.home, DAY, now=night(DAY) - timedelta(hours=1))
    kit.keep(kit.upload(kit.NOON + timedelta(hours=1)), at=kit.NOON + timedelta(hours=1))
    with pytest.raises(LantianError, match="J306"):
        seal(kit.home, DAY, now=night(DAY))
    ingest(kit.home)
    seal(kit.home, NEXT, now=night(NEXT))
    with pytest.raises(LantianError, match="J305"):
        seal(kit.home, DAY, now=night(NEXT))
    with pytest.raises(LantianError, match="J003"):
        seal(kit.folder / "none", DAY, now=night(DAY))


def test_days_that_are_due(kit) -> None:
    assert due_days(kit.home, night(DAY)) == []
    day_of_frames(kit)
    assert due_days(kit.home, night(DAY) - timedelta(hours=1)) == []
    assert due_days(kit.home, night(DAY)) == [DAY]
    seal(kit.home, DAY, now=night(DAY))
    assert due_days(kit.home, night(DAY)) == []
    kit.keep(
        kit.upload(kit.NOON - MINUTE, qn="20261201090000000"), at=kit.NOON + timedelta(days=1)
    )  # only late data, and their packet of the next day
    ingest(kit.home)
    assert due_days(kit.home, night(NEXT)) == [NEXT]


@pytest.mark.parametrize(
    ("where", "at"), [("put", 1), ("put", 2), ("_manifest", 1), ("end_writing", 1)]
)
def test_a_crash_while_sealing_is_made_good_by_the_next_run(
    kit, where: str, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    day_of_frames(kit)
    before = lake.read(kit.home)

    class Crash(BaseException):
        pass

    real = getattr(module, where)
    calls = 0

    def crashing(*args, **kwargs):
        nonlocal calls
        calls += 1
        done = real(*args, **kwargs)
        if calls == at:
            raise Crash
        return done

    monkeypatch.setattr(module, where, crashing)
    with contextlib.suppress(Crash):
        seal(kit.home, DAY, now=night(DAY))
    monkeypatch.setattr(module, where, real)
    assert lake.read(kit.home) == before
    # Meanwhile something late of the same day comes in.
    late = kit.upload(kit.NOON - MINUTE, qn="20261130130000000")
    kit.keep(late, at=kit.NOON + timedelta(hours=1))
    ingest(kit.home)
    found = seal(kit.home, DAY, now=night(DAY))
    n = 20 if where == "end_writing" else 21  # then the manifest stood already
    assert found.data["rows"] == n
    assert [r for r in lake.read(kit.home) if r.record != 21] == before
    assert len(lake.read(kit.home)) == 21
    assert not verify(kit.home).problems


def test_a_sealed_file_is_never_merged_away(kit) -> None:
    day_of_frames(kit)
    found = seal(kit.home, DAY, now=night(DAY))
    for m in range(3 * lake.COMPACT_AT):
        late = kit.upload(kit.NOON - (m + 1) * MINUTE, qn=f"202612010900{m:02d}000")
        kit.keep(late, at=kit.NOON + timedelta(days=1))
        ingest(kit.home)
    assert not verify(kit.home).problems
    assert all((kit.home.root / f["path"]).is_file() for f in found.data["files"])


def test_many_late_seals_of_one_day_stay_as_they_are(kit) -> None:
    day_of_frames(kit)
    seal(kit.home, DAY, now=night(DAY))
    for n in range(1, lake.COMPACT_AT + 2):
        at = kit.NOON + timedelta(days=n)
        late = kit.upload(kit.NOON - n * MINUTE, qn=kit.stamp(at, 1))
        kit.keep(late, at=at)
        ingest(kit.home)
        seal(kit.home, DAY + timedelta(days=n), now=night(DAY + timedelta(days=n)))
    ingest(kit.home)
    names = [p.name for p in (kit.home.root / "lake/day=2026-11-30").rglob("*.parquet")]
    assert len(names) == lake.COMPACT_AT + 2
    assert not verify(kit.home).problems


def test_a_manifest_that_is_none_is_told(kit) -> None:
    day_of_frames(kit)
    found = seal(kit.home, DAY, now=night(DAY))
    assert manifest(kit.home, NEXT) is None
    found.path.write_text("{}", "utf-8")
    with pytest.raises(LantianError, match="J301"):
        manifest(kit.home, DAY)
    assert {p.code for p in verify(kit.home).problems} == {"J301"}
