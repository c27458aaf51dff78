"""Whatever a cell holds, the checks answer with problems and never fail themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from list_fixture import DAY, RULEBOOK, TABLES, Change, again, both, drop, locate, set_, sound_list

from lantian.domain.inventory.checks import check_list
from lantian.kernel.level import LEVELS
from lantian.kernel.pollutant import POLLUTANTS

NUMBERS = [
    Decimal(text)
    for text in ("0", "-0", "1E+300", "-1E+300", "1E-300", "0.1", "12345678901234567890123.4567")
]
TEXTS = ["", " ", "{", "}", "{name}", "%s", "\x00", "\u200b", "＝１＋１", "中" * 3000, "0" * 18]


def _places() -> Iterator[tuple[str, str, str]]:
    for table, rows in TABLES.items():
        for field in fields(getattr(sound_list(), rows)[0]):
            if field.name != "row":
                yield table, field.name, str(field.type)


def _values(field: str, kind: str) -> list[Any]:
    if kind.startswith("Decimal"):
        return [None, *NUMBERS]
    if kind == "str":
        return TEXTS
    if kind.startswith("bool"):
        return [None, True, False]
    if kind.startswith("Mapping") and "Decimal" in kind:
        if "tuple" in kind:
            keys: list[Any] = [(level, p) for level in LEVELS for p in POLLUTANTS]
        else:
            keys = list(LEVELS if "Level" in kind else POLLUTANTS)
        return [{}, *(dict.fromkeys(keys, number) for number in NUMBERS)]
    return [None] if "None" in kind else []


@pytest.mark.parametrize(("table", "field", "kind"), list(_places()))
def test_one_odd_cell(table: str, field: str, kind: str) -> None:
    for value in _values(field, kind):
        for problem in check_list(
            set_(table, 0, **{field: value})(sound_list()), RULEBOOK, DAY, locate
        ):
            assert problem.message_zh
            assert problem.place.row is not None


_INDEX = st.integers(0, 1)
_ANYWHERE = st.sampled_from([(t, f, v) for t, f, k in _places() for v in _values(f, k)])
_CHANGES = st.one_of(
    st.builds(
        lambda place, i: set_(place[0], i if place[0] != "mobile" else 0, **{place[1]: place[2]}),
        _ANYWHERE,
        _INDEX,
    ),
    st.builds(again, st.sampled_from(list(TABLES)), st.just(0)),
    st.builds(drop, st.sampled_from(["firm", "line", "measure", "total"]), st.integers(2, 3)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_CHANGES, min_size=1, max_size=6))
def test_many_odd_cells(changes: list[Change]) -> None:
    for problem in check_list(both(*changes)(sound_list()), RULEBOOK, DAY, locate):
        assert problem.code.startswith("L")
        assert problem.remedy_zh
