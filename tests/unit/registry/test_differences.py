"""Two editions of a firm compared field by field: nothing missed, nothing invented."""

from __future__ import annotations

import copy

from hypothesis import given
from hypothesis import strategies as st

from lantian.jobs.registry.differences import Difference, FirmDocument, differences, shown
from lantian.jobs.registry.labels import (
    FIRM_FIELDS,
    LINE_FIELDS,
    MEASURE_FIELDS,
    field_names,
    grade_names,
    kg_text,
    value_names,
)

FIELDS = st.dictionaries(
    st.sampled_from(["name", "fuel", "stoppable"]), st.sampled_from(["a", "b", True, False])
)
LINES = st.dictionaries(
    st.sampled_from(["L1", "L2", "L3"]),
    st.tuples(FIELDS, st.lists(st.fixed_dictionaries({"level": st.sampled_from(["red", "yellow"]),
                                                      "share": st.sampled_from(["0", "1"])}), max_size=3)),
    max_size=3,
)  # fmt: skip
DOCUMENTS = st.builds(FirmDocument, FIELDS, LINES)


@given(DOCUMENTS)
def test_a_firm_does_not_differ_from_itself(one: FirmDocument) -> None:
    assert differences(one, copy.deepcopy(one)) == []


@given(DOCUMENTS, DOCUMENTS)
def test_there_and_back(a: FirmDocument, b: FirmDocument) -> None:
    there, back = differences(a, b), differences(b, a)
    flip = {"+": "-", "-": "+"}
    assert [
        Difference(d.line_id, d.level, flip.get(d.field, d.field), d.after, d.before) for d in there
    ] == back


@given(DOCUMENTS, st.sampled_from(["name", "fuel"]))
def test_one_change_is_one_difference(one: FirmDocument, field: str) -> None:
    other = FirmDocument({**one.values, field: "changed"}, one.lines)
    assert differences(one, other) == [
        Difference("", "", field, shown(one.values.get(field)), "changed")
    ]


def test_lines_and_measures_that_come_and_go() -> None:
    red = {"level": "red", "text": "停产", "share": "1"}
    before = FirmDocument({}, {"L1": ({"name": "1号窑"}, [red]), "L2": ({"name": "2号窑"}, [])})
    after = FirmDocument({}, {"L1": ({"name": "1号窑"}, [red, red]), "L3": ({"name": "3号窑"}, [])})
    assert [d.as_list() for d in differences(before, after)] == [
        ["L1", "red", "+", "", "停产"],
        ["L2", "", "-", "2号窑", ""],
        ["L3", "", "+", "", "3号窑"],
    ]


def test_names_in_both_languages() -> None:
    assert field_names("grade") == ("绩效等级", "grade")
    assert field_names("fuel", "L1") == ("燃料", "fuel")
    assert field_names("share", "L1", "red") == ("减排比例", "share")
    assert field_names("+", "L1") == ("新增生产线", "new line")
    assert field_names("-", "L1", "red") == ("取消措施", "removed measure")
    assert field_names("somewhere") == ("somewhere", "somewhere")
    assert value_names("grade", "non_leading") == ("非引领性", "non-leading")
    assert value_names("kind", "reduce_load") == ("降负荷", "reduce load")
    assert value_names("level", "red") == ("红色", "red")
    assert value_names("cut_unit", "cells") == ("电解槽", "cells")
    assert value_names("small_micro", True) == ("是", "yes")
    assert value_names("fuel", None) == ("", "")
    assert grade_names("") == ("", "")


def test_every_field_of_the_model_has_a_name() -> None:
    from dataclasses import fields

    from lantian.domain.inventory.model import Firm, Line, Measure

    for model, names in ((Firm, FIRM_FIELDS), (Line, LINE_FIELDS), (Measure, MEASURE_FIELDS)):
        heads = {name.split(".")[0] for name in names}
        assert {f.name for f in fields(model)} - {"row", "firm_id", "line_id"} == heads


def test_kilograms_are_rounded_half_up() -> None:
    assert kg_text(None) == "—"
    assert kg_text(1_250_000) == "1.3"
    assert kg_text(49_999) == "0.0"
    assert kg_text(1_234_567_890_000) == "1,234,567.9"
    assert kg_text(1_234_500, 3) == "1.235"
