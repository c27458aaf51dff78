"""The second factor: enrolled, asked for, counted once, required of roles; lock-out holds (issue 4, section 1)."""

from __future__ import annotations

import re
import time

import pytest
from django.urls import NoReverseMatch, reverse

SECRET = "JBSWY3DPEHPK3PXP"


def code(at: int = 0) -> str:
    """Return the code of now, or of `at` steps later."""
    from allauth.mfa.totp.internal import auth

    counter = int(time.time()) // 30 + at
    return auth.format_hotp_value(auth.hotp_value(SECRET, counter))


def sign_in(client, name: str = "demo-air", password: str = "einlangeswort-7"):  # type: ignore[no-untyped-def]
    return client.post("/sign-in/", {"username": name, "password": password})


def again(client, page: str) -> None:  # type: ignore[no-untyped-def]
    """Give the password once more, as changing how one signs in asks for."""
    assert client.get(page)["Location"].startswith("/account/again/?next=")
    assert (
        client.post(f"/account/again/?next={page}", {"password": "einlangeswort-7"})["Location"]
        == page
    )


@pytest.fixture
def user(person):  # type: ignore[no-untyped-def]
    found = person("air")
    found.set_password("einlangeswort-7")
    found.save()
    return found


@pytest.fixture
def enrolled(user):  # type: ignore[no-untyped-def]
    from allauth.mfa.totp.internal.auth import TOTP

    return TOTP.activate(user, SECRET).instance


@pytest.fixture
def steady(monkeypatch):  # type: ignore[no-untyped-def]
    """Hold the clock in the middle of a step, so that no test stands across two."""
    moment = int(time.time()) // 30 * 30 + 15.0
    monkeypatch.setattr(time, "time", lambda: moment)
    return moment


def test_enrolling_shows_picture_key_and_recovery_codes_once(site, user) -> None:  # type: ignore[no-untyped-def]
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal import auth

    from lantian.office.audit.models import Event

    client = site()
    assert sign_in(client)["Location"] == "/today/"
    again(client, "/account/factor/on/")
    page = client.get("/account/factor/on/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page)[1]
    wrong = client.post("/account/factor/on/", {"code": "000000"})
    assert "验证码不对" in wrong.content.decode()
    assert not Authenticator.objects.exists()
    right = auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30))
    assert client.post("/account/factor/on/", {"code": right})["Location"] == "/account/codes/"
    page = client.get("/account/codes/").content.decode()
    codes = re.findall(r"<li><code>(\d+)</code></li>", page)
    assert len(codes) == 10
    assert codes[0] not in client.get("/account/codes/").content.decode()
    assert Event.objects.order_by("-number").first().what == "people.factor_added"
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored
    assert stored.startswith("box1:")
    # a recovery code signs in once
    for attempt, there in enumerate(("/today/", None)):
        other = site()
        assert sign_in(other)["Location"].startswith("/sign-in/code/")
        answer = other.post("/sign-in/code/", {"code": codes[0]})
        assert answer.headers.get("Location") == there, attempt


def test_right_wrong_and_replayed_codes(site, enrolled, steady) -> None:  # type: ignore[no-untyped-def]
    from django.core.cache import cache

    client = site()
    assert sign_in(client)["Location"].startswith("/sign-in/code/")
    assert client.get("/today/").status_code == 302  # not signed in yet
    assert "验证码不对" in client.post("/sign-in/code/", {"code": "000000"}).content.decode()
    used = code()
    assert client.post("/sign-in/code/", {"code": used})["Location"] == "/today/"
    assert client.get("/today/").status_code == 200
    for again in (used, code(-1)):  # the same, and one before it that nobody has used
        cache.clear()  # another process of the site knows nothing of this one's cache
        other = site()
        sign_in(other)
        assert "已用过" in other.post("/sign-in/code/", {"code": again}).content.decode()
        assert other.get("/today/").status_code == 302
    other = site()
    sign_in(other)
    assert other.post("/sign-in/code/", {"code": code(1)})["Location"] == "/today/"
    assert other.get("/today/").status_code == 200


def test_codes_of_other_times_are_refused_and_guessing_is_stopped(site, enrolled, steady) -> None:  # type: ignore[no-untyped-def]
    client = site()
    sign_in(client)
    for at in (-2, 2, 100):
        assert "验证码不对" in client.post("/sign-in/code/", {"code": code(at)}).content.decode()
    for _ in range(3):
        client.post("/sign-in/code/", {"code": "000000"})
    told = client.post("/sign-in/code/", {"code": code()})
    assert told.status_code == 200  # five failures: even the right one waits
    assert client.get("/today/").status_code == 302


def test_removing_asks_for_the_password_and_is_noted(site, user, enrolled) -> None:  # type: ignore[no-untyped-def]
    from allauth.mfa.models import Authenticator

    from lantian.office.audit.models import Event

    client = site("air")
    asked = client.get("/account/factor/off/")
    assert asked["Location"].startswith("/account/again/")
    assert "密码不对" in client.post("/account/again/", {"password": "wrong"}).content.decode()
    assert (
        client.post(
            "/account/again/?next=/account/factor/off/", {"password": "einlangeswort-7"}
        ).status_code
        == 302
    )
    assert client.get("/account/factor/off/").status_code == 200
    assert client.post("/account/factor/off/")["Location"] == "/account/"
    assert not Authenticator.objects.exists()
    assert Event.objects.order_by("-number").first().what == "people.factor_removed"


def test_a_role_that_needs_a_factor_gets_nowhere_without(site, user, settings) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.site.sign_on import SignOn

    settings.SIGN_ON = SignOn(second_factor=frozenset({"air"}))
    client = site()
    sign_in(client)
    for page in ("/today/", "/air/", "/alert/"):
        assert client.get(page)["Location"] == "/account/factor/on/"
    assert client.get("/public/air/").status_code == 200
    assert "必须启用第二因素" in client.get("/account/").content.decode()
    again(client, "/account/factor/on/")
    assert client.get("/account/factor/on/").status_code == 200
    assert site("water").get("/today/").status_code == 200


def test_a_required_factor_is_not_removed(site, enrolled, user, settings) -> None:  # type: ignore[no-untyped-def]
    from allauth.mfa.models import Authenticator

    from lantian.office.site.sign_on import SignOn

    settings.SIGN_ON = SignOn(second_factor=frozenset({"air"}))
    client = site()
    sign_in(client)
    client.post("/sign-in/code/", {"code": code()})
    again(client, "/account/factor/off/")
    assert "不能停用" in client.get("/account/factor/off/").content.decode()
    client.post("/account/factor/off/")
    assert Authenticator.objects.filter(type="totp").exists()


def test_lock_out_after_failures_and_a_closed_account(site, user) -> None:  # type: ignore[no-untyped-def]
    client = site()
    for _ in range(4):
        assert "用户名或密码不对" in sign_in(client, password="wrong").content.decode()
    locked = sign_in(client, password="wrong")
    assert (locked.status_code, "已暂时锁定" in locked.content.decode()) == (429, True)
    assert sign_in(client).status_code == 429  # the right one too
    assert sign_in(site(), name="demo-water", password="wrong").status_code == 200


def test_a_closed_account_is_told_so_only_with_the_right_password(site, user) -> None:  # type: ignore[no-untyped-def]
    user.is_active = False
    user.save()
    told = sign_in(site())
    assert (told.status_code, "V109" in told.content.decode()) == (403, True)
    assert "V109" not in sign_in(site(), password="wrong").content.decode()


def test_sessions_are_listed_and_ended(site, user) -> None:  # type: ignore[no-untyped-def]
    first, second = site(), site()
    sign_in(first)
    sign_in(second)
    page = first.get("/account/sessions/").content.decode()
    assert page.count("<tr><td") == 2
    assert page.count("本机") == 1
    first.post("/account/sessions/")
    assert second.get("/today/").status_code == 302
    assert first.get("/today/").status_code == 200


def test_a_changed_password_ends_the_other_sessions(site, user) -> None:  # type: ignore[no-untyped-def]
    first, second = site(), site()
    sign_in(first)
    sign_in(second)
    answer = first.post("/account/", {"old_password": "einlangeswort-7", "new_password1": "nochlaenger-88",
                                      "new_password2": "nochlaenger-88"})  # fmt: skip
    assert answer["Location"] == "/account/"
    assert first.get("/today/").status_code == 200
    assert second.get("/today/").status_code == 302
    assert sign_in(site(), password="nochlaenger-88")["Location"] == "/today/"
    bad = first.post("/account/", {"old_password": "x", "new_password1": "1", "new_password2": "2"})
    assert bad.status_code == 200


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_reset_password", "account_inactive",
                                  "socialaccount_connections", "socialaccount_signup", "socialaccount_login_error",
                                  "account_request_login_code", "account_set_password"])  # fmt: skip
def test_pages_of_allauth_that_are_not_used_are_not_there(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_after_signing_in_nobody_is_led_elsewhere(site, user) -> None:  # type: ignore[no-untyped-def]
    data = {"username": "demo-air", "password": "einlangeswort-7"}
    assert site().post("/sign-in/", data | {"next": "/air/"})["Location"] == "/air/"
    assert (
        site().post("/sign-in/", data | {"next": "https://elsewhere.example/"})["Location"]
        == "/today/"
    )
