"""Required masses: 10/20/30 % of whole-society emission, exact, dust and mobile first."""

from __future__ import annotations

from decimal import Decimal

from plan_book import FakeBook
from plan_cities import DAY, city, firm, line, masses

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import DustSource, MobileSource
from lantian.domain.response.model import UNKNOWN
from lantian.domain.response.targets import required_masses
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.pollutant import Pollutant

PM, SO2, NOX, VOC = Pollutant


def need(inventory: object):
    return required_masses(inventory, FakeBook().targets(DAY), LEVELS, DAY)


def test_dust_and_mobile_sources_without_a_cut_are_counted() -> None:
    def dust(**kg: str) -> DustSource:
        cuts = {Level(k): Decimal(v) for k, v in kg.items()}
        return DustSource(row=2, source_id="D", daily_pm_kg=Decimal(9), reduction_pm_kg=cuts)

    nothing = MobileSource(row=2, source_id="M")
    some = MobileSource(row=3, source_id="N", reduction_kg={(Level.RED, Pollutant.NOX): Decimal(5)})
    inventory = city(
        [firm("F1", Grade.C)],
        [line("F1")],
        dust=(dust(), dust(yellow="0", orange="1", red="2"), dust(red="1")),
        mobile=(nothing, some),
    )
    targets = FakeBook().targets(DAY)
    three = "".join(z for z, _ in required_masses(inventory, targets, LEVELS, DAY).remarks)
    assert "2个扬尘源未填减排量" in three  # a filed 0 is a figure
    assert "2个移动源未填减排量" in three
    red = "".join(z for z, _ in required_masses(inventory, targets, (Level.RED,), DAY).remarks)
    assert "1个扬尘源" in red
    assert "1个移动源" in red


def test_required_mass_is_rounded_up_to_the_milligram() -> None:
    got = need(city([firm("F1", Grade.C)], [line("F1")], masses(0.000011, 1, 1, 1)))
    assert [got.required_mg[x, PM] for x in LEVELS] == [2, 3, 4]  # 1.1, 2.2, 3.3 mg
    assert got.required_mg[Level.RED, SO2] == 300_000


def test_dust_and_mobile_cuts_come_off_and_may_exceed_the_target() -> None:
    dust = DustSource(2, "D1", reduction_pm_kg={Level.YELLOW: Decimal(5), Level.RED: Decimal(50)})
    mobile = MobileSource(2, "M1", reduction_kg={(Level.RED, NOX): Decimal(7)})
    got = need(
        city(
            [firm("F1", Grade.C)],
            [line("F1")],
            masses(100, 100, 100, 100),
            dust=(dust,),
            mobile=(mobile,),
        )
    )
    assert got.required_mg[Level.YELLOW, PM] == 5_000_000
    assert got.required_mg[Level.ORANGE, PM] == 20_000_000
    assert got.required_mg[Level.RED, PM] == -20_000_000
    assert got.required_mg[Level.RED, NOX] == 23_000_000
    assert got.required_array().shape == (3, 4)


def test_pollutant_without_figures_has_no_target_and_says_so() -> None:
    lines = [line("F1", "1", None, 10, 10, None)]
    got = need(
        city(
            [firm("F1", Grade.C)], lines, masses(None, 20, 20, None), not_collected=frozenset({PM})
        )
    )
    assert got.unknown == {PM, VOC}
    assert got.required_mg[Level.RED, PM] == UNKNOWN
    assert got.city_mg == (0, 20_000_000, 20_000_000, 0)
    assert sum("未知" in zh for zh, _ in got.remarks) == 2


def test_without_totals_the_sum_of_the_list_stands_in() -> None:
    got = need(city([firm("F1", Grade.C)], [line("F1", "1", 1, 2, 3, 4)], {}))
    assert got.city_mg == (1_000_000, 2_000_000, 3_000_000, 4_000_000)
    assert len(got.remarks) == 4


def test_a_requirement_of_minus_one_is_not_taken_for_unknown() -> None:
    mobile = MobileSource(2, "M1", reduction_kg={(Level.RED, PM): Decimal("30.000001")})
    got = need(city([firm("F1", Grade.C)], [line("F1")], masses(100, 1, 1, 1), mobile=(mobile,)))
    assert got.required_mg[Level.RED, PM] == 0
