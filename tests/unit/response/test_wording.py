"""Words of an order: operable, monitorable, verifiable, in the industry's own unit."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from plan_cities import line

from lantian.domain.inventory.model import CutUnit
from lantian.domain.response.wording import firm_words, line_words, percent


@pytest.mark.parametrize(
    ("more", "share", "zh"),
    [
        ({}, (0, 1), "正常生产"),
        ({}, (1, 1), "停产（整线）"),
        ({}, (3, 10), "生产负荷降低30%"),
        ({"cut_unit": CutUnit.HOT_HOLD}, (1, 1), "停产保温（保窑），不得投料"),
        (
            {"cut_unit": CutUnit.CELLS, "cut_units_total": Decimal(208)},
            (63, 208),
            "停用电解槽63台（共208台），负荷降低30.29%",
        ),
        (
            {"cut_unit": CutUnit.FLAME_SYSTEMS, "cut_units_total": Decimal(4)},
            (4, 4),
            "停用火焰系统4套（共4套），负荷降低100%",
        ),
        (
            {"cut_unit": CutUnit.COKING_HOURS, "normal_coking_hours": Decimal(24)},
            (1, 3),
            "结焦时间由24小时延长至36小时，负荷降低33.33%",
        ),
        (
            {"cut_unit": CutUnit.FEED, "cut_units_total": Decimal(1000)},
            (1, 3),
            "投料量控制在666.66t/d以下（正常1000t/d，降低33.33%）",
        ),
        (
            {"cut_unit": CutUnit.BOILERS, "cut_units_total": Decimal("130")},
            (1, 10),
            "锅炉负荷降至117t/h以下（正常130t/h，降低10%）",
        ),
        ({"cut_unit": CutUnit.FEED}, (1, 2), "生产负荷降低50%"),
    ],
)
def test_line_words(more: dict, share: tuple[int, int], zh: str) -> None:
    assert line_words(line("F1", "1", **more), share, hot_hold=False).zh == zh


def test_a_rule_may_let_the_kiln_stay_hot() -> None:
    assert line_words(line("F1"), (1, 1), hot_hold=True).zh == "停产保温（保窑），不得投料"


def test_whole_lines_are_named_together() -> None:
    lines = tuple(line("F1", str(k)) for k in (1, 3, 2, 4))
    shares = [(1, 1), (1, 1), (0, 1), (0, 1)]
    words = [line_words(x, s, hot_hold=False) for x, s in zip(lines, shares, strict=True)]
    said = firm_words(lines, shares, words, Fraction(1, 2))
    assert said.zh == "停产1号线、3号线（2条，共4条）"
    assert said.en == "stop 1号线、3号线 (2 of 4 lines)"


def test_a_limited_line_tells_the_firm_share_too() -> None:
    lines = (line("F1", "1"), line("F1", "2"))
    shares = [(1, 5), (0, 1)]
    words = [line_words(x, s, hot_hold=False) for x, s in zip(lines, shares, strict=True)]
    said = firm_words(lines, shares, words, Fraction(1, 10))
    assert said.zh == "1号线生产负荷降低20%；全厂（按生产线计）合计降低10%"


@pytest.mark.parametrize(
    ("share", "text"),
    [(Fraction(1, 3), "33.33%"), (Fraction(1, 2), "50%"), (Fraction(1, 8), "12.5%"),
     (Fraction(5, 100000), "0%"), (Fraction(15, 100000), "0.02%")],
)  # fmt: skip
def test_percent_is_half_to_even(share: Fraction, text: str) -> None:
    assert percent(share) == text


def test_a_boiler_s_name_does_not_repeat_its_measure() -> None:
    own = {"cut_unit": CutUnit.BOILERS, "cut_units_total": Decimal(35)}
    two = (
        line("F1", "1", name="1号燃煤锅炉", **own),
        line("F1", "2", name="2号热风炉", **own),
    )
    words = [line_words(x, (1, 5), hot_hold=False) for x in two]
    said = firm_words(two, [(1, 5), (1, 5)], words, Fraction(1, 5)).zh
    assert said.startswith("1号燃煤锅炉负荷降至28t/h以下")
    assert "；2号热风炉锅炉负荷降至28t/h以下" in said
