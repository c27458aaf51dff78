"""Contract of docs/gateway.md, spool: segments, numbers, the chain, torn tails, every altered byte found."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.jobs.gateway.home import Home
from lantian.jobs.gateway.spool import (
    HEAD_BYTES,
    address_bytes,
    address_text,
    record,
    records,
    segments,
    verify_spool,
)
from lantian.jobs.gateway.spool_write import Entry, SpoolWriter
from lantian.kernel.calendar import BEIJING
from lantian.kernel.problem import LantianError

NOON = datetime(2026, 11, 30, 12, tzinfo=BEIJING)


def entries(n: int, at: datetime = NOON, size: int = 100) -> list[Entry]:
    ms = round(at.timestamp() * 1000)
    return [
        Entry(ms + i, 0, 1000 + i, address_bytes("10.0.0.1"), b"%d:" % i + b"x" * size)
        for i in range(n)
    ]


def writer(home: Home, at: datetime = NOON, **extra) -> SpoolWriter:
    return SpoolWriter(home, clock=at.timestamp, **extra)


def test_records_come_back_as_they_were_with_their_numbers(tmp_path: Path) -> None:
    home = Home(tmp_path)
    spool = writer(home)
    assert (spool.append(entries(3)), spool.append(entries(2))) == (1, 4)
    spool.close()
    found = list(records(home))
    assert [r.number for r in found] == [1, 2, 3, 4, 5]
    assert [r.frame for r in found] == [e.frame for e in entries(3) + entries(2)]
    assert found[1].received == NOON + timedelta(milliseconds=1)
    assert found[1].peer == "10.0.0.1:1001"
    assert [r.number for r in records(home, 4)] == [4, 5]
    for one in found:
        assert record(home, one.number) == one
        assert record(home, one.number, one.offset) == one
    for number, offset in ((6, None), (3, 7), (3, 10**6)):
        with pytest.raises(LantianError, match="J206"):
            record(home, number, offset)


def test_a_segment_ends_when_full_at_a_start_and_at_midnight(tmp_path: Path) -> None:
    home = Home(tmp_path)
    first = writer(home, segment_bytes=500)
    for _ in range(4):
        first.append(entries(2))
    first.close()
    assert [s.first for s in segments(home)] == [1, 5]
    times = iter([NOON, NOON, NOON + timedelta(days=1), NOON + timedelta(days=1)])
    moments = list(times)
    spool = SpoolWriter(home, clock=lambda: moments[0].timestamp())
    spool.append(entries(1))
    moments.pop(0)
    moments.pop(0)
    spool.append(entries(1))
    spool.close()
    assert [s.first for s in segments(home)] == [1, 5, 9, 10]
    assert [r.number for r in records(home)] == list(range(1, 11))
    state = verify_spool(home)
    assert (state.segments, state.records, state.problems) == (4, 10, ())


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_file_cut_anywhere_gives_its_whole_records_and_goes_on(
    tmp_path_factory: pytest.TempPathFactory, data
) -> None:
    home = Home(tmp_path_factory.mktemp("spool"))
    spool = writer(home)
    spool.append(entries(5, size=30))
    spool.close()
    path = segments(home)[0].path
    ends = [*[r.offset for r in records(home)][1:], path.stat().st_size]
    cut = data.draw(st.integers(0, path.stat().st_size))
    junk = data.draw(st.binary(max_size=40))
    os.truncate(path, cut)
    if cut >= HEAD_BYTES:
        with path.open("ab") as stream:
            stream.write(junk)
    whole = sum(end <= cut for end in ends)
    again = writer(home)
    assert again.next == whole + 1
    assert again.append(entries(1)) == whole + 1
    again.close()
    assert [r.number for r in records(home)] == list(range(1, whole + 2))
    assert not verify_spool(home).problems
    kept = ends[whole - 1] if whole else 0
    total = cut + (len(junk) if cut >= HEAD_BYTES else 0)
    # Everything behind the last whole record is kept aside, nothing else is; a bare head is nothing.
    aside = sum(p.stat().st_size for p in home.torn.iterdir()) if home.torn.is_dir() else 0
    assert aside == again.torn_bytes
    assert aside in {total - kept, total - max(kept, HEAD_BYTES)}


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_altered_byte_of_a_closed_segment_is_found(
    tmp_path_factory: pytest.TempPathFactory, data
) -> None:
    home = Home(tmp_path_factory.mktemp("spool"))
    for _ in range(3):
        spool = writer(home)
        spool.append(entries(3, size=20))
        spool.close()
    path = data.draw(st.sampled_from(segments(home)[:2])).path
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    codes = {p.code for p in verify_spool(home).problems}
    assert codes & {"J202", "J203", "J204"}
    with pytest.raises(LantianError):
        list(records(home))


def test_a_segment_taken_away_is_found(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for _ in range(3):
        spool = writer(home)
        spool.append(entries(2))
        spool.close()
    segments(home)[1].path.unlink()
    assert {p.code for p in verify_spool(home).problems} == {"J203"}
    with pytest.raises(LantianError, match="J203"):
        list(records(home))
    segments(home)[0].path.unlink()
    assert {p.code for p in verify_spool(home).problems} == {"J203"}


def test_a_chain_made_anew_from_the_middle_is_found_by_the_next_segment(tmp_path: Path) -> None:
    """Someone who knows the format rewrites a segment from one record on, chain and all."""
    home, forged = Home(tmp_path / "a"), Home(tmp_path / "b")
    for n in range(2):
        spool = writer(home)
        spool.append(entries(3))
        spool.close()
        if n == 0:
            other = writer(forged)
            other.append([entries(3)[0], *entries(2, size=7)])
            other.close()
    segments(home)[0].path.write_bytes(segments(forged)[0].path.read_bytes())
    assert {p.code for p in verify_spool(home).problems} == {"J203"}


def test_foreign_files_are_told(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.spool.mkdir()
    (home.spool / "seg-000000000007.spool").write_bytes(b"x" * 200)
    assert [p.code for p in verify_spool(home).problems] == ["J204"]
    with pytest.raises(LantianError, match="J202"):
        writer(home)  # it is not thrown away in silence


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("::1", "[::1]"),
        ("fe80::1%eth0", "[fe80::1]"),
        ("/socket", "[::]"),
    ],
)
def test_addresses(text: str, shown: str) -> None:
    assert address_text(address_bytes(text)) == shown
