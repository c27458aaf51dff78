"""The rule in force on a day: law catalogue, alert sets, targets, exchange, switches.

Clauses: Ecology and Environment Code Art. 264, 265, 1242 (law reference); alert rule sets,
lift, lead time and targets (response reference 1.1, 1.4, 1.6).
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from lantian.kernel.level import LEVELS, Level
from lantian.kernel.pollutant import POLLUTANTS, Pollutant
from lantian.kernel.problem import LantianError
from lantian.rulebook import load_rulebook
from lantian.rulebook.model import Condition, Status, Threshold
from lantian.rulebook.status import condition_text

CODE = date(2026, 8, 15)
EVE = CODE - timedelta(days=1)


@pytest.mark.parametrize(
    ("duty", "before", "after"),
    [
        ("emergency-measures", "《大气污染防治法》第九十六条", "《生态环境法典》第二百六十四条"),
        (
            "performance-grading",
            "《重污染天气重点行业应急减排措施制定技术指南（2020年修订版）（环办大气函〔2020〕340号）》全文",
            "《生态环境法典》第二百六十五条",
        ),
        (
            "penalty-emergency-measures",
            "《大气污染防治法》第一百二十一条",
            "《生态环境法典》第一千一百三十四条",
        ),
        (
            "penalty-falsified-data",
            "《大气污染防治法》第九十九条",
            "《生态环境法典》第一千零八十八条",
        ),
        (
            "own-monitoring-records",
            "《排污许可管理条例》第十九条、第二十一条",
            "《生态环境法典》第一百八十三条",
        ),
        ("soil-list", "《土壤污染防治法》第五十八条", "《生态环境法典》第四百五十三条"),
        ("soil-survey", "《土壤污染防治法》第五十九条", "《生态环境法典》第四百五十四条"),
        ("soil-delisting", "《土壤污染防治法》第六十六条", "《生态环境法典》第四百六十一条"),
    ],
)
def test_an_order_cites_the_law_of_its_day(duty: str, before: str, after: str) -> None:
    book = load_rulebook()
    assert book.law(duty, EVE).cite_zh() == before
    assert book.law(duty, CODE).cite_zh() == after
    assert book.law(duty, CODE + timedelta(days=3650)).cite_zh() == after


def test_a_duty_born_with_the_code_has_no_law_before_it() -> None:
    book = load_rulebook()
    assert book.law("water-grading", CODE).article == "第二百九十四条"
    with pytest.raises(LantianError) as caught:
        book.law("water-grading", EVE)
    assert caught.value.problems[0].code == "R030"
    assert "2026-08-15" in caught.value.problems[0].remedy_zh


def test_a_duty_whose_successor_is_not_known_is_not_given_one() -> None:
    book = load_rulebook()
    assert book.law("daily-penalty", EVE).cite_zh() == "《环境保护法》第五十九条"
    with pytest.raises(LantianError):
        book.law("daily-penalty", CODE)


def test_what_punishes_a_stop_order_not_carried_out_stays_open() -> None:
    book = load_rulebook()
    before = book.law("permit-breach", EVE)
    after = book.law("permit-breach", CODE)
    assert before.head.status is Status.SECONDARY
    assert before.article == "第十七条第二款、第三十五条第二项"
    assert after.head.status is Status.UNVERIFIED
    assert "待定" in after.cite_zh()
    assert "法制机构" in after.summary_zh


# every article that the law reference lists, by number
ARTICLES = {
    54: "credit-record", 78: "data-quality", 80: "falsified-data", 153: "emission-standard",
    163: "outlet-setting", 175: "permit", 183: "own-monitoring-records",
    184: "automatic-monitoring", 185: "disclosure", 261: "alert-system", 262: "response-plan",
    263: "alert-issue", 264: "emergency-measures", 265: "performance-grading",
    275: "outfall-consent", 277: "outfall-survey", 278: "outfall-shared", 294: "water-grading",
    404: "soil-key-monitoring", 453: "soil-list", 454: "soil-survey", 455: "soil-risk-assessment",
    456: "soil-review", 457: "soil-risk-control", 459: "soil-remediation-plan",
    461: "soil-delisting", 1086: "penalty-monitoring-duty", 1087: "penalty-distorted-data",
    1088: "penalty-falsified-data", 1091: "penalty-monitoring-body",
    1093: "penalty-damaged-equipment", 1109: "penalty-outlet", 1134: "penalty-emergency-measures",
    1242: "old-laws-replaced",
}  # fmt: skip
_DIGITS = "零一二三四五六七八九"


def _chinese(number: int) -> str:
    text, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("零" if zero else "") + _DIGITS[digit] + name
            zero = False
        elif text:
            zero = True
    return f"第{text}条"


@pytest.mark.parametrize("number", ARTICLES)
def test_every_article_of_the_reference_is_in_the_catalogue(number: int) -> None:
    article = load_rulebook().law(ARTICLES[number], CODE)
    assert article.article.startswith(_chinese(number))
    assert article.law_zh == "生态环境法典"
    assert article.head.status is Status.SECONDARY
    assert article.summary_zh
    assert article.summary_en


@pytest.mark.parametrize(
    ("day", "edition"),
    [
        (date(2016, 2, 5), "bth-2016"),
        (date(2016, 3, 31), "bth-2016"),
        (date(2016, 4, 1), "bth-2016-carried"),
        (date(2017, 9, 19), "bth-2016-carried"),
        (date(2017, 9, 20), "national-2017"),
        (date(2017, 12, 31), "national-2017"),
        (date(2018, 1, 1), "national-2018"),
        (date(2024, 1, 22), "national-2018"),
        (date(2024, 1, 23), "national-2024"),
        (date(2030, 1, 1), "national-2024"),
    ],
)
def test_the_alert_set_of_the_day(day: date, edition: str) -> None:
    book = load_rulebook()
    rules = book.alert_rules(day)
    assert rules.head.edition == edition
    assert book.alert_rules_named(edition) == rules


def test_a_set_kept_beyond_its_text_is_marked_as_a_choice() -> None:
    carried = load_rulebook().alert_rules_named("bth-2016-carried")
    assert carried.head.status is Status.DESIGN
    assert {ref.status for ref in carried.trigger_refs.values()} == {"design"}


TRIGGERS = {
    "bth-2016": (
        "AQI>200 48h",
        "(AQI>200 72h 且 AQI>300 24h)",
        "((AQI>200 96h 且 AQI>300 48h) 或 AQI≥500 24h)",
    ),
    "national-2018": (
        "AQI>200 48h",
        "AQI>200 72h",
        "((AQI>200 96h 且 AQI>300 48h) 或 AQI≥500 24h)",
    ),
    "national-2024": (
        "(AQI>200 24h 或 AQI>150 48h)",
        "(AQI>200 48h 或 AQI>150 72h)",
        "(AQI>200 72h 且 AQI>300 24h)",
    ),
}
TRIGGERS["national-2017"] = TRIGGERS["bth-2016"]


@pytest.mark.parametrize("edition", TRIGGERS)
def test_triggers_are_those_of_the_reference(edition: str) -> None:
    rules = load_rulebook().alert_rules_named(edition)
    got = tuple(condition_text(rules.triggers[level]) for level in LEVELS)
    assert got == TRIGGERS[edition]
    assert rules.lift_below_hours == 36
    assert rules.lead_hours == 24
    assert rules.pollutant == "PM2.5"


@pytest.mark.parametrize("edition", TRIGGERS)
def test_a_red_forecast_also_meets_orange_and_yellow(edition: str) -> None:
    rules = load_rulebook().alert_rules_named(edition)

    def met(part: Condition | Threshold, aqi: int, hours: int) -> bool:
        if isinstance(part, Threshold):
            return hours >= part.hours and (aqi >= part.aqi if part.inclusive else aqi > part.aqi)
        return (all if part.mode == "all" else any)(met(p, aqi, hours) for p in part.parts)

    for aqi in (150, 151, 200, 201, 300, 301, 499):
        for hours in (24, 48, 72, 96):
            levels = [met(rules.triggers[level], aqi, hours) for level in LEVELS]
            assert levels == sorted(levels, reverse=True), (edition, aqi, hours)


def test_marks_of_the_alert_sets() -> None:
    book = load_rulebook()
    assert {r.status for r in book.alert_rules_named("national-2018").trigger_refs.values()} == {
        "official"
    }
    rules = book.alert_rules_named("national-2024")
    assert {r.status for r in rules.trigger_refs.values()} == {"secondary"}
    assert (rules.lift_ref.status, rules.lead_ref.status) == ("secondary", "secondary")
    assert "太原" in rules.lift_ref.document
    assert book.alert_rules_named("national-2018").pollutant_ref.status == "design"


def test_targets_are_ten_twenty_thirty() -> None:
    targets = load_rulebook().targets(date(2026, 12, 1))
    for level, share in zip(LEVELS, (10, 20, 30), strict=True):
        for pollutant in POLLUTANTS:
            assert targets.ratio[level, pollutant] == Fraction(share, 100)
    assert targets.head.status is Status.SECONDARY
    assert targets.ratio[Level.RED, Pollutant.VOC].denominator == 10


def test_the_exchange_is_off_and_unverified() -> None:
    rule = load_rulebook().exchange(date(2026, 12, 1))
    assert rule.enabled_by_default is False
    assert rule.head.status is Status.UNVERIFIED
    assert rule.floor_share == Fraction(7, 10)
    assert rule.floor_ref is not None
    assert rule.floor_ref.status == "design"


@pytest.mark.parametrize(
    ("key", "default", "status"),
    [
        ("small-micro-spared", False, "unverified"),
        ("so2-nox-exchange", False, "unverified"),
        ("guaranteed-load-kept", True, "secondary"),
        ("ungraded-as-lowest", True, "secondary"),
        ("general-rule-when-silent", True, "design"),
        ("autonomous-counts-zero", True, "unverified"),
    ],
)
def test_switches(key: str, default: bool, status: str) -> None:
    switch = load_rulebook().switch(key, date(2026, 12, 1))
    assert (switch.enabled_by_default, switch.head.status.value) == (default, status)


@pytest.mark.parametrize(
    ("key", "value", "status"),
    [
        ("approval-form", 2, "secondary"),
        ("dispatch", 2, "secondary"),
        ("notice-from-above", 2, "secondary"),
        ("lift", 36, "secondary"),
        ("lead-time", 24, "secondary"),
        ("a-plus-2026", 2, "secondary"),
        ("whole-lines-by-day", None, "unverified"),
    ],
)
def test_provisions(key: str, value: int | None, status: str) -> None:
    provision = load_rulebook().provision(key, date(2026, 12, 1))
    assert (provision.value, provision.head.status.value) == (value, status)


def test_who_signs() -> None:
    book, day = load_rulebook(), date(2026, 12, 1)
    assert "副市长" in book.provision("sign-yellow", day).text_zh
    assert "副市长" in book.provision("sign-orange", day).text_zh
    red = book.provision("sign-red", day).text_zh
    assert "市长" in red
    assert "副" not in red
