"""The ten main pages at 50 users: p50 and p95 of each through granian, on SQLite and PostgreSQL.

``python -m bench.site_load [--firms 300000] [--users 50] [--seconds 5] [--write]``: a site of its own in a temporary
folder, served by ``lantian site serve`` on loopback and asked by ``wrk``, signed in by cookie. A closed loop: each
user asks again as soon as he is answered, which is harder than people are.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.report import LANTIAN, machine, publish, table

PAGES = (
    ("today", "/today/"),
    ("alerts", "/alert/"),
    ("firms", "/firms/"),
    ("firms, one district", "/firms/?district={district}"),
    ("firms, search", "/firms/?q=00777"),
    ("a firm", "/firms/firm/%E8%99%9A%E6%9E%84-00777/"),
    ("an edition", "/list/edition/1/"),
    ("air now", "/air/"),
    ("waters", "/water/"),
    ("rulebook", "/rules/"),
)
SCRIPT = """
done = function(summary, latency, requests)
  io.write(string.format("RESULT %d %d %d %d %d\\n", latency:percentile(50), latency:percentile(95),
    summary.requests, summary.duration, summary.errors.status + summary.errors.connect + summary.errors.timeout))
end
"""
PROCESSES = 2
"""Of the server, each with eight threads."""
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
NO_WRK = "wrk is missing: apt-get install wrk, then run again"
INITDB = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--firms", type=int, default=300_000)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--only", choices=tuple(DATABASES))
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    parser.add_argument("--fill", type=int, default=0, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.fill:
        print(json.dumps(fill(args.fill)))
        return
    if shutil.which("wrk") is None:
        raise SystemExit(NO_WRK)
    about = machine()
    found = {
        n: {database: measured(database, n, args.users, args.seconds)
            for database in DATABASES if args.only in (None, database) and present(database)}
        for n in (1555, args.firms)
    }  # fmt: skip
    text = (
        f"{about}; {args.users} users, {args.seconds} s a page, {PROCESSES} processes of 8 threads."
    )
    if not present("postgresql"):
        text += " PostgreSQL: not measured, it is not on this machine (apt-get install postgresql)."
    parts = [text, *(f"{n:,} firms\n\n{_table(ways)}" for n, ways in found.items())]
    publish("site-load", "\n\n".join(parts), write=args.write)


def present(database: str) -> bool:
    """Whether a database can be started here."""
    return database == "sqlite" or bool(INITDB)


def _table(ways: Mapping[str, Mapping[str, Sequence[str]]]) -> str:
    """Return the pages of one size, the databases side by side."""
    head = [
        "page",
        *(f"{DATABASES[d]} {w}" for d in ways for w in ("p50 ms", "p95 ms", "requests/s")),
    ]
    return table(
        head, [[name, *(x for way in ways.values() for x in way[name])] for name, _ in PAGES]
    )


def measured(database: str, firms: int, users: int, seconds: int) -> dict[str, list[str]]:
    """Fill, serve and ask one site; return p50, p95 and requests a second by page."""
    with tempfile.TemporaryDirectory(prefix="lantian-load-") as home, cluster(database) as address:
        env = {k: v for k, v in os.environ.items() if not k.startswith("LANTIAN_")}
        env |= {
            "LANTIAN_HOME": home,
            "LANTIAN_HTTP": "1",
            "DJANGO_SETTINGS_MODULE": "lantian.office.site.settings",
        }
        env |= {"LANTIAN_DATABASE": address} if address else {}
        command = [sys.executable, "-m", "bench.site_load", "--fill", str(firms)]
        done = subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True)
        filled = json.loads(done.stdout.splitlines()[-1])
        with serving(home, env) as site:
            rows = {}
            for name, path in PAGES:
                url = site + path.format(district=filled["district"])
                rows[name] = asked(url, filled["cookie"], users, seconds)
                print(database, firms, name, *rows[name], file=sys.stderr, flush=True)
            return rows


@contextmanager
def cluster(database: str) -> Iterator[str]:
    """Run a PostgreSQL of its own where that is asked for; give its address."""
    if database == "sqlite":
        yield ""
        return
    folder = tempfile.mkdtemp(prefix="lantian-pg-")
    binaries, port = INITDB[-1].parent, _free_port()
    as_root = os.geteuid() == 0  # which PostgreSQL refuses to be
    if as_root:
        shutil.chown(folder, "postgres")

    def run(command: str) -> None:
        shell = ["su", "postgres", "-s", "/bin/sh", "-c"] if as_root else ["sh", "-c"]
        subprocess.run([*shell, f"cd {folder} && {binaries}/{command} >/dev/null"], check=True)

    run(f"initdb -D {folder}/data -A trust -U postgres")
    run(
        f"pg_ctl -D {folder}/data -l {folder}/log -w -o '-k {folder} -p {port} -c listen_addresses=127.0.0.1' start"
    )
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        run(f"pg_ctl -D {folder}/data -m immediate stop")
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def serving(home: str, env: Mapping[str, str]) -> Iterator[str]:
    """Serve the site on a free port; give its address."""
    port = _free_port()
    command = [sys.executable, *LANTIAN, "site", "serve", "--home", home, "--port", str(port)]
    server = subprocess.Popen(
        command, env=dict(env), stdout=subprocess.DEVNULL, start_new_session=True
    )
    site = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{site}/public/water/", timeout=5)
                break
            except OSError:
                time.sleep(0.2)
        yield site
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def asked(url: str, cookie: str, users: int, seconds: int) -> list[str]:
    """Ask one page by `users` at once, warm; return p50 and p95 in ms, and requests a second."""
    request = urllib.request.Request(url, headers={"Cookie": cookie})
    with urllib.request.urlopen(request, timeout=60) as answer:  # once to be sure of it
        assert answer.status == 200, url
        assert "/sign-in/" not in answer.url, url
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT)
        script.flush()

        def wrk(length: int) -> str:
            command = ["wrk", "-t1", f"-c{users}", f"-d{length}s", "--timeout", "60s", "-H", f"Cookie: {cookie}",
                       "-s", script.name, url]  # fmt: skip
            return subprocess.run(command, check=True, capture_output=True, text=True).stdout

        for length in (seconds, 6 * seconds):  # a slow page needs longer to answer everybody
            wrk(2)  # both processes warm
            for _ in range(PROCESSES):  # behind what the warm-up left waiting
                urllib.request.urlopen(request, timeout=120).read()
            out = wrk(length)
            found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+)", out)
            assert found is not None, out
            p50, p95, count, span, errors = map(int, found.groups())
            assert errors == 0, f"{url}: {errors} errors\n{out}"
            if count >= 4 * users:
                break
    assert count >= users, f"{url}: {count} answers to {users} users\n{out}"
    return [f"{p50 / 1000:,.0f}", f"{p95 / 1000:,.0f}", f"{count / span * 1e6:,.0f}"]


def fill(firms: int) -> dict[str, str]:
    """Fill a site with the invented city of a size and sign an officer in; return cookie and district."""
    import django

    django.setup()
    from urllib.parse import quote

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    from bench.site_firms import fill as fill_firms
    from lantian.cli.filling import environment
    from lantian.office.people.demo import make_accounts
    from lantian.office.people.models import User

    call_command("migrate", verbosity=0)
    make_accounts()
    environment.fill(Path(settings.HOME) / "demo", 1)
    district = fill_firms(firms)
    user = User.objects.get(username="demo-air")
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.create()
    return {"cookie": f"sessionid={session.session_key}", "district": quote(district)}


if __name__ == "__main__":
    main()
