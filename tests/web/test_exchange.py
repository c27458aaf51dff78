"""What goes out to other systems: in the transaction, signed, in order, retried, parked (issue 4, section 3)."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

import pytest
from alert_steps import CLEARED, ask, coming, csv, propose
from receiver import Receiver, receiving

ALL = ["alert.signed", "alert.lifted", "order.issued", "order.lifted"]


@pytest.fixture
def receiver(settings, filled, db):  # type: ignore[no-untyped-def]
    from lantian.office.exchange.models import Delivery, Subscription

    Delivery.objects.all().delete()  # those of the demonstration
    Subscription.objects.all().delete()
    with receiving() as own:
        settings.RECEIVERS = (f"127.0.0.1:{own.port}",)
        yield own


def subscribed(person, receiver: Receiver, events=ALL):  # type: ignore[no-untyped-def]
    from lantian.office.exchange.actions import subscribe

    return subscribe(person("operator"), "市指挥平台", receiver.address, events)


def deliver_all(now=None) -> int:  # type: ignore[no-untyped-def]
    from django.utils import timezone

    from lantian.office.exchange.worker import deliver

    now, count = now or timezone.now(), 0
    while deliver(now):
        count += 1
    return count


def issue_orders(site, alert, workbook) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert.worker import run_next

    leader = site("leader")
    leader.post(f"/alert/{alert.pk}/sign/", {"opinion": "同意"})
    ask(site("air"), alert, workbook)
    assert run_next()
    leader.post(f"/alert/{alert.pk}/issue/")


def test_orders_are_written_with_the_act_and_told_in_order(
    site, person, proposed, workbook, receiver
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert.models import Order
    from lantian.office.audit.models import Event
    from lantian.office.exchange.models import Delivery

    subscribed(person, receiver)
    issue_orders(site, proposed, workbook)
    assert proposed.orders.count() == 120
    waiting = Delivery.objects.filter(state="waiting")
    assert waiting.filter(event="order.issued").count() == 120
    site("leader").post(f"/alert/{proposed.pk}/end/", {"why": "空气转好", "file": csv(CLEARED)})
    assert waiting.count() == 1 + 120 + 1 + 120
    assert deliver_all() == 242
    by_key: dict[str, list[str]] = {}
    for message in receiver.came:
        by_key.setdefault(message["key"], []).append(message["event"])
    assert by_key.pop("alerts") == ["alert.signed", "alert.lifted"]
    assert set(map(tuple, by_key.values())) == {("order.issued", "order.lifted")}
    assert len(by_key) == 120
    own = next(m for m in receiver.came if m["key"] == "firm:虚构-00001")["data"]
    assert own["text_zh"] == Order.objects.get(firm_id="虚构-00001", alert=proposed).text_zh
    assert (own["in_force"], receiver.came[-1]["data"]["in_force"]) == (True, False)
    assert Event.objects.filter(what="delivery.done").count() == 242
    about = Event.objects.filter(about__subject="firm:虚构-00001", what="delivery.done")
    assert about.count() == 2


def test_an_act_that_fails_tells_nothing(person, proposed, receiver, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert import actions
    from lantian.office.audit import action
    from lantian.office.exchange.models import Delivery

    subscribed(person, receiver)

    def broken(*args: object) -> None:
        raise RuntimeError("the ledger is gone")

    monkeypatch.setattr(action, "record", broken)
    with pytest.raises(RuntimeError):
        actions.sign(person("leader"), proposed, "同意")
    assert not Delivery.objects.exists()


def test_a_raise_ends_the_orders_when_its_own_go_out(
    site, person, proposed, workbook, receiver
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert.models import Alert
    from lantian.office.alert.worker import run_next
    from lantian.office.exchange.models import Delivery

    issue_orders(site, proposed, workbook)
    subscribed(person, receiver)
    propose(site("air"), coming(210, 210, 310, 320, 330, 90), "raise")
    red, leader = Alert.objects.get(before=proposed), site("leader")
    leader.post(f"/alert/{red.pk}/sign/", {"office": red.signer_zh})

    def told() -> list[str]:
        return list(Delivery.objects.order_by("pk").values_list("event", flat=True))

    assert told() == ["alert.lifted", "alert.signed"]  # the firms keep their orders meanwhile
    ask(site("air"), red, workbook)
    assert run_next()
    leader.post(f"/alert/{red.pk}/issue/")
    assert told()[2:] == ["order.lifted"] * 120 + ["order.issued"] * 120


def test_the_signature_is_that_of_the_secret(person, receiver) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.exchange.actions import test as send_test
    from lantian.office.exchange.models import Subscription
    from lantian.office.exchange.outbox import secret_of

    one, other = subscribed(person, receiver), subscribed(person, receiver)
    secret = secret_of(one)
    assert len(secret) == 64
    assert secret != secret_of(other)
    assert secret not in str(Subscription.objects.filter(pk=one.pk).values())
    made = send_test(person("operator"), one)
    assert deliver_all() == 1
    sent, body = receiver.headers[0], receiver.bodies[0]
    stamp = sent["X-Lantian-Timestamp"]
    expected = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert sent["X-Lantian-Signature"] == f"v1={expected}"
    assert (sent["X-Lantian-Delivery"], receiver.came[0]["delivery"]) == (made.uid, made.uid)


def test_the_answer_is_kept_as_proof(person, receiver, site) -> None:  # type: ignore[no-untyped-def]
    import json

    from lantian.domain.ledger.chain import digest
    from lantian.office.audit.models import Event
    from lantian.office.audit.vault import path_of
    from lantian.office.exchange.actions import test as send_test

    made = send_test(person("operator"), subscribed(person, receiver))
    receiver.answers.append((202, "收到".encode(), {"X-Receipt-Signature": "sig-1"}))
    assert deliver_all() == 1
    made.refresh_from_db()
    assert (made.state, made.status, made.answer_signature) == ("done", 202, "sig-1")
    assert path_of(made.answer_hash).read_bytes() == "收到".encode()
    event = Event.objects.order_by("-number").first()
    values = json.loads(event.event)["values"]
    assert event.what == "delivery.done"
    assert values["body"] == digest("sm3", receiver.bodies[0]) == made.body_hash
    assert (values["status"], values["answer"], values["signature"]) == (
        202,
        made.answer_hash,
        "sig-1",
    )
    page = site("auditor").get(f"/exchange/delivery/{made.pk}/").content.decode()
    assert "收到" in page
    assert "再试" not in page


def test_it_waits_longer_each_time_then_parks_and_tells_the_operator(
    person, receiver, site
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event
    from lantian.office.exchange.actions import test as send_test
    from lantian.office.exchange.worker import WAITS, deliver

    made = send_test(person("operator"), subscribed(person, receiver))
    now = made.next_at
    assert list(WAITS) == sorted(set(WAITS))
    for i, wait in enumerate(WAITS):
        receiver.answers.append((503, b"", {}))
        assert deliver(now)
        made.refresh_from_db()
        assert (made.state, made.attempts, made.next_at) == ("waiting", i + 1, now + wait)
        assert not deliver(made.next_at - timedelta(seconds=1))
        now = made.next_at
    assert "多次失败" in site("operator").get("/today/").content.decode()
    receiver.answers.append((503, b"", {}))
    assert deliver(now)
    made.refresh_from_db()
    assert (made.state, made.problem_zh) == ("parked", "HTTP 503")
    assert Event.objects.order_by("-number").first().what == "delivery.parked"
    assert not deliver(now + timedelta(days=30))
    assert len({h["X-Lantian-Delivery"] for h in receiver.headers}) == 1
    assert "已搁置" in site("operator").get("/today/").content.decode()
    operator = site("operator")
    assert "再试" in operator.get(f"/exchange/delivery/{made.pk}/").content.decode()
    operator.post(f"/exchange/delivery/{made.pk}/retry/")
    assert deliver_all() == 1
    made.refresh_from_db()
    assert made.state == "done"
    assert (
        "I032"
        in operator.post(f"/exchange/delivery/{made.pk}/retry/", follow=True).content.decode()
    )


def test_a_receiver_that_asks_for_time_gets_it(person, receiver) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.exchange.actions import test as send_test
    from lantian.office.exchange.worker import deliver

    made = send_test(person("operator"), subscribed(person, receiver))
    now = made.next_at
    receiver.answers += [(429, b"", {"Retry-After": "900"}), (429, b"", {"Retry-After": "99999"})]
    assert deliver(now)
    made.refresh_from_db()
    assert made.next_at == now + timedelta(seconds=900)
    now = made.next_at
    assert deliver(now)
    made.refresh_from_db()
    assert made.next_at == now + timedelta(hours=1)


def test_one_firm_s_messages_never_overtake(person, receiver) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.exchange.actions import drop
    from lantian.office.exchange.outbox import announce

    subscribed(person, receiver)
    announce("order.issued", [("firm:A", {"n": 1}), ("firm:B", {"n": 2})])
    announce("order.lifted", [("firm:A", {"n": 3}), ("firm:B", {"n": 4})])
    receiver.answers.append((500, b"", {}))  # A's first
    assert deliver_all() == 3
    assert [m["data"]["n"] for m in receiver.came] == [1, 2, 4]
    from lantian.office.exchange.models import Delivery

    first = Delivery.objects.get(key="firm:A", event="order.issued")
    first.state = "parked"
    first.save()
    assert deliver_all() == 0  # what is parked holds back what follows, until somebody decides
    drop(person("operator"), first, "已电话告知")
    assert deliver_all() == 1
    assert receiver.came[-1]["data"]["n"] == 3


def test_two_workers_never_send_the_same_at_once(person, receiver) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.exchange.actions import test as send_test
    from lantian.office.exchange.worker import LEASE, _claimed

    made = send_test(person("operator"), subscribed(person, receiver))
    now = made.next_at
    assert _claimed(now).pk == made.pk
    assert _claimed(now) is None
    assert _claimed(now + LEASE - timedelta(seconds=1)) is None
    assert _claimed(now + LEASE).pk == made.pk  # the first died


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/", "http://localhost:{port}/", "ftp://127.0.0.1:{port}/", "file:///etc/passwd", "//x/",
        "http://user@127.0.0.1:{port}/", "http://127.0.0.1:{port}@evil.example/", "http://127.0.0.1:{port}/ x", "",
        "http://[::1]:{port}/", "http://127.0.0.1:{port}.evil.example/", "http://127.0.0.1:99999/", "https://文/",
        "http://127.0.0.1/", "http://2130706433:{port}/", "http://127.0.0.1:{port}/#x",
    ],
)  # fmt: skip
def test_only_listed_hosts_are_called(address, person, receiver) -> None:  # type: ignore[no-untyped-def]
    from lantian.kernel.problem import LantianError
    from lantian.office.exchange.actions import subscribe

    with pytest.raises(LantianError, match="I030"):
        subscribe(person("operator"), "x", address.format(port=receiver.port), ALL)


def test_a_host_taken_off_the_list_is_called_no_more(person, receiver, settings) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.exchange.actions import test as send_test

    made = send_test(person("operator"), subscribed(person, receiver))
    settings.RECEIVERS = ()
    assert deliver_all() == 1
    made.refresh_from_db()
    assert (receiver.came, made.state) == ([], "waiting")
    assert "名单" in made.problem_zh


def test_no_redirect_is_followed_and_a_link_local_name_not_called(
    person, receiver, settings, monkeypatch
) -> None:  # type: ignore[no-untyped-def]
    from lantian.adapters import outward
    from lantian.office.exchange.actions import test as send_test

    made = send_test(person("operator"), subscribed(person, receiver))
    receiver.answers.append((302, b"", {"Location": receiver.address}))
    assert deliver_all() == 1
    made.refresh_from_db()
    assert (made.problem_en, len(receiver.came)) == ("HTTP 302", 1)
    found = [(2, 1, 6, "", ("169.254.169.254", 80))]
    monkeypatch.setattr(outward.socket, "getaddrinfo", lambda *a, **k: found)
    assert deliver_all(made.next_at) == 1
    made.refresh_from_db()
    assert "169.254.169.254" in made.problem_zh


def test_a_long_answer_is_cut_and_a_silent_receiver_is_left(person, receiver, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    import threading

    from lantian.adapters.outward import MOST_ANSWER
    from lantian.office.audit.vault import path_of
    from lantian.office.exchange import worker
    from lantian.office.exchange.actions import test as send_test

    subscription = subscribed(person, receiver)
    made = send_test(person("operator"), subscription)
    receiver.answers.append((200, b"x" * (MOST_ANSWER + 5000), {}))
    assert deliver_all() == 1
    made.refresh_from_db()
    assert path_of(made.answer_hash).stat().st_size == MOST_ANSWER
    monkeypatch.setattr(worker, "TIMEOUT_S", 0.3)
    receiver.hold = threading.Event()
    made = send_test(person("operator"), subscription)
    assert deliver_all() == 1
    receiver.hold.set()
    made.refresh_from_db()
    assert made.state == "waiting"
    assert "超时" in made.problem_zh


def test_pages_subscribe_test_and_stop(site, receiver) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.exchange.models import Delivery, Subscription
    from lantian.office.exchange.outbox import secret_of

    operator = site("operator")
    wrong = operator.post(
        "/exchange/subscribe/", {"name": " ", "address": "http://evil.example/"}, follow=True
    )
    for code in ("I020", "I030", "I031"):
        assert code in wrong.content.decode()
    values = {"name": "市指挥平台", "address": receiver.address, "event": ALL}
    page = operator.post("/exchange/subscribe/", values)
    one = Subscription.objects.get()
    assert secret_of(one) in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert secret_of(one) not in operator.get("/exchange/").content.decode()
    assert site("leader").post(f"/exchange/subscription/{one.pk}/stop/").status_code == 403
    operator.post(f"/exchange/subscription/{one.pk}/test/")
    assert Delivery.objects.get().event == "test"
    assert "试投递" in site("air").get("/exchange/?state=waiting").content.decode()
    operator.post(f"/exchange/subscription/{one.pk}/stop/")
    again = operator.post(f"/exchange/subscription/{one.pk}/stop/", follow=True).content.decode()
    assert "I033" in again
    from lantian.office.exchange.outbox import announce

    assert announce("alert.signed", [("alerts", {})]) == 0


def test_without_a_list_of_hosts_the_page_says_what_to_set(site, settings) -> None:  # type: ignore[no-untyped-def]
    settings.RECEIVERS = ()
    assert "LANTIAN_RECEIVERS" in site("operator").get("/exchange/").content.decode()
