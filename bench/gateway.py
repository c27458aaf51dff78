"""The gateway on loopback: packets kept and answered a second, rows read a second, bytes a value.

``python -m bench.gateway [--packets 60000] [--repeat 3] [--write]``

Loads are loggers in closed loop (`bench.gateway_load`), a process of their own, each connection with a few packets
under way. In the same run, on the same load: a plain asyncio server that forces nothing to the disk, and the same with
every frame forced (`bench.gateway_peers`). The gateway forces batches; what it answered is then sought in its spool.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.gateway_load import plans
from bench.report import LANTIAN, machine, median, publish, table
from lantian.gateway.loggers.papers import write_registry
from lantian.jobs.gateway.spool import ACCEPTED, records

WINDOWS = {200: 8, 2000: 2}
"""Packets under way on each of so many connections."""
UP_S = 60


@dataclass(frozen=True)
class Server:
    """What is measured: its name, and how to start it."""

    name: str
    kind: str  # "lantian", "plain", "sync"


SERVERS = (
    Server("Lantian: kept in a hash chain, forced in batches", "lantian"),
    Server("plain asyncio, every frame forced", "sync"),
    Server("plain asyncio, nothing forced", "plain"),
)


def free_port() -> int:
    """Return a port nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def started(
    server: Server, folder: Path, connections: int
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Start a server and give its port once it listens."""
    port = free_port()
    if server.kind == "lantian":
        registry = folder / "loggers.yaml"
        write_registry(plans(connections), registry)
        command = [*LANTIAN, "gateway", "serve", "--home", str(folder), "--registry", str(registry),
                   "--port", str(port), "--per-address", "10000", "--rate", "100000"]  # fmt: skip
    else:
        command = ["-m", "bench.gateway_peers", str(port), str(folder / "kept.bin")]
        command += ["--sync"] if server.kind == "sync" else []
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL)
    try:
        _listening(port, process)
        yield port, process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(UP_S)


def _listening(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + UP_S
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("the server does not listen")


def cpu_s(pid: int) -> float:
    """Return the CPU seconds a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def kept(server: Server, folder: Path) -> int:
    """Return how many frames a server kept."""
    if server.kind == "lantian":
        return sum(r.status == ACCEPTED for r in records(folder))
    return (folder / "kept.bin").read_bytes().count(b"\r\n")


def measured(server: Server, connections: int, packets: int, folder: Path) -> dict[str, Any]:
    """Return what one server did under one load, with what it lost."""
    with started(server, folder, connections) as (port, process):
        before = cpu_s(process.pid)
        load = [sys.executable, "-m", "bench.gateway_load"]
        load += map(str, (port, connections, packets, WINDOWS[connections]))
        told: dict[str, Any] = json.loads(
            subprocess.run(load, check=True, stdout=subprocess.PIPE).stdout
        )
        told["server_cpu_s"] = cpu_s(process.pid) - before
    told["kept"] = kept(server, folder)
    told["per_s"] = told["answered"] / told["seconds"]
    return told


def loads(packets: int, repeat: int, folder: Path) -> tuple[list[list[str]], Path, dict[str, Any]]:
    """Return the rows of the loads, and the home of a gateway that holds the last one."""
    rows: list[list[str]] = []
    home, last = folder, {}
    for connections in WINDOWS:
        found: dict[str, list[dict[str, Any]]] = {}
        for turn in range(repeat):
            for server in SERVERS:
                own = folder / f"{server.kind}-{connections}-{turn}"
                own.mkdir()
                n = packets if server.kind != "sync" else max(connections * 4, packets // 10)
                one = measured(server, connections, n, own)
                found.setdefault(server.kind, []).append(one)
                if server.kind == "lantian":
                    home, last = own, one
        base = median([one["per_s"] for one in found["sync"]])
        for server in SERVERS:
            rows.append(_row(server, connections, found[server.kind], base))
    return rows, home, last


def _row(
    server: Server, connections: int, runs: Sequence[dict[str, Any]], base: float
) -> list[str]:
    per_s = median([one["per_s"] for one in runs])
    lost = sum(max(0, one["answered"] - one["kept"]) for one in runs)
    silent = sum(one["packets"] - one["answered"] for one in runs)
    return [
        f"{connections:,}", server.name, f"{per_s:,.0f}", f"{per_s / base:.1f} ×",
        f"{median([one['p50_ms'] for one in runs]):,.1f}", f"{median([one['p99_ms'] for one in runs]):,.1f}",
        f"{1e6 * median([one['server_cpu_s'] / one['answered'] for one in runs]):,.0f}",
        f"{sum(one['answered'] for one in runs):,}", f"{lost:,}", f"{silent:,}",
    ]  # fmt: skip


def ingested(home: Path, sent: dict[str, Any]) -> str:
    """Return what reading the spool into the lake costs, and what a value takes."""
    began = time.perf_counter()
    command = [sys.executable, *LANTIAN, "gateway", "ingest", "--home", str(home), "--json"]
    told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    seconds = time.perf_counter() - began
    values, parts = lake_values(home)
    lake = sum(p.stat().st_size for p in parts)
    spool = sum(p.stat().st_size for p in (home / "spool").glob("*.spool"))
    rows = [
        ["packets read into the lake a second, one process", f"{told['records'] / seconds:,.0f}"],
        ["rows (one factor of one packet) a second", f"{told['rows'] / seconds:,.0f}"],
        ["values in the lake", f"{values:,}"],
        ["lake, bytes a value", f"{lake / values:.2f}"],
        ["frames as they came, bytes a value", f"{sent['bytes'] / values:.1f}"],
        ["spool with its hash chain, bytes a value", f"{spool / values:.1f}"],
        ["put aside", f"{sum(told['quarantined'].values()):,}"],
    ]
    return table(["one load of the gateway, read in", ""], rows)


def lake_values(home: Path) -> tuple[int, list[Path]]:
    """Return how many numbers the lake holds, and its files."""
    import polars as pl

    parts = sorted((home / "lake").rglob("*.parquet"))
    names = ("rtd", "min", "avg", "max", "cou", "zs_rtd", "zs_min", "zs_avg", "zs_max", "info")
    total = sum(
        int(
            pl.read_parquet(p, columns=list(names))
            .select(pl.all().is_not_null().sum())
            .sum_horizontal()[0]
        )
        for p in parts
    )
    return total, parts


def main() -> None:
    """Measure, print, and with ``--write`` publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packets", type=int, default=60_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    args = parser.parse_args()
    text = machine()
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as name:
        rows, home, last = loads(args.packets, args.repeat, Path(name))
        read_in = ingested(home, last)
    head = ["connections", "server", "packets/s answered", "against every frame forced", "p50 ms", "p99 ms",
            "server CPU µs/packet", "answered", "of these not kept", "never answered"]  # fmt: skip
    note = (
        f"Medians of {args.repeat} runs of {args.packets:,} packets of {last['bytes'] / last['packets']:.0f} bytes, "
        f"server and load each one process. Under way on each connection: "
        + ", ".join(f"{w} at {n:,}" for n, w in WINDOWS.items()) + "."
    )  # fmt: skip
    publish("gateway", f"{text}\n\n{table(head, rows)}\n\n{note}\n\n{read_in}", write=args.write)


if __name__ == "__main__":
    main()
