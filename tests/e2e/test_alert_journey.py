"""From a forecast to a firm's report in a real browser, by three people (issue 4, section 2.5)."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FORECAST = "date,aqi,primary_pollutant\n" + "".join(
    f"2026-12-{day},{aqi},PM2.5\n"
    for day, aqi in ((16, 128), (17, 163), (18, 214), (19, 262), (20, 231), (21, 88))
)


def test_three_people_bring_an_alert_from_the_forecast_to_the_receipt(
    visit, tmp_path: Path
) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "coming.csv").write_text(FORECAST, "utf-8")

    officer = visit("air")
    officer.goto("/alert/")
    officer.set_input_files("input[type=file]", str(tmp_path / "coming.csv"))
    officer.fill("input[name=issued]", "2026-12-15")
    officer.click("text=研判")
    officer.wait_for_selector("text=待签发")
    address = officer.url
    officer.click("text=按现行清单计算方案")
    officer.wait_for_selector("text=独立核验通过", timeout=120_000)
    assert officer.locator("text=下达管控令").count() == 0  # only who signs sends out

    leader = visit("leader", 390)
    leader.goto(address)
    assert leader.evaluate(OVERFLOW) <= 0
    leader.fill("input[name=opinion]", "同意")
    leader.click("button:text-is('签发')")
    leader.click("text=下达管控令")
    leader.wait_for_selector("text=家减排，已回执")
    assert leader.evaluate(OVERFLOW) <= 0

    firm = visit("enterprise", 390)
    firm.goto("/alert/own/")
    assert "现在必须做到" in firm.text_content("main")
    assert firm.evaluate(OVERFLOW) <= 0
    firm.click("text=确认收到")
    firm.fill("textarea[name=report]", "已按要求停产一条线")
    firm.click("text=提交")
    firm.wait_for_selector("text=已按要求停产一条线")

    everybody = visit(None)
    everybody.goto("/public/air/")
    assert "橙色" in everybody.text_content("main")
    leader.goto(address)
    leader.fill("input[name=why]", "空气质量已改善")
    leader.click("button:text-is('解除')")
    leader.wait_for_selector("text=空气质量已改善")
    everybody.goto("/public/air/")
    assert "预警生效" not in everybody.text_content("main")
