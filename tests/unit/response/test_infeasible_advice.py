"""Advice of an infeasible plan: a firm is named for release only where protection alone binds."""

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from lantian.domain.response import infeasible
from lantian.domain.response.model import Shortfall
from lantian.kernel.level import Level
from lantian.kernel.pollutant import POLLUTANTS, Pollutant


@pytest.mark.parametrize(
    ("binding", "named"),
    [
        (("cap",), True),
        (("district:0:red",), False),
        (("district:0:red", "cap"), False),
        (("reach",), True),
    ],
)
def test_firms_are_named_only_where_protection_alone_binds(monkeypatch, binding, named):
    firm = infeasible.Release("F1", "甲厂", "technical", 10_000_000)
    monkeypatch.setattr(infeasible, "releases", lambda *_: [firm])
    key = Level.RED, Pollutant.VOC
    short = Shortfall({key: 5_000_000}, binding, np.zeros((1, 1), np.int8), 0)
    need = SimpleNamespace(
        levels=(Level.RED,), city_mg=(100_000_000,) * len(POLLUTANTS), ratio={key: Fraction(3, 10)}
    )
    said = infeasible.explain(short, SimpleNamespace(districts=("东区",)), need)
    assert any("甲厂" in words.zh for words in said) is named
    assert any("还差5千克" in words.zh for words in said)
