"""One PDF page for each firm and level; many at a time over the processors.

Setting a page costs some 10 to 40 ms once fonts and template are warm, so a city's four
thousand pages are spread over a few processes, each with its own warm compiler.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.context import SpawnContext
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any

from lantian.adapters.paper.order_page import OrderBasis, order_values
from lantian.adapters.paper.press import Press
from lantian.domain.response.model import Order, Plan
from lantian.kernel.level import LEVELS

Progress = Callable[[str, int, int], None]
"""Called with what is being written, how many are done, how many there are."""

PARALLEL_FROM = 60
"""Below this many pages one process is done before a second would be warm."""
_CHUNK = 16
_press: Press | None = None


def chosen_orders(plan: Plan, limit: int | None) -> list[tuple[int, Order]]:
    """Return the orders to print with their firm's number in the list (from 1).

    With a limit, the firms with the largest cuts at the highest level come first, since
    these are the ones an officer looks at.
    """
    numbers: dict[str, int] = {}
    for order in plan.orders:
        numbers.setdefault(order.firm_id, len(numbers) + 1)
    chosen = set(numbers)
    if limit is not None and limit < len(numbers):
        size: dict[str, tuple[int, int]] = {}
        for order in plan.orders:
            mass = size.get(order.firm_id, (0, 0))[0] + sum(order.reduction_mg)
            size[order.firm_id] = (mass, -numbers[order.firm_id])
        chosen = set(sorted(size, key=lambda f: size[f], reverse=True)[: max(0, limit)])
    return [(numbers[o.firm_id], o) for o in plan.orders if o.firm_id in chosen]


def order_file_name(number: int, order: Order) -> str:
    """Return ``0001-<firm>-<level>.pdf``, safe on every file system.

    Examples
    --------
    >>> _safe("甲/乙:公司 ")
    '甲_乙_公司'
    """
    level = f"{LEVELS.index(order.level) + 1}{order.level.value}"
    industry = "" if not order.industry else f"-{_safe(order.industry)[:16]}"
    return f"{number:04d}-{_safe(order.firm_name or order.firm_id)[:40]}{industry}-{level}.pdf"


def write_order_pdfs(
    orders: Sequence[tuple[int, Order]],
    basis: OrderBasis,
    folder: Path,
    progress: Progress | None = None,
) -> int:
    """Write one page for each order into `folder` and return how many."""
    folder.mkdir(parents=True, exist_ok=True)
    total = len(orders)
    jobs = (
        (str(folder / order_file_name(number, order)), order_values(order, number, basis))
        for number, order in orders
    )
    for done, _ in enumerate(_set_pages(jobs, total), start=1):
        if progress is not None:
            progress("orders", done, total)
    return total


def _set_pages(jobs: Iterator[tuple[str, dict[str, Any]]], total: int) -> Iterator[int]:
    workers = min(os.cpu_count() or 1, 8)
    if total < PARALLEL_FROM or workers < 2:
        for job in jobs:
            yield _set_page(job)
        return
    # spawn, not fork: the compiler's threads do not survive a fork
    context = multiprocessing.get_context("spawn")
    with _deaf_pool(context, workers) as pool:
        yield from pool.imap_unordered(_set_page, jobs, chunksize=_CHUNK)


def _deaf_pool(context: SpawnContext, workers: int) -> Pool:
    """Start processes that ignore Ctrl-C from birth, not only once they run: the parent answers.

    A process started while SIGINT is ignored goes on ignoring it.
    """
    if threading.current_thread() is not threading.main_thread():
        return context.Pool(workers)
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return context.Pool(workers)
    finally:
        signal.signal(signal.SIGINT, former)


def _set_page(job: tuple[str, dict[str, Any]]) -> int:
    global _press
    if _press is None:
        _press = Press()
    path, values = job
    return Path(path).write_bytes(_press.pdf("order.typ", {"order": values}))


def _safe(text: str) -> str:
    normal = unicodedata.normalize("NFC", text).strip()
    return re.sub(r'[\\/:*?"<>|\x00-\x1f\s]+', "_", normal).strip("._") or "未命名"
