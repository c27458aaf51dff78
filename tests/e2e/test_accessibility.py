"""Every page held against WCAG 2.2 AA by axe, by the keyboard, in large type and zoomed (issue 4, section 4)."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from test_environment_pages import OVERFLOW, PAGES

pytestmark = pytest.mark.slow

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
OF_ROLE = {
    "operator": ["/record/", "/record/1/", "/exchange/", "/exchange/delivery/1/", "/systems/"],
    "enterprise": ["/alert/own/"],
    None: [
        "/sign-in/",
        "/public/air/",
        "/public/water/",
        "/public/soil/",
        "/api/v1/docs/",
        "/nowhere/",
    ],
}
"""Pages that the leader of `PAGES` does not see, or that everybody does."""
FOCUS = """() => {
    const e = document.activeElement, s = getComputedStyle(e);
    return {text: (e.textContent || e.name || '').trim().slice(0, 40), tag: e.tagName, name: e.name || '',
            seen: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2, width: e.getBoundingClientRect().width};
}"""


def found_by_axe(page, address: str) -> list[str]:  # type: ignore[no-untyped-def]
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    result = Axe().run(page, options=OPTIONS)
    return [
        f"{address} {v['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for v in result.response["violations"]
        for node in v["nodes"][:3]
    ]


def set_up(page, mode: str) -> None:  # type: ignore[no-untyped-def]
    if mode == "english":
        page.click("text=English")
    elif mode == "large":
        page.click("text=大字")


@pytest.mark.parametrize("mode", ["chinese", "english", "large"])
@pytest.mark.parametrize("role", ["leader", "operator", "enterprise", None])
def test_axe_finds_nothing(role, mode: str, visit) -> None:  # type: ignore[no-untyped-def]
    page = visit(role)
    if role is None:
        page.goto("/public/air/")
    set_up(page, mode)
    pages = PAGES if role == "leader" else OF_ROLE[role]
    found = [line for address in pages for line in found_by_axe(page, address)]
    assert found == [], "\n".join(found)


def test_axe_does_find_what_is_wrong(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit(None)
    page.goto("/public/air/")
    page.evaluate("document.querySelector('main').innerHTML += '<p><img src=\"/x.svg\"></p>'")
    result = Axe().run(page, options=OPTIONS)
    assert "image-alt" in [v["id"] for v in result.response["violations"]]


def focused(page, until, most: int = 60) -> dict:  # type: ignore[no-untyped-def, type-arg]
    """Press Tab until the element is reached; every stop on the way shows its focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        own = page.evaluate(FOCUS)
        assert own["seen"], own
        if until(own):
            return own
    raise AssertionError("never reached")


def test_a_day_s_work_by_keyboard_alone(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("air")
    page.goto("/today/")
    assert focused(page, lambda own: True)["text"] == "跳到正文"
    focused(page, lambda own: own["tag"] == "A" and own["text"] == "企业")
    page.keyboard.press("Enter")
    page.wait_for_url("**/firms/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # skips the menu
    first = focused(page, lambda own: True)
    assert (first["tag"], first["name"]) == ("INPUT", "q")
    page.keyboard.type("00777")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=00777**")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    focused(page, lambda own: own["tag"] == "SUMMARY")
    page.keyboard.press("Enter")
    assert page.locator("details.columns[open]").count() == 1
    focused(page, lambda own: own["tag"] == "INPUT" and own["name"] == "col")
    page.keyboard.press("Space")
    assert page.locator("input[value=credit]").is_checked()
    focused(page, lambda own: own["tag"] == "A" and "00777" in own["text"])  # in the table
    page.keyboard.press("Enter")
    page.wait_for_url("**/firms/firm/**")
    assert "00777" in page.locator("h1").inner_text()


def test_a_reason_is_given_by_keyboard_alone(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("operator")
    page.goto("/systems/")
    focused(page, lambda own: own["tag"] == "SUMMARY")
    page.keyboard.press("Enter")
    assert focused(page, lambda own: True)["name"] == "why"
    page.keyboard.type("演练")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=令牌已撤销")


WIDEST = """() => [...document.querySelectorAll('main *, header *')]
  .filter(e => !e.closest('.wide') && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(e => e.tagName + '.' + e.className).slice(0, 3).join(' ')"""


@pytest.mark.parametrize("mode", ["chinese", "english", "large"])
def test_narrow_and_zoomed_pages_do_not_scroll_sideways(mode: str, visit) -> None:  # type: ignore[no-untyped-def]
    """200 % on a window of 1280 is a page of 640 CSS pixels; WCAG 1.4.10 asks even 320."""
    found = []
    for role, pages in (("leader", PAGES), *OF_ROLE.items()):
        page = visit(role, 390)
        if role is None:
            page.goto("/public/air/")
        set_up(page, mode)
        for address in pages:
            page.goto(address)
            for width in (390, 640, 320):
                page.set_viewport_size({"width": width, "height": 800})
                beyond = page.evaluate(OVERFLOW)
                if beyond > 0:
                    found.append((address, width, beyond, page.evaluate(WIDEST)))
    assert found == [], "\n".join(map(str, found))
