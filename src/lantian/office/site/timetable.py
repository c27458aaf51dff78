"""The one loop behind the site: plans as they are asked for, and what is due by the clock.

A room adds its work to `TIMETABLE`: a function that does what is due and returns at once where
nothing is. Several workers may run; each duty must bear being called twice.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import close_old_connections
from django.utils import timezone

from lantian.kernel.problem import LantianError
from lantian.office.alert.worker import run_next
from lantian.office.audit.seals import seal_if_due
from lantian.office.exchange.worker import deliver
from lantian.office.monitoring import worker as monitoring

log = logging.getLogger("lantian.work")


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty: its name in the log, how often it is looked at, what does it."""

    name: str
    every_s: float
    run: Callable[[], object]


TIMETABLE: tuple[Duty, ...] = (
    Duty("ledger.seal", 300, seal_if_due),
    Duty("monitoring.refresh", 60, monitoring.refresh_if_due),
    Duty("monitoring.seal", 900, monitoring.seal_if_due),
)


class Clockwork:
    """Which duties were run when; a duty that fails is told and tried again at its next time."""

    def __init__(self, duties: tuple[Duty, ...] | None = None) -> None:
        self._duties = TIMETABLE if duties is None else duties
        self._next = {duty.name: 0.0 for duty in self._duties}

    def due(self, now_s: float) -> Iterator[Duty]:
        """Yield the duties whose time has come, and note that they are run now."""
        for duty in self._duties:
            if now_s >= self._next[duty.name]:
                self._next[duty.name] = now_s + duty.every_s
                yield duty

    def run_due(self, now_s: float) -> int:
        """Run what is due; return how many duties failed."""
        failed = 0
        for duty in self.due(now_s):
            try:
                duty.run()
            except LantianError as error:
                failed += 1
                for problem in error.problems:
                    log.error("%s: %s %s", duty.name, problem.code, problem.message_zh)
            except Exception:  # a fault of one room must not stop the others
                failed += 1
                log.exception("%s", duty.name)
        return failed


def keep_working(*, until: Callable[[], bool] = lambda: False, pause_s: float = 1.0) -> None:
    """Work until told to stop: one plan or delivery after the other, between them what is due."""
    clockwork = Clockwork()
    while not until():
        close_old_connections()
        clockwork.run_due(time.monotonic())
        if not run_next() and not deliver(timezone.now()):
            time.sleep(pause_s)


def run_once() -> None:
    """Do everything that waits or is due, then return."""
    Clockwork().run_due(0.0)
    while run_next() or deliver(timezone.now()):
        pass
