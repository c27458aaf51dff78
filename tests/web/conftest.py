"""The site on a database of its own, filled with the invented city once a session."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def filled(django_db_setup: None, django_db_blocker) -> None:  # type: ignore[no-untyped-def]
    """Fill the test database with accounts and the invented city; tests roll their changes back."""
    with django_db_blocker.unblock():
        from django.conf import settings

        from lantian.cli.filling import fill
        from lantian.office.people.demo import make_accounts

        make_accounts()
        fill(Path(settings.HOME) / "demo", 1)


@pytest.fixture
def site(filled: None, db: None):  # type: ignore[no-untyped-def]
    """Return a function that gives a client signed in with a role, or nobody's."""
    from django.core.cache import caches
    from django.test import Client

    from lantian.office.people.models import User

    for cache in (caches[name] for name in ("default", "pages", "rates")):
        cache.clear()

    def client(role: str | None = None) -> Client:
        found = Client()
        if role is not None:
            found.force_login(
                User.objects.get(username=f"demo-{role}"),
                backend="django.contrib.auth.backends.ModelBackend",
            )
        return found

    return client


@pytest.fixture
def person(filled: None, db: None):  # type: ignore[no-untyped-def]
    """Return a function that gives the demonstration user of a role."""
    from lantian.office.people.models import User

    return lambda role: User.objects.get(username=f"demo-{role}")


@pytest.fixture(scope="session")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a list of 120 firms: quickly planned."""
    from lantian.demo.write import write_city

    folder = tmp_path_factory.mktemp("list")
    write_city(folder, firms=120, seed=1)
    return (folder / "list.xlsx").read_bytes()


@pytest.fixture
def proposed(site):  # type: ignore[no-untyped-def]
    """Return an orange alert that waits for its signature."""
    from alert_steps import propose

    from lantian.office.alert.models import Alert

    propose(site("air"))
    return Alert.objects.filter(state="proposed").latest("pk")


@pytest.fixture
def issued(site, proposed, workbook: bytes):  # type: ignore[no-untyped-def]
    """Return a signed alert whose orders went out, on 120 firms."""
    from alert_steps import ask

    from lantian.office.alert.worker import run_next

    leader = site("leader")
    leader.post(f"/alert/{proposed.pk}/sign/", {"opinion": "同意"})
    ask(site("air"), proposed, workbook)
    assert run_next()
    leader.post(f"/alert/{proposed.pk}/issue/")
    proposed.refresh_from_db()
    return proposed


@pytest.fixture
def signed(site):  # type: ignore[no-untyped-def]
    """Return an orange alert in force."""
    from alert_steps import propose

    from lantian.office.alert.models import Alert

    propose(site("air"))
    found = Alert.objects.filter(state="proposed").latest("pk")
    site("leader").post(f"/alert/{found.pk}/sign/", {"opinion": "同意", "office": found.signer_zh})
    found.refresh_from_db()
    return found


@pytest.fixture
def plan(site, signed, workbook: bytes):  # type: ignore[no-untyped-def]
    """Return the plan of the alert in force, worked out on 120 firms."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from lantian.office.alert.worker import run_next

    file = SimpleUploadedFile("list.xlsx", workbook)
    site("air").post(f"/alert/{signed.pk}/plan/", {"file": file})
    assert run_next()
    return signed.plans.get()


@pytest.fixture
def ordered(site, signed, plan):  # type: ignore[no-untyped-def]
    """Return the alert in force, its orders sent out."""
    site("leader").post(f"/alert/{signed.pk}/issue/")
    assert signed.orders.exists()
    return signed


@pytest.fixture
def draft(site, plan):  # type: ignore[no-untyped-def]
    """Return the copy of the plan that is changed by hand."""
    site("air").post(f"/alert/plan/{plan.pk}/draft/")
    return plan.draft


@pytest.fixture
def own_draft(person):  # type: ignore[no-untyped-def]
    """Return a fresh draft of the demonstration's firm; the one that came back is withdrawn first."""
    from lantian.office.grading import actions
    from lantian.office.grading.models import Application

    firm = person("enterprise")
    old = Application.objects.get(firm_id=firm.firm_id)
    actions.withdraw(firm, old, expect=old.case.version, reason="重新申报")
    return actions.begin(firm, "cement", "水泥制品", "leading")


@pytest.fixture
def complete_draft(own_draft, person):  # type: ignore[no-untyped-def]
    """Return a draft with every fact and its evidence."""
    from lantian.demo.grading_papers import facts_of, paper
    from lantian.office.audit.vault import store
    from lantian.office.grading import actions
    from lantian.office.grading.assess import assess

    facts, energy = facts_of("水泥", "水泥制品", "leading", 7)
    firm, file = person("enterprise"), store("佐证.pdf", paper("test"))
    saved = actions.save_draft(firm, own_draft, draft=0, facts=facts, energy=energy)
    files = [(one.row, file) for one in assess(saved).of("evidence")]
    assert files
    return actions.save_draft(firm, own_draft, draft=1, facts=facts, energy=energy, files=files)
