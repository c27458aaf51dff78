"""Reading and checking the list: rows a second, CPU of the import beyond interpreter start.

``python -m bench.lists [--firms 1555] [--repeat 5] [--write]``
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from bench.report import LANTIAN, child, machine, median, publish, table
from lantian.demo.city import demo_day
from lantian.jobs.check import run_check

READ = "import sys; from pathlib import Path; from lantian.jobs.lists import read_list; {}"
CALL = "read_list(Path(sys.argv[1]))"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--firms", type=int, default=1555)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    args = parser.parse_args()
    text = machine()
    with tempfile.TemporaryDirectory() as folder:
        child([*LANTIAN, "demo-city", folder, "--firms", str(args.firms)])
        book = Path(folder) / "list.xlsx"
        every = range(args.repeat)
        bare = median([child(["-c", "pass"]).cpu_s for _ in every])
        modules = median([child(["-c", READ.format("")]).cpu_s for _ in every])
        whole = median([child(["-c", READ.format(CALL), str(book)]).cpu_s for _ in every])
        checks = []
        for _ in every:
            began = time.perf_counter()
            report = run_check(book, day=demo_day())
            checks.append(time.perf_counter() - began)
        city = report.read.inventory
        parts = (city.firms, city.lines, city.measures, city.dust, city.mobile, city.totals)
        n_rows = sum(len(part) for part in parts)
    rows = [
        ["read list.xlsx, CPU beyond a bare Python", f"{whole - bare:.2f} s"],
        ["of that, loading the modules", f"{modules - bare:.2f} s"],
        ["read and check, in a running process", f"{median(checks):.2f} s"],
        ["rows checked a second, reading included", f"{n_rows / median(checks):,.0f}"],
    ]
    body = table([f"demo city, {args.firms:,} firms, {n_rows:,} rows", "median"], rows)
    publish("lists", f"{text}\n\n{body}", write=args.write)


if __name__ == "__main__":
    main()
