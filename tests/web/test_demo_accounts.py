"""Accounts of the demonstration: random passwords, hashed anew with all rounds at the first sign-in."""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher


def rounds(user) -> int:  # type: ignore[no-untyped-def]
    user.refresh_from_db()
    return PBKDF2PasswordHasher().decode(user.password)["iterations"]


def test_the_first_sign_in_hashes_with_all_rounds(db, settings) -> None:  # type: ignore[no-untyped-def]
    from django.test import Client

    from lantian.office.people.demo import ROUNDS, make_accounts
    from lantian.office.people.models import User

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    User.objects.filter(username="demo-air").delete()
    made = {name: password for name, _, password in make_accounts()}
    air = User.objects.get(username="demo-air")
    assert rounds(air) == ROUNDS < PBKDF2PasswordHasher.iterations
    assert len(made["demo-air"]) == 12  # 72 random bits
    assert not air.check_password("demo-air")
    form = {"username": "demo-air", "password": made["demo-air"]}
    assert Client().post("/sign-in/", form)["Location"] == "/today/"
    assert rounds(air) >= PBKDF2PasswordHasher.iterations
    assert Client().post("/sign-in/", form)["Location"] == "/today/"
