"""The invented monitors tell the same story at every hour of the day (issue 6, section 3)."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from lantian.demo.monitors import monitors
from lantian.kernel.calendar import BEIJING

LIMIT = 100


@pytest.mark.parametrize("hour", range(24))
def test_the_kiln_is_above_its_limit_for_five_hours_in_a_row(hour: int) -> None:
    now = datetime(2026, 11, 29, hour, 15, tzinfo=BEIJING)
    kiln = monitors(now, days=3)[0]
    run = next(r for r in kiln.runs if (r.cn, r.factor) == ("2051", "a21002"))
    first = now.replace(minute=0) - timedelta(hours=14)
    for n in range(5):
        begin = (first + timedelta(hours=n)).timestamp() * 1000
        own = (run.at_ms >= begin) & (run.at_ms < begin + 3.6e6)
        assert np.mean(run.digits["ZsAvg"][own]) / 100 > LIMIT * 1.05
