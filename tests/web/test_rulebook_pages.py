"""The rulebook in the site: every rule with edition, clause, source, mark and use (issue 4, section 2.6)."""

from __future__ import annotations

import pytest

from lantian.rulebook.catalogue import catalogue


def text(response) -> str:  # type: ignore[no-untyped-def]
    assert response.status_code == 200
    return response.content.decode()


def test_every_rule_of_a_day_is_listed_and_leads_to_its_page(site) -> None:  # type: ignore[no-untyped-def]
    from datetime import date

    client = site("enterprise")
    page = text(client.get("/rules/?on=2026-12-01"))
    in_force = [one for one in catalogue() if one.head.in_force(date(2026, 12, 1))]
    for one in in_force:
        assert one.head.rule_id in page
    assert page.count("<code>") == len(in_force)
    for rule_id in sorted({one.head.rule_id for one in in_force})[::17]:
        assert rule_id in text(client.get(f"/rules/rule/{rule_id}/?on=2026-12-01"))


def test_the_day_decides_which_edition_stands(site) -> None:  # type: ignore[no-untyped-def]
    client = site("air")
    before = text(client.get("/rules/?q=air.index&on=2026-02-28"))
    after = text(client.get("/rules/?q=air.index&on=2026-03-01"))
    assert "HJ 633-2012" in before
    assert "HJ 633-2026" not in before
    assert "HJ 633-2026" in after
    assert "HJ 633-2012" not in after


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("q=GB+3838", "water.limits", "air.index"),
        ("subject=soil", "soil.process", "water.limits"),
        ("status=unverified", "air.method", "soil.limits"),
    ],
)
def test_rules_are_found_by_words_subject_and_mark(
    site, query: str, shown: str, hidden: str
) -> None:  # type: ignore[no-untyped-def]
    page = text(site("leader").get(f"/rules/?on=2026-12-01&{query}"))
    assert f"<code>{shown}</code>" in page
    assert f"<code>{hidden}</code>" not in page


def test_a_rule_says_content_sources_and_use(site) -> None:  # type: ignore[no-untyped-def]
    from datetime import timedelta

    from alert_steps import FIRST
    from test_alert_pages import propose

    client = site("air")
    propose(client)
    page = text(client.get("/rules/rule/response.alert/?on=2026-12-01"))
    assert "AQI" in page
    assert "national-2024" in page
    assert "national-2018" in page
    assert str(FIRST + timedelta(days=1)) in page  # the alert that was judged by it
    assert "还没有引用" not in page
    assert "还没有引用" in text(client.get("/rules/rule/soil.process/"))
    assert "kind: soil-process" in text(client.get("/rules/rule/soil.process/"))


def test_an_industry_shows_every_cell_with_its_mark(site) -> None:  # type: ignore[no-untyped-def]
    page = text(site("expert").get("/rules/industry/coking/?on=2026-12-01"))
    for piece in ("焦化", "结焦时间", "二手来源", "行业表"):
        assert piece in page, piece


@pytest.mark.parametrize(
    "address", ["/rules/rule/no.such/", "/rules/industry/no-such/", "/rules/industry/law/"]
)
def test_what_there_is_not_is_not_found(site, address: str) -> None:  # type: ignore[no-untyped-def]
    assert site("air").get(address).status_code == 404
