"""What a simulated city leaves in files: the register of its loggers, their keys, and what was planted."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from lantian.gateway.loggers.complaint import complain
from lantian.gateway.loggers.faults import KINDS, Fault
from lantian.gateway.loggers.plan import LoggerPlan
from lantian.gateway.loggers.writer import minute_text
from lantian.kernel.problem import LantianError, Place


def registry_rows(plans: Iterable[LoggerPlan]) -> list[dict[str, Any]]:
    """Return the register of a city as `lantian gateway serve --registry` reads it."""
    return [
        {
            "mn": plan.mn,
            "password": plan.password,
            "outlet": plan.outlet_id,
            "firm": plan.firm_id,
            "name": f"{plan.firm_zh} {plan.outlet_id}",
            "st": f"{plan.st} 91" if plan.writes_qn else plan.st,
            "version": plan.version,
            "cns": ["2011", "2051", "2061", "2031"],
            "minute_interval": plan.minute_min,
            "realtime_interval": plan.realtime_min * 60,
        }
        for plan in plans
    ]


def write_registry(plans: Sequence[LoggerPlan], path: Path) -> Path | None:
    """Write the register, and beside it the SM4 keys of loggers that encrypt.

    Returns
    -------
    Path or None
        The file of keys (lines ``MN KEY``), None where no logger encrypts.

    Raises
    ------
    LantianError
        Q006 where a file cannot be written.
    """
    body = {"kind": "gateway-loggers", "loggers": registry_rows(plans)}
    head = "# 虚构城市的数采仪登记 Register of an invented city's loggers (lantian simulate)\n"
    _write(path, head + yaml.safe_dump(body, allow_unicode=True, sort_keys=False), secret=True)
    keys = [f"{plan.mn} {plan.sm4_key}\n" for plan in plans if plan.sm4_key]
    if not keys:
        return None
    beside = path.with_name(f"{path.stem}.keys")
    _write(beside, "".join(keys), secret=True)
    return beside


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
