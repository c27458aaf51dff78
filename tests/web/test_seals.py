"""The record is sealed day by day by the worker, and the pages show it (issue 4, sections 1 and 2.7)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from lantian.jobs.ledger.keys import public_keys
from lantian.jobs.ledger.prove import run_prove
from lantian.jobs.ledger.seal_complaint import COMPLAINTS
from lantian.jobs.ledger.verify import run_verify
from lantian.kernel.calendar import BEIJING
from lantian.kernel.problem import LantianError


@pytest.fixture
def tomorrow(site, settings, tmp_path, monkeypatch):  # type: ignore[no-untyped-def]
    """Let the site believe that the given number of days has passed; its key is one of this test."""
    from django.utils import timezone

    from lantian.office.audit.seals import make_key

    settings.LEDGER_KEY = tmp_path / "key" / "ledger-key.json"
    make_key("ed25519")
    start = datetime.now(BEIJING)

    def pass_days(days: int) -> None:
        moment = (start + timedelta(days=days)).replace(hour=12)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return pass_days


def exported(site, folder: Path) -> Path:  # type: ignore[no-untyped-def]
    path = folder / "ledger.jsonl"
    path.write_bytes(b"".join(site("auditor").get("/record/ledger.jsonl").streaming_content))
    return path


def own_keys(settings):  # type: ignore[no-untyped-def]
    return public_keys([settings.LEDGER_KEY])


def test_the_worker_seals_what_is_finished_and_nothing_else(
    site, tomorrow, settings, tmp_path
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.ledger import record
    from lantian.office.audit.models import Event, SealRow
    from lantian.office.site.timetable import Clockwork

    Clockwork().run_due(0.0)
    assert SealRow.objects.count() == 0  # everything happened today
    tomorrow(1)
    record("worker", "plan.failed", {"plan": 1})
    newest = Event.objects.order_by("-number").first().number
    assert Clockwork().run_due(0.0) == 0
    row = SealRow.objects.get()
    assert (row.first, row.last) == (1, newest - 1)
    Clockwork().run_due(0.0)
    assert SealRow.objects.count() == 1
    tomorrow(3)
    Clockwork().run_due(0.0)
    assert SealRow.objects.count() == 2  # a day without events has no seal
    run = run_verify(exported(site, tmp_path), Path(settings.VAULT), own_keys(settings))
    assert run.problems == []
    assert (run.seals, run.signatures_checked) == (2, True)
    assert run.files_checked > 5


def test_an_event_is_proved_by_its_file_up_to_the_signature(
    site, tomorrow, settings, tmp_path
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.seals import seal_days

    assert "当日尚未封存" in site("auditor").get("/record/3/").content.decode()
    tomorrow(1)
    seal_days()
    page = site("auditor").get("/record/3/").content.decode()
    assert "签名无误" in page
    path = tmp_path / "event.json"
    path.write_bytes(site("auditor").get("/record/3/?form=json").content)
    run = run_prove(path, own_keys(settings))
    assert run.problems == []
    assert run.sealed
    value = json.loads(path.read_text())
    value["event"]["actor"] = "somebody"
    path.write_text(json.dumps(value))
    assert [p.code for p in run_prove(path, own_keys(settings)).problems] == ["V017"]


def test_the_page_shows_last_day_key_and_what_does_not_hold(site, tomorrow, settings) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import SealRow
    from lantian.office.audit.seals import own_public, seal_days, state

    assert "还没有封存的日子" in site("auditor").get("/record/").content.decode()
    tomorrow(1)
    client = site("auditor")
    assert "1 天待封存" in client.get("/record/").content.decode()
    seal_days()
    page = client.get("/record/?verify=1").content.decode()
    assert own_public().fingerprint in page
    assert state().last.day.isoformat() in page
    assert "核验无误" in page
    sent = client.get("/record/public-key.json")
    assert json.loads(sent.content)["fingerprint"] == own_public().fingerprint
    SealRow.objects.update(root="0" * 64)
    page = client.get("/record/?verify=1").content.decode()
    assert "日根不符" in page
    assert "签名不符" in page
    assert "核验无误" not in page
    assert "被改动过" in client.get("/record/3/").content.decode()
    settings.LEDGER_KEY = settings.LEDGER_KEY.with_name("none.json")
    assert "没有密钥" in client.get("/record/").content.decode()
    assert client.get("/record/public-key.json").status_code == 404


def test_a_chain_that_does_not_hold_is_not_sealed(site, tomorrow) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event, SealRow
    from lantian.office.audit.seals import seal_days
    from lantian.office.site.timetable import Clockwork

    Event.objects.filter(number=2).update(event="{")
    tomorrow(1)
    with pytest.raises(LantianError) as caught:
        seal_days()
    assert [p.code for p in caught.value.problems] == ["V016"]
    assert Clockwork().run_due(0.0) == 1  # told, and the worker lives on
    assert SealRow.objects.count() == 0


def test_seals_are_never_changed_or_removed_by_the_site(site, tomorrow) -> None:  # type: ignore[no-untyped-def]
    from django.db import IntegrityError, transaction

    from lantian.office.audit.seals import seal_days

    tomorrow(1)
    (row,) = seal_days()
    with pytest.raises(TypeError):
        row.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_the_doctor_names_a_missing_key_seals_that_lag_and_seals_altered(
    site, tomorrow, settings
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.ledger import record
    from lantian.office.audit.models import SealRow
    from lantian.office.audit.seals import findings, seal_days

    def codes() -> set[str]:
        return {p.code for p in findings()}

    assert codes() == set()
    tomorrow(1)
    record("worker", "plan.failed", {"plan": 1})
    assert codes() == set()  # yesterday may wait for the next round
    tomorrow(2)
    assert codes() == {"V015"}
    seal_days()
    assert codes() == set()
    SealRow.objects.update(signature="00" * 64)
    assert "V012" in codes()
    settings.LEDGER_KEY = settings.LEDGER_KEY.with_name("none.json")
    assert "V014" in codes()


def test_duties_are_looked_at_by_their_own_clock() -> None:
    from lantian.office.site.timetable import Clockwork, Duty

    seen: list[str] = []

    def broken() -> None:
        seen.append("b")
        raise RuntimeError("a fault")

    duties = (
        Duty("a", 10, lambda: seen.append("a")),
        Duty("b", 30, broken),
        Duty("c", 5, lambda: seen.append("c")),
    )
    clock = Clockwork(duties)
    assert [clock.run_due(t) for t in (0.0, 5.0, 10.0, 29.0, 30.0)] == [1, 0, 0, 0, 1]
    assert "".join(seen) == "abc" + "c" + "ac" + "ac" + "b"


# --- commands -----------------------------------------------------------------------------------


def lantian(*words: str) -> tuple[int, str]:
    from lantian.cli import main

    done = CliRunner().invoke(main, words)
    return done.exit_code, done.output


def test_keys_and_seals_by_command(site, tomorrow, settings, tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("LANTIAN_HOME", str(settings.HOME))
    monkeypatch.setenv("LANTIAN_LEDGER_KEY", str(settings.LEDGER_KEY))
    home = ("--home", str(settings.HOME))
    code, said = lantian("ledger", "key", "new", *home)
    assert (code, "V005" in said) == (2, True)
    phrase = tmp_path / "phrase"
    phrase.write_text("一句口令\n")
    settings.LEDGER_KEY.unlink()
    code, said = lantian("ledger", "key", "new", *home, "--passphrase-file", str(phrase), "--json")
    made = json.loads(said)
    assert (code, made["scheme"], made["passphrase"]) == (0, "sm2-sm3", True)
    public = tmp_path / "bureau.json"
    code, said = lantian("ledger", "key", "show", *home, "--out", str(public), "--json")
    assert (code, json.loads(said)["fingerprint"]) == (0, made["fingerprint"])
    tomorrow(1)
    today = (datetime.now(BEIJING) + timedelta(days=1)).date().isoformat()
    code, said = lantian("ledger", "seal", *home)
    assert (code, "V004" in said) == (2, True)
    monkeypatch.setenv("LANTIAN_LEDGER_PASSPHRASE_FILE", str(phrase))
    settings.LEDGER_KEY.chmod(0o644)
    code, said = lantian("ledger", "seal", *home)
    assert (code, "V003" in said) == (2, True)
    settings.LEDGER_KEY.chmod(0o600)
    code, said = lantian("ledger", "seal", *home, "--day", today)
    assert (code, "V006" in said) == (2, True)
    code, said = lantian("ledger", "seal", *home, "--json")
    assert (code, len(json.loads(said)["sealed"])) == (0, 1)
    assert "没有待封存" in lantian("ledger", "seal", *home)[1]
    ledger = exported(site, tmp_path)
    code, said = lantian("ledger", "verify", str(ledger), "--key", str(public), "--json")
    found = json.loads(said)
    assert (code, found["seals"], found["signatures_checked"], found["sound"]) == (0, 1, True, True)
    event = tmp_path / "event.json"
    event.write_bytes(site("auditor").get("/record/3/?form=json").content)
    code, said = lantian("ledger", "prove", str(event), "--key", str(public))
    assert (code, "签名无误" in said) == (0, True)
    event.write_text(event.read_text().replace("demo-", "dem0-"))
    assert lantian("ledger", "prove", str(event), "--key", str(public))[0] == 1


def test_every_code_is_met_in_a_test() -> None:
    tests = Path(__file__).parents[1]
    text = "".join(
        (tests / name).read_text("utf-8")
        for name in ("property/test_ledger_seals.py", "web/test_seals.py")
    )
    assert {code for code in COMPLAINTS if f'"{code}"' not in text} == set()
