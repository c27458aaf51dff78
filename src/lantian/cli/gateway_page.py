"""Health of the gateway on a terminal."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from lantian.cli.output import console
from lantian.jobs.gateway.health import Health

_STATES = {
    "ok": "正常 ok", "late": "迟到 late", "silent": "无声 silent", "never": "从未上报 never",
    "inactive": "停用 inactive",
}  # fmt: skip


def show_health(found: Health, *, everyone: bool) -> None:
    """Print the gateway's own state, the totals, and the loggers that are not well."""
    out = console()
    server, spool = found.server, found.server.get("spool") or {}
    run = "运行中 running" if server.get("running") else "未运行 not running"
    words = [run]
    if spool:
        states = {
            "writing": "存盘正常",
            "paused": "暂停读取 paused",
            "refusing": "写不进磁盘 refusing",
        }
        words.append(states.get(spool["state"], spool["state"]))
        words.append(f"已存 {spool['records']:,} 条")
    if found.ingest["behind"] is not None:
        words.append(f"待入库 {found.ingest['behind']:,} 条")
    out.print("网关：" + "，".join(words))
    for problem in (
        *server.get("problems", ()),
        *(server.get("registry") or {}).get("problems", ()),
    ):
        out.print(f"  {problem['code']} {problem['message_zh']}", style="yellow", markup=False)
    totals = found.totals
    out.print("，".join(f"{_STATES[s]} {totals[s]:,}" for s in _STATES))
    rows = [x for x in found.loggers if everyone or x["state"] not in {"ok", "inactive"}]
    if rows:
        out.print(_table(rows))


def _table(rows: list[Any]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("MN", "排口", "状态"):
        table.add_column(name, no_wrap=True)
    for name in ("最近上报", "延迟 s", "时钟差 s", "完整率 %"):
        table.add_column(name, justify="right")
    table.add_column("异常", overflow="fold")
    for x in rows:
        share = " ".join(
            f"{cn} {c['pct']}" for cn, c in x["completeness"].items() if c["pct"] is not None
        )
        errors = " ".join(f"{k} {n}" for k, n in x["errors"].items())
        table.add_row(
            x["mn"], x["outlet"], _STATES[x["state"]], (x["last_seen"] or "—")[:19].replace("T", " "),
            _number(x["delay_s"]), _number(x["clock_offset_s"]), share or "—", errors,
        )  # fmt: skip
    return table


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:,.1f}"
