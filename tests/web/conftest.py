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
