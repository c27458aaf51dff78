"""``lantian simulate``: a city of invented loggers drives a gateway."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from lantian.cli.output import (
    EXIT_OK,
    EXIT_PROBLEMS,
    console,
    guarded,
    print_json,
    print_problems,
    problems_as_json,
)
from lantian.kernel.problem import Severity

if TYPE_CHECKING:
    from lantian.gateway.loggers.run import Outcome
    from lantian.gateway.loggers.tally import Tally

_FAR_BACK_MIN = 7 * 1440
"""How long ago a simulation without end begins."""


@click.command(
    "simulate",
    epilog="Exit codes 退出码: 0 done 完成; 1 packets without an answer and without a planted fault, or data not sent "
    "有包未应答或未发出; 2 nobody listens, wrong usage. Ctrl-C ends a run; its counts are told.",
)
@click.option("--loggers", "n", default=200, show_default=True, type=click.IntRange(1, 50_000),
              help="Number of loggers. 数采仪台数")  # fmt: skip
@click.option("--registry", metavar="FILE", type=click.Path(path_type=Path),
              help="Drive the loggers of this register (at most --loggers of them). 按登记表仿真")  # fmt: skip
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Where the gateway listens. 地址"
)
@click.option(
    "--port", default=9212, show_default=True, type=click.IntRange(1, 65_535), help="端口"
)
@click.option("--speed", default=1.0, show_default=True, type=click.FloatRange(0.01, 10_000),
              help="Simulated minutes a second. 每秒仿真多少分钟")  # fmt: skip
@click.option("--for", "seconds", type=click.FloatRange(1), metavar="SECONDS",
              help="How long; the data end now. Without it: from a week ago, until Ctrl-C. 运行多久")  # fmt: skip
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 2**31 - 1),
              help="The same seed gives the same city and values. 随机种子")  # fmt: skip
@click.option("--faults", default="all", show_default=True, metavar="all|none|KIND[:SHARE],…",
              help="What is planted; all: in one logger of ten. 设置的故障")  # fmt: skip
@click.option("--realtime", default=10, show_default=True, type=click.IntRange(1, 60),
              help="Minutes between real-time packets. 实时数据间隔（分钟）")  # fmt: skip
@click.option("--minute", "minute_min", default="10", show_default=True,
              type=click.Choice(["1", "2", "3", "4", "5", "6", "10", "12", "15", "20", "30"]),
              help="Period of the minute data. 分钟数据间隔")  # fmt: skip
@click.option("--truth", metavar="FILE.jsonl", type=click.Path(path_type=Path),
              help="Write what was planted, one JSON object a line. 故障清单")  # fmt: skip
@click.option("--write-registry", metavar="FILE.yaml", type=click.Path(path_type=Path),
              help="Write the register of this city (and FILE.keys), and stop. 只写登记表")  # fmt: skip
@click.option("--over-time", "over_time_s", type=click.FloatRange(0.1, 99),
              help="Seconds to wait for an answer; the standard's for GPRS when not given. 应答超时（秒）")  # fmt: skip
@click.option("--tls-ca", metavar="FILE", type=click.Path(path_type=Path),
              help="Speak TLS, trusting this PEM; --port is then the gateway's --tls-port. TLS信任的证书")  # fmt: skip
@click.option("--tls-name", metavar="NAME", default="",
              help="Name in the gateway's certificate, where it is not --host. 证书中的名称")  # fmt: skip
@click.option("--tls-cert", metavar="FILE", type=click.Path(path_type=Path),
              help="The loggers' own certificate, for a gateway with --client-ca, PEM. 客户端证书")  # fmt: skip
@click.option("--tls-key", metavar="FILE", type=click.Path(path_type=Path),
              help="Its private key, PEM; none where the certificate's file holds it. 客户端私钥")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@guarded
def command(
    n: int, registry: Path | None, host: str, port: int, speed: float, seconds: float | None,
    seed: int, faults: str, realtime: int, minute_min: str, truth: Path | None,
    write_registry: Path | None, over_time_s: float | None, tls_ca: Path | None, tls_name: str,
    tls_cert: Path | None, tls_key: Path | None, as_json: bool,
) -> None:  # fmt: skip
    r"""Drive a gateway with invented loggers that fail and cheat in known ways 数采仪仿真.

    Real-time, minute, hour and day data of the editions 2005, 2017 and 2025 with vendors' habits; plants that
    start and stop; answers to commands; resends; and planted faults, listed with --truth.

    \b
    lantian simulate --loggers 2000 --write-registry loggers.yaml
    lantian gateway serve --registry loggers.yaml --keys loggers.keys --per-address 5000
    lantian simulate --loggers 2000 --speed 60 --for 60 --truth truth.jsonl
    lantian simulate --registry loggers.yaml --host localhost --port 9213 --tls-ca gateway.pem --for 60
    """
    from lantian.gateway.loggers.draw import draw_city
    from lantian.gateway.loggers.faults import read_shares
    from lantian.gateway.loggers.papers import write_registry as write
    from lantian.gateway.loggers.papers import write_truth
    from lantian.gateway.loggers.run import Settings, affected, run_city
    from lantian.gateway.loggers.tls import client_context
    from lantian.rulebook.hj212_tables import load_hj212

    if tls_ca is None and (tls_name or tls_cert or tls_key):
        raise click.UsageError("TLS 须给出 --tls-ca: TLS needs --tls-ca")
    tls = client_context(tls_ca, tls_cert, tls_key) if tls_ca is not None else None
    shares = read_shares(faults)
    span = int(seconds * speed) if seconds is not None else _FAR_BACK_MIN
    begin = int(time.time() + 8 * 3600) // 60 - span
    known = None
    if registry is not None:
        from lantian.gateway.loggers.papers import read_known

        known = read_known(registry)[:n]
    plans = draw_city(
        n if known is None else len(known), seed, begin, span, shares,
        realtime_min=realtime, minute_min=int(minute_min), known=known,
    )  # fmt: skip
    if truth is not None:
        write_truth(plans, truth)
    if write_registry is not None:
        keys = write(plans, write_registry)
        _told_registry(write_registry, keys, len(plans), as_json=as_json)
        return
    link = load_hj212().protocol("2017").links["GPRS"]
    settings = Settings(
        host,
        port,
        begin,
        speed,
        seconds,
        seed,
        over_time_s or float(link.over_time_s),
        link.resends,
        tls=tls,
        tls_name=tls_name,
    )
    with _Bar(seconds, quiet=as_json) as bar:
        outcome = run_city(plans, settings, bar.tell)
    if as_json:
        print_json(
            {"loggers": len(plans), "faults": affected(plans), **outcome.as_dict()}
            | problems_as_json(outcome.problems)
        )
    else:
        _print(outcome, len(plans))
        if outcome.problems:
            print_problems(outcome.problems, stderr=True)
    bad = any(p.severity is Severity.ERROR for p in outcome.problems)
    sys.exit(EXIT_PROBLEMS if bad else EXIT_OK)


def _told_registry(path: Path, keys: Path | None, n: int, *, as_json: bool) -> None:
    if as_json:
        print_json({"registry": str(path), "keys": str(keys) if keys else None, "loggers": n})
        return
    click.echo(f"{n:,} 台数采仪 loggers → {path}")
    if keys is not None:
        click.echo(f"SM4 密钥 keys → {keys}")


class _Bar:
    """One bar with what was sent and acknowledged, only on a terminal."""

    def __init__(self, seconds: float | None, *, quiet: bool) -> None:
        out = console(stderr=True)
        self._progress = Progress(
            TextColumn("仿真 simulating"), BarColumn(), TimeElapsedColumn(),
            TextColumn("{task.fields[told]}"),
            console=out, transient=True, disable=quiet or not out.is_terminal,
        )  # fmt: skip
        self._seconds, self._task = seconds, TaskID(0)

    def __enter__(self) -> _Bar:
        self._progress.start()
        self._task = self._progress.add_task("", total=self._seconds, told="")
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def tell(self, seconds: float, tally: Tally) -> None:
        told = f"发送 {tally.sent:,}，应答 {tally.acknowledged:,}，重发 {tally.resent:,}"
        self._progress.update(self._task, completed=seconds, told=told)


def _print(outcome: Outcome, n: int) -> None:
    told: dict[str, Any] = outcome.as_dict()
    times = told["answer_ms"] or {}
    never = told["never_acknowledged"]
    lines = [
        f"{n:,} 台数采仪 loggers，{told['minutes_simulated']:,} 分钟 simulated minutes，"
        f"{told['seconds']:g} s，每秒 {told['packets_a_second']:,.0f} 包 packets/s",
        f"发送 sent                {told['sent']:>12,}",
        f"要求应答 asking          {told['asking']:>12,}",
        f"得到应答 acknowledged    {told['acknowledged']:>12,}",
        f"重发 resent              {told['resent']:>12,}",
        f"从未应答 never           {never:>12,}"
        f"（设置的故障 planted {never - told['never_acknowledged_unplanted']:,}）",
        f"未发出的时点 unsent      {told['points_unsent']:>12,}",
    ]
    if times:
        words = "  ".join(f"{name} {ms:,.1f}" for name, ms in times.items())
        lines.append(f"应答时间 answer time, ms  {words}")
    if told["commands_obeyed"]:
        words = "  ".join(f"{cn} ×{count}" for cn, count in told["commands_obeyed"].items())
        lines.append(f"执行的命令 commands      {words}")
    click.echo("\n".join(lines))
