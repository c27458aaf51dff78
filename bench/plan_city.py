"""City of 1,555 firms, three nested levels with fairness: our method against plain HiGHS.

``python -m bench.plan_city [--seeds 1 2 3 4 5] [--limit 150] [--write]``: same model, same run, one
after the other; then the whole way from workbook to plan.json.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

from bench.demo import demo_problem
from bench.report import LANTIAN, child, machine, median, publish, table
from lantian.adapters.solver import HighsSolver
from lantian.domain.response.model import CutSolution
from lantian.domain.response.optimise import optimise
from lantian.domain.response.optimise.frame import prepare
from lantian.domain.response.optimise.plain import solve_plain

GAP = 0.001
GRACE_S = 30.0
"""What plain HiGHS gets beyond its limit to hand over what it has."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--limit", type=float, default=150.0, help="seconds for plain HiGHS")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    args = parser.parse_args()
    text = f"{machine()}\n\n{against_plain(args.seeds, args.limit)}\n\n{end_to_end(args.seeds)}"
    publish("plan_city", text, write=args.write)


def against_plain(seeds: list[int], limit: float) -> str:
    solver = HighsSolver()
    rows, ratios = [], []
    for seed in seeds:
        problem = demo_problem(seed=seed)
        ours = optimise(problem, solver, gap=GAP, time_limit_s=limit)
        assert isinstance(ours, CutSolution)
        plain_s, plain_gap = plain_run(seed, limit)
        reached = plain_gap is not None and plain_gap <= GAP
        ratios.append(plain_s / ours.seconds)
        rows.append(
            [
                str(seed),
                f"{ours.seconds:.2f} s",
                f"{ours.gap:.3%}",
                f"{'' if reached else '> '}{plain_s:.1f} s",
                f"{plain_gap:.3%}" if plain_gap is not None else "no plan",
                f"{'' if reached else '> '}{ratios[-1]:.0f} ×",
            ]
        )
    body = table(["demo city, seed", "method", "gap", "plain HiGHS", "gap", "ratio"], rows)
    return (
        f"{body}\n\nMedian ratio {median(ratios):.0f}; gap asked {GAP:.1%}; plain HiGHS stopped "
        f"after {limit:.0f} s (killed {GRACE_S:.0f} s later where it did not stop by itself), where "
        "`>` says that it had not reached the gap."
    )


def plain_run(seed: int, limit: float) -> tuple[float, float | None]:
    """Return seconds and gap of plain HiGHS on a city, gap None where it gave no plan.

    It runs in a process of its own: HiGHS looks at its time limit between steps only, and a
    single step of the whole model can take many times the limit.
    """
    mine, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_plain, args=(seed, limit, theirs))
    process.start()
    began = time.perf_counter()
    while not mine.poll(0.2):
        if not process.is_alive() or time.perf_counter() - began > limit + GRACE_S + 30:
            process.kill()
            return time.perf_counter() - began, None
    seconds, gap = mine.recv()
    process.join()
    return float(seconds), gap


def _plain(seed: int, limit: float, out: Connection) -> None:
    frame = prepare(demo_problem(seed=seed))
    began = time.perf_counter()
    plain = solve_plain(frame, HighsSolver(), gap=GAP, time_limit_s=limit)
    out.send((time.perf_counter() - began, plain.gap if plain.step is not None else None))


def end_to_end(seeds: list[int]) -> str:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            city = Path(folder) / f"city{seed}"
            child([*LANTIAN, "demo-city", str(city), "--seed", str(seed)])
            out = Path(folder) / f"out{seed}"
            arguments = [*LANTIAN, "plan", str(city / "list.xlsx"), "--all-levels"]
            run = child([*arguments, "--out", str(out), "--orders", "0"])
            plan = json.loads((out / "plan.json").read_text(encoding="utf-8"))
            rows.append(
                [
                    str(seed),
                    f"{run.wall_s:.1f} s",
                    f"{run.cpu_s:.1f} s",
                    f"{run.peak_gb:.2f} GB",
                    f"{float(plan['gap']):.3%}",
                    "passed" if plan["checker"]["ok"] else "FAILED",
                ]
            )
    head = ["demo city, seed", "list.xlsx to plan.json", "CPU", "memory", "gap", "checker"]
    return (
        "The command `lantian plan list.xlsx --all-levels --out DIR --orders 0`, start of Python, "
        f"list checks, orders workbook and reports included:\n\n{table(head, rows)}"
    )


if __name__ == "__main__":
    main()
