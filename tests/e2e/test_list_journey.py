"""A damaged list is mended in its marked copy and becomes the edition in force (issue 4, sections 2.3 and 4)."""

from __future__ import annotations

import re

import openpyxl
import pytest

pytestmark = pytest.mark.slow
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def hand_in(page, path) -> None:  # type: ignore[no-untyped-def]
    page.goto("/list/")
    page.set_input_files("input[type=file][name=file]", str(path))
    page.fill("input[name=day]", "2026-12-16")
    page.get_by_role("button", name="上传并检查").click()
    page.wait_for_url("**/list/upload/*/", timeout=120_000)


def test_upload_a_damaged_list_fix_it_and_accept(visit, running, tmp_path) -> None:  # type: ignore[no-untyped-def]
    bad, mended = tmp_path / "清单-损坏.xlsx", tmp_path / "清单-改正.xlsx"
    book = openpyxl.load_workbook(running.home / "demo" / "清单-冬季.xlsx")
    sheet = next(
        s for s in book if any("NOx" in str(c.value) for row in s.iter_rows(max_row=3) for c in row)
    )
    head = next(c for row in sheet.iter_rows(max_row=3) for c in row if "NOx" in str(c.value))
    cell = next(
        c for c in sheet[head.column_letter][head.row :] if isinstance(c.value, (int, float))
    )
    right, cell.value = cell.value, -5
    place = f"{sheet.title} {cell.coordinate}"
    book.save(bad)

    air = visit("air")
    hand_in(air, bad)
    text = air.inner_text("main")
    assert "有错误" in text
    row = air.locator("table.problems tr", has_text=place).first
    assert "错误" in row.inner_text()
    assert air.evaluate(OVERFLOW) <= 0
    # Nobody accepts it without naming the error and the reason.
    air.get_by_role("button", name=re.compile("接受为第")).click()
    air.wait_for_load_state()
    assert "已接受为第" not in air.inner_text("main")
    with air.expect_download() as got:
        air.get_by_role("link", name="下载标注副本").click()
    got.value.save_as(mended)
    marked = openpyxl.load_workbook(mended)
    assert marked[sheet.title][cell.coordinate].comment is not None
    marked[sheet.title][cell.coordinate].value = right
    marked.save(mended)

    hand_in(air, mended)
    assert place not in " ".join(air.locator("table.problems tr").all_inner_texts())
    assert "没有错误，可以接受为新的版次" in air.inner_text("main")
    air.get_by_role("button", name=re.compile("接受为第")).click()
    air.wait_for_load_state()
    air.goto("/list/")
    assert "清单-改正.xlsx" in air.inner_text("main")
    firm = visit("enterprise", 390)
    firm.goto("/firms/firm/虚构-00001/")
    assert re.search(r"清单第 ?\d+ ?版", firm.inner_text("main"))
