"""Air, water and soil in a real browser: every width, both editions, uploads, languages (issue 5, section 5)."""

from __future__ import annotations

from pathlib import Path

import pytest

PAGES = [
    "/today/", "/air/", "/air/period/2026/", "/air/period/2026-11/", "/air/quality/2026-12-10/?item=pm25", "/water/",
    "/water/section/出境断面/", "/soil/", "/soil/parcel/DK-003/", "/alert/",
    "/alert/1/", "/alert/1/compare/", "/alert/1/orders/", "/alert/order/1/", "/alert/draft/1/",
    "/firms/", "/firms/map/",
    "/firms/firm/虚构-00001/", "/list/", "/list/upload/2/", "/list/edition/2/", "/list/compare/?a=1&b=2",
    "/list/grades/",
    "/processes/", "/processes/grading-application/", "/processes/parcel/",
    "/grading/", "/grading/application/5/", "/grading/batches/", "/grading/batches/2/",
    "/public/grading/", "/public/grading/2/",
    "/rules/", "/rules/rule/response.alert/", "/rules/rule/soil.process/", "/rules/industry/coking/",
    "/record/", "/record/1/", "/account/", "/account/sessions/",
    "/help/", "/help/?q=管控令", "/help/page/problem-codes/", "/help/page/cli/", "/help/page/help/leader/",
    "/help/for/firm/",
    "/monitoring/", "/monitoring/outlet/1/", "/monitoring/outlet/1/?unit=hour&span=31d",
    "/monitoring/outlet/1/packets/",
    "/monitoring/outlet/1/parameters/", "/monitoring/outlet/1/marks/", "/monitoring/alarms/", "/monitoring/alarm/1/",
    "/monitoring/quarantine/", "/monitoring/quarantine/group/?mn=0F0000000000000000000777&reason=unregistered",
    "/exchange/", "/exchange/delivery/1/", "/api/v1/docs/",
    "/publicity/", "/publicity/bulletins/", "/public/", "/public/air/", "/public/water/", "/public/soil/",
]  # fmt: skip
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """
    [...document.querySelectorAll('button, .menu a, .tabs a')]
        .filter(e => e.offsetHeight && e.offsetHeight < 44).map(e => e.textContent)
"""
TYPE_SIZE = "parseFloat(getComputedStyle(document.querySelector('main p, main td')).fontSize)"
HOURS = "time,station,so2,no2,co,o3,pm10,pm25\n"

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_no_page_is_wider_than_its_screen(width: int, visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("leader", width)
    for address in PAGES:
        page.goto(address)
        assert page.evaluate(OVERFLOW) <= 0, address
        assert page.locator("h1").count() == 1
        if width == 390:
            small = page.evaluate(SMALL)
            assert small == [], address


def test_large_type_stays_and_fits(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit(None, 390)
    page.goto("/public/water/")
    before = page.evaluate(TYPE_SIZE)
    page.click("text=大字")
    page.goto("/public/water/")
    assert page.evaluate(TYPE_SIZE) > before * 1.2
    assert page.evaluate(OVERFLOW) <= 0


def test_the_keyboard_alone_reaches_the_content_and_the_menu(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("air")
    page.goto("/air/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")
    assert page.url.endswith("#main")
    page.goto("/air/")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "地表水":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/water/")


def test_both_editions_of_a_year(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("air")
    page.goto("/air/period/2026/")

    def good() -> int:
        return int(page.locator(".card b").first.inner_text().split("/")[0])

    page.click("text=2012 年版")
    old = good()
    page.click("text=2026 年版")
    assert good() < old
    assert page.locator("svg.calendar rect.day").count() == 365
    page.click("summary:has-text('表格') >> nth=0")
    assert page.locator("details[open] tbody tr").count() == 350


def test_a_damaged_file_is_told_mended_and_taken_in(visit, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    rows = [
        f"2026-12-18 {h:02d}:00,S0{s},10,40,1.0,60,100,70"
        for h in range(1, 25)
        for s in range(1, 7)
    ]
    path = tmp_path / "hours.csv"
    path.write_text(
        HOURS
        + "\n".join(rows).replace("2026-12-18 05:00,S01,10", "2026-12-18 25:00,S01,坏")
        + "\n",
        "utf-8",
    )
    page = visit("monitoring")
    page.goto("/air/")
    page.set_input_files("input[type=file]", path)
    page.click("text=上传并重算")
    assert page.locator(".message", has_text="A007").count() == 1
    assert page.locator(".message", has_text="未使用 1 行").count() == 1
    path.write_text(HOURS + "\n".join(rows) + "\n", "utf-8")
    page.set_input_files("input[type=file]", path)
    page.click("text=上传并重算")
    assert page.locator(".message", has_text="144 行，未使用 0 行").count() == 1
    page.goto("/air/quality/2026-12-18/?item=pm25")
    assert page.locator(".message", has_text="六项城市日值均有效").count() == 1


def test_the_bulletin_comes_down_as_pdf(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("leader")
    page.goto("/air/period/2026-11/")
    with page.expect_download() as waiting:
        page.click("text=公报 PDF")
    assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF")


def test_a_parcel_moves_by_an_event(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("soil")
    page.goto("/soil/parcel/DK-004/")
    page.select_option("select[name=event]", "survey_required")
    page.fill("input[name=day]", "2026-11-20")
    page.fill("input[name=who]", "市生态环境局")
    page.fill("input[name=due]", "2027-02-01")
    page.click("main button:has-text('登记')")
    page.wait_for_selector(".message:has-text('应开展调查')")
    assert page.locator(".message", has_text="应开展调查").count() == 1
    assert "2027-02-01" in page.locator("main").inner_text()


def test_english_by_a_switch(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit(None)
    page.goto("/public/air/")
    page.click("text=English")
    assert page.locator("h1").inner_text() == "Air quality"
    page.click("text=Water")
    assert page.locator("h1").inner_text() == "Surface water"


def test_what_a_role_may_not_see_is_said(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("enterprise")
    response = page.goto("/public/air/")
    assert response.status == 200
    assert page.locator(".menu a").all_inner_texts() == [
        "今日",
        "我的企业",
        "本企业管控令",
        "企业",
        "绩效分级",
        "本企业监控",
        "规则",
        "帮助",
    ]
