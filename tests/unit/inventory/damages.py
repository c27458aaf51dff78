"""Ways to damage a sound list, shared by the tests of ``check`` and of ``plan``.

Each damage names the code that must tell of it, where, and the exit code of ``lantian check``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook

from lantian.demo.city import demo_day

FIRMS = 60
DAY = demo_day().isoformat()
Damage = Callable[["Book"], tuple[str, int, str] | None]


class Book:
    """A workbook addressed by sheet, row and the beginning of a heading."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook

    def column(self, sheet: str, heading: str) -> int:
        for cell in self.workbook[sheet][1]:
            if str(cell.value).split("(")[0] == heading:
                return int(cell.column)
        raise KeyError(heading)

    def get(self, sheet: str, row: int, heading: str) -> Any:
        return self.workbook[sheet].cell(row, self.column(sheet, heading)).value

    def put(self, sheet: str, row: int, heading: str, value: Any) -> tuple[str, int, str]:
        self.workbook[sheet].cell(row, self.column(sheet, heading)).value = value
        return sheet, row, heading

    def row(self, sheet: str, **wanted: Any) -> int:
        """Return the first row whose cells hold these values."""
        for row in range(2, self.workbook[sheet].max_row + 1):
            if all(self.get(sheet, row, heading) == value for heading, value in wanted.items()):
                return row
        raise LookupError(f"{sheet}: {wanted}")

    def copy_row(self, sheet: str, row: int) -> int:
        target = self.workbook[sheet]
        new = target.max_row + 1
        for cell in list(target[row]):
            target.cell(new, cell.column).value = cell.value
        return new

    def running_stop(self, level: str = "黄色") -> int:
        """Return the row of a measure that stops a line at `level`."""
        return self.row("减排措施", 预警级别=level, 措施类型="停产")

    def line_of(self, measure_row: int) -> int:
        return self.row(
            "生产线",
            企业编号=self.get("减排措施", measure_row, "企业编号"),
            生产线编号=self.get("减排措施", measure_row, "生产线编号"),
        )


def _last_character(book: Book) -> tuple[str, int, str]:
    code = str(book.get("企业", 2, "统一社会信用代码"))
    book.put("企业", 2, "排污许可证编号", None)
    return book.put("企业", 2, "统一社会信用代码", code[:-1] + ("1" if code[-1] != "1" else "2"))


def _swap_coordinates(book: Book) -> tuple[str, int, str]:
    east, north = book.get("企业", 2, "经度"), book.get("企业", 2, "纬度")
    book.put("企业", 2, "纬度", east)
    return book.put("企业", 2, "经度", north)


def _repeat_line(book: Book) -> tuple[str, int, str]:
    return "生产线", book.copy_row("生产线", 2), "生产线编号"


def _repeat_firm(book: Book) -> tuple[str, int, str]:
    return "企业", book.copy_row("企业", 2), "企业编号"


def _repeat_measure(book: Book) -> tuple[str, int, str]:
    return "减排措施", book.copy_row("减排措施", 2), "预警级别"


def _grade_outside_scheme(book: Book) -> tuple[str, int, str]:
    row = book.row("企业", 重点行业="包装印刷")
    return book.put("企业", row, "绩效等级", "引领性")


def _weaker(book: Book) -> tuple[str, int, str]:
    row = book.running_stop("黄色")
    book.put("减排措施", row + 1, "措施类型", "限产")
    return book.put("减排措施", row + 1, "停限产比例", 0.5)


def _stopped(book: Book) -> tuple[str, int, str]:
    row = book.running_stop()
    book.put("生产线", book.line_of(row), "生产线已停", "是")
    return "减排措施", row, "停限产比例"


def _task(book: Book) -> tuple[str, int, str]:
    firm = book.get("企业", book.row("企业", 是否保障类="是", 长期停产="否"), "企业编号")
    row = book.row("减排措施", 企业编号=firm)
    book.put("生产线", book.line_of(row), "保障负荷比例", 0.9)
    book.put("减排措施", row, "措施类型", "限产")
    return book.put("减排措施", row, "停限产比例", 0.5)


def _thousand(book: Book) -> tuple[str, int, str]:
    annual = book.get("生产线", 2, "年排放PM")
    return book.put("生产线", 2, "年排放PM", annual * 1000) and ("生产线", 2, "日排放PM")


def _no_number(book: Book) -> tuple[str, int, str]:
    row = book.running_stop()
    book.put("减排措施", row, "核查阈值", None)
    return book.put("减排措施", row, "措施内容", "按要求停产")


def _above_base(book: Book) -> tuple[str, int, str]:
    row = book.running_stop()
    return book.put("减排措施", row, "减排量PM", 10**6)


def _orphan_line(book: Book) -> tuple[str, int, str]:
    return book.put("生产线", 2, "企业编号", "虚构-99999")


def _cell(sheet: str, row: int, heading: str, value: Any) -> Damage:
    return lambda book: book.put(sheet, row, heading, value)


def _permit(book: Book) -> tuple[str, int, str]:
    return book.put("企业", 2, "排污许可证编号", book.get("企业", 3, "排污许可证编号"))


DAMAGES: dict[str, tuple[Damage, str, int]] = {
    "credit code, last character": (_last_character, "L103", 1),
    "credit code too short": (_cell("企业", 2, "统一社会信用代码", "9114"), "L102", 1),
    "permit of another firm": (_permit, "L112", 1),
    "firm twice": (_repeat_firm, "L121", 1),
    "line twice": (_repeat_line, "L201", 1),
    "measure twice": (_repeat_measure, "L304", 1),
    "unknown industry": (_cell("企业", 2, "重点行业", "炼丹"), "L141", 1),
    "unknown grade": (_cell("企业", 2, "绩效等级", "E级"), "L150", 1),
    "grade not in scheme": (_grade_outside_scheme, "L152", 1),
    "line of no firm": (_orphan_line, "L202", 1),
    "measure names no line": (_cell("减排措施", 2, "生产线编号", None), "L302", 1),
    "percent as share": (
        lambda b: b.put("减排措施", b.row("减排措施", 措施类型="限产"), "停限产比例", 20),
        "L306",
        1,
    ),
    "share above one": (
        lambda b: b.put("减排措施", b.running_stop(), "停限产比例", 1.2),
        "L305",
        1,
    ),
    "weaker at a higher level": (_weaker, "L311", 1),
    "stopped but counted": (_stopped, "L333", 1),
    "task cut": (_task, "L245", 1),
    "city total too small": (_cell("全社会排放", 2, "日排放PM", 1), "L501", 1),
    "negative emission": (_cell("生产线", 2, "日排放PM", -1), "L210", 1),
    "a thousandfold": (_thousand, "L221", 1),
    "reduction above base": (_above_base, "L330", 1),
    "operating days": (_cell("生产线", 2, "年运行天数", 3650), "L211", 1),
    "coordinates swapped": (_swap_coordinates, "L603", 1),
    "no number in the text": (_no_number, "L320", 0),
    "grade without notice": (
        lambda b: b.put("企业", b.row("企业", 绩效等级="B"), "评级批次文号", None),
        "L154",
        0,
    ),
    "task not stated": (
        lambda b: b.put("企业", b.row("企业", 是否保障类="是"), "保障任务", None),
        "L240",
        0,
    ),
}


def _empty(path: Path, sound: Path) -> None:
    path.write_bytes(b"")


def _pdf(path: Path, sound: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n")


def _cut_short(path: Path, sound: Path) -> None:
    content = sound.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _absent(path: Path, sound: Path) -> None:
    return


def _another_book(path: Path, sound: Path) -> None:
    workbook = Workbook()
    workbook.active.append(["买菜", "数量"])  # type: ignore[union-attr]
    workbook.save(path)


SPOILS: list[Callable[[Path, Path], None]] = [_empty, _pdf, _cut_short, _absent, _another_book]


def damaged(name: str, sound: Path, folder: Path) -> tuple[Path, str, str, int, str]:
    """Return a damaged copy of `sound`, the code due, the exit code of check, sheet and cell."""
    damage, expected, exit_code = DAMAGES[name]
    workbook = openpyxl.load_workbook(sound)
    book = Book(workbook)
    place = damage(book)
    assert place is not None
    sheet, row, heading = place
    address = workbook[sheet].cell(row, book.column(sheet, heading)).coordinate
    path = folder / "damaged.xlsx"
    workbook.save(path)
    return path, expected, sheet, exit_code, address
