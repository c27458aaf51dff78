"""Pages of one outlet with a year of minutes behind it: median and p95 of each, one process, in one run.

``python -m bench.monitoring_pages [--rounds 20] [--write]``: a site of its own in a temporary folder, one outlet with
525,600 minutes of two factors in the gateway's lake; requests go through Django's whole stack, not through a network.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from bench.report import machine, publish, table

MN = "0F0000000000000000000099"
END = datetime(2026, 1, 1)
PAGES = (
    ("a year of minutes", "?factor=a21002&unit=minute&from=2025-01-01T00:00&to=2026-01-01T00:00"),
    ("a month of minutes", "?factor=a21002&unit=minute&from=2025-06-01T00:00&to=2025-07-01T00:00"),
    ("a day of minutes", "?factor=a21002&unit=minute&from=2025-06-01T00:00&to=2025-06-02T00:00"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        print(*("\t".join(row) for row in measure(args.rounds)), sep="\n")
        return
    about = machine()
    with tempfile.TemporaryDirectory(prefix="lantian-bench-") as home:
        env = os.environ | {"LANTIAN_HOME": home, "LANTIAN_HTTP": "1",
                            "DJANGO_SETTINGS_MODULE": "lantian.office.site.settings"}  # fmt: skip
        command = [
            sys.executable,
            "-m",
            "bench.monitoring_pages",
            "--child",
            "--rounds",
            str(args.rounds),
        ]
        out = subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout
    rows = [line.split("\t") for line in out.splitlines()]
    head = ["what", "values", "p50 ms", "p95 ms"]
    publish("monitoring-pages", "\n\n".join([about, table(head, rows)]), write=args.write)


def measure(rounds: int) -> Iterator[list[str]]:
    """Yield each row of the table."""
    from django.core.management import call_command
    from django.test import Client

    import lantian.office.site.wsgi  # noqa: F401  the process is set up as the server's is
    from lantian.office.monitoring import lake
    from lantian.office.monitoring.curves import Asked, readings_of
    from lantian.office.monitoring.drawing import Limit, draw
    from lantian.office.people.demo import make_accounts
    from lantian.office.people.models import User

    call_command("migrate", verbosity=0)
    make_accounts()
    outlet = fill()
    start, end = (
        lake.day_bounds(END.date() - timedelta(days=365))[0],
        lake.day_bounds(END.date())[0],
    )
    asked = Asked("a21002", "minute", start, end, False)
    readings, step = readings_of(outlet, asked)
    yield [
        "read a year from the lake",
        f"{len(readings):,}",
        *_times(lambda: readings_of(outlet, asked), rounds),
    ]
    limits = (Limit(100.0, ""),)
    picture = draw(readings, start, end, step, limits=limits)
    assert picture.over_points == 1, picture.over_points
    drawn = _times(lambda: draw(readings, start, end, step, limits=limits), rounds)
    yield ["draw it", f"{picture.points:,}", *drawn]
    client = Client(headers={"host": "localhost"})
    client.force_login(
        User.objects.get(username="demo-monitoring"), "django.contrib.auth.backends.ModelBackend"
    )
    for name, query in PAGES:
        address = f"/monitoring/outlet/{outlet.pk}/{query}"
        assert client.get(address).status_code == 200
        yield [f"page: {name}", "", *_times(lambda a=address: client.get(a), rounds)]


def _times(run: object, rounds: int) -> list[str]:
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        run()  # type: ignore[operator]
        times.append((time.perf_counter() - began) * 1000)
    return [f"{statistics.median(times):.0f}", f"{statistics.quantiles(times, n=20)[18]:.0f}"]


def fill() -> object:
    """Write a year of minutes and register the outlet; one minute lies above the limit."""
    import numpy as np
    from django.utils import timezone

    from lantian.jobs.gateway.lake import write_columns
    from lantian.jobs.gateway.rows import Columns
    from lantian.office.audit.vault import store
    from lantian.office.monitoring import lake
    from lantian.office.monitoring.models import Logger, Outlet

    text = "outlet: DA001\nname_zh: 排口\nmedium: air\ntrade: cement\nlimits:\n" + "".join(
        f"- {{factor: {f}, average: hour, high: 100, converted: false, document: x, valid_from: 2024-01-01}}\n"
        for f in ("a21002", "a21026")
    )
    now = timezone.now()
    outlet = Outlet.objects.create(firm_id="F1", code="DA001", name_zh="排口", medium="air", trade="cement",
                                   file=store("o.yaml", text.encode()), by="bench", at=now)  # fmt: skip
    Logger.objects.create(mn=MN, outlet=outlet, password="", by="bench", at=now)
    first = lake.day_bounds(END.date() - timedelta(days=365))[0]
    rng = np.random.default_rng(1)
    for month in range(0, 365, 73):
        columns = Columns()
        n = 73 * 1440
        at = (round(first.timestamp()) + month * 86_400 + np.arange(n) * 60) * 1000
        for factor in ("a21002", "a21026"):
            digits = np.clip(np.round(rng.normal(6000, 500, n)), 0, 9900).astype(np.int64)
            if month == 146 and factor == "a21002":
                digits[777] = 40_000
            filled = {"mn": [MN] * n, "cn": ["2051"] * n, "factor": [factor] * n, "about": [""] * n,
                      "time": at.tolist(), "flag": ["N"] * n, "rf": [False] * n, "version": ["2017"] * n,
                      "record": [0] * n, "avg": digits.tolist(), "avg_d": [2] * n}  # fmt: skip
            for name, column in columns.columns.items():
                column.extend(filled.get(name) or [None] * n)
        write_columns(Path(lake.home()), columns)
    return outlet


if __name__ == "__main__":
    main()
