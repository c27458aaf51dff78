"""Orders, sign boards, report: one page an order, marks visible, figures equal everywhere.

Covers issue 2 section 4 (``--out``: "Numbers equal everywhere (a test compares them)"; no
half-written file), reference 2.4 (sign board), law reference (the law of the day), design
rules 1 and 3 (marks and trace on paper).
"""

from __future__ import annotations

import importlib.util
import json
import sys
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from pypdf import PdfReader

from lantian.adapters.paper import outputs
from lantian.adapters.paper.order_page import order_basis, order_values
from lantian.adapters.paper.orders_pdf import chosen_orders
from lantian.adapters.paper.outputs import write_outputs
from lantian.adapters.paper.press import FONTS, Press
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.pollutant import POLLUTANTS, Pollutant
from lantian.kernel.problem import LantianError
from lantian.rulebook import load_rulebook


def _sample():
    spec = importlib.util.spec_from_file_location(
        "paper_sample", Path(__file__).parent / "sample.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules["paper_sample"] = module
    spec.loader.exec_module(module)
    return module


S = _sample()


def text_of(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def squeeze(text: str) -> str:
    return "".join(text.split()).replace("\u200b", "")


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("paper") / "out"
    write_outputs(S.sample_plan(), S.sample_inventory(), load_rulebook(), folder, day=S.DAY)
    return folder


def test_everything_is_written(out):
    names = {p.name for p in out.iterdir()}
    assert names == {
        "plan.json", "orders.xlsx", "orders", "sign-board.xlsx", "report.pdf", "report.docx",
    }  # fmt: skip
    assert len(list((out / "orders").iterdir())) == 9
    assert not [p for p in out.parent.iterdir() if p.name.startswith(".")]


def test_figures_are_equal_everywhere(out):
    told = json.loads((out / "plan.json").read_text("utf-8"))
    pdf = squeeze(text_of(out / "report.pdf"))
    word = Document(out / "report.docx")
    cells = {c.text for t in word.tables for r in t.rows for c in r.cells}
    sheet = openpyxl.load_workbook(out / "orders.xlsx")["汇总"]
    rows = {(r[0], r[1]): r for r in sheet.iter_rows(values_only=True) if r[0] and r[1]}
    assert len(told["levels"]) == 3
    for level in LEVELS:
        mine = told["levels"][level.value]
        for p in POLLUTANTS:
            row = rows[level.label_zh, p.label_zh]
            assert row[2] == mine["required"][p.value]
            assert row[3] == mine["achieved"][p.value]
            assert row[5] == mine["achieved_kg_day"][p.value]
            shown = f"{mine['achieved_kg_day'][p.value]:,.2f}"
            assert shown in cells
            assert shown in pdf
        cost = f"{mine['cost_cny_day'] / 10_000:,.2f}"
        assert cost in cells
        assert cost in pdf
    book = openpyxl.load_workbook(out / "orders.xlsx")
    for level in LEVELS:
        body = list(book[level.label_zh].iter_rows(min_row=3, values_only=True))
        orders = [o for o in told["orders"] if o["level"] == level.value]
        assert len(body) == sum(len(o["actions"]) for o in orders)
        for i, p in enumerate(POLLUTANTS):
            total = sum(o["reduction_kg_day"][p.value] for o in orders)
            assert sum(r[9 + i] for r in body) == pytest.approx(total, abs=1e-6)
        assert sum(r[13] or 0 for r in body) == pytest.approx(
            told["levels"][level.value]["cost_cny_day"]
        )


@pytest.mark.parametrize("n_lines", [1, 3, 14, 60])
def test_an_order_is_one_page_whatever_it_holds(n_lines, tmp_path):
    plan, inventory = S.sample_plan(n_lines), S.sample_inventory(n_lines)
    long = replace(
        plan.orders[1],
        firm_name="名称很长的示例焦化煤气化工综合利用（集团）股份有限责任公司第二分公司" * 2,
        transport_zh="国四及以下重型载货车辆（含燃气）停止运输；" * 12,
    )
    basis = order_basis(plan, inventory, load_rulebook(), S.DAY, None)
    path = tmp_path / "o.pdf"
    for order in (plan.orders[1], long):
        path.write_bytes(Press().pdf("order.typ", {"order": order_values(order, 1, basis)}))
        assert len(PdfReader(path).pages) == 1
        text = squeeze(text_of(path))
        assert "拟稿，未经签发不生效" in text
        assert "五、异议" in text
        assert "签发人" in text


def test_an_order_says_what_it_must(out):
    path = next((out / "orders").glob("0001-*-2orange.pdf"))
    text = squeeze(text_of(path))
    for part in (
        "示例焦化有限公司",
        "91140100000000001X",
        "结焦时间由24小时延长至36小时",
        "接到通知后6小时内",
        "国四及以下重型载货车辆",
        "2026年第一批",
        "【二手来源】",
        "response.exchange@unseen【待核实】",
        "abababababababab",
        "分管副市长",
        "虚构",
    ):
        assert part in text, part
    red = squeeze(text_of(next((out / "orders").glob("0001-*-3red.pdf"))))
    assert "签发人（市长）" in red
    free = squeeze(text_of(next((out / "orders").glob("0003-*-3red.pdf"))))
    assert "自主减排" in free


def test_an_order_cites_the_law_of_its_day():
    plan, inventory, book = S.sample_plan(), S.sample_inventory(), load_rulebook()
    texts = {}
    for day in (date(2026, 8, 14), date(2026, 8, 15)):
        basis = order_basis(plan, inventory, book, day, None)
        texts[day] = order_values(plan.orders[0], 1, basis)["opening"]
    assert "大气污染防治法" in texts[date(2026, 8, 14)]
    assert "生态环境法典" in texts[date(2026, 8, 15)]


def test_unknown_is_not_zero(tmp_path):
    plan = S.sample_plan(unknown=frozenset({Pollutant.VOC}))
    write_outputs(
        plan, S.sample_inventory(), load_rulebook(), tmp_path / "o", day=S.DAY, orders_limit=1
    )
    assert "挥发性有机物在清单中没有数据" in squeeze(text_of(tmp_path / "o" / "report.pdf"))
    row = next(
        iter(
            openpyxl.load_workbook(tmp_path / "o" / "orders.xlsx")["红色"].iter_rows(
                min_row=3, max_row=3, values_only=True
            )
        )
    )
    assert row[12] == "未知"


def test_limit_takes_the_largest_cuts():
    chosen = chosen_orders(S.sample_plan(), 1)
    assert {o.firm_id for _, o in chosen} == {"F2"}
    assert [n for n, _ in chosen] == [2, 2, 2]
    assert chosen_orders(S.sample_plan(), 0) == []


def test_an_interrupt_leaves_the_former_outputs(tmp_path, monkeypatch):
    plan, inventory, book = S.sample_plan(), S.sample_inventory(), load_rulebook()
    target = tmp_path / "o"
    write_outputs(plan, inventory, book, target, day=S.DAY, orders_limit=1)
    before = {p: p.read_bytes() for p in target.rglob("*") if p.is_file()}

    def stop(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(outputs, "report_docx", stop)
    for folder in (target, tmp_path / "new"):
        with pytest.raises(KeyboardInterrupt):
            write_outputs(plan, inventory, book, folder, day=S.DAY)
    assert {p: p.read_bytes() for p in target.rglob("*") if p.is_file()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["o"]


def test_writing_again_replaces_and_keeps_strangers(tmp_path):
    plan, inventory, book = S.sample_plan(), S.sample_inventory(), load_rulebook()
    target = tmp_path / "o"
    write_outputs(plan, inventory, book, target, day=S.DAY)
    (target / "note.txt").write_text("mine", "utf-8")
    write_outputs(plan, inventory, book, target, day=S.DAY, orders_limit=1)
    assert (target / "note.txt").read_text("utf-8") == "mine"
    assert len(list((target / "orders").iterdir())) == 3


def test_a_folder_that_cannot_be_written_is_a_problem(tmp_path):
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(LantianError) as caught:
        write_outputs(
            S.sample_plan(), S.sample_inventory(), load_rulebook(), tmp_path / "file" / "o",
            day=S.DAY,
        )  # fmt: skip
    assert caught.value.problems[0].code == "W002"


def test_pages_are_set_without_the_bundled_fonts(tmp_path, monkeypatch):
    from lantian.adapters.paper import press

    monkeypatch.setattr(press, "FONTS", tmp_path / "none")
    plan = S.sample_plan()
    basis = order_basis(plan, S.sample_inventory(), load_rulebook(), S.DAY, None)
    page = press.Press().pdf("order.typ", {"order": order_values(plan.orders[0], 1, basis)})
    assert page.startswith(b"%PDF")


def test_fonts_and_their_licence_are_there():
    names = {p.name for p in FONTS.iterdir()}
    assert names == {"LantianSansSC-Regular.otf", "LantianSansSC-Bold.otf", "OFL.txt"}
    assert sum(p.stat().st_size for p in FONTS.iterdir()) < 12_000_000
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text("utf-8")


def test_sign_board(out):
    book = openpyxl.load_workbook(out / "sign-board.xlsx")
    rows = list(book["公示牌一览"].iter_rows(min_row=4, values_only=True))
    assert [r[1] for r in rows] == [f.name for f in S.FIRMS]
    assert rows[0][6] == "结焦时间由24小时延长至36小时"
    assert rows[0][8] == "张三"
    assert not rows[0][10]  # the supervision phone is the bureau's to fill in
    assert book["公示牌"]["A2"].value == "示例焦化有限公司"


def test_word_has_both_charts(out):
    with zipfile.ZipFile(out / "report.docx") as word:
        assert sum(n.startswith("word/media/") for n in word.namelist()) == 2


def test_levels_that_were_not_planned_are_left_out(tmp_path):
    plan = S.sample_plan()
    one = replace(
        plan, levels=(Level.RED,), orders=tuple(o for o in plan.orders if o.level is Level.RED)
    )
    write_outputs(one, S.sample_inventory(), load_rulebook(), tmp_path / "o", day=S.DAY)
    assert "黄色" not in openpyxl.load_workbook(tmp_path / "o" / "orders.xlsx").sheetnames
