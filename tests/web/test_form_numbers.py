"""A form made by hand carries anything where a number belongs: no page breaks on it (issue 4, section 4)."""

from __future__ import annotations

import pytest

from lantian.office.forms.numbers import whole

NONE = ["", " 1", "-1", "1.0", "²", "½", "x", "1" * 9, "1" * 5000]


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_number_is_said_to_be_none(text: str) -> None:
    assert whole(text) == -1
    assert whole(text, 0) == 0


def test_digits_are_read() -> None:
    assert [whole(text) for text in ("0", "17", "99999999")] == [0, 17, 99999999]


@pytest.mark.parametrize("text", NONE)
def test_pages_say_so_in_words(text: str, site) -> None:  # type: ignore[no-untyped-def]
    assert site("air").get("/dynamic/downgrades/new/", {"check": text}).status_code == 200
    assert (
        site("monitoring").post("/monitoring/register/logger/", {"outlet": text}).status_code == 404
    )
