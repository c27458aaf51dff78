"""From a forecast to the report in a real browser, by four people (issue 4, section 2.5)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FIRST = date.today() + timedelta(days=2)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


def forecast(folder: Path, name: str, *aqi: int) -> str:
    """Write a forecast of so many days and return its path."""
    path = folder / name
    rows = [f"{FIRST + timedelta(days=i)},{value},PM2.5" for i, value in enumerate(aqi)]
    path.write_text("date,aqi,primary_pollutant\n" + "\n".join(rows) + "\n", "utf-8")
    return str(path)


def changed_by_hand_and_sent_out(officer, leader, address: str) -> None:  # type: ignore[no-untyped-def]
    """Compare the plan, change one firm by hand, send the orders out."""
    # The plan against cutting everybody alike; then one firm by hand.
    officer.goto(f"{address}compare/")
    assert "求解器证明的下界" in officer.text_content("main")
    officer.goto(address)
    officer.click("button:text-is('人工调整')")
    officer.wait_for_selector("text=算出的方案不变", timeout=60_000)
    copy = officer.url
    officer.fill("input[name=q]", "虚构-00001")
    officer.click("text=查找")
    officer.click(".plain a >> nth=0")
    officer.wait_for_selector("form.change")
    now = officer.locator("tr.now input[name=rung]").get_attribute("value")
    choices = officer.locator("tbody input[name=rung]")
    other = choices.count() - 1 if int(now) < choices.count() - 1 else int(now) - 1
    choices.nth(other).check()
    officer.fill("textarea[name=why]", "企业设备检修")
    officer.click("text=记入修改稿并核验")
    officer.wait_for_selector("text=改动记录 1")
    assert officer.evaluate(OVERFLOW) <= 0

    leader.goto(copy)
    assert leader.evaluate(OVERFLOW) <= 0
    if leader.locator("text=按修改稿下达管控令").count():
        if leader.locator("textarea[name=accept_why]").count():
            leader.fill("textarea[name=accept_why]", "会商同意")
        leader.click("text=按修改稿下达管控令")
    else:  # the checker forbids it: the plan itself goes out
        assert leader.locator("text=有违反规则的地方").count() == 1
        leader.goto(address)
        if leader.locator(
            "input[name=accept_why]"
        ).count():  # grades that the list has not followed yet
            leader.fill("input[name=accept_why]", "红色预警须在时限内下达")
        leader.click("text=按算出的方案下达管控令")
    leader.wait_for_selector("text=家减排，已回执", timeout=60_000)
    leader.goto(f"{address}orders/?show=all")
    assert leader.locator(".card b").first.inner_text() == "1555"
    assert leader.evaluate(OVERFLOW) <= 0


def received_and_reported(visit, folder: Path):  # type: ignore[no-untyped-def]
    """Confirm the order as the firm on its phone and report with a picture; return its page."""
    firm = visit("enterprise", 390)
    firm.goto("/alert/own/")
    assert "现在必须做到" in firm.text_content("main")
    assert "还有" in firm.text_content(".clock")
    assert firm.evaluate(OVERFLOW) <= 0
    firm.click("text=确认收到")
    firm.fill("textarea[name=report]", "已按要求停产一条线")
    firm.set_input_files("input[name=photos]", str(folder / "停机.png"))
    firm.click("text=提交")
    firm.wait_for_selector("text=已按要求停产一条线")
    firm.wait_for_selector(".photos img")
    assert firm.evaluate(OVERFLOW) <= 0
    return firm


def extended(officer, leader, firm, address: str, folder: Path) -> None:  # type: ignore[no-untyped-def]
    """Propose a later end, sign it, confirm it as the firm."""
    officer.goto(address)
    officer.click("summary:text-is('延长')")
    officer.fill("input[name=until]", f"{FIRST + timedelta(days=6)}T00:00")
    longer = forecast(folder, "longer.csv", 210, 260, 310, 320, 330, 320, 90)
    officer.set_input_files("details[open] input[type=file]", longer)
    officer.fill("details[open] input[name=why]", "冷空气推迟")
    officer.click("text=提出延长")
    officer.wait_for_selector("text=已提出延长")
    leader.goto(address)
    leader.click("text=签发延长")
    leader.wait_for_selector(".message:has-text('已登记')")
    firm.goto("/alert/own/")
    firm.click("text=确认收到延长通知")
    firm.wait_for_selector("text=已确认收到延长通知")


def lifted(visit, leader, firm, address: str, folder: Path) -> None:  # type: ignore[no-untyped-def]
    """Lift the alert on a clear forecast; public and firm see it at once."""
    everybody = visit(None)
    everybody.goto("/public/air/")
    assert "红色" in everybody.text_content("main")
    leader.goto(address)
    leader.click("summary:text-is('解除')")
    leader.fill("details[open] input[name=why]", "空气质量已改善")
    clear = forecast(folder, "clear.csv", 80, 70, 60, 60, 60, 60, 60)
    leader.set_input_files("details[open] input[type=file]", clear)
    leader.click("button:text-is('解除')")
    leader.wait_for_selector("text=空气质量已改善")
    everybody.goto("/public/air/")
    assert "预警生效" not in everybody.text_content("main")
    firm.goto("/alert/own/")
    assert "现在没有需要执行的管控令" in firm.text_content("main")


def test_an_alert_from_the_forecast_to_the_report(visit, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "停机.png").write_bytes(PNG)
    officer = visit("air")
    officer.goto("/alert/")
    officer.set_input_files("input[type=file]", forecast(tmp_path, "red.csv", 210, 260, 310, 320, 330, 90))  # fmt: skip
    officer.fill("input[name=issued]", str(FIRST - timedelta(days=1)))
    officer.click("text=研判")
    officer.wait_for_selector("text=待签发")
    assert "红色" in officer.text_content("h1")
    address = officer.url
    officer.click("text=按现行清单计算方案")
    officer.wait_for_selector("text=独立核验通过", timeout=180_000)
    assert officer.locator("text=下达管控令").count() == 0  # only who signs sends out

    leader = visit("leader", 390)
    leader.goto(address)
    assert leader.evaluate(OVERFLOW) <= 0
    leader.fill("input[name=opinion]", "同意")
    leader.click("button:text-is('签发')")
    leader.wait_for_selector("text=（市长）")

    changed_by_hand_and_sent_out(officer, leader, address)
    firm = received_and_reported(visit, tmp_path)
    extended(officer, leader, firm, address, tmp_path)
    lifted(visit, leader, firm, address, tmp_path)

    leader.click("text=生成评估报告")
    leader.wait_for_selector("text=评估 PDF", timeout=60_000)
    with leader.expect_download() as waiting:
        leader.click("text=评估 PDF >> nth=0")
    assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF")
    assert leader.evaluate(OVERFLOW) <= 0
