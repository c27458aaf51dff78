"""Signing in through the city's identity provider: every wrong answer told, nobody signed in (issue 4, section 1)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from oidc_provider import Provider, serve

from lantian.office.site.sign_on import City, SignOn, city_provider


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    provider = Provider()
    running = serve(provider)
    yield provider
    running.shutdown()
    running.server_close()


@pytest.fixture
def provider(server: Provider, site, settings, monkeypatch) -> Provider:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    fresh = Provider(address=server.address, key=server.key)
    for name in vars(fresh):
        setattr(server, name, getattr(fresh, name))
    server.claims = {"preferred_username": "demo-air", "name": "王工"}
    use(settings, server)
    site()
    return server


def use(settings, provider: Provider, **more: Any) -> None:  # type: ignore[no-untyped-def]
    settings.SIGN_ON = SignOn(city=City(provider.address, "lantian", "secret", **more))
    settings.SOCIALACCOUNT_PROVIDERS = city_provider(settings.SIGN_ON)


def signing_in(
    client, provider: Provider, *, change: Any = None, state: str = "", path: str = "/sign-in/city/"
):  # type: ignore[no-untyped-def]
    """Go the whole way; `change` alters the provider's answer once its nonce is known."""
    sent = client.get(path)
    assert sent.status_code == 302, sent.content.decode()[:400]
    asked = parse_qs(urlsplit(sent["Location"]).query)
    assert sent["Location"].startswith(f"{provider.address}/authorize?")
    provider.nonce, provider.challenge = asked["nonce"][0], asked["code_challenge"][0]
    if change is not None:
        change(provider)
    return client.get("/sign-in/city/callback/", {"code": "c", "state": state or asked["state"][0]})


def signed_in_as(client) -> str:  # type: ignore[no-untyped-def]
    from django.contrib.auth import get_user

    class Request:
        session = client.session

    user = get_user(Request)  # type: ignore[arg-type]
    return user.username if user.is_authenticated else ""


def test_a_known_person_is_signed_in_and_bound_to_his_subject(site, provider) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event

    assert "市统一身份认证" in site().get("/sign-in/").content.decode()
    client = site()
    answer = signing_in(client, provider, path="/sign-in/city/?next=/air/")
    assert (answer.status_code, answer["Location"]) == (302, "/air/")
    assert signed_in_as(client) == "demo-air"
    assert provider.asked[-1]["redirect_uri"][0].endswith("/sign-in/city/callback/")
    assert Event.objects.order_by("-number").first().what == "people.bound"
    # from now on the subject decides, whatever the name says
    provider.claims = {"preferred_username": "demo-leader"}
    again = site()
    signing_in(again, provider)
    assert signed_in_as(again) == "demo-air"
    assert Event.objects.filter(what="people.bound").count() == 1


def test_a_claim_never_gives_a_role(site, provider, person) -> None:  # type: ignore[no-untyped-def]
    provider.claims |= {
        "role": "leader",
        "roles": ["leader"],
        "groups": ["leader"],
        "is_superuser": True,
    }
    client = site()
    signing_in(client, provider)
    user = person("air")
    assert (user.role, user.is_superuser, user.is_staff) == ("air", False, False)
    assert client.get("/record/").status_code == 403


def wrong_key(p: Provider) -> None:
    p.signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)


WRONG = {
    "issuer": ("V105", lambda p: setattr(p, "issuer", "https://elsewhere.example")),
    "audience": ("V106", lambda p: p.claims.update(aud="another")),
    "nonce": ("V107", lambda p: setattr(p, "nonce", "another")),
    "no nonce": ("V107", lambda p: p.claims.update(nonce=None)),
    "expired": ("V104", lambda p: p.claims.update(exp=int(time.time()) - 3600)),
    "no expiry": ("V104", lambda p: p.claims.update(exp=None)),
    "no subject": ("V104", lambda p: p.claims.update(sub=None)),
    "another key": ("V104", wrong_key),
    "algorithm none": ("V104", lambda p: setattr(p, "algorithm", "none")),
    "shared secret": ("V104", lambda p: setattr(p, "algorithm", "HS256")),
    "no token": ("V104", lambda p: setattr(p, "without_token", True)),
    "refused code": ("V104", lambda p: setattr(p, "broken", True)),
    "unknown person": ("V108", lambda p: p.claims.update(preferred_username="nobody-here")),
    "no name": ("V114", lambda p: p.claims.update(preferred_username=None)),
    "name of another type": ("V114", lambda p: p.claims.update(preferred_username=["demo-air"])),
}


@pytest.mark.parametrize("wrong", sorted(WRONG))
def test_every_wrong_answer_is_told_and_signs_nobody_in(wrong: str, site, provider) -> None:  # type: ignore[no-untyped-def]
    from allauth.socialaccount.models import SocialAccount

    code, change = WRONG[wrong]
    client = site()
    answer = signing_in(client, provider, change=change)
    text = answer.content.decode()
    assert (answer.status_code, code in text) == (403, True), text[-600:]
    assert "没有登录" in text
    assert signed_in_as(client) == ""
    assert SocialAccount.objects.count() == 0


def test_a_closed_account_is_told(site, provider, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.people.actions import close_person

    signing_in(site(), provider)  # bound while open
    close_person(person("operator"), person("air"), "调离")
    for sub in ("s-1", "s-2"):
        provider.claims["sub"] = sub
        client = site()
        assert "V109" in signing_in(client, provider).content.decode()
        assert signed_in_as(client) == ""


def test_a_second_subject_of_the_same_name_is_refused(site, provider) -> None:  # type: ignore[no-untyped-def]
    signing_in(site(), provider)
    provider.claims["sub"] = "s-2"
    client = site()
    assert "V110" in signing_in(client, provider).content.decode()
    assert signed_in_as(client) == ""


def test_state_of_another_browser_and_a_cancelled_sign_in(site, provider) -> None:  # type: ignore[no-untyped-def]
    client = site()
    assert "V113" in signing_in(client, provider, state="invented").content.decode()
    sent = client.get("/sign-in/city/")
    state = parse_qs(urlsplit(sent["Location"]).query)["state"][0]
    told = client.get("/sign-in/city/callback/", {"error": "access_denied", "state": state})
    assert "V111" in told.content.decode()
    assert "V113" in client.get("/sign-in/city/callback/").content.decode()
    assert signed_in_as(client) == ""


def test_a_provider_that_does_not_answer(site, provider, settings) -> None:  # type: ignore[no-untyped-def]
    client = site()
    sent = client.get("/sign-in/city/")
    state = parse_qs(urlsplit(sent["Location"]).query)["state"][0]
    use(settings, Provider(address="http://127.0.0.1:9"))
    told = site().get("/sign-in/city/")
    assert (told.status_code, "V103" in told.content.decode()) == (403, True)
    told = client.get("/sign-in/city/callback/", {"code": "c", "state": state})  # gone meanwhile
    assert (told.status_code, "V103" in told.content.decode()) == (403, True)


def test_a_provider_whose_description_names_another_issuer(site, provider, settings) -> None:  # type: ignore[no-untyped-def]
    settings.SIGN_ON = SignOn(city=City("https://id.example.gov.cn", "lantian", "secret"))
    assert "V105" in site().get("/sign-in/city/").content.decode()


def test_new_people_where_the_deployment_says_so_see_nothing(site, provider, settings) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.people.models import User

    use(settings, provider, new_people=True)
    provider.claims = {"preferred_username": "new-here", "name": "新人", "role": "leader"}
    client = site()
    signing_in(client, provider)
    assert signed_in_as(client) == "new-here"
    made = User.objects.get(username="new-here")
    assert (made.role, made.has_usable_password()) == ("", False)
    for page in ("/today/", "/air/", "/people/", "/record/"):
        assert client.get(page).status_code == 403


def test_another_claim_may_name_the_person(site, provider, settings) -> None:  # type: ignore[no-untyped-def]
    use(settings, provider, claim="employee")
    provider.claims = {"preferred_username": "demo-leader", "employee": "demo-water"}
    client = site()
    signing_in(client, provider)
    assert signed_in_as(client) == "demo-water"


def test_a_second_factor_is_asked_for_after_the_provider_too(site, provider, person) -> None:  # type: ignore[no-untyped-def]
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(person("air"), "JBSWY3DPEHPK3PXP")
    client = site()
    answer = signing_in(client, provider)
    assert answer["Location"].startswith("/sign-in/code/")
    assert signed_in_as(client) == ""


def test_who_has_no_password_enrols_freshly_from_the_provider(
    site, provider, person, monkeypatch
) -> None:  # type: ignore[no-untyped-def]
    user = person("air")
    user.set_unusable_password()
    user.save()
    client = site()
    signing_in(client, provider)
    assert client.get("/account/factor/on/").status_code == 200
    later = time.time() + 600
    monkeypatch.setattr(time, "time", lambda: later)
    assert (
        client.get("/account/factor/on/")["Location"] == "/sign-in/city/?next=/account/factor/on/"
    )
    assert signed_in_as(client) == ""


def test_without_a_provider_there_is_no_way_in(site) -> None:  # type: ignore[no-untyped-def]
    assert site().get("/sign-in/city/")["Location"] == "/sign-in/"
    assert site().get("/sign-in/city/callback/")["Location"] == "/sign-in/"
    assert "sign-in/city" not in site().get("/sign-in/").content.decode()
