"""Shared by the measurements: name the machine, measure a child process, write tables."""

from __future__ import annotations

import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

DOC = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def machine() -> str:
    """Return processor, cores, memory, Python and how busy the machine was."""
    model = "unknown processor"
    info = Path("/proc/cpuinfo")
    if info.exists():
        found = re.search(r"model name\s*:\s*(.+)", info.read_text())
        model = found.group(1).strip() if found else platform.machine()
    gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    load = os.getloadavg()[0]
    return (
        f"{model}, {os.cpu_count()} cores, {gb:.0f} GB; Python {platform.python_version()}; "
        f"{datetime.now(UTC):%Y-%m-%d}; load before the run {load:.1f}"
    )


LANTIAN = ("-c", "from lantian.cli import main; main()")
"""Arguments of Python that start the command line."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds, CPU seconds and peak memory of a child process, with what it printed."""

    wall_s: float
    cpu_s: float
    peak_gb: float
    output: str


def child(arguments: Sequence[str]) -> Measured:
    """Run this Python with `arguments` in a process of its own and measure it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise SystemExit(f"{arguments} ended with {process.returncode}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(wall, cpu, usage.ru_maxrss / 1e6, output)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def publish(section: str, text: str, *, write: bool) -> None:
    """Print a section; with `write`, also put it between its marks in docs/benchmarks.md."""
    print(text)
    if not write:
        return
    begin, end = f"<!-- {section} -->", f"<!-- /{section} -->"
    page = DOC.read_text(encoding="utf-8")
    if begin not in page or end not in page:
        raise SystemExit(f"{DOC} has no place for {section}")
    head, rest = page.split(begin, 1)
    tail = rest.split(end, 1)[1]
    new = DOC.with_suffix(".md.new")
    new.write_text(f"{head}{begin}\n{text}\n{end}{tail}", encoding="utf-8")
    new.replace(DOC)
