"""Grades and measures by sub-type, asked of the packaged rulebook.

Covers section 2 of the contract (grade not in the industry's scheme) where a scheme belongs to a
sub-type: complete ones are errors, incomplete ones hints, sub-types may be written by alias, and
one rated under another industry has that industry's scheme.
"""

from __future__ import annotations

from datetime import date

import pytest
from list_fixture import locate

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.checks import check_list
from lantian.domain.inventory.model import Firm, Inventory
from lantian.rulebook import load_rulebook

DAY = date(2026, 12, 1)
WATCHED = {"L144", "L146", "L152", "L153"}


def codes(industry: str, subtype: str, grade: Grade) -> set[str]:
    firm = Firm(row=2, firm_id="F1", industry=industry, subtype=subtype, grade=grade)
    inventory = Inventory(firms=(firm,), lines=(), measures=())
    found = check_list(inventory, load_rulebook(), DAY, locate)
    return {p.code for p in found} & WATCHED


@pytest.mark.parametrize(
    ("industry", "subtype", "grade", "expected"),
    [
        ("水泥", "水泥熟料", Grade.C, set()),
        ("水泥", "熟料", Grade.C, set()),
        ("水泥", "熟料", Grade.LEADING, {"L152"}),
        ("水泥", "独立粉磨站", Grade.B, {"L152"}),
        ("水泥", "独立粉磨站", Grade.NON_LEADING, set()),
        ("水泥", "", Grade.C, {"L146"}),
        ("水泥", "", Grade.A, set()),
        ("水泥", "立窑", Grade.C, {"L144", "L146"}),
        ("铁合金", "电解锰", Grade.B, {"L152"}),
        ("铁合金", "铁合金", Grade.LEADING, {"L153"}),
        ("耐火材料", "烧成", Grade.LEADING, {"L153"}),
        ("耐火材料", "", Grade.C, set()),
    ],
)
def test_scheme_and_table_of_the_sub_type(
    industry: str, subtype: str, grade: Grade, expected: set[str]
) -> None:
    assert codes(industry, subtype, grade) == expected


def test_a_sub_type_rated_under_another_industry_is_not_measured_by_this_one() -> None:
    """Rubber sheets are rated as rubber products, whose scheme was not seen: nothing is told."""
    assert codes("防水建筑材料", "橡胶防水卷材", Grade.LEADING) == set()
    assert codes("防水建筑材料", "沥青类防水", Grade.LEADING) == {"L152"}


def test_provincial_b_minus_stands_wherever_b_does() -> None:
    assert codes("水泥", "熟料", Grade.B_MINUS) == set()
    assert codes("水泥", "独立粉磨站", Grade.B_MINUS) == {"L152"}
