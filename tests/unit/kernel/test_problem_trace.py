"""Design, rules 3 and 7: results explain themselves, problems say place, cause and remedy."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from lantian.kernel.problem import LantianError, Place, Problem, Severity
from lantian.kernel.trace import RuleRef, Trace

TARGETS = RuleRef("response.targets", "national-2024", "三", "环大气〔2024〕6号", "secondary")
FLOOR = RuleRef("response.measures", "2020", "表1", "环办大气函〔2020〕340号", "unverified")


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(), ""),
        (Place(file="list.xlsx", sheet="企业", cell="C17", row=17), "list.xlsx 企业!C17"),
        (Place(sheet="企业", row=17, column="企业名称"), "企业 第17行 企业名称"),
        (Place(cell="C17"), "C17"),
        (Place(file="targets.yaml", line=4), "targets.yaml:4"),
        (Place(file="day.bin", offset=120), "day.bin @120"),
    ],
)
def test_a_place_reads_from_the_general_to_the_particular(place: Place, text: str) -> None:
    assert place.text() == text


def _problem(code: str = "L101") -> Problem:
    place = Place(file="list.xlsx", sheet="企业", cell="B3", row=3, column="代码")
    return Problem(code, Severity.ERROR, place, "代码错误", "wrong code", "改正", "Correct it.")


def test_a_problem_as_json_has_every_field_of_the_issue() -> None:
    flat = json.loads(json.dumps(_problem().as_dict(), ensure_ascii=False))
    named = [
        "code",
        "severity",
        "sheet",
        "cell",
        "message_zh",
        "message_en",
        "remedy_zh",
        "remedy_en",
    ]
    assert [flat[name] for name in named] == [
        "L101", "error", "企业", "B3", "代码错误", "wrong code", "改正", "Correct it.",
    ]  # fmt: skip


def test_an_error_carries_all_its_problems() -> None:
    error = LantianError(_problem("L101"), _problem("L102"))
    assert [p.code for p in error.problems] == ["L101", "L102"]
    assert (
        str(error)
        == "L101 list.xlsx 企业!B3 代码 wrong code; L102 list.xlsx 企业!B3 代码 wrong code"
    )


def test_severities_have_labels() -> None:
    assert [s.label_zh for s in Severity] == ["错误", "警告", "提示"]


def test_a_trace_lists_each_rule_once_in_order_of_use() -> None:
    tree = Trace(
        "方案", "plan", steps=(
            Trace("目标", "target", rule=TARGETS),
            Trace("措施", "floor", rule=FLOOR, steps=(Trace("目标", "target", rule=TARGETS),)),
        ),
    )  # fmt: skip
    assert tree.rules() == (TARGETS, FLOOR)


def test_a_trace_becomes_plain_json_with_exact_decimals() -> None:
    leaf = Trace(
        "需减", "required", Decimal("12.50"), {"total_kg_d": Decimal("125.0"), "n": 3}, TARGETS
    )
    flat = Trace("方案", "plan", 7, steps=(leaf,)).as_dict()
    assert json.loads(json.dumps(flat)) == {
        "what_zh": "方案", "what_en": "plan", "value": 7,
        "steps": [{
            "what_zh": "需减", "what_en": "required", "value": "12.50",
            "inputs": {"total_kg_d": "125.0", "n": 3}, "rule": TARGETS.as_dict(),
        }],
    }  # fmt: skip


def test_shapes_are_frozen() -> None:
    with pytest.raises(AttributeError):
        Place().sheet = "x"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        TARGETS.status = "official"  # type: ignore[misc]
