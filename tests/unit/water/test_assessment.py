"""Class, words, main pollutants, regions, lakes, city index, targets, changes (issue 5, section 2).

GB 3838-2002 table 1; 环办〔2011〕22号; 总站生字〔2001〕090号; ranking rule of 2017.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from water_tools import LIMITS, METHOD, fractions, section

from lantian.domain.water import pollutants
from lantian.domain.water.change import mean_change_pct, region_word, section_word
from lantian.domain.water.city_index import city_index, item_index
from lantian.domain.water.classify import Settings
from lantian.domain.water.lake import missing_items, trophic_state, trophic_word
from lantian.domain.water.mean import mean_of
from lantian.domain.water.reading import displayed, read_value
from lantian.domain.water.region import RegionMethod, assess_region, word_of_shares
from lantian.domain.water.source_water import source_exceedings
from lantian.domain.water.target import against_target, share_reached_pct
from lantian.rulebook.water_tables.model import Body

RIVER, LAKE = Body.RIVER, Body.LAKE


# --- class ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "number"),
    [
        ({"ph": "9.00"}, 1),
        ({"ph": "9.001"}, 6),
        ({"ph": "5.99"}, 6),
        ({"do": "7.5"}, 1),
        ({"do": "7.49"}, 2),
        ({"do": "1.9"}, 6),
        ({"codmn": "6"}, 3),
        ({"codmn": "6.001"}, 4),
        ({"cod": "15"}, 1),  # I and II share the limit: the better one counts
        ({"bod5": "3"}, 1),
        ({"hg": "0.00005"}, 1),
        ({"hg": "0.00006"}, 3),
        ({"tp": "0.1002"}, 3),  # shown as 0.100
        ({"nh3n": "2.01"}, 6),
    ],
)
def test_limits_are_part_of_their_class(values: dict[str, str], number: int) -> None:
    assert section(**values).number == number


def test_the_worst_item_decides_and_is_named() -> None:
    found = section(ph=8, do=9, codmn="6.5", nh3n="1.2", tp="0.05")
    assert found.number == 4
    assert [one.item.key for one in found.determining] == ["codmn", "nh3n"]
    assert pollutants.words_zh(found.exceeding) == "高锰酸盐指数(0.08)、氨氮(0.20)"
    assert "超Ⅲ类 0.20 倍" in str(found.trace.as_dict())


def test_total_phosphorus_needs_river_or_lake() -> None:
    assert section(RIVER, tp="0.05").number == 2
    assert section(LAKE, tp="0.05").number == 3
    unknown = section(None, ph=7, tp="0.05")
    assert (unknown.number, [i.key for i in unknown.undecided]) == (None, ["tp"])
    # What has the same limits everywhere can be judged.
    assert section(None, ph=7, codmn=5).number == 3


def test_total_nitrogen_of_lakes_is_reported_apart() -> None:
    lake = section(LAKE, codmn=3, tn="3")
    assert (lake.number, [(r.item.key, r.number) for r in lake.reference]) == (2, [("tn", 6)])
    assert section(RIVER, codmn=3, tn="3").reference == ()
    assert section(RIVER, fc=50000, wt=20).number is None


def test_rounded_values_may_give_another_class() -> None:
    assert section(tp="0.1002").number == 3
    assert section(RIVER, Settings(rounded=True), tp="0.1002").number == 2
    assert section(RIVER, Settings(rounded=True), ph="9.4").number == 1


def test_saturation_is_a_choice() -> None:
    assert section(wt=25, do="7.45").number == 2
    full = Settings(do_saturation=True)
    assert section(RIVER, full, wt=25, do="7.45").number == 1  # 90 % of 468/(31.6+25) is 7.44
    assert section(RIVER, full, wt=25, do="7.44").number == 2
    assert section(RIVER, full, do="7.45").number == 2  # without a temperature nothing is assumed


# --- values ---------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["0.05L", "<0.05", "＜0.05", "0.05l", " 0.05 L "])
def test_below_detection_is_half_of_the_limit(text: str) -> None:
    found = read_value(text, Fraction(1, 2))
    assert found is not None
    assert (found.value, found.below, found.detection_limit) == (
        Fraction(1, 40),
        True,
        Fraction(1, 20),
    )


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [("0.125", 2, "0.12"), ("0.135", 2, "0.14"), ("0.00042", 3, "0.0004"), ("0.00025", 3, "0.0002"),
     ("0", 3, "0.000"), ("9.004", 2, "9.00"), ("-0.4", 0, "-0.4")],
)  # fmt: skip
def test_what_is_shown(value: str, digits: int, text: str) -> None:
    assert displayed(Fraction(value), digits) == text


def test_ph_is_averaged_through_hydrogen_ions() -> None:
    assert float(mean_of("ph", [Fraction(6), Fraction(8)])) == pytest.approx(6.29671, abs=1e-5)
    assert mean_of("ph", [Fraction(9), Fraction(9)]) == 9
    assert mean_of("nh3n", [Fraction(1), Fraction(2)]) == Fraction(3, 2)
    with pytest.raises(ValueError, match="no values"):
        mean_of("ph", [])


# --- main pollutants ------------------------------------------------------------------------


def test_main_pollutants_worst_class_first_then_multiple_at_most_three() -> None:
    found = section(codmn=16, nh3n="1.8", tp="0.39", cod=25, do=4)
    names = [one.item.key for one in pollutants.of_section(found, METHOD)]
    assert names == ["codmn", "tp", "nh3n"]  # 劣Ⅴ, then Ⅴ with 0.95 before Ⅴ with 0.80


def test_heavy_metals_and_cyanide_go_first() -> None:
    found = section(codmn=16, pb="0.06", nh3n="1.8", tp="0.39")
    assert pollutants.of_section(found, METHOD)[0].item.key == "pb"


def test_oxygen_and_ph_have_no_multiple() -> None:
    found = section(do="1.5", ph="9.5")
    assert pollutants.words_zh(pollutants.of_section(found, METHOD)) in {
        "pH值、溶解氧",
        "溶解氧、pH值",
    }


def test_none_where_the_water_is_good() -> None:
    assert pollutants.of_section(section(codmn=6), METHOD) == ()


def test_main_pollutants_of_a_region_by_share_of_sections() -> None:
    sections = [
        section(codmn=7),
        section(codmn=8, nh3n="1.2"),
        section(codmn=3),
        section(tp="0.35"),
    ]
    found = pollutants.of_region(sections, METHOD)
    assert [(p.item.key, p.sections, str(p.share_pct)) for p in found] == [
        ("codmn", 2, "50.0"), ("nh3n", 1, "25.0"), ("tp", 1, "25.0"),
    ]  # fmt: skip


# --- regions --------------------------------------------------------------------------------


def region(*codmn: str | int):  # type: ignore[no-untyped-def]
    pairs = [(section(codmn=v), fractions(codmn=v)) for v in codmn]
    return assess_region("某河", pairs, LIMITS, METHOD)


@pytest.mark.parametrize(
    ("good", "inferior", "word"),
    [("90", 0, "优"), ("89.99", 0, "良好"), ("75", 0, "良好"), ("74.99", "19.99", "轻度污染"),
     ("60", 20, "中度污染"), ("60", "39.99", "中度污染"), ("60", 40, "重度污染")],
)  # fmt: skip
def test_words_of_shares(good: str, inferior: str | int, word: str) -> None:
    assert word_of_shares(Fraction(good), Fraction(inferior), METHOD)[0] == word


def test_five_sections_go_by_shares_four_by_their_mean() -> None:
    five = region(3, 3, 3, 3, 12)
    assert (five.method, str(five.good_share_pct), five.word_zh) == (
        RegionMethod.RATIO,
        "80.0",
        "良好",
    )
    four = region(3, 3, 3, 12)
    assert four.method is RegionMethod.MEAN
    assert four.mean_class is not None
    assert (four.mean_class.number, four.word_zh) == (3, "良好")  # mean 5.25


def test_few_sections_of_rivers_and_lakes_have_no_common_word() -> None:
    mixed = assess_region(
        "某市", [(section(RIVER, tp="0.1"), fractions(tp="0.1")), (section(LAKE, tp="0.1"), fractions(tp="0.1"))],
        LIMITS, METHOD,
    )  # fmt: skip
    assert (mixed.word_zh, str(mixed.good_share_pct)) == ("", "50.0")
    assert assess_region("空", [], LIMITS, METHOD).good_share_pct is None


# --- lakes ----------------------------------------------------------------------------------


def test_trophic_state_by_hand() -> None:
    values = fractions(chla=10, tp="0.05", tn="1", sd="0.8", codmn="4")
    found = trophic_state(values, METHOD)
    assert found is not None
    # 0.2663·50.0 + 0.1879·45.7 + 0.1790·54.5 + 0.1834·55.5 + 0.1834·38.0 (weights from r² itself)
    assert float(found.index) == pytest.approx(48.82, abs=0.01)
    assert (str(found.shown), found.word_zh) == ("48.8", "中营养")
    assert str(found.parts["chla"]) == "50.0"
    assert missing_items(fractions(chla=10, tp=0), METHOD) == ("tp", "tn", "sd", "codmn")
    assert trophic_state(fractions(chla=10), METHOD) is None


@pytest.mark.parametrize(
    ("index", "word"),
    [("29.99", "贫营养"), (30, "中营养"), (50, "中营养"), ("50.01", "轻度富营养"), (60, "轻度富营养"),
     (70, "中度富营养"), ("70.01", "重度富营养")],
)  # fmt: skip
def test_trophic_words_at_their_bounds(index: str | int, word: str) -> None:
    assert trophic_word(Fraction(index), METHOD)[0] == word


# --- city index -----------------------------------------------------------------------------


def test_item_indices() -> None:
    def one(key: str, value: str, body: Body = RIVER) -> Fraction:
        return item_index(LIMITS.items[key], Fraction(value), body, METHOD)

    assert one("nh3n", "0.5") == Fraction(1, 2)
    assert one("do", "10") == Fraction(1, 2)
    assert (one("ph", "6.5"), one("ph", "8"), one("ph", "7")) == (Fraction(1, 2), Fraction(1, 2), 0)
    assert (one("tp", "0.05"), one("tp", "0.05", LAKE)) == (Fraction(1, 4), 1)


def test_a_city_weighs_rivers_and_lakes_by_their_number() -> None:
    found = city_index(
        [(RIVER, fractions(nh3n="0.5")), (RIVER, fractions(nh3n="1.5")), (LAKE, fractions(nh3n="0.25"))],
        LIMITS, METHOD,
    )  # fmt: skip
    assert found is not None
    assert (found.river, found.lake, found.index) == (1, Fraction(1, 4), Fraction(3, 4))
    assert found.items == ("nh3n",)
    assert len(found.missing) == 20
    assert city_index([], LIMITS, METHOD) is None


# --- targets, changes, drinking water -------------------------------------------------------


def test_how_far_from_the_target() -> None:
    found = against_target(section(codmn="6.5", nh3n="0.9", do=8), 3, METHOD)
    assert (found.reached, found.levels_short) == (False, 1)
    assert found.nearest is not None
    assert (found.nearest.item.key, str(found.nearest.used_pct), str(found.nearest.cut_pct)) == (
        "codmn", "108.3", "7.7",
    )  # fmt: skip
    kept = against_target(section(codmn=3, nh3n="0.9", do=8), 3, METHOD)
    assert (kept.reached, kept.nearest.item.key, kept.nearest.cut_pct) == (True, "nh3n", None)  # type: ignore[union-attr]
    results = {"a": found, "b": kept, "c": against_target(section(None, tp=1), 3, METHOD)}
    assert share_reached_pct(results, METHOD) == Decimal("50.0")
    with pytest.raises(ValueError, match="no target"):
        against_target(section(codmn=3), 6, METHOD)


def test_words_of_change() -> None:
    words = [section_word(now, before) for now, before in ((3, 3), (3, 4), (2, 4), (4, 3), (6, 4))]
    assert words == ["无明显变化", "有所好转", "明显好转", "有所变差", "明显变差"]
    assert mean_change_pct(Fraction(1), Fraction(0), METHOD) is None
    ten = region(3, 3, 3, 3, 3, 3, 3, 3, 3, 3)
    nine, eight, seven = (region(*[3] * n, *[12] * (10 - n)) for n in (9, 8, 7))
    assert [region_word(ten, other, METHOD) for other in (nine, eight, seven)] == [
        "无明显变化", "有所好转", "明显好转",
    ]  # fmt: skip
    assert region_word(seven, ten, METHOD) == "明显变差"


def test_drinking_water_sources_have_single_limits() -> None:
    found = source_exceedings(fractions(so4=250, fe="0.6", mn="0.1", no3n="10.5"), LIMITS, METHOD)
    assert [(one.item.key, str(one.multiple)) for one in found] == [
        ("no3n", "0.05"),
        ("fe", "1.00"),
    ]
