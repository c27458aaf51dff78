"""30,000 and 300,000 firms, with and without fairness: time, peak memory, certified gap.

``python -m bench.plan_scale [--sizes 30000 300000] [--limit 600] [--write]``. 30,000 firms are a demo
city; larger lists are copies of it whose groups differ in size and cost (`bench.demo.enlarged`).
Every case runs in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import pickle
import tempfile
import time
from pathlib import Path

from bench.demo import demo_problem, enlarged
from bench.report import child, machine, publish, table

UNIT = 30_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[UNIT, 10 * UNIT])
    parser.add_argument("--limit", type=float, default=600.0)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        one(Path(args.one[0]), int(args.one[1]), args.limit)
        return
    rows = []
    text = machine()
    with tempfile.TemporaryDirectory() as folder:
        for fairness in (True, False):
            unit = Path(folder) / f"unit{fairness}.pickle"
            unit.write_bytes(pickle.dumps(demo_problem(UNIT, fairness=fairness)))
            for size in args.sizes:
                script = ["-m", "bench.plan_scale", "--one", str(unit), str(size // UNIT)]
                run = child([*script, "--limit", str(args.limit)])
                got = json.loads(run.output)
                rows.append(
                    [
                        f"{got['groups']:,}",
                        "yes" if fairness else "no",
                        f"{got['choices']:,}",
                        f"{got['seconds']:.0f} s",
                        f"{run.peak_gb:.1f} GB",
                        f"{got['gap']:.3%}",
                        got["method"],
                    ]
                )
    head = ["firms", "fairness", "step choices", "optimiser", "memory", "certified gap", "method"]
    publish(
        "plan_scale", f"{text}\n\nThree nested levels.\n\n{table(head, rows)}", write=args.write
    )


def one(unit: Path, times: int, limit: float) -> None:
    """Solve one case and print what it took; the process is measured from outside."""
    from lantian.adapters.solver import HighsSolver
    from lantian.domain.response.model import CutSolution
    from lantian.domain.response.optimise import optimise
    from lantian.domain.response.optimise.frame import prepare

    problem = enlarged(pickle.loads(unit.read_bytes()), times)  # our own file
    frame = prepare(problem)
    choices = int((frame.high - frame.low).sum())
    began = time.perf_counter()
    answer = optimise(problem, HighsSolver(), time_limit_s=limit)
    assert isinstance(answer, CutSolution)
    print(
        json.dumps(
            {
                "groups": problem.ladders.industry.size,
                "choices": choices,
                "gap": answer.gap,
                "seconds": time.perf_counter() - began,
                "method": answer.method,
            }
        )
    )


if __name__ == "__main__":
    main()
