"""Forms of spot checks and downgrades, sent again (issue 4, section 4)."""

from __future__ import annotations

from replayed import Sent, case
from test_dynamic_pages import JPEG, PDF, graded, later, opened

ASKED: dict[str, str | list[str]] = {
    "name": "重放抽查", "share": "10%", "seed_rule": "次日摇奖号码", "grades": ["A", "B"], "strata": "grade",
    "again_why": "测试",
}  # fmt: skip


def _announced(site):  # type: ignore[no-untyped-def]
    from lantian.office.dynamic.models import Draw

    site("air").post("/dynamic/draws/new/", ASKED)
    return Draw.objects.get(name="重放抽查")


def _check(site):  # type: ignore[no-untyped-def]
    made = _announced(site)
    site("air").post(f"/dynamic/draws/{made.pk}/now/", {"seed": "20261129"})
    return made.checks.first()


@case("draw-announce")
def _announce() -> Sent:
    return Sent("air", "/dynamic/", "/dynamic/draws/new/", ASKED)


@case("draw-now")
def _draw(site) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/dynamic/draws/{_announced(site).pk}/"
    return Sent("air", where, f"{where}now/", {"seed": "20261129"})


@case("grade-check-step")
def _find(site) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/dynamic/checks/{_check(site).pk}/"
    values: dict[str, str | list[str]] = {
        "step": "find", "version": "0", "reason": "治理设施停运", "indicator-1": "治理设施", "found-1": "停运",
    }  # fmt: skip
    papers = [("protocol", "记录.pdf", PDF), ("photos", "一.jpg", JPEG), ("photos", "二.jpg", JPEG)]
    return Sent("inspector", where, f"{where}step/", values, files=papers)


@case("grade-check-step confirm")
def _confirm(site) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/dynamic/checks/{_check(site).pk}/"
    values: dict[str, str | list[str]] = {"step": "confirm", "version": "0"}
    papers = [("protocol", "记录.pdf", PDF), ("photos", "照片.jpg", JPEG)]
    return Sent("inspector", where, f"{where}step/", values, files=papers)


@case("grade-check-assign")
def _assign(site) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/dynamic/checks/{_check(site).pk}/"
    return Sent("air", where, f"{where}assign/", {"to": "demo-inspector"})


@case("downgrade-new")
def _open(site) -> Sent:  # type: ignore[no-untyped-def]
    from django.utils import timezone

    firm, where = graded(), "/dynamic/downgrades/new/"
    values: dict[str, str | list[str]] = {
        "firm": firm, "ground": "order-not-carried-out", "found_on": f"{timezone.localdate()}", "facts": "未停产",
    }  # fmt: skip
    return Sent("air", f"{where}?firm={firm}", where, values)


@case("downgrade-step")
def _inform(site) -> Sent:  # type: ignore[no-untyped-def]
    one, _ = opened(site, graded())
    where = f"/dynamic/downgrades/{one.pk}/"
    return Sent("air", where, f"{where}step/", {"step": "inform", "version": "0"})


@case("downgrade-step state-case")
def _state(site, person) -> Sent:  # type: ignore[no-untyped-def]
    firm = graded()
    user = person("enterprise")  # the firm of the demonstration stands at the lowest grade already
    user.firm_id = firm
    user.save()
    one, _ = opened(site, firm)
    where = f"/dynamic/downgrades/{one.pk}/"
    site("air").post(f"{where}step/", {"step": "inform", "version": "0"})
    values: dict[str, str | list[str]] = {
        "step": "state-case", "version": "1", "reason": "当日检修"
    }  # fmt: skip
    return Sent("enterprise", where, f"{where}step/", values, files=[("papers", "a.pdf", PDF)])


@case("downgrade-step decide")
def _decide(site, monkeypatch) -> Sent:  # type: ignore[no-untyped-def]
    one, _ = opened(site, graded())
    where = f"/dynamic/downgrades/{one.pk}/"
    site("air").post(f"{where}step/", {"step": "inform", "version": "0"})
    later(monkeypatch, 20)
    values: dict[str, str | list[str]] = {"step": "decide", "version": "1", "reason": "属实"}
    return Sent("leader", where, f"{where}step/", values)
