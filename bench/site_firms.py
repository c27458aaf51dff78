"""Pages of firms at 1,555 and 300,000 firms: p50 and p95 of each, one process, in one run.

``python -m bench.site_firms [--firms 300000] [--rounds 40] [--write]``: a site of its own in a
temporary folder, filled without the ledger; requests go through Django's whole stack (session,
access, templates), not through a network.
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
from dataclasses import replace
from itertools import groupby, islice

from bench.report import machine, publish, table
from lantian.domain.inventory.model import Inventory

PART = 10_000
"""Firms written at once."""

PAGES = (
    ("first page", "/firms/"),
    ("one district", "/firms/?district={district}"),
    ("industry and grade", "/firms/?industry=水泥&grade=non_leading"),
    ("search, one hit", "/firms/?q=00777"),
    ("search, no hit", "/firms/?q=没有这家"),
    ("search, many hits", "/firms/?q=有限公司"),
    ("largest NOx first", "/firms/?sort=nox"),
    ("last page", "/firms/?page=999999"),
    ("kind and state", "/firms/?kind=guaranteed&state=normal"),
    ("a firm", "/firms/firm/虚构-00777/"),
    ("an edition", "/list/edition/1/"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--firms", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    parser.add_argument("--one", type=int, default=0, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(*(f"{n}\t{a}\t{b}\t{q}" for n, a, b, q in measure(args.one, args.rounds)), sep="\n")
        return
    about = machine()
    found = {n: _child(n, args.rounds) for n in (1555, args.firms)}
    small, large = found.values()
    rows = [
        [name, *small[name][:2], *large[name][:2], large[name][2]] for name in (p[0] for p in PAGES)
    ]
    head = ["page", "p50 ms, 1,555", "p95 ms, 1,555", f"p50 ms, {args.firms:,}",
            f"p95 ms, {args.firms:,}", "queries"]  # fmt: skip
    publish("site-firms", "\n\n".join([about, table(head, rows)]), write=args.write)


def _child(firms: int, rounds: int) -> dict[str, list[str]]:
    """Measure one size in a process of its own: Django's settings are read once."""
    with tempfile.TemporaryDirectory(prefix="lantian-bench-") as home:
        env = os.environ | {"LANTIAN_HOME": home, "LANTIAN_HTTP": "1",
                            "DJANGO_SETTINGS_MODULE": "lantian.office.site.settings"}  # fmt: skip
        command = [
            sys.executable,
            "-m",
            "bench.site_firms",
            "--one",
            str(firms),
            "--rounds",
            str(rounds),
        ]
        out = subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout
    return {name: rest for name, *rest in (line.split("\t") for line in out.splitlines())}


def measure(firms: int, rounds: int) -> Iterator[tuple[str, str, str, int]]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from lantian.office.people.demo import make_accounts
    from lantian.office.people.models import User

    call_command("migrate", verbosity=0)
    make_accounts()
    district = fill(firms)
    client = Client(headers={"host": "localhost"})
    client.force_login(
        User.objects.get(username="demo-air"), "django.contrib.auth.backends.ModelBackend"
    )
    for name, address in PAGES:
        url = address.format(district=district)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200, url
        count = len(queries)  # now: later requests clear the log
        times = []
        for _ in range(rounds):
            start = time.perf_counter()
            client.get(url)
            times.append((time.perf_counter() - start) * 1000)
        p95 = statistics.quantiles(times, n=20)[18]
        yield name, f"{statistics.median(times):.0f}", f"{p95:.0f}", count


def fill(firms: int) -> str:
    """Write one edition of the invented city of a size, part by part; return its largest district."""
    from django.utils import timezone

    from lantian.demo.city import demo_day, lazy_city
    from lantian.jobs.registry.entries import entries, totals_of
    from lantian.office.audit.vault import store
    from lantian.office.registry.actions import facets_of, write_firms
    from lantian.office.registry.models import Edition, Line, Upload
    from lantian.rulebook import load_rulebook

    city = lazy_city(firms=firms)
    counts = {"firms": len(city.firms), "lines": len(city.lines)}
    upload = Upload.objects.create(
        file=store("bench.xlsx", b"bench"), name="bench.xlsx", day=demo_day(), by="bench", layout="bench",
        checked_with="bench", rows=0, errors=0, warnings=0, hints=0, **counts,
    )  # fmt: skip
    edition = Edition.objects.create(
        number=1, upload=upload, day=demo_day(), by="bench", totals=totals_of(city), facets={}, unknown=0,
        added=firms, removed=0, changed=0, at=timezone.now(), **counts,
    )  # fmt: skip
    facets: dict[str, dict[str, list[int]]] = {}
    for part in parts(city):
        found = list(entries(part, load_rulebook(), demo_day()))
        write_firms(edition, found)
        for field, values in facets_of(found).items():
            for value, numbers in values.items():
                sums = facets.setdefault(field, {}).setdefault(value, [0] * len(numbers))
                sums[:] = [a + b for a, b in zip(sums, numbers, strict=True)]
    assert Line.objects.filter(firm__edition=edition).count() == counts["lines"]
    edition.facets = facets
    edition.save()
    return max(facets["district"], key=lambda d: facets["district"][d][0])


def parts(city: Inventory) -> Iterator[Inventory]:
    """Yield a list drawn on the fly in parts; lines and measures come in the order of the firms."""
    lines = groupby(city.lines, key=lambda x: x.firm_id)
    measures = groupby(city.measures, key=lambda m: m.firm_id)
    firms = iter(city.firms)
    while own := tuple(islice(firms, PART)):
        yield replace(
            city, firms=own,
            lines=tuple(x for _, group in islice(lines, len(own)) for x in group),
            measures=tuple(m for _, group in islice(measures, len(own)) for m in group),
        )  # fmt: skip


if __name__ == "__main__":
    main()
