"""Public pages of firms at 1,555 and 300,000 firms: made anew, and from the cache; the whole list as CSV.

``python -m bench.site_public [--firms 300000] [--rounds 20] [--write]``: as `bench.site_firms`,
without signing in. "Made" empties the cache of pages before each request.
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

from bench.report import machine, publish, table
from bench.site_firms import fill

PAGES = (
    ("first page", "/public/"),
    ("firms", "/public/firms/"),
    ("one district", "/public/firms/?district={district}"),
    ("industry and grade", "/public/firms/?industry=水泥&grade=non_leading"),
    ("search, one hit", "/public/firms/?q=00777"),
    ("search, many hits", "/public/firms/?q=有限公司"),
    ("last page", "/public/firms/?page=999999"),
    ("a firm", "/public/firms/firm/虚构-00777/"),
    ("notices", "/public/notices/"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--firms", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    parser.add_argument("--one", type=int, default=0, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(*("\t".join(row) for row in measure(args.one, args.rounds)), sep="\n")
        return
    about = machine()
    small, large = (_child(n, args.rounds) for n in (1555, args.firms))
    rows = [[name, *small[name][:2], *large[name]] for name in small]
    head = ["page", "made ms, 1,555", "cached ms, 1,555", f"made ms, {args.firms:,}",
            f"cached ms, {args.firms:,}", "queries"]  # fmt: skip
    publish("site-public", "\n\n".join([about, table(head, rows)]), write=args.write)


def _child(firms: int, rounds: int) -> dict[str, list[str]]:
    with tempfile.TemporaryDirectory(prefix="lantian-bench-") as home:
        env = os.environ | {"LANTIAN_HOME": home, "LANTIAN_HTTP": "1",
                            "DJANGO_SETTINGS_MODULE": "lantian.office.site.settings"}  # fmt: skip
        command = [
            sys.executable,
            "-m",
            "bench.site_public",
            "--one",
            str(firms),
            "--rounds",
            str(rounds),
        ]
        out = subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout
    return {name: rest for name, *rest in (line.split("\t") for line in out.splitlines())}


def measure(firms: int, rounds: int) -> Iterator[tuple[str, str, str, str]]:
    """Yield page, median made anew, median from the cache, queries."""
    import django

    django.setup()
    from django.core.cache import caches
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    call_command("migrate", verbosity=0)
    district = fill(firms)
    client = Client(headers={"host": "localhost"})

    def asked(url: str, *, fresh: bool) -> float:
        caches["rates"].clear()
        if fresh:
            caches["pages"].clear()
        start = time.perf_counter()
        assert client.get(url).status_code == 200, url
        return (time.perf_counter() - start) * 1000

    for name, address in PAGES:
        url = address.format(district=district)
        with CaptureQueriesContext(connection) as queries:
            asked(url, fresh=True)
        count = len(queries)
        made = statistics.median(asked(url, fresh=True) for _ in range(rounds))
        cached = statistics.median(asked(url, fresh=False) for _ in range(rounds))
        yield name, f"{made:.0f}", f"{cached:.1f}", str(count)
    caches["rates"].clear()
    start = time.perf_counter()
    size = sum(len(piece) for piece in client.get("/public/data/firms.csv").streaming_content)
    took = (time.perf_counter() - start) * 1000
    yield (
        f"whole list as CSV, {size / 1e6 / firms * 1e3:.2f} kB a firm",
        f"{took:.0f}",
        "–",
        "2 a 500 firms",
    )


if __name__ == "__main__":
    main()
