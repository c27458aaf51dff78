"""Forms of monitoring, sent again: marks, alarms, the register of loggers (issue 4, section 4)."""

from __future__ import annotations

from datetime import timedelta

from replayed import Sent, case
from test_monitoring_actions import OWN, over_hour, wanted

JPEG = b"\xff\xd8 proof"


def _outlet():  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.models import Outlet

    return Outlet.objects.get(firm_id=OWN)


def _now():  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.marking import now_beijing

    return now_beijing()


# --- marks -------------------------------------------------------------------------------------


def _mark(start, **more: str) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/monitoring/outlet/{_outlet().pk}/marks/"
    end = start + timedelta(hours=1)
    values: dict[str, str | list[str]] = {
        "kind": "device_fault", "from": f"{start:%Y-%m-%dT%H:%M}", "to": f"{end:%Y-%m-%dT%H:%M}",
        "cause": "校准漂移", "factor": ["a21002", "a21026"], **more,
    }  # fmt: skip
    proof = [("files", "一.jpg", JPEG), ("files", "二.jpg", JPEG + b"2")]
    return Sent("enterprise", where, f"{where}place/", values, files=proof)


@case("monitoring-place")
def _place(site) -> Sent:  # type: ignore[no-untyped-def]
    return _mark(_now() - timedelta(hours=2))


@case("monitoring-place late")
def _place_late(site) -> Sent:  # type: ignore[no-untyped-def]
    return _mark(_now() - timedelta(days=5), late="1")


@case("monitoring-withdraw")
def _withdraw(person) -> Sent:  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.actions import place_mark

    own, now = _outlet(), _now()
    mark = place_mark(person("enterprise"), own, wanted(now - timedelta(hours=2)), now)
    where = f"/monitoring/outlet/{own.pk}/marks/"
    return Sent("enterprise", where, f"{where}{mark.pk}/withdraw/", {"why": "填错"})


@case("monitoring-late")
def _late(person) -> Sent:  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.actions import ask_late_mark

    own = _outlet()
    start = over_hour(own)
    asked = ask_late_mark(person("enterprise"), own, wanted(start), start + timedelta(days=3))
    values: dict[str, str | list[str]] = {"decision": "approve", "why": "现场核实属实"}
    return Sent("enforcement", "/monitoring/alarms/", f"/monitoring/late/{asked.pk}/", values)


# --- alarms ------------------------------------------------------------------------------------


def _alarm() -> str:
    from lantian.office.monitoring.models import Alarm

    return f"/monitoring/alarm/{Alarm.objects.get(outlet=_outlet(), factor='a21002').pk}/"


@case("monitoring-explain")
def _explain(site) -> Sent:  # type: ignore[no-untyped-def]
    where = _alarm()
    proof = [("files", "照片.jpg", JPEG), ("files", "第二张.jpg", JPEG)]
    return Sent("enterprise", where, f"{where}explain/", {"text": "脱硝喷枪堵塞"}, files=proof)


@case("monitoring-decide")
def _decide(site) -> Sent:  # type: ignore[no-untyped-def]
    where = _alarm()
    values: dict[str, str | list[str]] = {"decision": "confirmed", "text": "立案"}
    return Sent("monitoring", where, f"{where}decide/", values)


# --- the register ------------------------------------------------------------------------------


@case("monitoring-register-outlet")
def _register(site) -> Sent:  # type: ignore[no-untyped-def]
    where = "/monitoring/register/"
    text = "outlet: DA009\nname_zh: 备用排口\nmedium: air\ntrade: cement\n"
    file = ("outlet.yaml", text.encode())
    return Sent("monitoring", where, f"{where}outlet/", {"firm": OWN}, file)


@case("monitoring-register-logger")
def _logger(site) -> Sent:  # type: ignore[no-untyped-def]
    where = "/monitoring/register/"
    values: dict[str, str | list[str]] = {
        "outlet": str(_outlet().pk), "mn": "0F0000000000000000009999", "password": "geheim77", "st": "31",
        "addresses": "10.1.0.0/16",
    }  # fmt: skip
    return Sent("monitoring", where, f"{where}logger/", values)


@case("monitoring-register-export")
def _export(site, settings, tmp_path) -> Sent:  # type: ignore[no-untyped-def]
    settings.GATEWAY_HOME = tmp_path / "gateway"  # the demonstration's own stays as it is
    settings.GATEWAY_HOME.mkdir()
    where = "/monitoring/register/"
    return Sent("monitoring", where, f"{where}export/")


# --- the quarantine ----------------------------------------------------------------------------


@case("monitoring-quarantine-decide")
def _aside(site, settings, tmp_path) -> Sent:  # type: ignore[no-untyped-def]
    import re
    import shutil
    from urllib.parse import urlencode

    shutil.copytree(settings.GATEWAY_HOME, tmp_path / "gateway")
    settings.GATEWAY_HOME = tmp_path / "gateway"
    query = urlencode({"mn": "0F0000000000000000000777", "reason": "unregistered"})
    where = f"/monitoring/quarantine/group/?{query}"
    page = site("monitoring").get(where).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    values: dict[str, str | list[str]] = {
        k: v for k, v in hidden.items() if k != "csrfmiddlewaretoken"
    }
    values |= {"act": "reject", "why": "来源不明"}
    return Sent("monitoring", where, "/monitoring/quarantine/decide/", values)
