"""Forms of accounts, other systems and what is delivered to them, sent again (issue 4, section 4)."""

from __future__ import annotations

from interface_parts import make
from replayed import Sent, case

RECEIVER = "127.0.0.1:18999"
"""Nobody listens there: a form only writes down what is to be sent."""


# --- accounts ----------------------------------------------------------------------------------


@case("person")
def _person(person) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/people/{person('air').pk}/"
    values: dict[str, str | list[str]] = {
        "first_name": "改名", "role": "district", "district": "示例区", "firm_id": ""
    }  # fmt: skip
    return Sent("operator", where, where, values)


def _step(person, step: str, **values: str) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/people/{person('air').pk}/"
    return Sent("operator", where, f"{where}{step}/", dict(values))


@case("person-step")
def _close(person) -> Sent:  # type: ignore[no-untyped-def]
    return _step(person, "close", reason="调离")


@case("person-step reopen")
def _reopen(person) -> Sent:  # type: ignore[no-untyped-def]
    from lantian.office.people.actions import close_person

    close_person(person("operator"), person("air"), "调离")
    return _step(person, "reopen")


@case("person-step link")
def _link(person) -> Sent:  # type: ignore[no-untyped-def]
    return _step(person, "link")


@case("person-step factor")
def _factor(person) -> Sent:  # type: ignore[no-untyped-def]
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(person("air"), "JBSWY3DPEHPK3PXP")
    return _step(person, "factor")


@case("person-step unbind")
def _unbind(person) -> Sent:  # type: ignore[no-untyped-def]
    from allauth.socialaccount.models import SocialAccount

    SocialAccount.objects.create(user=person("air"), provider="city", uid="s-1")
    return _step(person, "unbind")


# --- systems with a token ----------------------------------------------------------------------


@case("system-make")
def _make_system() -> Sent:
    from test_interface_pages import form

    return Sent("operator", "/systems/", "/systems/new/", form())  # type: ignore[arg-type]


@case("system-revoke")
def _revoke(filled, db) -> Sent:  # type: ignore[no-untyped-def]
    from lantian.office.api.models import System

    make(["firms:read"], name="要撤销的平台")
    one = System.objects.get(name="要撤销的平台")
    return Sent("operator", "/systems/", f"/systems/{one.pk}/revoke/", {"why": "换新"})


# --- deliveries --------------------------------------------------------------------------------


def _subscribed(person, settings):  # type: ignore[no-untyped-def]
    from lantian.office.exchange.actions import subscribe

    settings.RECEIVERS = (RECEIVER,)
    return subscribe(person("operator"), "指挥平台", f"http://{RECEIVER}/in", ["alert.signed"])


def _parked(person, settings):  # type: ignore[no-untyped-def]
    from lantian.office.exchange.actions import test as send_test
    from lantian.office.exchange.models import Delivery

    made = send_test(person("operator"), _subscribed(person, settings))
    Delivery.objects.filter(pk=made.pk).update(state="parked")
    return f"/exchange/delivery/{made.pk}/"


@case("exchange-subscribe")
def _subscribe(settings) -> Sent:  # type: ignore[no-untyped-def]
    settings.RECEIVERS = (RECEIVER,)
    values: dict[str, str | list[str]] = {
        "name": "指挥平台", "address": f"http://{RECEIVER}/in", "event": ["alert.signed", "order.issued"]
    }  # fmt: skip
    return Sent("operator", "/exchange/", "/exchange/subscribe/", values)


@case("exchange-test")
def _test(person, settings) -> Sent:  # type: ignore[no-untyped-def]
    one = _subscribed(person, settings)
    return Sent("operator", "/exchange/", f"/exchange/subscription/{one.pk}/test/")


@case("exchange-stop")
def _stop(person, settings) -> Sent:  # type: ignore[no-untyped-def]
    one = _subscribed(person, settings)
    return Sent("operator", "/exchange/", f"/exchange/subscription/{one.pk}/stop/")


@case("exchange-retry")
def _retry(person, settings) -> Sent:  # type: ignore[no-untyped-def]
    where = _parked(person, settings)
    return Sent("operator", where, f"{where}retry/")


@case("exchange-drop")
def _drop(person, settings) -> Sent:  # type: ignore[no-untyped-def]
    where = _parked(person, settings)
    return Sent("operator", where, f"{where}drop/", {"why": "已电话告知"})
