"""Backup and restore: proved in an empty place; damage told, nothing left half (issue 4, section 4)."""

from __future__ import annotations

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.domain.ledger.chain import digest
from lantian.kernel.problem import LantianError
from lantian.office.site.backup import make_backup, restore_backup

LANTIAN = [sys.executable, "-c", "from lantian.cli import main; main()", "site"]


def held(home: Path) -> dict[str, bytes]:
    """Return every file of a folder; the database as its rows."""
    found = {}
    for path in sorted(p for p in home.rglob("*") if p.is_file()):
        name = path.relative_to(home).as_posix()
        if name == "lantian.sqlite3":
            with sqlite3.connect(path) as base:
                found[name] = "\n".join(base.iterdump()).encode()
        else:
            found[name] = path.read_bytes()
    return found


def small_site(home: Path) -> None:
    home.mkdir()
    with sqlite3.connect(home / "lantian.sqlite3") as base:
        base.execute("CREATE TABLE event (number INTEGER, text TEXT)")
        base.executemany("INSERT INTO event VALUES (?, ?)", [(i, f"事件{i}") for i in range(50)])
    (home / "secret-key").write_text("key")
    for i in range(5):
        content = f"file {i}".encode() * 100
        own = digest("sm3", content)
        path = home / "vault" / own[:2] / own
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def codes(caught: pytest.ExceptionInfo[LantianError]) -> set[str]:
    return {p.code for p in caught.value.problems}


def test_what_comes_back_is_what_was_there(tmp_path: Path) -> None:
    small_site(tmp_path / "site")
    made = make_backup(tmp_path / "site", tmp_path / "all.tar")
    back = restore_backup(tmp_path / "all.tar", tmp_path / "new", algorithm="sm3")
    assert (made.files, back.files, made.database) == (5, 5, "sqlite")
    assert held(tmp_path / "new") == held(tmp_path / "site")
    assert (tmp_path / "all.tar").stat().st_mode & 0o077 == 0


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    small_site(tmp_path / "site")
    make_backup(tmp_path / "site", tmp_path / "all.tar")
    with pytest.raises(LantianError) as caught:
        make_backup(tmp_path / "site", tmp_path / "all.tar")
    assert codes(caught) == {"N018"}
    with pytest.raises(LantianError) as caught:
        restore_backup(tmp_path / "all.tar", tmp_path / "site", algorithm="sm3")
    assert codes(caught) == {"N013"}


def test_a_backup_of_another_database_is_told(tmp_path: Path) -> None:
    small_site(tmp_path / "site")
    make_backup(tmp_path / "site", tmp_path / "all.tar")
    with pytest.raises(LantianError) as caught:
        restore_backup(
            tmp_path / "all.tar", tmp_path / "new", algorithm="sm3", database="postgresql://u@h/d"
        )
    assert codes(caught) == {"N016"}
    assert not (tmp_path / "new").exists()


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_flipped_bit_or_a_cut_is_told_or_changes_nothing(
    tmp_path: Path, data: st.DataObject
) -> None:
    whole = tmp_path / "all.tar"
    if not whole.exists():
        small_site(tmp_path / "site")
        make_backup(tmp_path / "site", whole)
    content = bytearray(whole.read_bytes())
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content) - 1))]
    else:
        content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    (tmp_path / "bad.tar").write_bytes(content)
    new = tmp_path / "new"
    try:
        restore_backup(tmp_path / "bad.tar", new, algorithm="sm3")
    except LantianError as error:
        refused = error
    else:
        refused = None
    if refused is not None:
        assert {p.code for p in refused.problems} <= {"N014", "N015", "N016"}
        assert not new.exists()
    else:
        assert held(new) == held(tmp_path / "site")
        subprocess.run(["rm", "-rf", str(new)], check=True)


@pytest.mark.parametrize(
    "change",
    [
        {"database": None}, {"database": "lantian.sqlite4"}, {"sha256": {}}, {"sha256": []}, {"vault": "x"},
        {"vault": ["../../secret"]}, {"sha256": {"lantian.sqlite3": "", "../outside": ""}}, {"format": "other"},
    ],
    ids=str,
)  # fmt: skip
def test_a_manifest_that_is_none_is_refused(change: dict[str, object], tmp_path: Path) -> None:
    small_site(tmp_path / "site")
    make_backup(tmp_path / "site", tmp_path / "all.tar")
    with (
        tarfile.open(tmp_path / "all.tar") as whole,
        tarfile.open(tmp_path / "bad.tar", "w") as bad,
    ):
        for member in whole:
            content = whole.extractfile(member).read()  # type: ignore[union-attr]
            if member.name == "manifest.json":
                content = json.dumps(json.loads(content) | change).encode()
                member.size = len(content)
            bad.addfile(member, io.BytesIO(content))
    with pytest.raises(LantianError) as caught:
        restore_backup(tmp_path / "bad.tar", tmp_path / "new", algorithm="sm3")
    assert codes(caught) == {"N014"}
    assert not (tmp_path / "new").exists()


@pytest.mark.slow
def test_a_kill_leaves_a_whole_site_or_none(tmp_path: Path) -> None:
    small_site(tmp_path / "site")
    for _ in range(8):  # something to be in the midst of
        content = os.urandom(4_000_000)
        own = digest("sha256", content)
        (tmp_path / "site" / "vault" / own[:2]).mkdir(exist_ok=True)
        (tmp_path / "site" / "vault" / own[:2] / own).write_bytes(content)
    for path in list((tmp_path / "site" / "vault").rglob("*")):
        if path.is_file() and digest("sha256", path.read_bytes()) != path.name:
            path.unlink()
    make_backup(tmp_path / "site", tmp_path / "all.tar")
    whole = held(tmp_path / "site")
    environment = os.environ | {"LANTIAN_LEDGER": "sha256"}
    for i in range(8):
        new = tmp_path / f"new-{i}"
        code = (
            "import sys; from pathlib import Path; from lantian.office.site.backup import restore_backup;"
            f"print('go', flush=True); restore_backup(Path({str(tmp_path / 'all.tar')!r}), Path({str(new)!r}),"
            " algorithm='sha256')"
        )
        running = subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment
        )
        assert running.stdout is not None
        running.stdout.readline()
        time.sleep(0.012 * i)
        running.send_signal(signal.SIGKILL)
        running.wait()
        assert not new.exists() or held(new) == whole


@pytest.mark.slow
def test_the_commands_prove_the_record_of_a_real_site(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LANTIAN_", "DJANGO_"))}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*LANTIAN, *words], capture_output=True, text=True, env=environment, check=False
        )

    assert run("demo", "--home", str(tmp_path / "a")).returncode == 0
    assert run("backup", "--home", str(tmp_path / "a"), str(tmp_path / "a.tar")).returncode == 0
    done = run("restore", "--home", str(tmp_path / "b"), str(tmp_path / "a.tar"), "--json")
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(tmp_path / "b" / "lantian.sqlite3") as base:
        assert base.execute("SELECT count(*) FROM audit_event").fetchone()[0] > 3
    # A record altered before the backup was made comes back as it was, and is told.
    with sqlite3.connect(tmp_path / "a" / "lantian.sqlite3") as base:
        base.execute(
            "UPDATE audit_event SET event = replace(event, 'demo-air', 'demo-xxx') WHERE number = 2"
        )
    assert run("backup", "--home", str(tmp_path / "a"), str(tmp_path / "bad.tar")).returncode == 0
    told = run("restore", "--home", str(tmp_path / "c"), str(tmp_path / "bad.tar"))
    assert told.returncode == 1
    assert "N010" in told.stderr + told.stdout


def test_postgresql_goes_out_and_comes_back(filled: None, db: None, tmp_path: Path) -> None:
    from django.db import connection

    if connection.vendor != "postgresql":
        pytest.skip("runs on PostgreSQL")
    import psycopg

    own = connection.settings_dict
    base = f"postgresql://{own['USER']}:{own['PASSWORD']}@{own['HOST'] or 'localhost'}:{own['PORT'] or 5432}"
    count = "SELECT count(*), max(hash) FROM audit_event"
    with psycopg.connect(f"{base}/{own['NAME']}", autocommit=True) as here:
        before = here.execute(count).fetchone()
        here.execute("DROP DATABASE IF EXISTS lantian_restored")
        here.execute("CREATE DATABASE lantian_restored")
    (tmp_path / "site").mkdir()
    whole, empty = tmp_path / "all.tar", f"{base}/lantian_restored"
    made = make_backup(tmp_path / "site", whole, database=f"{base}/{own['NAME']}")
    assert made.database == "postgresql"
    restore_backup(whole, tmp_path / "new", algorithm="sm3", database=empty)
    with psycopg.connect(empty) as there:
        assert there.execute(count).fetchone() == before
    with pytest.raises(LantianError) as caught:  # not empty any more
        restore_backup(whole, tmp_path / "b", algorithm="sm3", database=empty)
    assert codes(caught) == {"N017"}
    assert not (tmp_path / "b").exists()
