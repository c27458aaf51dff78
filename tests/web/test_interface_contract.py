"""The interface against its own description, by generated requests: no 500, no status or shape it does not tell.

Issue 4, section 3: schemathesis, as each scope. A few examples an operation here; many more under the mark `slow`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from interface_parts import ENOUGH, make

schemathesis = pytest.importorskip("schemathesis")
from schemathesis.specs.openapi import checks  # noqa: E402

EXCLUDED = [checks.ignored_auth, checks.positive_data_acceptance]
"""The token is the test's own; and a file can fit its shape and still lack a column, a cursor be nobody's."""


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Keep the test's connection open between requests, as Django's own client does: it holds the data."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schemathesis.serializer("text/csv")
def table(ctx: Any, value: Any) -> bytes:
    """Send the content of a table as it is generated: a text."""
    return value.encode("utf-8", "replace") if isinstance(value, str) else bytes(value)


def operations(scope: str) -> list[Any]:
    from lantian.office.api.app import description
    from lantian.office.site.wsgi import application

    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(description())))
    schema.app = application
    found = [one.ok() for one in schema.get_all_operations()]
    return [o for o in found if o.definition.raw["x-scope"] == scope]


def hold(scope: str, examples: int) -> int:
    """Ask every operation of a scope and validate each answer; return how many there were."""
    token = make([scope], ENOUGH[scope]).token
    headers = {"Authorization": f"Bearer {token}"}
    count = 0
    for operation in operations(scope):

        @given(case=operation.as_strategy())
        @settings(
            max_examples=examples, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate),
        )  # fmt: skip
        def ask(case: Any) -> None:
            nonlocal count
            count += 1
            response = case.call(headers=headers)
            case.validate_response(response, excluded_checks=EXCLUDED)
            assert response.status_code not in (401, 403, 405), response.text

        ask()
    return count


@pytest.mark.parametrize("scope", ENOUGH)
def test_every_operation_keeps_what_it_describes(scope: str, filled, db) -> None:  # type: ignore[no-untyped-def]
    assert hold(scope, 12) >= 5


@pytest.mark.slow
@pytest.mark.parametrize("scope", ENOUGH)
def test_also_when_asked_much_more_often(scope: str, filled, db) -> None:  # type: ignore[no-untyped-def]
    assert hold(scope, 250) >= 50


def test_the_description_is_openapi_and_says_what_each_operation_needs() -> None:
    from lantian.office.api.app import description

    found = json.loads(json.dumps(description()))
    schemathesis.openapi.from_dict(found).validate()
    assert found["openapi"].startswith("3.1")
    for methods in found["paths"].values():
        for method, one in methods.items():
            assert one["x-scope"] in ENOUGH
            assert one["security"] == [{"SystemToken": []}]
            assert {"200", "401", "403", "422", "429", "500"} <= set(one["responses"])
            if method == "post":
                assert "413" in one["responses"]


def test_every_answer_has_an_example_that_fits_its_shape() -> None:
    import jsonschema_rs

    from lantian.office.api.app import description

    found = json.loads(json.dumps(description()))
    examples = {
        n: s["example"] for n, s in found["components"]["schemas"].items() if "example" in s
    }
    assert len(examples) >= 18
    for name, example in examples.items():
        shape = {"$ref": f"#/components/schemas/{name}", "components": found["components"]}
        jsonschema_rs.validate(shape, example)
