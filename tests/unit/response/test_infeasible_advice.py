"""Advice of an infeasible plan: a firm is named for release only where a release would help."""

from types import SimpleNamespace

import pytest

from lantian.domain.response.infeasible import _protection_alone


@pytest.mark.parametrize(
    ("binding", "named"),
    [
        (("cap",), True),
        (("district:0:red",), False),
        (("district:0:red", "cap", "fairness:0"), False),
        (("reach",), False),
    ],
)
def test_firms_are_named_only_where_protection_alone_binds(binding, named):
    assert _protection_alone(SimpleNamespace(binding=binding)) is named
