"""What a simulated city leaves in files: the register of its loggers, their keys, and what was planted."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from lantian.domain.hj212.commands import INTERACTION
from lantian.gateway.loggers.complaint import complain
from lantian.gateway.loggers.faults import KINDS, Fault
from lantian.gateway.loggers.plan import Known, LoggerPlan
from lantian.gateway.loggers.writer import minute_text
from lantian.jobs.gateway import registry
from lantian.jobs.gateway.registry import Logger
from lantian.kernel.problem import LantianError, Place


def registered(plans: Iterable[LoggerPlan]) -> list[Logger]:
    """Return the loggers of a city as a gateway's register holds them."""
    return [
        Logger(
            plan.mn, plan.password, plan.outlet_id, plan.firm_id, f"{plan.firm_zh} {plan.outlet_id}",
            (plan.st, INTERACTION) if plan.writes_qn else (plan.st,), plan.version,
            cns=("2011", "2051", "2061", "2031"), minute_interval=plan.minute_min,
            realtime_interval=plan.realtime_min * 60,
        )
        for plan in plans
    ]  # fmt: skip


def write_registry(plans: Sequence[LoggerPlan], path: Path) -> Path | None:
    """Write the register, and beside it the SM4 keys of loggers that encrypt.

    Returns
    -------
    Path or None
        The file of keys (lines ``MN KEY``), None where no logger encrypts.

    Raises
    ------
    LantianError
        J001 or Q006 where a file cannot be written.
    """
    registry.write_registry(path, registered(plans))
    keys = [f"{plan.mn} {plan.sm4_key}\n" for plan in plans if plan.sm4_key]
    if not keys:
        return None
    beside = path.with_name(f"{path.stem}.keys")
    _write(beside, "".join(keys), secret=True)
    return beside


def read_known(path: Path) -> list[Known]:
    """Return the loggers of a register, to be driven as they are registered.

    Raises
    ------
    LantianError
        J101 to J107 for a register that cannot be used.
    """
    return [
        Known(
            mn=one.mn, password=one.password, firm_id=one.firm, firm_zh=one.name or one.firm,
            outlet_id=one.outlet, st=next((x for x in one.st if x != INTERACTION), ""),
            version=one.version, realtime_min=max(1, one.realtime_interval // 60),
            minute_min=one.minute_interval,
        )
        for one in registry.read_registry(path).loggers.values()
        if one.active
    ]  # fmt: skip


def truth_rows(plans: Iterable[LoggerPlan]) -> list[dict[str, Any]]:
    """Return every planted fault with its logger, time, factors and what it imitates."""
    return [_truth(plan, fault) for plan in plans for fault in plan.faults]


def write_truth(plans: Sequence[LoggerPlan], path: Path) -> int:
    """Write what was planted, one JSON object a line; return how many.

    Raises
    ------
    LantianError
        Q006 where the file cannot be written.
    """
    rows = truth_rows(plans)
    _write(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), secret=False)
    return len(rows)


def _truth(plan: LoggerPlan, fault: Fault) -> dict[str, Any]:
    kind = KINDS[fault.kind]
    return {
        "mn": plan.mn,
        "firm": plan.firm_id,
        "outlet": plan.outlet_id,
        "industry": plan.industry,
        "version": plan.version,
        "vendor": plan.vendor,
        "fault": kind.key,
        "layer": kind.layer,
        "like": kind.like,
        "answered": kind.answered,
        "from": _time(fault.begin),
        "to": _time(fault.end),
        "factors": list(fault.factors),
        "cap_share": fault.amount if kind.key == "cap" else None,
        "drift_min_per_day": fault.amount if kind.key == "clock-drift" else None,
        "mark": fault.letter or None,
        "what_zh": kind.zh,
        "what_en": kind.en,
    }


def _time(minute: int) -> str:
    t = minute_text(minute)
    return f"{t[:4]}-{t[4:6]}-{t[6:8]}T{t[8:10]}:{t[10:]}:00+08:00"


def _write(path: Path, text: str, *, secret: bool) -> None:
    """Write a file and move it into place; a secret one is its owner's alone."""
    new = path.with_name(path.name + ".new")
    try:
        new.unlink(missing_ok=True)
        mode = 0o600 if secret else 0o666
        with os.fdopen(
            os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8"
        ) as sink:
            sink.write(text)
        new.replace(path)
    except OSError as error:
        problem = complain("Q006", Place(file=str(path)), detail=error.strerror or "?")
        raise LantianError(problem) from error
