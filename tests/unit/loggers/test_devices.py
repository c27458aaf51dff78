"""What an invented logger sends: by its timetable, editions, habits, resends (issue 6, simulator; HJ 212)."""

from __future__ import annotations

from collections import Counter

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

from lantian.domain.hj212.assembly import Assembler
from lantian.domain.hj212.content import review
from lantian.domain.hj212.readings import read_values
from lantian.gateway.loggers.draw import draw_city
from lantian.gateway.loggers.habits import HABITS, VENDORS, habits_of


def test_a_day_holds_every_point_of_the_timetable() -> None:
    device = device_of(plan_of())
    found = Counter(d.packet.cn for d in read(sent(device, 0, DAY + 2)))
    assert found == {"2011": 145, "2051": 145, "2061": 25, "2031": 2}
    times = [d.packet.first("DataTime") for d in read(sent(device_of(plan_of()), 0, DAY + 2))]
    assert len(times) == sum(found.values())


@pytest.mark.parametrize("version", ["2005", "2017", "2025"])
def test_every_edition_is_written_as_its_standard_says(version: str) -> None:
    plan = plan_of(version)
    packets = read(device_of(plan).hello(NEW_YEAR, 0.0) + sent(device_of(plan), 0, 62))
    assert {d.acceptance for d in packets} == {"strict"}
    assert {d.version for d in packets} == {version}
    assert not [p for d in packets for p in review(d, LEXICON) if p.severity != "hint"]
    if version == "2025":
        assert "9015" in {d.packet.cn for d in packets}


def test_loggers_of_2005_without_qn_ask_for_nothing() -> None:
    plan = plan_of("2005", answers=False)
    device = device_of(plan)
    assert device.hello(NEW_YEAR, 0.0) == b""
    packets = read(sent(device, 0, 62))
    assert {d.version_by for d in packets} == {"no-flag"}
    assert device.tally.asking == 0
    assert device.tally.sent == len(packets) > 10


def test_a_whole_city_is_read_with_just_the_tolerances_its_habits_need() -> None:
    needed = {
        "comma-after-qn": "separator-comma",
        "no-semicolon-before-cp": "separator-missing",
        "flag-apart": "flag-apart",
        "space-after-equals": "item-space",
        "data-time-with-milliseconds": "times-17",
        "pno-before-pnum": "field-order",
        "crc-lower-case": "crc-lower-case",
        "line-feed-only": "tail-lf",
    }
    assert set(needed) == set(HABITS)
    seen: set[str] = set()
    for plan in draw_city(250, 2, NEW_YEAR, DAY, {}):
        packets = read(sent(device_of(plan), 0, 75), plan)
        assert all(d.ok for d in packets)
        used = {t for d in packets for t in d.tolerances}
        assert used <= {needed[h] for h in plan.habits}, plan
        seen |= used
    assert seen == set(needed.values())


def test_habits_of_later_editions_are_not_given_to_2005() -> None:
    assert "pno-before-pnum" not in habits_of("invented-e", "2005")
    assert {h for v in VENDORS for h in habits_of(v, "2017")} == set(HABITS)


@pytest.mark.parametrize("version", ["2017", "2025"])
def test_sub_packets_join_to_the_whole_message(version: str) -> None:
    whole = read(sent(device_of(plan_of(version)), 0, 2))
    parts = read(sent(device_of(plan_of(version, packet_factors=4)), 0, 2))
    assembler = Assembler()
    joined = [m for d in parts for m in assembler.add(d)]
    assert len(parts) > len(whole)
    assert all(m.complete for m in joined)
    assert [m.packet.groups for m in joined] == [d.packet.groups for d in whole]
    assert len({d.packet.fields["QN"] for d in parts}) == len(parts)


def test_encrypted_packets_open_to_what_is_sent_in_clear() -> None:
    plan = plan_of("2025", sm4_key="0123456789abcdef")
    hidden = read(sent(device_of(plan), 0, 62), plan)
    clear = read(sent(device_of(plan_of("2025")), 0, 62))
    assert all(d.ok and d.encrypted is (d.packet.cn != "9015") for d in hidden)
    assert [d.packet for d in hidden] == [d.packet for d in clear]


def test_values_on_the_wire_are_those_of_the_course() -> None:
    device = device_of(plan_of())
    packets = read(sent(device, 0, 62))
    hour = [d for d in packets if d.packet.cn == "2061"][-1]
    readings = read_values(hour.packet, LEXICON)
    means = device.course.hour(NEW_YEAR)[1]
    for reading, factor, mean in zip(readings, device.plan.factors, means, strict=True):
        assert reading.code == factor.code
        assert int(reading.values["Avg"].scaleb(factor.decimals)) == mean


def test_what_is_not_answered_is_sent_again_three_times_and_given_up() -> None:
    device = device_of(plan_of(), over_time_s=10, resends=3)
    first = device.step(NEW_YEAR + 1, 0.0)
    assert device.step(NEW_YEAR + 2, 9.9) == b""
    for at in (10.0, 20.0, 30.0):
        assert sorted(device.step(NEW_YEAR + 2, at).split(b"\r\n")) == sorted(first.split(b"\r\n"))
    assert device.step(NEW_YEAR + 2, 40.0) == b""
    n = len(read(first))
    assert (device.tally.resent, device.tally.given_up[""]) == (3 * n, n)
    assert not device.waiting


def test_answers_are_counted_once_and_damaged_ones_not() -> None:
    device = device_of(plan_of())
    qns = [d.packet.fields["QN"] for d in read(device.step(NEW_YEAR + 1, 0.0))]
    whole = b"".join(answer(qn) for qn in qns)
    broken = answer(qns[0]).replace(b"CN=9014", b"CN=9014", 1)[:-6] + b"0000\r\n"
    for piece in (broken, whole[:50], whole[50:], whole):
        answered, others = device.received(piece)
        device.answered(answered, 0.5)
        assert others == []
    tally = device.tally
    assert (tally.acknowledged, tally.surplus, tally.broken) == (len(qns), len(qns), 1)
    assert tally.answer_ms() == {
        "p50": 500.0,
        "p90": 500.0,
        "p99": 500.0,
        "p99.9": 500.0,
        "max": 500.0,
    }


def test_a_full_window_holds_back_and_loses_nothing() -> None:
    device = device_of(plan_of(), window=20)
    first = read(sent(device, 0, 600))
    assert device.unsent(NEW_YEAR + 599) > 0
    rest = []
    for _ in range(200):
        device.answered(list(device.waiting), 1.0)
        rest += read(device.step(NEW_YEAR + 599, 1.0))
    assert device.unsent(NEW_YEAR + 599) == 0
    wanted = read(sent(device_of(plan_of()), 0, 600))
    have = {(d.packet.cn, d.packet.groups) for d in first + rest}
    assert have == {(d.packet.cn, d.packet.groups) for d in wanted}


def test_no_qn_is_used_twice_in_a_day() -> None:
    qns = [d.packet.fields["QN"] for d in read(sent(device_of(plan_of()), 0, DAY))]
    assert len(set(qns)) == len(qns)
    assert qns == sorted(qns)


def test_the_clock_is_set_by_the_platform() -> None:
    device = device_of(with_fault("clock-drift", amount=40.0))
    device.step(NEW_YEAR + 239, 0.0)
    assert device.next_qn()[:12] == "202601010403"  # 03:59 and 5 minutes of drift, less a fraction
    device.set_clock(ms=1_000_000, true_ms=1_000_000)
    assert (
        device.next_qn()[:12] == "202601010403"
    )  # none is used twice, so it goes on from the last
    device.minute += 20
    assert device.next_qn()[:12] == "202601010419"
    device.set_clock(ms=1_000_000 + 3_600_000, true_ms=1_000_000)
    device.minute += 1
    assert device.next_qn()[:12] == "202601010520"


def test_history_is_of_its_own_time_and_not_endless() -> None:
    device = device_of(plan_of())
    device.minute = NEW_YEAR + 300
    asked = device.history("2061", NEW_YEAR - 10_000, NEW_YEAR + 10_000, 0.0)
    assert asked is not None
    times = [d.packet.first("DataTime") for d in read(b"".join(asked))]
    assert times == [f"2026010100{h}0000"[:8] + f"{h:02d}0000" for h in range(5)]
    assert device.history("2061", 0, NEW_YEAR - 1, 0.0) == []
    device.minute = NEW_YEAR + 60_000
    assert device.history("2051", NEW_YEAR, NEW_YEAR + 60_000, 0.0) is None
