"""A firm marks and explains on a telephone, an officer decides (issue 6, section 3), in a real browser."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.slow
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_the_pages_of_firm_and_officer_fit(width: int, visit) -> None:  # type: ignore[no-untyped-def]
    for role, addresses in (
        (
            "enterprise",
            ["/monitoring/own/", "/monitoring/outlet/1/marks/", "/monitoring/outlet/1/"],
        ),
        ("monitoring", ["/monitoring/register/", "/monitoring/alarms/", "/monitoring/outlet/3/"]),
    ):
        page = visit(role, width)
        for address in addresses:
            page.goto(address)
            assert page.evaluate(OVERFLOW) <= 0, (role, address)
            assert page.locator("h1").count() == 1


def test_from_the_curve_to_the_bytes_without_a_script(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("monitoring")
    page.goto("/monitoring/outlet/1/?factor=a21002&unit=minute&span=2h")
    assert page.locator("svg.curve path.line").count() == 1
    page.click("summary:has-text('表格')")
    page.locator("details[open] a:has-text('报文')").last.click()
    page.wait_for_url("**/packets/**")
    assert page.locator("pre.raw").first.inner_text().startswith("##")
    page.go_back()
    page.locator("svg.curve a").last.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/packets/**")


def test_zooming_changes_the_span(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("monitoring")
    page.goto("/monitoring/outlet/1/?factor=a21002&unit=minute&span=7d")
    before = page.input_value("input[name=from]")
    page.click("a[data-way=closer]")
    page.wait_for_url("**from=**")
    assert page.input_value("input[name=from]") > before


def test_a_firm_explains_and_an_officer_closes(visit) -> None:  # type: ignore[no-untyped-def]
    firm = visit("enterprise", 390)
    firm.goto("/monitoring/own/")
    alarm = firm.locator(".message.error a", has_text="报警").first
    address = alarm.get_attribute("href")
    assert address is not None
    assert re.fullmatch(r"/monitoring/alarm/\d+/", address)
    alarm.click()
    firm.wait_for_url(f"**{address}")
    firm.fill("textarea[name=text]", "喷枪堵塞，已更换")
    firm.set_input_files(
        "input[name=files]", {"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": b"proof"}
    )
    firm.click("button:has-text('提交说明')")
    firm.wait_for_selector(".timeline:has-text('喷枪堵塞')")
    officer = visit("enforcement")
    officer.goto(address)
    officer.select_option("select[name=decision]", "confirmed")
    officer.fill("textarea[name=text]", "已立案")
    officer.click("button:has-text('结案')")
    officer.wait_for_selector(".timeline:has-text('确认超标：已立案')")
    assert officer.locator("textarea").count() == 0


def test_a_mark_from_the_telephone(visit) -> None:  # type: ignore[no-untyped-def]
    firm = visit("enterprise", 390)
    firm.goto("/monitoring/own/")
    firm.locator(".runs a.button", has_text=re.compile("^标记$")).first.click()
    firm.wait_for_url("**/marks/**")
    assert firm.input_value("input[name=from]") != ""
    firm.select_option("select[name=kind]", "treatment_failure")
    firm.fill("textarea[name=cause]", "脱硝喷枪堵塞")
    firm.click("button:has-text('提交标记')")
    firm.wait_for_selector(".message:has-text('已标记')")
    assert (
        "治理设施故障"
        in firm.locator(".cards").first.inner_text() + firm.locator("main").inner_text()
    )
