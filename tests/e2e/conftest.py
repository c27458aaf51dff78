"""A real Chromium on a site that really runs; skipped only where there is no Chromium and none is demanded.

`LANTIAN_BROWSER=1` (as continuous integration sets) turns a missing browser into a failure.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


@dataclass(frozen=True)
class Running:
    """A site with the demonstration accounts' passwords."""

    address: str
    passwords: dict[str, str]
    home: Path


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp("office")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LANTIAN_", "DJANGO_"))}
    lantian = [sys.executable, "-c", "from lantian.cli import main; main()", "site"]
    done = subprocess.run([*lantian, "demo", "--home", str(home), "--json"], check=True, capture_output=True,
                          text=True, env=environment)  # fmt: skip
    passwords = {a["name"]: a["password"] for a in json.loads(done.stdout)["accounts"]}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([*lantian, "serve", "--home", str(home), "--port", str(port), "--workers", "1"],
                              env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{address}/public/water/", timeout=2)
                break
            except OSError:
                time.sleep(0.2)
        else:
            raise RuntimeError("the site did not start")
        yield Running(address, passwords, home)
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    """Open a browser for a module: its event loop must not run on under the tests that follow in this process."""
    if CHROMIUM is None:
        if os.environ.get("LANTIAN_BROWSER") == "1":
            pytest.fail("no Chromium, and LANTIAN_BROWSER=1 demands one")
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(running: Running, chromium):  # type: ignore[no-untyped-def]
    """Return a function that opens a page of a width, signed in with a role; console errors fail the test."""
    contexts, errors = [], []

    def opened(role: str | None = None, width: int = 1440):  # type: ignore[no-untyped-def]
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, locale="zh-CN", base_url=running.address
        )
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda m: errors.append(m.text) if m.type == "error" and "404" not in m.text else None,
        )
        page.on("pageerror", lambda e: errors.append(str(e)))
        if role is not None:
            page.goto("/sign-in/")
            page.fill("input[name=username]", f"demo-{role}")
            page.fill("input[name=password]", running.passwords[f"demo-{role}"])
            page.click("main button.main")
            page.wait_for_url("**/today/")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []
