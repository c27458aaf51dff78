"""The 39 industries: order, names, schemes, cut units, and what single places ordered.

Sources: list of 39 (draft contents, Anhui and Shandong notices); industry files of the reference.
"""

from __future__ import annotations

from datetime import date

import pytest

from lantian.domain.inventory.model import CutUnit
from lantian.kernel.level import LEVELS, Level
from lantian.rulebook import load_rulebook
from lantian.rulebook.model import FloorKind

DAY = date(2026, 12, 1)
NAMES = [
    "长流程联合钢铁",
    "短流程钢铁",
    "铁合金",
    "焦化",
    "石灰窑",
    "铸造",
    "氧化铝",
    "电解铝",
    "炭素",
    "铜冶炼",
    "铅、锌冶炼",
    "钼冶炼",
    "再生铜铝铅锌",
    "有色金属压延",
    "水泥",
    "砖瓦窑",
    "陶瓷",
    "耐火材料",
    "玻璃",
    "岩矿棉",
    "玻璃钢(纤维增强塑料制品)",
    "防水建筑材料制造",
    "炼油与石油化工",
    "炭黑制造",
    "煤制氮肥",
    "制药",
    "农药制造",
    "涂料制造",
    "油墨制造",
    "纤维素醚",
    "包装印刷",
    "人造板制造",
    "塑料人造革与合成革制造",
    "橡胶制品制造",
    "制鞋",
    "家具制造",
    "汽车整车制造",
    "工程机械整机制造",
    "工业涂装",
]


def test_the_39_in_their_order_then_other() -> None:
    industries = load_rulebook().industries()
    assert [i.name_zh for i in industries] == [*NAMES, "其他行业"]
    assert [i.no for i in industries] == [*range(1, 40), 0]
    assert industries[-1].slug == "other"
    assert len({i.slug for i in industries}) == 40


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("coking", "coking"),
        ("焦化", "coking"),
        (" 焦化行业 ", "coking"),
        ("铅锌冶炼", "lead-zinc-smelting"),
        ("玻璃钢（纤维增强塑料制品）", "frp"),
        ("岩（矿）棉", "mineral-wool"),
        ("Cement", "cement"),
        ("水泥熟料", "cement"),
        ("其他", "other"),
    ],
)
def test_names_and_aliases(text: str, slug: str) -> None:
    found = load_rulebook().find_industry(text)
    assert found is not None
    assert found.slug == slug


@pytest.mark.parametrize("text", ["", "钢铁", "有色", "no such", "焦 炭"])
def test_what_is_not_an_industry_or_not_one_alone_is_not_found(text: str) -> None:
    assert load_rulebook().find_industry(text) is None


def test_no_alias_names_two_industries() -> None:
    book = load_rulebook()
    for industry in book.industries():
        for text in (industry.slug, industry.name_zh, industry.name_en, *industry.aliases):
            found = book.find_industry(text)
            assert found is not None
            assert found.slug == industry.slug, text


@pytest.mark.parametrize(
    ("slug", "unit", "continuous"),
    [
        ("coking", "coking_hours", True),
        ("primary-aluminium", "cells", True),
        ("carbon", "flame_systems", False),
        ("lime-kiln", "hot_hold", False),
        ("glass", "feed", True),
        ("cement", "line", False),
        ("refining-petrochemical", "load", True),
        ("furniture", "line", False),
    ],
)
def test_cut_units(slug: str, unit: str, continuous: bool) -> None:
    industry = load_rulebook().industry(slug, DAY)
    assert (industry.cut_unit, industry.continuous) == (unit, continuous)
    assert industry.cut_reason_zh
    assert industry.cut_ref is not None


def test_cut_units_are_those_of_the_list_and_silence_is_marked() -> None:
    for industry in load_rulebook().industries():
        assert industry.cut_unit in {unit.value for unit in CutUnit}
        assert industry.cut_ref is not None
        if "未见" in industry.cut_reason_zh:
            assert industry.cut_ref.status in {"design", "unverified"}


def test_a_whole_scheme_only_where_the_source_shows_it() -> None:
    whole = {i.slug for i in load_rulebook().industries() if i.scheme_complete}
    assert whole == {"secondary-nonferrous", "waterproofing", "package-printing"}
    assert load_rulebook().industry("mineral-wool", DAY).scheme == ()


LOCAL = [
    ("coking", "长治市", "2020-01-05", "", 48, None),
    ("coking", "长治市", "2020-01-05", "热回收焦炉", 144, None),
    ("coking", "唐山市", "2019-10-15", "", 36, None),
    ("coking", "河北省", "2019-12", "", 36, None),
    ("primary-aluminium", "吕梁市", "2019", "", None, "3/10"),
    ("carbon", "吕梁市", "2019", "焙烧", None, "1/2"),
    ("glass", "唐山市", "2019-10-15", "", None, "1/5"),
    ("alumina", "运城市", "2020-11", "", None, "7/10"),
]


@pytest.mark.parametrize(("slug", "place", "dated", "subtype", "hours", "share"), LOCAL)
def test_local_orders_are_kept(
    slug: str, place: str, dated: str, subtype: str, hours: int | None, share: str | None
) -> None:
    rows = load_rulebook().local_measures(slug, DAY)
    hits = [r for r in rows if (r.place_zh, r.dated, r.subtype) == (place, dated, subtype)]
    assert any(
        r.hours == hours and (None if r.share is None else str(r.share)) == share for r in hits
    )
    assert all(r.ref.document and r.text_zh for r in hits)


def test_local_orders_are_never_applied_by_themselves() -> None:
    book = load_rulebook()
    for level in LEVELS:
        rule = book.measure("coking", "", "C", level, DAY)
        assert (rule.kind, rule.hours, rule.general) == (FloorKind.STOP_SOME, None, True)
    kiln = [r for r in book.local_measures("lime-kiln", DAY) if r.hot_hold]
    assert [(r.place_zh, r.grades, r.levels) for r in kiln] == [("唐山市", ("B",), (Level.ORANGE,))]


def test_a_range_is_not_made_a_figure() -> None:
    rows = load_rulebook().local_measures("alumina", DAY)
    (hebei,) = [r for r in rows if r.place_zh == "河北省"]
    assert (hebei.kind, hebei.share) == (None, None)
    assert "20%—30%" in hebei.text_zh


def test_a_research_proposal_is_no_rule() -> None:
    rule = load_rulebook().measure("artificial-leather", "", "non_leading", Level.RED, DAY)
    assert rule.general is True
    assert rule.share is None
