"""Works out the plans that were asked for, one after the other, telling how far it is."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.db import close_old_connections
from django.utils import timezone

from lantian.domain.response.report import plan_as_dict
from lantian.jobs.plan import PlanOptions, PlanRun, run_plan
from lantian.kernel.problem import LantianError
from lantian.office.alert.models import PlanWork
from lantian.office.audit.ledger import record
from lantian.office.audit.vault import path_of, store

STAGES = {
    "read": "读取清单",
    "check": "检查",
    "ladders": "各企业的台阶",
    "optimise": "求最小成本",
    "verify": "独立核验",
}
DEAD_AFTER = timedelta(minutes=10)
"""A work without a sign of life for so long was left by a worker that stopped: it begins anew."""


def work(
    *,
    until: Callable[[], bool] = lambda: False,
    pause_s: float = 1.0,
    also: Sequence[Callable[[], object]] = (),
) -> None:
    """Work out one plan after the other until told to stop; between them whatever else is given."""
    while not until():
        close_old_connections()
        for one in also:
            one()
        if not run_next():
            time.sleep(pause_s)


def run_next() -> bool:
    """Work out the oldest plan that waits; return whether there was one."""
    _revive()
    waiting = PlanWork.objects.filter(state=PlanWork.State.QUEUED).order_by("pk").first()
    if waiting is None:
        return False
    taken = PlanWork.objects.filter(pk=waiting.pk, state=PlanWork.State.QUEUED).update(
        state=PlanWork.State.RUNNING, beat_at=timezone.now()
    )
    if taken:  # otherwise another worker was faster
        waiting.refresh_from_db()
        _run(waiting)
    return True


def _revive() -> None:
    silent = timezone.now() - DEAD_AFTER
    PlanWork.objects.filter(state=PlanWork.State.RUNNING, beat_at__lt=silent).update(
        state=PlanWork.State.QUEUED, stage="", done=0, of=0
    )


def _run(plan: PlanWork) -> None:
    last = [0.0]

    def tell(stage: str, done: int, of: int) -> None:
        now = time.monotonic()
        if now - last[0] > 0.3 or done == of:
            last[0] = now
            PlanWork.objects.filter(pk=plan.pk).update(
                stage=stage, done=done, of=of, beat_at=timezone.now()
            )

    day = timezone.localtime(plan.alert.start).date()
    try:
        run = run_plan(
            path_of(plan.list_file.hash),
            PlanOptions(levels=(plan.alert.as_level,)),
            day=day,
            progress=tell,
        )
        _finish(plan, run)
    except LantianError as error:
        words = "\n".join(
            f"{p.code} {p.place.text()} {p.message_zh} {p.remedy_zh}" for p in error.problems[:20]
        )
        _fail(plan, words)
    except Exception as error:  # a fault of ours must not stop the worker, and is said
        _fail(plan, f"程序内部错误：{type(error).__name__}: {error}")


def _finish(plan: PlanWork, run: PlanRun) -> None:
    if run.plan is None:
        words = "\n".join(f"{p.code} {p.place.text()} {p.message_zh}" for p in run.blocking[:20])
        _fail(plan, f"清单有影响数值的错误 {len(run.blocking)} 条，先改正：\n{words}")
        return
    if run.plan.violations:
        _fail(plan, f"独立核验不通过：{len(run.plan.violations)} 处违反，不下达")
        return
    document = plan_as_dict(run.plan, traces=True)
    content = json.dumps(document, ensure_ascii=False).encode()
    plan.result = store(f"plan-{plan.pk}.json", content)
    plan.summary = {k: v for k, v in document.items() if k != "orders"}
    plan.state = PlanWork.State.READY
    plan.save()
    levels = document["levels"]
    feasible = "yes" if document["feasible"] else "no"
    record("worker", "plan.made", {"plan": plan.pk, "alert": plan.alert_id, "feasible": feasible,
                                   "levels": list(levels)}, {"plan.json": plan.result.hash})  # fmt: skip


def _fail(plan: PlanWork, words: str) -> None:
    plan.state, plan.problem = PlanWork.State.FAILED, words
    plan.save()
    record("worker", "plan.failed", {"plan": plan.pk, "alert": plan.alert_id})
