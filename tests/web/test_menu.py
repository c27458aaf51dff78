"""The menu says in which room a page lies (issue 4, section 2)."""

from __future__ import annotations

import re

import pytest


@pytest.mark.parametrize(
    ("role", "address", "name", "kind"),
    [
        ("leader", "/today/", "今日", "page"),
        ("leader", "/firms/map/", "企业", "true"),
        ("leader", "/list/edition/1/", "减排清单", "true"),
        ("leader", "/monitoring/alarms/", "自动监控", "true"),
        ("enterprise", "/monitoring/own/", "本企业监控", "page"),
        ("enterprise", "/alert/own/", "本企业管控令", "page"),
        ("leader", "/processes/", None, ""),
    ],
)
def test_one_entry_is_marked_for_every_page_of_a_room(
    site, filled, role: str, address: str, name: str | None, kind: str
) -> None:  # type: ignore[no-untyped-def]
    page = site(role).get(address).content.decode()
    menu = page.split('<nav class="menu"')[1].split("</nav>")[0]
    marked = re.findall(r'aria-current="(\w+)">([^<]+)<', menu)
    assert marked == ([(kind, name)] if name else [])
