"""One command opens site, worker and gateway; a live value changes; Ctrl-C leaves nothing (design, section 4; 0180).

What `./run` runs, in a home of its own.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from lantian.jobs.gateway.hot import Latest, latest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
LIVE = "2011"
MAIN = [sys.executable, "-c", "from lantian.cli import main; main()", "site"]
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("LANTIAN_", "DJANGO_"))}


@dataclass
class Open:
    """A city that is open: the process, where the site and the gateway listen, passwords."""

    process: subprocess.Popen[str]
    address: str
    gateway_port: int
    home: Path
    passwords: dict[str, str]
    began: datetime

    def processes(self) -> list[int]:
        """Return every process that was started with the home in its words or its environment."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                said = (place / "cmdline").read_bytes() + (place / "environ").read_bytes()
            except OSError:
                continue
            if str(self.home).encode() in said:
                found.append(int(place.name))
        return found


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    from lantian.kernel.calendar import BEIJING

    home = tmp_path_factory.mktemp("city")
    done = subprocess.run([*MAIN, "demo", "--home", str(home), "--json"], check=True, capture_output=True,
                          text=True, env=CLEAN)  # fmt: skip
    passwords = {a["name"]: a["password"] for a in json.loads(done.stdout)["accounts"]}
    began = datetime.now(BEIJING)
    own = subprocess.Popen(
        [*MAIN, "open", "--home", str(home), "--port", "0", "--gateway-port", "0", "--workers", "1", "--simulate"],
        env=CLEAN, text=True, stdout=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    assert own.stdout is not None
    lines = "".join(own.stdout.readline() for _ in range(3))
    site, gateway = (
        re.search(r"http://\S+", lines),
        re.search(r"网关 gateway 127.0.0.1:(\d+)", lines),
    )
    assert site is not None, lines
    assert gateway is not None, lines
    assert "仿真" in lines
    yield Open(own, site.group(), int(gateway.group(1)), home, passwords, began)
    if own.poll() is None:
        os.killpg(own.pid, signal.SIGKILL)
        own.wait()


def waited(until: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if until():
            return True
        time.sleep(0.2)
    return False


def live(city: Open) -> dict[tuple[str, str], Latest]:
    return {(x.mn, x.factor): x for x in latest(city.home / "gateway", cns=(LIVE,))}


def signed_in(city: Open, name: str) -> urllib.request.OpenerDirector:
    """Return a browser of sorts, signed in."""
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = opener.open(f"{city.address}sign-in/").read().decode()
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    fields |= {"username": name, "password": city.passwords[name]}
    request = urllib.request.Request(f"{city.address}sign-in/", urllib.parse.urlencode(fields).encode())  # fmt: skip
    request.add_header("Referer", f"{city.address}sign-in/")
    assert "/sign-in" not in opener.open(request).geturl()
    return opener


def test_live_values_come_and_change_on_the_page(opened: Open) -> None:
    assert waited(lambda: len(live(opened)) >= 2, 60)
    first = live(opened)
    assert all(x.time >= opened.began.replace(second=0, microsecond=0) for x in first.values())
    browser = signed_in(opened, "demo-monitoring")
    city = browser.open(f"{opened.address}monitoring/").read().decode()
    outlets = sorted(set(re.findall(r'href="(/monitoring/outlet/\d+/)"', city)))
    before = [browser.open(opened.address.rstrip("/") + x).read().decode() for x in outlets]
    newest = max(x.time for x in first.values())
    assert any(f"{newest:%H:%M}" in page for page in before)

    def moved() -> bool:
        return max(x.time for x in live(opened).values()) > newest

    assert waited(moved, 90)
    second = live(opened)
    assert {k for k in first if second[k].written != first[k].written}
    after = [browser.open(opened.address.rstrip("/") + x).read().decode() for x in outlets]
    assert any(f"{max(x.time for x in second.values()):%H:%M}" in page for page in after)


def test_a_second_start_on_the_same_folder_is_told_where_it_is_open(opened: Open) -> None:
    done = subprocess.run([*MAIN, "open", "--home", str(opened.home)], check=False, capture_output=True, text=True,
                          env=CLEAN)  # fmt: skip
    assert done.returncode == 2
    assert opened.address in done.stderr
    assert "Traceback" not in done.stderr


def test_a_busy_port_is_told_with_its_remedy_before_anything_is_begun(
    opened: Open, tmp_path: Path
) -> None:
    port = urllib.parse.urlsplit(opened.address).port
    for words in (["serve", "--port"], ["open", "--port"], ["open", "--port", "0", "--gateway-port"]):  # fmt: skip
        taken = opened.gateway_port if "--gateway-port" in words else port
        call = [*MAIN, *words, str(taken), "--home", str(tmp_path / "other")]
        done = subprocess.run(call, check=False, capture_output=True, text=True, env=CLEAN)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert f"{words[-1]} {taken + 1}" in done.stderr
        assert not list((tmp_path / "other").glob("*.sqlite3"))


def test_the_simulator_and_the_ingest_are_light(opened: Open) -> None:
    """Under 5 % of a core, over a time with a full minute in it: then they have the most to do."""
    words = (b"feed", b"ingest")
    before, span_s = [_cpu_s(opened, word) for word in words], 65
    time.sleep(span_s)
    used = [(_cpu_s(opened, word) - was) / span_s for word, was in zip(words, before, strict=True)]
    assert max(used) < 0.05, used


def _cpu_s(city: Open, word: bytes) -> float:
    """Return the seconds of a processor that one part has used."""
    (pid,) = [
        p for p in city.processes() if word in Path(f"/proc/{p}/cmdline").read_bytes().split(b"\0")
    ]
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_ctrl_c_ends_everything_and_leaves_no_process(opened: Open) -> None:
    assert len(opened.processes()) >= 6  # site, its process, worker, gateway, ingest, simulator
    opened.process.send_signal(signal.SIGINT)
    assert opened.process.wait(30) == 0
    assert waited(lambda: not opened.processes(), 5), opened.processes()
    for port in (urllib.parse.urlsplit(opened.address).port, opened.gateway_port):
        with socket.socket() as one:
            assert one.connect_ex(("127.0.0.1", port or 0)) != 0
    state = json.loads((opened.home / "gateway/health.json").read_text("utf-8"))
    assert not state["running"]  # it closed its books; it was not shot


def test_run_opens_the_same() -> None:
    script = (ROOT / "run").read_text("utf-8")
    body = script[script.index("open_site() {") : script.index("run_tests() {")]
    assert "site demo --home var/office" in body
    assert "exec" in body
    assert "site open --home var/office --simulate" in body
