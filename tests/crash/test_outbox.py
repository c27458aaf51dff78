"""kill -9 while orders are delivered: after the restart every message arrives, none is lost (issue 4, section 3).

The receiver may get the one that was under way twice, under one delivery id: that is what the id is for.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from receiver import receiving

pytestmark = pytest.mark.slow

FIRMS = 40
PREPARE = """
import django, sys
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from lantian.office.people.models import User
from lantian.office.exchange.actions import subscribe
from lantian.office.exchange.outbox import announce
operator = User.objects.create_user("op", role="operator")
subscribe(operator, "x", sys.argv[1], ["order.issued", "order.lifted"])
for event in ("order.issued", "order.lifted"):
    announce(event, [(f"firm:{i}", {"n": i}) for i in range(int(sys.argv[2]))])
"""
WORK = """
import django, sys
from datetime import timedelta
django.setup()
from django.utils import timezone
from lantian.office.exchange.worker import deliver
while deliver(timezone.now() + timedelta(seconds=int(sys.argv[1]))):
    pass
"""
LOOK = """
import django
django.setup()
from lantian.office.audit.ledger import find_breaks
from lantian.office.audit.models import Event
from lantian.office.exchange.models import Delivery
done = Delivery.objects.filter(state="done").count()
print(done, Event.objects.filter(what="delivery.done").count(), len(find_breaks()))
"""


def begin(home: Path, hosts: str, code: str, *args: object) -> subprocess.Popen[str]:
    environment = os.environ | {
        "LANTIAN_HOME": str(home), "LANTIAN_HTTP": "1", "LANTIAN_RECEIVERS": hosts,
        "DJANGO_SETTINGS_MODULE": "lantian.office.site.settings",
    }  # fmt: skip
    environment.pop("LANTIAN_DATABASE", None)
    return subprocess.Popen([sys.executable, "-c", code, *map(str, args)], env=environment, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip


def ended(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out


@pytest.mark.parametrize("held", [1, 17, 55])
def test_killed_in_the_middle_nothing_is_lost(held: int, tmp_path: Path) -> None:
    with receiving() as own:
        hosts = f"127.0.0.1:{own.port}"
        ended(begin(tmp_path, hosts, PREPARE, own.address, FIRMS))
        worker = begin(tmp_path, hosts, WORK, 0)
        deadline = time.monotonic() + 60
        while len(own.came) < held and time.monotonic() < deadline:
            time.sleep(0.001)
        own.hold = threading.Event()  # the next answer does not come
        seen = len(own.came)
        while len(own.came) == seen and worker.poll() is None and time.monotonic() < deadline:
            time.sleep(0.001)
        assert worker.poll() is None
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        own.hold.set()
        own.hold = None
        ended(
            begin(tmp_path, hosts, WORK, 0)
        )  # the claim of the dead one still holds its firm back
        ended(begin(tmp_path, hosts, WORK, 31))  # it has run out
        done, events, breaks = map(int, ended(begin(tmp_path, hosts, LOOK)).split())
    assert (done, events, breaks) == (2 * FIRMS, 2 * FIRMS, 0)
    times = Counter(m["delivery"] for m in own.came)
    assert len(times) == 2 * FIRMS
    assert sum(times.values()) == 2 * FIRMS + 1  # one twice, under its own id
    for i in range(FIRMS):
        events_of = list(dict.fromkeys(m["event"] for m in own.came if m["key"] == f"firm:{i}"))
        assert events_of == ["order.issued", "order.lifted"]
