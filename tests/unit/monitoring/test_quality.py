"""Quality control of monitors: drift, standards, comparison, intervals (HJ 75-2017, HJ 355-2019 as far as known).

Most figures are unverified; what is pinned here is that they are applied as the rows say, with their marks.
"""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from monitor_tools import OUTLET_TEXT, write

from lantian.cli.main import main
from lantian.domain.monitoring.quality import (
    Check,
    CheckKind,
    Outcome,
    due,
    judge,
    judge_one,
    judge_pairs,
    next_due,
)
from lantian.kernel.problem import LantianError
from lantian.kernel.trace import RuleRef
from lantian.rulebook.monitoring_tables import check_monitoring, load_monitoring
from lantian.rulebook.monitoring_tables.model import Medium
from lantian.rulebook.monitoring_tables.quality import Interval

DAY = date(2026, 1, 5)
GAS = load_monitoring().quality(Medium.AIR, DAY)
WATER = load_monitoring().quality(Medium.WATER, DAY)
F = Fraction


def one(factor: str, kind: str, value: object, reference: object, **more: object) -> Check:
    return Check(DAY, factor, CheckKind(kind), F(str(value)), F(str(reference)), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("factor", "value", "outcome"),
    [
        ("a21026", "2.5", "pass"), ("a21026", "-2.5", "pass"), ("a21026", "2.51", "fail"), ("a21026", "-5", "fail"),
        ("a21026", "5.01", "out_of_control"), ("a34013", "2", "pass"), ("a34013", "2.1", "fail"),
        ("a34013", "4.1", "out_of_control"), ("a19001", "2.5", "pass"), ("a19001", "5.1", "out_of_control"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["zero", "span"])
def test_drift_of_full_scale(factor: str, value: str, outcome: str, kind: str) -> None:
    base = F(0) if kind == "zero" else F(90)
    check = Check(DAY, factor, CheckKind(kind), base + F(value), base, F(100))
    found = judge_one(check, GAS)
    assert found.outcome == outcome
    assert found.off == F(value)
    assert found.rule is not None
    assert found.rule.status == "unverified"
    assert "HJ 75" in found.rule.document


def test_drift_is_a_share_of_the_range() -> None:
    assert judge_one(one("a21026", "zero", 5, 0, full_scale=F(200)), GAS).outcome == "pass"
    assert judge_one(one("a21026", "zero", 5, 0, full_scale=F(100)), GAS).outcome == "fail"
    no_range = judge_one(one("a21026", "zero", 5, 0), GAS)
    assert (no_range.outcome, no_range.reason_en) == ("open", "no range was given")


@pytest.mark.parametrize(
    ("factor", "unit", "reference", "limit", "relative"),
    [
        ("a21026", "umol/mol", 100, 20, False), ("a21026", "umol/mol", 50, 20, False),
        ("a21026", "umol/mol", 49, 30, True), ("a21026", "umol/mol", 20, 30, True),
        ("a21026", "umol/mol", 19, 6, False), ("a34013", "mg/m3", 201, 15, True), ("a34013", "mg/m3", 200, 20, True),
        ("a34013", "mg/m3", 100, 25, True), ("a34013", "mg/m3", 50, 30, True), ("a34013", "mg/m3", 20, 6, False),
        ("a34013", "mg/m3", 10, 5, False), ("a19001", "%", 5, 1, False), ("a01011", "m/s", 11, 10, True),
        ("a01011", "m/s", 10, 12, True), ("a01012", "degC", 120, 3, False), ("a01014", "%", 8, 25, True),
        ("a01014", "%", 5, "1.5", False),
    ],
)  # fmt: skip
def test_every_band_of_the_gas_comparison(
    factor: str, unit: str, reference: int, limit: object, relative: bool
) -> None:
    edge = F(str(limit)) * reference / 100 if relative else F(str(limit))
    for sign in (1, -1):
        for beyond, want in ((F(0), "pass"), (F(1, 1000), "fail")):
            check = Check(
                DAY,
                factor,
                CheckKind.COMPARISON,
                reference + sign * (edge + beyond),
                F(reference),
                unit=unit,
            )
            assert judge_pairs([check], GAS).outcome == want


@pytest.mark.parametrize(
    ("factor", "unit", "reference", "limit", "relative"),
    [
        ("w01018", "mg/L", 29, 5, False), ("w01018", "mg/L", 30, 30, True), ("w01018", "mg/L", 60, 20, True),
        ("w01018", "mg/L", 100, 15, True), ("w21003", "mg/L", 1, "0.3", False), ("w21003", "mg/L", 2, 15, True),
        ("w21011", "mg/L", "0.3", "0.04", False), ("w21011", "mg/L", "0.4", 15, True),
        ("w21001", "mg/L", 1, "0.3", False), ("w21001", "mg/L", 2, 15, True), ("w01001", "", 7, "0.5", False),
        ("w01010", "degC", 20, "0.5", False), ("w00000", "L/s", 40, 10, True),
    ],
)  # fmt: skip
def test_every_band_of_the_water_comparison(
    factor: str, unit: str, reference: object, limit: object, relative: bool
) -> None:
    ref = F(str(reference))
    edge = F(str(limit)) * ref / 100 if relative else F(str(limit))
    for beyond, want in ((F(0), "pass"), (F(1, 1000), "fail")):
        pairs = [Check(DAY, factor, CheckKind.COMPARISON, ref + edge + beyond, ref, unit=unit)] * 3
        assert judge_pairs(pairs, WATER).outcome == want


@settings(deadline=None)
@given(
    st.fractions(min_value=0, max_value=5000),
    st.sampled_from(["a21026", "a34013", "w01018", "w21003", "w21011"]),
)
def test_every_reference_value_lies_in_exactly_one_band(reference: Fraction, factor: str) -> None:
    rules = GAS if factor[0] == "a" else WATER
    assert sum(t.covers(reference) for t in rules.tolerances_of("comparison", factor)) == 1


def test_what_the_rules_do_not_decide_stays_open() -> None:
    in_mg = judge_pairs([one("a21026", "comparison", 300, 300, unit="mg/m3")], GAS)
    assert (in_mg.outcome, in_mg.off) == ("open", None)
    assert "umol/mol" in in_mg.reason_zh
    no_accuracy = judge_pairs([one("a21026", "comparison", 300, 300, unit="umol/mol")], GAS)
    assert no_accuracy.reason_en == "the report states no relative accuracy"
    stated = judge_pairs(
        [one("a21026", "comparison", 300, 300, unit="umol/mol", accuracy_pct=F(16))], GAS
    )
    assert stated.outcome == "fail"
    assert judge_one(one("a20057", "zero", 1, 0, full_scale=F(9)), GAS).outcome == "open"
    assert (
        judge_one(one("w01018", "standard", 1, 0), WATER).reason_en == "the reference value is zero"
    )


def test_too_few_pairs_of_water_are_not_judged() -> None:
    pair = one("w01018", "comparison", 40, 40, unit="mg/L")
    assert judge_pairs([pair] * 2, WATER).reason_en == "2 pairs, 3 needed"
    assert judge_pairs([pair] * 3, WATER).outcome == "pass"
    mixed = [pair, pair, one("w01018", "comparison", 40, 40, unit="ug/L")]
    assert judge_pairs(mixed, WATER).outcome == "open"


def test_mean_and_pairs_that_disagree_are_not_decided() -> None:
    good, bad = (
        one("w01018", "comparison", 40, 40, unit="mg/L"),
        one("w01018", "comparison", 60, 40, unit="mg/L"),
    )
    assert judge_pairs([good, good, bad], WATER).outcome is Outcome.OPEN
    assert judge_pairs([bad, bad, bad], WATER).outcome is Outcome.FAIL
    assert judge_pairs([bad, bad, good], WATER).outcome is Outcome.FAIL
    opposite = one("w01018", "comparison", 20, 40, unit="mg/L")
    assert judge_pairs([bad, opposite, good], WATER).outcome is Outcome.OPEN  # the mean hides both


def test_standards_within_ten_per_cent() -> None:
    assert judge_one(one("w21003", "standard", 11, 10), WATER).outcome == "pass"
    found = judge_one(one("w21003", "standard", "11.01", 10), WATER)
    assert (found.outcome, found.rule.status if found.rule else "") == ("fail", "secondary")
    assert "不合格" in found.trace.what_zh


def test_pairs_of_one_day_are_judged_together_others_alone() -> None:
    checks = [one("w01018", "comparison", 40, 40, unit="mg/L")] * 3 + [
        one("w21003", "standard", 10, 10)
    ]
    found = judge(checks, WATER)
    assert [(j.factor, j.pairs) for j in found] == [("w01018", 3), ("w21003", 1)]


def interval(days: int | None, months: int | None = None) -> Interval:
    return Interval("", frozenset({"zero"}), (), days, months, RuleRef("", "", "", "", "design"))


@pytest.mark.parametrize(
    ("last", "months", "want"),
    [
        (date(2026, 1, 5), 1, date(2026, 2, 28)), (date(2025, 12, 31), 1, date(2026, 1, 31)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)), (date(2026, 3, 31), 3, date(2026, 6, 30)),
        (date(2026, 10, 1), 3, date(2027, 3, 31)),
    ],
)  # fmt: skip
def test_once_a_month_or_quarter(last: date, months: int, want: date) -> None:
    assert next_due(last, interval(None, months)) == want


def test_what_is_overdue_and_what_has_no_record() -> None:
    zero, span = (
        one("a21026", "zero", 0, 0, full_scale=F(9)),
        one("a21026", "span", 9, 9, full_scale=F(9)),
    )
    by_key = {
        (d.interval.key, d.factor): d
        for d in due([zero, span], GAS, ["a21026", "a34013"], date(2026, 1, 12))
    }
    assert by_key["calibrate_gas", "a21026"].overdue is False
    assert by_key["calibrate_dust", "a34013"].overdue is None
    assert ("calibrate_gas", "a21002") not in by_key
    late = {d.interval.key: d for d in due([zero, span], GAS, ["a21026"], date(2026, 1, 13))}
    assert late["calibrate_gas"].overdue is True
    assert late["calibrate_gas"].rule.status == "secondary"
    half = {d.interval.key: d for d in due([zero], GAS, ["a21026"], date(2026, 1, 6))}
    assert half["calibrate_gas"].overdue is None  # the span was never checked
    assert {d.last for d in due([zero, span], GAS, ["a21026"], date(2026, 1, 4))} == {None}


def test_before_its_day_there_is_no_rule() -> None:
    with pytest.raises(LantianError) as found:
        load_monitoring().quality(Medium.WATER, date(2020, 3, 23))
    assert found.value.problems[0].code == "R030"


PACKAGED = Path(__file__).parents[3] / "src/lantian/rulebook/monitoring"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("below: 30, of: absolute", "below: 31, of: absolute", "R059"),
        ("key: cod_60", "key: cod_30", "R012"),
        ("monthly: true", "monthly: true, days: 3", "R003"),
        ("of: relative, limit: 10, clause: 标样", "of: guess, limit: 10, clause: 标样", "R003"),
    ],
)
def test_rule_files_that_contradict_themselves_are_refused(
    tmp_path: Path, old: str, new: str, code: str
) -> None:
    text = (PACKAGED / "quality-water.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / "own.yaml").write_text(text.replace(old, new, 1), "utf-8")
    found = check_monitoring(tmp_path)
    assert found
    assert any("own.yaml" in p.place.file for p in found)
    if code != "R003":
        assert code in {p.code for p in found}


HEAD = "time,factor,check,value,reference,range,unit\n"
ROWS = HEAD + (
    "2026-01-05 09:00,SO2,zero,3,0,100,mg/m3\n2026-01-05 09:10,SO2,span,90,90,100,mg/m3\n"
    "2026-01-05 10:00,a34013,comparison,12,10,,mg/m3\n"
)


def quality(tmp_path: Path, rows: str, *more: str) -> Result:
    write(tmp_path / "checks.csv", rows)
    write(tmp_path / "outlet.yaml", OUTLET_TEXT)
    arguments = [
        "monitor",
        "quality",
        str(tmp_path / "checks.csv"),
        "--outlet",
        str(tmp_path / "outlet.yaml"),
        *more,
    ]
    return CliRunner().invoke(main, arguments)


def test_the_command_judges_and_says_by_which_rule(tmp_path: Path) -> None:
    found = quality(tmp_path, ROWS, "--on", "2026-01-20", "--json")
    told = json.loads(found.stdout)
    assert found.exit_code == 0, found.output
    assert [(j["factor"], j["check"], j["outcome"]) for j in told["checks"]] == [
        ("a21026", "span", "pass"), ("a21026", "zero", "fail"), ("a34013", "comparison", "pass"),
    ]  # fmt: skip
    assert told["checks"][1]["off"] == "3"
    assert told["checks"][1]["rule"]["status"] == "unverified"
    late = {(d["key"], d["factor"]): d["overdue"] for d in told["due"]}
    assert late["calibrate_gas", "a21026"] is True
    assert late["calibrate_dust", "a34013"] is None
    assert told["open_zh"]


def test_the_page_names_outcome_mark_and_what_is_due(tmp_path: Path) -> None:
    found = quality(tmp_path, ROWS, "--on", "2026-01-06")
    assert found.exit_code == 0, found.output
    assert "不合格" in found.stdout
    assert "未核实" in found.stdout or "unverified" in found.stdout
    assert "无记录" in found.stdout
    assert quality(tmp_path, ROWS).exit_code == 0  # as of the last check in the file


@pytest.mark.parametrize(
    ("rows", "code", "status"),
    [
        ("time,factor,value\n", "M056", 2),
        (HEAD, "M056", 2),
        (HEAD + "昨天,SO2,zero,1,0,9,\n", "M056", 2),
        (ROWS + "昨天,SO2,zero,1,0,9,\n", "M057", 1),
        (ROWS + "2026-01-05,SO2,sniff,1,0,9,\n", "M057", 1),
        (ROWS + "2026-01-05,SO2,zero,一,0,9,\n", "M057", 1),
        (ROWS + "2026-01-05,SO2,zero,1,,9,\n", "M057", 1),
        (ROWS + "2026-01-05,SO2,zero,1,0,0,\n", "M057", 1),
        (ROWS + "2026-01-05,天气,zero,1,0,9,\n", "M009", 1),
        (ROWS + "2026-01-05,cod,zero,1,0,9,\n", "M012", 1),
        (ROWS + "1926-01-05,SO2,zero,1,0,9,\n", "M057", 1),
    ],
)
def test_rows_that_cannot_be_used_are_told(
    tmp_path: Path, rows: str, code: str, status: int
) -> None:
    found = quality(tmp_path, rows, "--json")
    told = json.loads(found.stdout)
    assert found.exit_code in {status, 0 if code in {"M009", "M012"} else status}
    assert code in {p["code"] for p in told["problems"]}
    if "checks" in told:
        assert len(told["checks"]) == 3
        assert told["rows_unused"] == 1
