"""Pages of systems, the description of the interface, the command that gives out a token (issue 4, section 3)."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from interface_parts import asker

FORM = {"name": "共享平台", "role": "air", "scope": ["firms:read", "rules:read"], "addresses": "", "per_minute": "60",
        "expires": ""}  # fmt: skip


def form(**more: object) -> dict[str, object]:
    from datetime import timedelta

    from django.utils import timezone

    return FORM | {"expires": (timezone.localdate() + timedelta(days=9)).isoformat()} | more


def test_the_token_is_shown_once_and_opens(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.api.models import System

    operator = site("operator")
    page = operator.post("/systems/new/", form(addresses="127.0.0.1，10.0.0.0/8"))
    token = page.context["given"].token
    assert token in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    shown = operator.get("/systems/").content.decode()
    assert token not in shown
    assert "共享平台" in shown
    ask = asker(token)
    assert ask("GET", "/firms?limit=1").status_code == 200
    row = System.objects.get(name="共享平台")
    assert row.addresses == ["127.0.0.1/32", "10.0.0.0/8"]
    assert row.last_address == "127.0.0.1"
    assert "127.0.0.1" in site("auditor").get("/systems/").content.decode()
    assert "发放令牌" not in site("auditor").get("/systems/").content.decode()
    operator.post(f"/systems/{row.pk}/revoke/", {"why": "换新"})
    assert "换新" in operator.get("/systems/").content.decode()
    assert ask("GET", "/firms?limit=1").status_code == 401


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"name": " "}, "I020"), ({"name": "x" * 81}, "I020"), ({"scope": []}, "I021"), ({"scope": ["all"]}, "I021"),
        ({"role": "leader"}, "I022"), ({"role": "operator"}, "I022"), ({"role": "boss"}, "I022"),
        ({"role": "district"}, "I022"), ({"role": "enterprise"}, "I022"), ({"addresses": "10.0.0"}, "I023"),
        ({"expires": "2020-01-01"}, "I024"), ({"expires": "soon"}, "I024"), ({"expires": "2099-01-01"}, "I024"),
        ({"per_minute": "0"}, "I025"), ({"per_minute": "viele"}, "I025"),
        ({"role": "soil", "scope": ["ledger:read"]}, "I028"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_wish_is_said_and_nothing_made(more, code: str, site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.api.models import System
    from lantian.office.people.models import User

    before = (System.objects.count(), User.objects.count())
    page = site("operator").post("/systems/new/", form(**more), follow=True)
    assert code in page.content.decode()
    assert (System.objects.count(), User.objects.count()) == before


def test_nobody_signs_in_as_a_system(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.api.models import System

    page = site("operator").post("/systems/new/", form())
    account = System.objects.get(name="共享平台").account
    for password in ("", "!", account.password, page.context["given"].token):
        response = site(None).post(
            "/sign-in/", {"username": account.username, "password": password}
        )
        assert response.status_code in (200, 429, 403)
        assert "_auth_user_id" not in response.client.session


def test_the_description_is_a_page_without_foreign_parts(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.api.app import description

    page = site(None).get("/api/v1/docs/").content.decode()
    for path, methods in description()["paths"].items():
        for method, one in methods.items():
            assert f'id="{one["operationId"]}"' in page
            assert one["x-scope"] in page, (path, method)
    assert page.count("curl -H") == len([1 for m in description()["paths"].values() for _ in m])
    for foreign in ("<script", "style=", "cdn", "//unpkg"):
        assert foreign not in page
    english = site(None)
    english.post("/language/", {"language": "en", "next": "/api/v1/docs/"})
    assert "Firms of the list in force" in english.get("/api/v1/docs/").content.decode()
    assert json.loads(site(None).get("/api/v1/openapi.json").content)["openapi"] == "3.1.0"


def test_the_command_gives_out_a_token(filled, db) -> None:  # type: ignore[no-untyped-def]
    from django.conf import settings

    from lantian.cli import main

    base = [
        "site",
        "token",
        "--home",
        str(settings.HOME),
        "平台",
        "--role",
        "air",
        "--scope",
        "firms:read",
    ]
    done = CliRunner().invoke(main, [*base, "--by", "demo-operator", "--json"])
    assert done.exit_code == 0, done.output
    assert asker(json.loads(done.output)["token"])("GET", "/firms?limit=1").status_code == 200
    for by in ("demo-leader", "nobody"):
        refused = CliRunner().invoke(main, [*base, "--by", by])
        assert refused.exit_code == 2
        assert "I034" in refused.output


def test_every_code_is_explained_and_tested() -> None:
    import re
    from pathlib import Path

    from lantian.office.api.problems import CODES

    root = Path(__file__).parents[2]
    page = (root / "docs" / "problem-codes.md").read_text("utf-8")
    tested = "".join(p.read_text("utf-8") for p in Path(__file__).parent.glob("test_*.py"))
    for code in CODES:
        assert re.search(rf"^\| {code} ", page, re.MULTILINE), code
        assert f'"{code}"' in tested or f'="{code}"' in tested, code
