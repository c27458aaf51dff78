"""Whatever is handed in: no row is lost, no traceback; every limit of the standard at its boundary."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soil_tools import LIMITS, METHOD, PLACE, USES, result, told

from lantian.domain.soil.measured import plain_decimal
from lantian.domain.soil.model import GivenResult, Parcel, Sample, SampleKind, Stage, Survey
from lantian.domain.soil.report import judge_survey

TABLE = Path(__file__).parents[2] / "data" / "soil" / "soil-limits.csv"
ROWS = list(csv.DictReader(TABLE.read_text("utf-8").splitlines()))
TINY = Fraction(1, 10**9)


def outcome(item: str, value: Fraction, use: str) -> str:
    survey = Survey(
        (Parcel("P1", PLACE, planned_uses=(use,)),),
        (Sample("S1", "P1", PLACE),),
        (result(item, plain_decimal(value)),),
    )
    (row,) = judge_survey(survey, LIMITS, USES, METHOD).parcels[0].rows
    return row.assessed.outcome.value


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r["name_cn"])
def test_every_limit_at_its_boundary(row: dict[str, str]) -> None:
    for use, cls in (("R2", "1"), ("M1", "2")):
        screening = Fraction(row[f"screening_class{cls}"])
        intervention = Fraction(row[f"intervention_class{cls}"])
        name = row["name_cn"]
        assert outcome(name, screening, use) == "at_or_below_screening"
        assert outcome(name, intervention + TINY, use) == "above_intervention"
        if screening < intervention:
            assert outcome(name, screening + TINY, use) == "above_screening"
            assert outcome(name, intervention, use) == "above_screening"
        else:  # both limits are one figure: nothing lies between
            assert outcome(name, screening + TINY, use) == "above_intervention"


ITEM = st.sampled_from(
    ["砷", "六价铬", "苯", "二噁英类", "总铬", "", "间-二甲苯", "As", "7440-38-2"]
)
VALUE = st.one_of(
    st.sampled_from(["ND", "<0.05", "0.05L", "0", "-1", "", "约5", "12", "1e9", "1,200", "<", "L"]),
    st.text(max_size=8),
    st.decimals(0, 10**8, allow_nan=False).map(str),
)
UNIT = st.one_of(st.sampled_from(["mg/kg", "µg/kg", "ng/kg", "mg/L", ""]), st.text(max_size=5))
CAS = st.sampled_from(["", "7440-38-2", "108-38-3", "x", "71-43-2"])


@st.composite
def surveys(drawn: st.DrawFn) -> Survey:
    kinds = drawn(st.lists(st.sampled_from([*SampleKind, None]), min_size=1, max_size=4))
    samples = tuple(
        Sample(f"S{n}", "P1", PLACE, kind=kind, duplicate_of="S0") for n, kind in enumerate(kinds)
    )
    rows = drawn(st.lists(st.tuples(ITEM, VALUE, UNIT, VALUE, CAS), max_size=12))
    results = tuple(
        GivenResult(
            samples[n % len(samples)].sample_id, "P1", item, cas, value, unit, limit,
            PLACE, PLACE, PLACE,
        )
        for n, (item, value, unit, limit, cas) in enumerate(rows)
    )  # fmt: skip
    uses = tuple(drawn(st.lists(st.sampled_from(["R2", "M1", "G1", "?", "0701"]), max_size=3)))
    parcel = Parcel("P1", PLACE, planned_uses=uses, stage=Stage.DETAILED, area_m2=Fraction(999))
    return Survey((parcel,), samples, results)


@given(surveys())
def test_no_row_is_lost_and_nothing_below_detection_becomes_a_number(survey: Survey) -> None:
    report = judge_survey(survey, LIMITS, USES, METHOD)
    used = report.rows_judged + report.rows_blank
    assert used + sum(report.unused.values()) == report.rows_read == len(survey.results)
    said = {p.code for p in report.problems}
    assert set(report.unused) <= said
    for row in report.parcels[0].rows:
        one = row.assessed
        if one.measured.below_detection:
            assert one.measured.value is None
            assert one.multiple is None
        assert (one.multiple is not None) == (one.outcome.rank >= 3)


def test_a_row_of_csv_with_too_many_fields_is_told(tmp_path: Path) -> None:
    text = "样品编号,检测项目,检测结果,单位\nS1,砷,3,mg/kg,又一列\nS1,铅,3,mg/kg\n"
    (tmp_path / "r.csv").write_text(text, "utf-8")
    found = told("check", tmp_path / "r.csv", "--land-class", "1")
    assert "X022" in {p["code"] for p in found["problems"]}
    assert found["rows_judged"] == 2
