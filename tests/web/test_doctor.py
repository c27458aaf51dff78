"""Each mistake of a deployment is found and said with its remedy (issue 4, section 1)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lantian.kernel.problem import Problem


def codes(problems: tuple[Problem, ...]) -> set[str]:
    return {p.code for p in problems}


@pytest.fixture
def examine(site, settings) -> Callable[[], tuple[Problem, ...]]:  # type: ignore[no-untyped-def]
    from lantian.office.site.doctor import examine as found

    settings.PLAIN_HTTP = False
    site()
    return found


def test_a_sound_deployment_has_no_error(examine) -> None:  # type: ignore[no-untyped-def]
    assert codes(examine()) <= {"N008", "N012"}


def open_key(settings: Any) -> None:
    (Path(settings.HOME) / "secret-key").chmod(0o644)


def lose_a_file(settings: Any) -> None:
    from lantian.office.audit.models import StoredFile

    StoredFile.objects.create(hash="0" * 64, name="lost", size=1)


def break_the_chain(settings: Any) -> None:
    from lantian.office.audit.models import Event

    Event.objects.filter(number=2).update(actor="somebody", event='{"what":"else"}')


def call_it_real(settings: Any) -> None:
    from lantian.office.site.models import Setting

    Setting.objects.filter(key="invented").delete()


def unrun_migration(settings: Any) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="water").delete()


MISTAKES: dict[str, Callable[[Any], None]] = {
    "N002": unrun_migration,
    "N003": lambda s: setattr(s, "PLAIN_HTTP", True),
    "N004": lambda s: setattr(s, "DEBUG", True),
    "N005": lambda s: setattr(s, "ALLOWED_HOSTS", ["*"]),
    "N006": open_key,
    "N009": call_it_real,
    "N010": break_the_chain,
    "N011": lose_a_file,
}


@pytest.mark.parametrize("code", sorted(MISTAKES))
def test_each_mistake_is_found(code: str, examine, settings) -> None:  # type: ignore[no-untyped-def]
    key = Path(settings.HOME) / "secret-key"
    try:
        MISTAKES[code](settings)
        found = [p for p in examine() if p.code == code]
    finally:
        key.chmod(0o600)
    assert len(found) == 1
    assert found[0].remedy_zh
    assert found[0].place.file


def test_the_machine_s_own_troubles(examine, settings, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from django.db import OperationalError, connection

    from lantian.office.site import doctor

    monkeypatch.setattr(doctor, "LEAST_FREE_BYTES", 10**18)
    monkeypatch.setattr(doctor.os, "access", lambda *_: False)
    assert {"N007", "N008"} <= codes(examine())

    def refuse() -> None:
        raise OperationalError("connection refused")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "ensure_connection", refuse)
        found = examine()
    assert "N001" in codes(found)
    assert "connection refused" in next(p for p in found if p.code == "N001").message_zh


def test_every_code_has_a_case() -> None:
    from lantian.office.site.doctor import COMPLAINTS

    assert set(COMPLAINTS) == {*MISTAKES, "N001", "N007", "N008", "N012"}
