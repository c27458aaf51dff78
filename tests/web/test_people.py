"""Accounts made, changed, closed by the operator, never removed; one-time links; settings (issue 4, section 1)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.exceptions import PermissionDenied, ValidationError

from lantian.kernel.problem import LantianError
from lantian.office.site.sign_on import ROLES, City, SignOn, city_provider, read_sign_on


def newest(what: str):  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event

    found = Event.objects.order_by("-number").first()
    assert found.what == what
    return json.loads(found.event)["values"]


def link_of(page: str) -> str:
    return re.search(r'class="link">http://testserver(/set-password/[^<]+)<', page)[1]


def test_an_account_from_making_to_signing_in(site) -> None:  # type: ignore[no-untyped-def]
    operator = site("operator")
    page = operator.post("/people/new/", {"username": "wang", "first_name": "王工", "role": "air"})
    assert page["Cache-Control"] == "no-store"
    link = link_of(page.content.decode())
    assert newest("people.link_made") == {"user": "wang"}
    guest = site()
    form = guest.get(link)
    assert form.status_code == 302
    weak = guest.post(form["Location"], {"new_password1": "12345678", "new_password2": "12345678"})
    assert weak.status_code == 200
    good = {"new_password1": "gut-genug-4711", "new_password2": "gut-genug-4711"}
    assert guest.post(form["Location"], good)["Location"] == "/sign-in/"
    assert newest("people.password_set") == {"user": "wang"}
    assert (
        site().post("/sign-in/", {"username": "wang", "password": "gut-genug-4711"})["Location"]
        == "/today/"
    )
    assert "链接无效" in site().get(link).content.decode()  # once


def test_what_the_operator_may_not_do(site, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.people.actions import (
        change_person,
        close_person,
        create_person,
        reset_factor,
    )

    operator, leader = person("operator"), person("leader")
    for role in ("auditor", "leader", "air", "enterprise"):
        with pytest.raises(PermissionDenied):
            create_person(person(role), "x", {"role": "leader"})
    for change in (lambda: change_person(operator, operator, {"role": "leader"}),
                   lambda: close_person(operator, operator, "x"), lambda: reset_factor(operator, operator),
                   lambda: close_person(operator, leader, " ")):  # fmt: skip
        with pytest.raises(ValidationError):
            change()
    with pytest.raises(ValidationError):
        create_person(operator, "demo-air", {"role": "air"})
    with pytest.raises(ValidationError):
        create_person(operator, "y", {"role": "emperor"})
    page = site("operator").get(f"/people/{operator.pk}/").content.decode()
    assert "由另一位系统运维更改" in page
    assert "/close/" not in page
    assert "/close/" not in site("auditor").get(f"/people/{leader.pk}/").content.decode()
    assert site("auditor").get("/people/new/").status_code == 403


def test_a_change_says_what_it_changed(site, person) -> None:  # type: ignore[no-untyped-def]
    air = person("air")
    data = {"first_name": air.first_name, "role": "district", "district": "", "firm_id": ""}
    told = site("operator").post(f"/people/{air.pk}/", data)
    assert "县区人员须写明县区" in told.content.decode()
    assert (
        site("operator").post(f"/people/{air.pk}/", data | {"district": "示例区"}).status_code
        == 302
    )
    assert newest("people.changed") == {
        "user": "demo-air",
        "role": "air → district",
        "district": " → 示例区",
    }
    firm = site("operator").post(f"/people/{air.pk}/", data | {"role": "enterprise"})
    assert "企业用户须写明企业编号" in firm.content.decode()


def test_closing_ends_every_session_and_keeps_the_history(site, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.people.models import User

    air = person("air")
    worker = site("air")
    assert worker.get("/today/").status_code == 200
    operator = site("operator")
    operator.post(f"/people/{air.pk}/close/", {"reason": ""})
    assert User.objects.get(pk=air.pk).is_active
    operator.post(f"/people/{air.pk}/close/", {"reason": "调离"})
    assert newest("people.closed") == {"user": "demo-air", "reason": "调离"}
    assert worker.get("/today/").status_code == 302
    page = operator.get(f"/people/{air.pk}/").content.decode()
    assert "已停用" in page
    assert "停用账号" in page  # in its history
    link = link_of(operator.post(f"/people/{air.pk}/link/").content.decode())
    assert "链接无效" in site().get(link).content.decode()
    operator.post(f"/people/{air.pk}/reopen/")
    assert newest("people.reopened") == {"user": "demo-air"}
    assert site("air").get("/today/").status_code == 200
    assert operator.get(f"/people/{air.pk}/delete/").status_code == 404


def test_a_lost_phone_and_a_bound_identity(site, person) -> None:  # type: ignore[no-untyped-def]
    from allauth.mfa.totp.internal.auth import TOTP
    from allauth.socialaccount.models import SocialAccount

    from lantian.office.people.second_factor import has_factor

    air = person("air")
    TOTP.activate(air, "JBSWY3DPEHPK3PXP")
    SocialAccount.objects.create(user=air, provider="city", uid="s-1")
    operator = site("operator")
    operator.post(f"/people/{air.pk}/factor/")
    assert not has_factor(air)
    assert newest("people.factor_reset") == {"user": "demo-air"}
    operator.post(f"/people/{air.pk}/unbind/")
    assert newest("people.unbound") == {"user": "demo-air"}
    assert not SocialAccount.objects.exists()


def test_the_list_is_filtered(site) -> None:  # type: ignore[no-untyped-def]
    client = site("operator")
    assert client.get("/people/").content.decode().count("/people/") >= 12
    page = client.get("/people/?role=leader").content.decode()
    assert "demo-leader" in page
    assert "demo-water" not in page
    assert "demo-district" in client.get("/people/?q=distr").content.decode()


def lantian(*words: str) -> tuple[int, str]:
    from lantian.cli import main

    done = CliRunner().invoke(main, words)
    return done.exit_code, done.output


def test_accounts_by_command(site, settings, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("LANTIAN_HOME", str(settings.HOME))
    site()
    code, said = lantian(
        "site", "person", "first", "--called", "张工", "--address", "https://site/", "--json"
    )
    made = json.loads(said)
    assert (code, made["role"], made["link"].startswith("https://site/set-password/")) == (
        0,
        "operator",
        True,
    )
    assert newest("people.created") == {"user": "first", "role": "operator"}
    assert lantian("site", "person", "first")[0] == 2
    assert lantian("site", "person", "other", "--role", "emperor")[0] == 2
    code, said = lantian("site", "password", "first", "--reset-factor")
    assert (code, "/set-password/" in said) == (0, True)
    assert newest("people.link_made") == {"user": "first"}
    assert site().get(re.search(r"/set-password/\S+", said)[0]).status_code == 302
    assert lantian("site", "password", "nobody")[0] == 2


# --- settings -----------------------------------------------------------------------------------


def test_roles_of_the_settings_are_those_of_the_site() -> None:
    from lantian.office.people.roles import Role

    assert {role.value for role in Role} == ROLES


def test_the_file_and_the_environment(tmp_path: Path) -> None:
    assert read_sign_on(tmp_path, {}) == SignOn()
    assert city_provider(SignOn()) == {}
    (tmp_path / "oidc-secret").write_text("s\n")
    (tmp_path / "sign-on.toml").write_text(
        'second_factor = ["leader"]\n[city]\nissuer = "https://id.example"\nclient_id = "lantian"\nnew_people = true\n'
    )
    found = read_sign_on(tmp_path, {})
    assert found == SignOn(
        frozenset({"leader"}), City("https://id.example", "lantian", "s", new_people=True)
    )
    assert "'s'" not in repr(found)
    more = {
        "LANTIAN_SECOND_FACTOR": "leader, operator",
        "LANTIAN_OIDC_CLIENT": "other",
        "LANTIAN_OIDC_SECRET": "t",
    }
    found = read_sign_on(tmp_path, more)
    assert found.second_factor == {"leader", "operator"}
    assert (found.city.client_id, found.city.secret) == ("other", "t")


@pytest.mark.parametrize(
    "text", ["[", "second_factor = 3", 'second_factor = ["king"]', "colour = 1", "city = 3", '[city]\nissuer = "x"',
             '[city]\nissuer = "x"\nclient_id = 3', '[city]\nissuer = "x"\nclient_id = "y"',
             '[city]\nissuer = "x"\nclient_id = "y"\nnew_people = "yes"', '[city]\nrole_claim = "role"'],
)  # fmt: skip
def test_a_setting_that_is_not_understood_stops_the_start(tmp_path: Path, text: str) -> None:
    (tmp_path / "sign-on.toml").write_text(text)
    with pytest.raises(LantianError) as caught:
        read_sign_on(tmp_path, {})
    assert caught.value.problems[0].code == "V102"


def test_the_doctor_asks_for_second_factors_and_https(site, settings) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.people.findings import sign_on_findings
    from lantian.office.site.models import Setting

    site()
    assert list(sign_on_findings()) == []  # a demonstration
    Setting.objects.filter(key="invented").delete()
    assert [p.code for p in sign_on_findings()] == ["V101"]
    settings.SIGN_ON = SignOn(frozenset({"leader", "operator"}), City("http://id", "c", "s"))
    assert [p.code for p in sign_on_findings()] == ["V112"]


def test_every_code_of_signing_in_is_met() -> None:
    from lantian.office.people.complaint import COMPLAINTS

    here = Path(__file__).parent
    text = "".join(p.read_text("utf-8") for p in here.glob("test_*.py"))
    assert [code for code in COMPLAINTS if f'"{code}"' not in text] == []
