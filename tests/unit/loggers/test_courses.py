"""Values of invented outlets: reproducible, sums of their parts, planted values where planted (issue 6, simulator)."""

from __future__ import annotations

import pytest
from tests.unit.loggers.logger_tools import DAY, NEW_YEAR, NOISE, plan_of

from lantian.gateway.loggers.course import Course
from lantian.gateway.loggers.faults import Fault

NOON = NEW_YEAR + 12 * 60


def course(**changes: object) -> Course:
    return Course(plan_of(**changes), NOISE, NEW_YEAR)  # type: ignore[arg-type]


def test_the_same_minute_has_the_same_values_however_it_is_reached() -> None:
    a, b = course(), course()
    b.day(NEW_YEAR)
    assert [a.at(m) for m in range(NOON, NOON + 50)] == [b.at(m) for m in range(NOON, NOON + 50)]
    assert a.hour(NOON) == b.hour(NOON)


@pytest.mark.parametrize("hour", [0, 5, 12, 23])
def test_an_hour_is_made_of_its_slots_and_a_day_of_its_hours(hour: int) -> None:
    one = course()
    begin = NEW_YEAR + 60 * hour
    slots = [one.slot(m) for m in range(begin, begin + 60, 10)]
    low, mean, high = one.hour(begin)
    for i in range(len(mean)):
        assert low[i] == min(s[0][i] for s in slots)
        assert high[i] == max(s[2][i] for s in slots)
        assert mean[i] == sum(s[1][i] for s in slots) // 6
        assert low[i] <= mean[i] <= high[i]
    hours = [one.hour(m) for m in range(NEW_YEAR, NEW_YEAR + DAY, 60)]
    assert one.day(NEW_YEAR)[1] == tuple(
        sum(v) // 24 for v in zip(*(h[1] for h in hours), strict=True)
    )


def test_a_plant_stands_at_night_and_on_sundays_and_its_oxygen_is_that_of_air() -> None:
    one = course(on_from=8, on_to=18, rests_sunday=True)
    codes = [f.code for f in plan_of().factors]
    sunday = next(d for d in range(7) if not one.running(NEW_YEAR + d * DAY + 600))
    assert sunday == 3  # 2026-01-04
    assert one.running(NOON)
    assert not one.running(NEW_YEAR + 60)
    night, day = one.at(NEW_YEAR + 60), one.at(NOON)
    oxygen, sulphur = codes.index("a19001"), codes.index("a21026")
    assert night[oxygen] > 190 > day[oxygen]
    assert night[sulphur] < day[sulphur] / 5


@pytest.mark.parametrize("kind", ["constant", "cap", "copied-day"])
def test_planted_values_are_there_and_nowhere_else(kind: str) -> None:
    fault = Fault(kind, NOON, NOON + 300, ("a21026", "a21002"), amount=0.9)
    plain, planted = course(), course(faults=(fault,))
    codes = [f.code for f in plan_of().factors]
    i, other = codes.index("a21026"), codes.index("a19001")
    inside = [planted.at(m)[i] for m in range(NOON, NOON + 300)]
    true = [plain.at(m)[i] for m in range(NOON, NOON + 300)]
    if kind == "constant":
        assert set(inside) == {plain.at(NOON)[i]}
    elif kind == "cap":
        assert max(inside) < max(true)
        assert inside == [min(v, max(inside)) for v in true]
    else:
        assert inside == [plain.at(m - DAY)[i] for m in range(NOON, NOON + 300)]
        assert inside != true
    assert [planted.at(m)[other] for m in range(NOON, NOON + 300)] == [
        plain.at(m)[other] for m in range(NOON, NOON + 300)
    ]
    assert planted.at(NOON - 1) == plain.at(NOON - 1)
    assert planted.at(NOON + 300) == plain.at(NOON + 300)
