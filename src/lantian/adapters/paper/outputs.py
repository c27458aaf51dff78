"""Everything ``lantian plan --out`` writes, all or nothing.

Files are made in a temporary folder beside the target and moved when complete, so an interrupt
leaves the former outputs (or nothing), never half of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from lantian.adapters.excel.orders_book import write_orders_book
from lantian.adapters.excel.sign_board import write_sign_board
from lantian.adapters.inplace import temporary_sibling, uninterrupted
from lantian.adapters.paper.order_page import order_basis
from lantian.adapters.paper.orders_pdf import chosen_orders, write_order_pdfs
from lantian.adapters.paper.press import Press
from lantian.adapters.paper.report import report_docx, report_pdf
from lantian.adapters.paper.report_page import report_values
from lantian.domain.inventory.model import Inventory
from lantian.domain.response.model import Plan
from lantian.domain.response.report import plan_as_dict
from lantian.kernel.problem import LantianError, Place, Problem, Severity
from lantian.rulebook import Rulebook

Progress = Callable[[str, int, int], None]

PLAN_JSON = "plan.json"
ORDERS_BOOK = "orders.xlsx"
SIGN_BOARD = "sign-board.xlsx"
REPORT_PDF = "report.pdf"
REPORT_DOCX = "report.docx"
ORDERS = "orders"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written and how many order pages of how many there could be."""

    folder: Path
    files: tuple[str, ...]
    order_pages: int
    order_pages_in_all: int


def write_outputs(
    plan: Plan,
    inventory: Inventory,
    rulebook: Rulebook,
    out_dir: Path,
    *,
    day: date,
    period: tuple[datetime, datetime] | None = None,
    orders_limit: int | None = None,
    progress: Progress | None = None,
) -> Written:
    """Write workbook, order pages, sign boards, report and plan.json into `out_dir`.

    Parameters
    ----------
    day
        The day whose law and rules the orders cite.
    period
        Start and end of the alert where a forecast gave them; else a blank to fill in.
    orders_limit
        Print the pages of this many firms only (those with the largest cuts).
    progress
        Called with a part's name, how much is done, how much there is.

    Returns
    -------
    Written
        Folder, file names, and the count of order pages.

    Raises
    ------
    LantianError
        W001 a page that cannot be set, W002 a folder that cannot be written.
    """
    told = progress or (lambda part, done, total: None)
    out_dir = out_dir.absolute()
    try:
        with temporary_sibling(out_dir, folder=True) as made:
            pages, in_all = _make_all(
                plan, inventory, rulebook, made, day, period, orders_limit, told
            )
            names = tuple(sorted(p.name for p in made.iterdir()))
            with uninterrupted():
                _move(made, out_dir)
    except OSError as error:
        raise LantianError(_unwritable(out_dir, error)) from error
    return Written(out_dir, names, pages, in_all)


def _make_all(
    plan: Plan,
    inventory: Inventory,
    rulebook: Rulebook,
    made: Path,
    day: date,
    period: tuple[datetime, datetime] | None,
    orders_limit: int | None,
    told: Progress,
) -> tuple[int, int]:
    document = json.dumps(plan_as_dict(plan, traces=True), ensure_ascii=False, indent=1)
    (made / PLAN_JSON).write_text(document + "\n", "utf-8")
    told(PLAN_JSON, 1, 1)
    write_orders_book(
        plan,
        made / ORDERS_BOOK,
        city=inventory.city or "××市",
        source=inventory.source,
        sha256=inventory.sha256,
        lines=inventory.lines,
        progress=told,
    )
    write_sign_board(plan, inventory, made / SIGN_BOARD)
    told(SIGN_BOARD, 1, 1)
    press = Press()
    values = report_values(plan, inventory, day, period)
    (made / REPORT_PDF).write_bytes(report_pdf(press, values))
    (made / REPORT_DOCX).write_bytes(report_docx(press, values))
    told(REPORT_PDF, 1, 1)
    orders = chosen_orders(plan, orders_limit)
    basis = order_basis(plan, inventory, rulebook, day, period)
    pages = write_order_pdfs(orders, basis, made / ORDERS, told)
    return pages, len(plan.orders)


def _move(made: Path, out_dir: Path) -> None:
    """Put what was made in place: a whole new folder, or part by part into an old one.

    The old folder itself stays: it may be a mount or somebody's working directory. ``plan.json``
    comes last, so that a machine that fails between two renames shows its former plan.
    """
    if not out_dir.exists():
        made.replace(out_dir)
        return
    for part in sorted(made.iterdir(), key=lambda p: (p.name == PLAN_JSON, p.name)):
        target = out_dir / part.name
        if target.is_dir() and not target.is_symlink():
            old = made / f".old-{part.name}"
            target.replace(old)
        part.replace(target)


def _unwritable(folder: Path, error: OSError) -> Problem:
    reason = error.strerror or str(error)
    return Problem(
        "W002",
        Severity.ERROR,
        Place(file=str(folder)),
        f"输出文件夹无法写入：{reason}。",
        f"The output folder cannot be written: {reason}.",
        "请检查权限和磁盘空间，或换一个文件夹；原有文件未被改动。",
        "Check permission and disk space, or name another folder; nothing was changed.",
    )
