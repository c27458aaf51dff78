"""How people sign in, as a deployment sets it: a file in its folder, or environment variables.

``sign-on.toml`` in the folder of the site (every part may be left out)::

    second_factor = ["leader", "operator"]     # roles that must have one

    [city]                                      # the city's identity provider (OpenID Connect)
    name_zh = "市统一身份认证"
    name_en = "City sign-on"
    issuer = "https://id.example.gov.cn"
    client_id = "lantian"
    secret_file = "oidc-secret"                # beside this file, mode 0600
    claim = "preferred_username"               # whose value is the user name here
    new_people = false                          # true: unknown people get an account without a role

`LANTIAN_OIDC_ISSUER`, `_CLIENT`, `_SECRET`, `_CLAIM` and `LANTIAN_SECOND_FACTOR` (roles, by commas)
take precedence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lantian.kernel.problem import LantianError, Place, Problem, Severity

FILE = "sign-on.toml"
ROLES = frozenset({
    "leader", "air", "water", "soil", "monitoring", "enforcement", "district", "expert", "inspector", "enterprise",
    "auditor", "operator",
})  # fmt: skip
"""Names of the roles; a test holds them against `people.roles`, which settings cannot import."""


@dataclass(frozen=True, slots=True)
class City:
    """The city's identity provider; `claim` names the claim whose value is the user name here."""

    issuer: str
    client_id: str
    secret: str
    claim: str = "preferred_username"
    name_zh: str = "市统一身份认证"
    name_en: str = "City sign-on"
    new_people: bool = False

    def __repr__(self) -> str:
        return f"City({self.issuer!r}, {self.client_id!r})"


@dataclass(frozen=True, slots=True)
class SignOn:
    """How people sign in: roles that need a second factor, and the city's provider if there is one."""

    second_factor: frozenset[str] = frozenset()
    city: City | None = None


def read_sign_on(home: Path, environment: Mapping[str, str]) -> SignOn:
    """Return what a deployment sets.

    Raises
    ------
    LantianError
        V102 where the file cannot be read or says something that is not known: a wrong setting of
        who may sign in must never be passed over.
    """
    path = home / FILE
    try:
        value = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    except (OSError, ValueError) as error:
        raise _wrong(path, str(error)) from None
    _known(path, value, {"second_factor", "city"})
    roles = value.get("second_factor", [])
    if environment.get("LANTIAN_SECOND_FACTOR"):
        roles = [one.strip() for one in environment["LANTIAN_SECOND_FACTOR"].split(",")]
    if not isinstance(roles, list) or not set(map(str, roles)) <= ROLES:
        raise _wrong(path, f"second_factor = {roles}")
    return SignOn(frozenset(roles), _city(path, value.get("city", {}), environment))


def city_provider(sign_on: SignOn) -> dict[str, Any]:
    """Return the city's provider as allauth's settings take it; nothing where there is none."""
    city = sign_on.city
    if city is None:
        return {}
    app = {
        "provider_id": "city", "name": city.name_zh, "client_id": city.client_id, "secret": city.secret,
        "settings": {"server_url": city.issuer, "oauth_pkce_enabled": True},
    }  # fmt: skip
    return {"openid_connect": {"APPS": [app]}}


def _city(path: Path, value: Any, environment: Mapping[str, str]) -> City | None:
    if not isinstance(value, dict):
        raise _wrong(path, "[city]")
    _known(
        path,
        value,
        {"name_zh", "name_en", "issuer", "client_id", "secret_file", "claim", "new_people"},
    )
    found: dict[str, Any] = {k: v for k, v in value.items() if k != "secret_file"}
    for name, variable in (("issuer", "ISSUER"), ("client_id", "CLIENT"), ("claim", "CLAIM")):
        if environment.get(f"LANTIAN_OIDC_{variable}"):
            found[name] = environment[f"LANTIAN_OIDC_{variable}"]
    if not found:
        return None
    texts = {k: v for k, v in found.items() if k != "new_people"}
    if not all(isinstance(v, str) and v for v in texts.values()):
        raise _wrong(path, "[city]")
    if not isinstance(found.get("new_people", False), bool):
        raise _wrong(path, "new_people")
    if not found.get("issuer") or not found.get("client_id"):
        raise _wrong(path, "issuer, client_id")
    return City(secret=_secret(path, value, environment), **found)


def _secret(path: Path, value: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    if environment.get("LANTIAN_OIDC_SECRET"):
        return environment["LANTIAN_OIDC_SECRET"]
    named = path.parent / str(value.get("secret_file", "oidc-secret"))
    try:
        return named.read_text("utf-8").strip()
    except (OSError, ValueError):
        raise _wrong(path, f"secret_file {named.name}") from None


def _known(path: Path, value: Mapping[str, Any], names: set[str]) -> None:
    more = sorted(value.keys() - names)
    if more:
        raise _wrong(path, ", ".join(more))


def _wrong(path: Path, detail: str) -> LantianError:
    return LantianError(
        Problem(
            "V102", Severity.ERROR, Place(file=str(path)), f"登录设置读不懂：{detail}", f"Not understood: {detail}.",
            "按 docs/sign-on.md 改正后再启动", "Correct it after docs/sign-on.md, then start again.",
        )
    )  # fmt: skip
