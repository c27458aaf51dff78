"""Each planted fault shows on the wire as its kind says, within its time and not outside (issue 6, faults)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.loggers.logger_tools import (
    DAY,
    LEXICON,
    NEW_YEAR,
    answer,
    device_of,
    plan_of,
    read,
    sent,
    with_fault,
)

from lantian.domain.hj212.framing import FrameReader, Noise
from lantian.domain.hj212.readings import data_time, read_values
from lantian.gateway.loggers.draw import draw_city
from lantian.gateway.loggers.faults import KINDS, read_shares
from lantian.gateway.loggers.papers import read_known, truth_rows, write_registry, write_truth
from lantian.kernel.problem import LantianError

BEGIN, END = 60, 240


def both(kind: str, **more: object) -> tuple[list, list]:  # type: ignore[type-arg]
    """Return the packets of a day with the fault and without."""
    return read(sent(device_of(with_fault(kind, **more)), 0, 300)), read(
        sent(device_of(plan_of()), 0, 300)
    )


def keyed(packets: list) -> dict:  # type: ignore[type-arg]
    return {(d.packet.cn, d.packet.first("DataTime")): d.packet.groups for d in packets}


def test_silence_loses_what_falls_into_it() -> None:
    device = device_of(with_fault("silence"))
    assert device.wants_link(NEW_YEAR + BEGIN - 1)
    assert not device.wants_link(NEW_YEAR + BEGIN)
    assert device.wants_link(NEW_YEAR + END)
    have, want = both("silence")
    missing = set(keyed(want)) - set(keyed(have))
    assert len(missing) > 30
    assert set(keyed(have)) < set(keyed(want))


def test_an_outage_is_sent_afterwards_new_data_first() -> None:
    have, want = both("late")
    assert keyed(have) == keyed(want)
    order = [data_time(d.packet) for d in have if d.packet.cn == "2011"]
    assert order != sorted(order)
    recent = read(sent(device_of(plan_of("2025", faults=with_fault("late").faults)), 0, 300))
    again = [d for d in recent if d.packet.backfilled]
    assert len(again) > 30
    assert all(d.acceptance == "strict" for d in again)


def test_half_open_stops_within_a_frame_and_comes_back() -> None:
    device = device_of(with_fault("half-open"))
    data = sent(device, 0, END)
    reader = FrameReader()
    events = reader.feed(data) + reader.close()
    assert not isinstance(events[-1], Noise)
    assert events[-1].ending == "end"
    assert not device.stuck_until_now(NEW_YEAR + END - 1)
    assert device.stuck_until_now(NEW_YEAR + END)
    assert device.step(NEW_YEAR + END, 0.0) == b""
    device.hello(NEW_YEAR + END, 0.0)
    rest = read(sent(device, END, 300))
    before = [e for e in events if not isinstance(e, Noise)][:-1]
    assert set(keyed(rest)) | set(keyed(read(b"".join(e.wire for e in before)))) == set(
        keyed(both("cap")[1])
    )


def test_a_clock_that_runs_away_shows_in_qn() -> None:
    have, want = both("clock-drift", amount=40.0)
    ahead = {
        b.packet.fields["QN"][:12]: a.packet.fields["QN"][:12]
        for a, b in zip(have, want, strict=True)
    }
    assert all(a == b for b, a in ahead.items() if b < "202601010100")
    assert ahead["202601010401"] == "202601010406"  # 3 hours at 40 minutes a day


def test_duplicates_come_twice_with_one_qn() -> None:
    have, want = both("duplicate")
    assert keyed(have) == keyed(want)
    qns = [d.packet.fields["QN"] for d in have]
    twice = {q for q in qns if qns.count(q) == 2}
    assert len(twice) > 30
    assert all("202601010100" <= q[:12] < "202601010400" for q in twice)


def test_a_missed_answer_leads_to_a_resend() -> None:
    device = device_of(with_fault("resend"), over_time_s=10)
    sent(device, 0, BEGIN)
    device.answered(list(device.waiting), 0.0)
    first = device.step(NEW_YEAR + BEGIN + 1, 0.0)
    qns = [d.packet.fields["QN"] for d in read(first)]
    device.answered(device.received(b"".join(map(answer, qns)))[0], 1.0)
    assert len(device.waiting) == len(qns)
    assert device.step(NEW_YEAR + BEGIN + 2, 10.0) == first
    device.answered(qns, 11.0)
    assert not device.waiting


@pytest.mark.parametrize(("kind", "code"), [("bad-crc", "H004"), ("wrong-length", "H003")])
def test_spoilt_frames_are_refused_for_their_reason(kind: str, code: str) -> None:
    have, _ = both(kind)
    bad = [d for d in have if not d.ok]
    assert len(bad) > 30
    assert all(code in {p.code for p in d.problems} for d in bad)
    assert all("202601010100" <= d.packet.fields["QN"][:12] < "202601010400" for d in bad)


def test_one_qn_again_and_again() -> None:
    have, _ = both("reused-qn")
    qns = [d.packet.fields["QN"] for d in have]
    reused = {q for q in qns if qns.count(q) > 1}
    assert len(reused) == 1
    assert qns.count(reused.pop()) > 30


def test_a_strange_mn_keeps_a_right_checksum() -> None:
    have, _ = both("wrong-mn")
    strange = [d for d in have if d.packet.fields["MN"] == "F" * 24]
    assert len(strange) > 30
    assert all(d.acceptance == "strict" for d in have)


def test_a_false_mark_stands_on_running_values() -> None:
    have, _ = both("mark", letter="D")
    flags = {
        (d.packet.first("DataTime") or "")[:12]: {r.flag for r in read_values(d.packet, LEXICON)}
        for d in have
        if d.packet.cn == "2011"
    }
    assert {t for t, f in flags.items() if f == {"D"}} == {
        t for t in flags if "202601010100" <= t < "202601010400"
    }


@pytest.mark.parametrize("kind", ["constant", "cap", "copied-day"])
def test_false_values_are_on_the_wire(kind: str) -> None:
    have, want = both(kind, factors=("a21026",), amount=0.9)
    differ = {k for k, groups in keyed(have).items() if groups != keyed(want)[k]}
    assert differ
    assert all("20260101005" <= t <= "20260101045" for _, t in differ)


def test_a_city_has_every_kind_and_the_truth_file_lists_them(tmp_path: Path) -> None:
    plans = draw_city(300, 7, NEW_YEAR, DAY, read_shares("all"))
    assert {f.kind for p in plans for f in p.faults} == set(KINDS)
    n = write_truth(plans, tmp_path / "truth.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text("utf-8").splitlines()]
    assert rows == truth_rows(plans)
    assert n == len(rows) == sum(len(p.faults) for p in plans)
    assert 28 <= n <= 32  # a tenth
    for row in rows:
        assert row["from"] < row["to"]
        assert row["what_zh"]
        assert (row["mark"] is not None) == (row["fault"] == "mark")
        assert bool(row["factors"]) == (row["layer"] == "value")


def test_the_same_seed_gives_the_same_city() -> None:
    one = draw_city(60, 5, NEW_YEAR, DAY, read_shares("all"))
    assert one == draw_city(60, 5, NEW_YEAR, DAY, read_shares("all"))
    assert one != draw_city(60, 6, NEW_YEAR, DAY, read_shares("all"))
    assert len({p.mn for p in one}) == 60


def test_the_register_and_keys_are_their_owner_s_alone(tmp_path: Path) -> None:
    plans = draw_city(200, 1, NEW_YEAR, DAY, {})
    keys = write_registry(plans, tmp_path / "loggers.yaml")
    known = read_known(tmp_path / "loggers.yaml")
    assert [(k.mn, k.password, k.version, k.st) for k in known] == [
        (p.mn, p.password, p.version, p.st) for p in plans
    ]
    again = draw_city(200, 1, NEW_YEAR, DAY, {}, known=known)
    assert [(p.mn, p.password, p.version, p.medium) for p in again] == [
        (p.mn, p.password, p.version, p.medium) for p in plans
    ]
    assert (tmp_path / "loggers.yaml").stat().st_mode & 0o777 == 0o600
    assert keys is not None
    assert keys.stat().st_mode & 0o777 == 0o600
    named = {line.split()[0] for line in keys.read_text().splitlines()}
    assert named == {p.mn for p in plans if p.sm4_key}


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(LantianError) as found:
        write_truth(draw_city(5, 1, NEW_YEAR, DAY, {}), tmp_path / "no" / "truth.jsonl")
    assert found.value.problems[0].code == "Q006"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("storm", "Q001"),
        ("cap:2", "Q002"),
        ("cap:x", "Q002"),
        ("cap:0.6,silence:0.6", "Q002"),
        ("cap:-1", "Q002"),
    ],
)
def test_shares_that_cannot_be_used(text: str, code: str) -> None:
    with pytest.raises(LantianError) as found:
        read_shares(text)
    assert found.value.problems[0].code == code


def test_shares() -> None:
    assert read_shares("none") == {}
    assert read_shares(" cap:0.25 , silence ") == {"cap": 0.25, "silence": 0.01}
    assert set(read_shares("all")) == set(KINDS)
