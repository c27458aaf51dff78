"""Automatic monitoring of the demonstration city: outlets, loggers, weeks of minutes, marks, alarms."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from lantian.kernel.calendar import BEIJING

if TYPE_CHECKING:
    from lantian.demo.monitors import Monitor
    from lantian.jobs.gateway.rows import Columns

ROLLED_DAYS = 2
"""Days rolled up while the city is made; the worker does the others as soon as the site runs."""


RAW_MINUTES = 90
"""The newest readings come as packets through spool and ingest, as from a logger."""


def fill(folder: Path, seed: int) -> None:
    """Put invented outlets into the site and their readings into the gateway's lake."""
    from lantian.demo.monitors import monitors
    from lantian.jobs.gateway.lake import write_columns
    from lantian.office.monitoring import lake
    from lantian.office.monitoring.marking import now_beijing
    from lantian.office.monitoring.worker import refresh

    now = now_beijing()
    found = monitors(now, seed=seed)
    write_columns(lake.home(), _columns(found))
    for monitor in found:
        _register(monitor, now)
    _send(found, now)
    refresh(now, only=ROLLED_DAYS, budget_s=600)
    _answers(now)
    _decide(now)


def _send(found: list[Monitor], now: datetime) -> None:
    """Let the newest readings come in as frames: register, spool, ingest."""
    from lantian.demo.monitor_frames import aside_frames, frames, parameter_frames
    from lantian.gateway.ingest import ingest
    from lantian.jobs.gateway.home import Home
    from lantian.jobs.gateway.loggers import write_loggers
    from lantian.jobs.gateway.registry import read_registry
    from lantian.jobs.gateway.spool import ACCEPTED, address_bytes, refused_status
    from lantian.jobs.gateway.spool_write import Entry, SpoolWriter
    from lantian.office.monitoring import lake
    from lantian.office.monitoring.register import export_registry
    from lantian.office.people.models import User

    register = export_registry(User.objects.get(username="demo-monitoring"))
    home = Home(lake.home())
    write_loggers(home, read_registry(register), None)  # as the server does when it starts
    sent = []
    for n, monitor in enumerate(found, 1):
        for arrival, frame in (
            *parameter_frames(monitor, now),
            *frames(monitor, _raw_from(monitor)),
        ):
            at_ms = round(min(arrival, now).timestamp() * 1000)
            sent.append(Entry(at_ms, ACCEPTED, 40_000 + n, address_bytes(f"10.1.2.{n}"), frame))
    for arrival, reason, frame in aside_frames(found[0], now):
        at_ms = round(arrival.timestamp() * 1000)
        peer = address_bytes("10.1.9.9")
        sent.append(Entry(at_ms, refused_status(reason), 41_000, peer, frame))
    writer = SpoolWriter(home)
    writer.append(sorted(sent, key=lambda e: e.received_ms))
    writer.close()
    ingest(home, now=now)


def _raw_from(monitor: Monitor) -> datetime:
    newest = max(int(run.at_ms[-1]) for run in monitor.runs)
    return datetime.fromtimestamp(newest / 1000, BEIJING) - timedelta(minutes=RAW_MINUTES)


def _register(monitor: Monitor, now: datetime) -> None:
    from lantian.demo.monitors import PASSWORD
    from lantian.office.audit.vault import store
    from lantian.office.monitoring.actions import Wanted, place_mark
    from lantian.office.monitoring.register import LoggerForm, register_logger, register_outlet
    from lantian.office.people.models import User
    from lantian.office.people.roles import Role

    officer = User.objects.get(username="demo-monitoring")
    file = store(f"outlet-{monitor.firm}.yaml", monitor.description.encode())
    outlet = register_outlet(officer, monitor.firm, file, now)
    form = LoggerForm(
        monitor.mn, PASSWORD, st=monitor.st, minute_interval=str(monitor.minute_interval)
    )
    register_logger(officer, outlet, form, now)
    # marks are made by people of the firm; the demonstration has an account for one firm only
    firm = User.objects.get(username="demo-enterprise")
    if firm.firm_id != monitor.firm:
        firm = User(
            username=f"demo-{monitor.firm}",
            role=Role.ENTERPRISE,
            firm_id=monitor.firm,
            is_active=True,
        )
    for mark in sorted(monitor.marks, key=lambda m: m.end):
        wanted = Wanted(mark.kind, mark.start, mark.end, mark.cause)
        place_mark(firm, outlet, wanted, mark.end + timedelta(minutes=20))


def _answers(now: datetime) -> None:
    """Let the firm explain one of its alarms."""
    from lantian.office.monitoring.actions import explain
    from lantian.office.monitoring.models import Alarm
    from lantian.office.people.models import User

    firm = User.objects.get(username="demo-enterprise")
    alarm = Alarm.objects.filter(outlet__firm_id=firm.firm_id, factor="a34013").first()
    if alarm is not None:
        explain(firm, alarm, "除尘器一个仓室滤袋破损，已隔离更换（虚构）", {}, now)


def _decide(now: datetime) -> None:
    """Let an officer reject what cannot be told any more; the rest waits in the quarantine."""
    from dataclasses import replace

    from lantian.jobs.gateway.quarantine import Selection, counted, groups
    from lantian.office.monitoring import lake
    from lantian.office.monitoring.releases import decide_packets
    from lantian.office.people.models import User

    group = next(g for g in groups(lake.home()) if g.reason == "checksum")
    chosen = Selection(group.mn, group.reason, waiting=True)
    count, newest = counted(lake.home(), chosen)
    officer = User.objects.get(username="demo-monitoring")
    why = "校验不符，无法还原，已要求企业补传（虚构）"
    decide_packets(officer, replace(chosen, upto=newest), "reject", why, count, now)


def _columns(found: list[Monitor]) -> Columns:
    """Return the readings as columns of the lake, without a row object for each."""
    from lantian.jobs.gateway.rows import Columns

    columns = Columns()
    own = columns.columns
    names = {"Avg": "avg", "ZsAvg": "zs_avg"}
    for monitor in found:
        for run in monitor.runs:
            n = int((run.at_ms < _raw_from(monitor).timestamp() * 1000).sum())
            filled = {"mn": [monitor.mn] * n, "cn": [run.cn] * n, "factor": [run.factor] * n, "about": [""] * n,
                      "time": run.at_ms[:n].tolist(), "flag": run.flags[:n], "rf": [False] * n, "version": ["2017"] * n,
                      "record": [0] * n}  # fmt: skip
            for suffix, digits in run.digits.items():
                filled[names[suffix]] = digits[:n].tolist()
                filled[f"{names[suffix]}_d"] = [run.decimals[suffix]] * n
            for name, column in own.items():
                column.extend(filled.get(name) or [None] * n)
    return columns
