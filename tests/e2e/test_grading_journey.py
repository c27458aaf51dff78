"""Issue 4, section 2.4 in a real browser: a grade from the application to the firm's page; two officers at once,
a double click, the back button."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def pass_days(home: Path, days: int) -> None:
    """Move every case so far into the past, as if that many days had gone by."""
    with sqlite3.connect(home / "lantian.sqlite3", timeout=20) as store:
        back = f"-{days} days"
        store.execute(
            "UPDATE process_case SET since = datetime(since, ?), started_at = datetime(started_at, ?)",
            (back, back),
        )
        store.execute("UPDATE process_step SET at = datetime(at, ?)", (back,))


def workbook(path: Path) -> int:
    """Write the filled form of a cement-products firm that comes to “leading”; return how many facts it has."""
    from datetime import date

    from lantian.adapters.excel.form import write_form
    from lantian.demo.grading_papers import facts_of
    from lantian.jobs.grading.form import SHEETS
    from lantian.rulebook.grading_tables import load_grading

    facts, _ = facts_of("水泥", "水泥制品", "leading", 7)
    table = load_grading().table("cement", date(2026, 11, 1))
    rows = [
        {
            "firm_id": "1",
            "fact": table.facts[key].name_zh,
            "value": one["value"],
            "unit": one["unit"],
        }
        for key, one in facts.items()
    ]
    firm = {"firm_id": "1", "name": "示例", "industry": "水泥", "subtype": "水泥制品"}
    write_form(path, "申报", SHEETS, {"firm": [firm], "fact": rows})
    return len(rows)


def offer(page, name: str):  # type: ignore[no-untyped-def]
    """Return the form of a step on the page of an application."""
    return page.locator("section.offer", has=page.get_by_role("heading", name=name, exact=True))


def press(page, what) -> None:  # type: ignore[no-untyped-def]
    """Press a button and wait for the page that answers."""
    with page.expect_navigation():
        what.click()


def take(page, name: str) -> str:  # type: ignore[no-untyped-def]
    """Take a step of an application; return what the page then says."""
    press(page, offer(page, name).locator("button"))
    return page.inner_text("main")


def begin_anew(firm) -> None:  # type: ignore[no-untyped-def]
    """The firm withdraws what came back and begins an application."""
    firm.goto("/grading/application/1/")
    offer(firm, "撤回申报").get_by_label("理由").fill("重新整理材料")
    assert "企业已撤回" in take(firm, "撤回申报")
    firm.goto("/grading/")
    firm.select_option("select[name=what]", "cement|水泥制品|leading")
    press(firm, firm.get_by_role("button", name="开始申报"))
    assert "缺事实" in firm.inner_text("main")
    assert firm.get_by_role("button", name="提交申报").count() == 0


def complete(firm, folder: Path, proof: Path) -> None:  # type: ignore[no-untyped-def]
    """Facts by the workbook, evidence one by one: the list of what is missing shrinks."""
    count = workbook(folder / "申报表.xlsx")
    firm.click("summary:has-text('用填好的申报表一次导入')")
    firm.set_input_files("input[name=file]", folder / "申报表.xlsx")
    press(firm, firm.get_by_role("button", name="导入"))
    assert f"读入 {count} 项事实" in firm.inner_text("main")
    assert "缺佐证" in firm.inner_text("main")
    for name in [e.get_attribute("name") for e in firm.locator("input[name^=evidence-]").all()]:
        firm.set_input_files(f"input[name='{name}']", proof)
    press(firm, firm.get_by_role("button", name="保存并重新计算"))
    assert "材料齐全" in firm.inner_text("main")


def hand_in(firm) -> str:  # type: ignore[no-untyped-def]
    """A double click and the back button have one effect; return the address of the application."""
    address = str(firm.url).replace("draft/", "")
    firm.get_by_role("button", name="提交申报").dblclick()
    firm.wait_for_url(address)
    assert "待县区初审" in firm.inner_text("main")
    token = firm.evaluate("document.querySelector('[name=csrfmiddlewaretoken]').value")
    firm.go_back()
    again = firm.get_by_role("button", name="提交申报")
    if again.count():  # shown from the browser's memory
        press(firm, again)
        said = firm.content()
    else:  # the browser asked anew: send what the old page held
        form = {"step": "submit", "version": "0", "csrfmiddlewaretoken": token}
        said = firm.request.post(f"{address}step/", form=form, headers={"Referer": address}).text()
        firm.goto(address)
    assert "没有再次生效" in said
    course = firm.locator("table", has=firm.locator("th", has_text="理由、材料")).locator(
        "tbody tr"
    )
    assert course.count() == 1
    return address


def two_officers(visit, address: str) -> None:  # type: ignore[no-untyped-def]
    """The second of two officers at one step is told who did what."""
    first, second = visit("district"), visit("district")
    first.goto(address)
    second.goto(address)
    assert "待市级审核" in take(first, "县区初审通过")
    offer(second, "县区退回补正").get_by_label("理由").fill("缺照片")
    told = take(second, "县区退回补正")
    assert "C012" in told
    assert "demo-district" in told


def check_and_judge(visit, address: str, proof: Path, photo: Path) -> None:  # type: ignore[no-untyped-def]
    """The inspector on a phone, then an expert."""
    inspector = visit("inspector", 390)
    inspector.goto(address)
    assert inspector.evaluate(OVERFLOW) <= 0
    form = offer(inspector, "现场核查属实")
    form.locator("input[name=protocol]").set_input_files(proof)
    form.locator("input[name=photos]").set_input_files([photo])
    assert "照片.png" in take(inspector, "现场核查属实")
    expert = visit("expert")
    expert.goto(address)
    form = offer(expert, "提交专家意见")
    form.get_by_label("同意所申报等级").check()
    form.locator("textarea").fill("指标与现场相符")
    assert "指标与现场相符" in take(expert, "提交专家意见")


def publish(air, address: str) -> str:  # type: ignore[no-untyped-def]
    """Report the application in a batch and begin its public notice; return the number of the batch."""
    air.goto(address)
    take(air, "专家评审通过")
    with air.expect_navigation():
        air.click("text=到上报批次办理")
    air.fill("input[name=name]", "浏览器批次")
    press(air, air.get_by_role("button", name="生成文件并上报"))
    press(air, air.get_by_role("button", name="开始公示"))
    assert "公示期未满" in air.inner_text("main")
    return str(air.url).rstrip("/").rsplit("/", 1)[1]


def object_and_answer(visit, air, home: Path, number: str, application: str) -> None:  # type: ignore[no-untyped-def]
    """Anybody objects; the notice cannot end before the answer, which everybody can read."""
    public = visit(None, 390)
    public.goto(f"/public/grading/{number}/")
    assert public.evaluate(OVERFLOW) <= 0
    public.get_by_role("link", name="填写异议").click()
    assert public.evaluate(OVERFLOW) <= 0
    public.select_option("select[name=application]", application)
    public.fill("input[name=name]", "某居民")
    public.fill("input[name=contact]", "13800000000")
    public.fill("textarea[name=text]", "夜间有扬尘")
    press(public, public.get_by_role("button", name="提交异议"))
    assert "异议已收到" in public.inner_text("main")
    assert "13800000000" not in public.content()
    pass_days(home, 15)
    air.goto(f"/grading/batches/{number}/")
    assert "条异议未答复，不能生效" in air.inner_text("main")
    air.fill("textarea[name=text]", "已现场核实，料场密闭")
    press(air, air.get_by_role("button", name="不成立", exact=True))
    public.reload()
    assert "已现场核实" in public.inner_text("main")


def test_from_the_application_to_the_grade(visit, running, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from lantian.demo.grading_papers import paper, photograph

    proof, photo = tmp_path / "佐证.pdf", tmp_path / "照片.png"
    proof.write_bytes(paper("journey"))
    photo.write_bytes(photograph(9))
    firm = visit("enterprise")
    begin_anew(firm)
    complete(firm, tmp_path, proof)
    address = hand_in(firm)
    two_officers(visit, address)
    air = visit("air")
    air.goto(address)
    take(air, "市级审核通过，转现场核查")
    check_and_judge(visit, address, proof, photo)
    number = publish(air, address)
    object_and_answer(visit, air, running.home, number, address.rstrip("/").rsplit("/", 1)[1])
    leader = visit("leader")
    leader.goto(f"/grading/batches/{number}/")
    press(leader, leader.get_by_role("button", name="公示期满，等级生效"))
    assert "等级已生效" in leader.inner_text("main")
    firm.goto("/firms/")
    shown = firm.inner_text("main")
    assert "评级结果" in shown
    assert "浏览器批次" in shown
    assert "引领性" in shown


def test_the_firm_s_own_side_on_a_phone(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("enterprise", 390)
    for address in ("/grading/", "/grading/application/1/", "/grading/application/1/draft/"):
        page.goto(address)
        assert page.evaluate(OVERFLOW) <= 0, address
        small = page.evaluate(
            "[...document.querySelectorAll('main button, main .tabs a')]"
            ".filter(e => e.offsetHeight && e.offsetHeight < 44).map(e => e.textContent)"
        )
        assert small == [], address
