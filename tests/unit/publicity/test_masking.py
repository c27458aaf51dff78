"""Personal data in what is published (oversight reference 3.2; issue 4, section 2.8)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.domain.publicity.masking import HIDDEN, masked_name, masked_text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张某"),
        ("王小明", "王某某"),
        ("欧阳小明", "欧阳某某"),
        ("欧阳", "欧某"),  # two characters: a family name of one
        ("阿卜杜勒·买买提", "阿某某"),
        ("李", "李某"),
        ("John Smith", "J***"),
        ("  张 三 ", "张某"),
        ("", ""),
    ],
)
def test_only_the_family_name_stays(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("身份证号110101199003078515。", "id"),
        ("证件11010119900307851X", "id"),
        ("旧证110101900307851", "id"),
        ("电话13800138000", "phone"),
        ("电话138 0013 8000", "phone"),
        ("电话+86 13800138000", "phone"),
        ("电话0351-7654321", "phone"),
        ("卡6222020200112233445", "account"),
        ("账号：1234567890123", "account"),
        ("邮箱zhang.san@example.com", "email"),
        ("家庭住址：某市某区某路1号，", "home"),
    ],
)
def test_numbers_and_homes_go(text: str, kind: str) -> None:
    masked = masked_text(text)
    assert HIDDEN in masked.text
    assert not any(c.isdigit() for c in masked.text)
    assert "@" not in masked.text
    assert dict(masked.counts) == {kind: 1}


@pytest.mark.parametrize(
    "text",
    [
        "91990000000010094X",  # a credit code
        "911101080000000012",  # one of digits only: no day of birth in it
        "罚款 80000 元，2026年11月3日",
        "示环罚〔2026〕1号",
        "日用电量不高于426千瓦时",
    ],
)
def test_what_is_no_personal_data_stays(text: str) -> None:
    assert masked_text(text).text == text


def test_given_names_go_wherever_they_stand_longer_ones_first() -> None:
    masked = masked_text("张三丰与张三在场，张三丰签字", ["张三", "张三丰", "李"])
    assert masked.text == "张某某与张某在场，张某某签字"
    assert dict(masked.counts) == {"name": 3}


@given(
    st.text(alphabet="张三李四0123456789Xx，。 号", max_size=60),
    st.lists(st.sampled_from(["张三", "李四"])),
)
def test_masking_twice_changes_nothing_more_and_leaves_no_name(text: str, names: list[str]) -> None:
    once = masked_text(text, names).text
    assert all(name not in once for name in names)
    assert masked_text(once, names).text == once
