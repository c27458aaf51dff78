"""Signing in through the city's identity provider (OpenID Connect, code flow with PKCE).

allauth carries the flow. Checked here besides: the signature of the ID token against the provider's
keys, with asymmetric algorithms only; issuer as the deployment sets it; audience, time, nonce. The
person must have an account; a role is never taken from a claim.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

import jwt
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from requests import RequestException

from lantian.office.audit.ledger import record
from lantian.office.people.access import public
from lantian.office.people.adapters import refused
from lantian.office.people.complaint import RefusedError
from lantian.office.people.models import User

PROVIDER = "city"
NONCE = "city.nonce"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Never "none", and none with a shared secret."""


class AnswerError(OAuth2Error):
    """An answer of the provider that is not taken, with the reason in words."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.refused = RefusedError(code, detail)


class CityAdapter(OpenIDConnectOAuth2Adapter):
    """allauth's adapter, made strict."""

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Return where the provider sends people back to."""
        return request.build_absolute_uri(reverse("city-callback"))

    @property
    def openid_config(self) -> dict[str, Any]:
        """The provider's own description, which must name the issuer that was set."""
        found = super().openid_config
        if str(found.get("issuer", "")).rstrip("/") != settings.SIGN_ON.city.issuer.rstrip("/"):
            raise AnswerError("V105")
        return found

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Take the ID token, and nothing that is not signed."""
        raw = kwargs["response"].get("id_token")
        nonce = request.session.pop(NONCE, None)
        if not raw:
            raise AnswerError("V104")
        claims = self._claims(app, raw)
        if not nonce or not secrets.compare_digest(
            str(claims.get("nonce", "")).encode(), nonce.encode()
        ):
            raise AnswerError("V107")
        return self.get_provider().sociallogin_from_response(request, {"id_token": claims})

    def _claims(self, app: Any, raw: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(raw)
            if header.get("alg") not in ALGORITHMS:
                raise AnswerError("V104")
            return jwt.decode(
                raw, key=self._key(header), algorithms=[header["alg"]], issuer=self.openid_config["issuer"],
                audience=app.client_id, leeway=60, options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )  # fmt: skip
        except jwt.InvalidIssuerError:
            raise AnswerError("V105") from None
        except jwt.InvalidAudienceError:
            raise AnswerError("V106") from None
        except (jwt.PyJWTError, ValueError, KeyError, TypeError) as error:
            raise AnswerError("V104") from error

    def _key(self, header: dict[str, Any]) -> Any:
        with get_adapter().get_requests_session() as session:
            response = session.get(self.openid_config["jwks_uri"])
            response.raise_for_status()
            keys = response.json()["keys"]
        for one in keys:
            if one.get("kid") == header.get("kid") and one.get("kty") in ("RSA", "EC"):
                return jwt.PyJWK.from_json(json.dumps(one), header["alg"]).key
        raise AnswerError("V104")


@public
@login_not_required
def begin(request: HttpRequest) -> HttpResponse:
    """Send somebody to the city's provider."""
    if settings.SIGN_ON.city is None:
        return redirect("sign-in")
    nonce = request.session[NONCE] = secrets.token_urlsafe(24)
    provider = get_adapter().get_provider(request, PROVIDER)
    provider.oauth2_adapter_class = CityAdapter  # its own would ask for addresses that are not here
    try:
        return provider.redirect(
            request, "login", next_url=get_next_redirect_url(request), auth_params={"nonce": nonce},
            scope=["openid", "profile"],
        )  # fmt: skip
    except AnswerError as error:
        return refused(request, error.refused)
    except (RequestException, ValueError, KeyError):
        return refused(request, RefusedError("V103"))


@public
@login_not_required
def callback(request: HttpRequest) -> HttpResponse:
    """Take the provider's answer and sign somebody in, or say why not."""
    if settings.SIGN_ON.city is None:
        return redirect("sign-in")
    try:
        return OAuth2CallbackView.adapter_view(CityAdapter(request, PROVIDER))(request)
    except AnswerError as error:
        return refused(request, error.refused)
    except RequestException:
        return refused(request, RefusedError("V103"))
    except (ValueError, KeyError, TypeError):  # an answer of another form than the protocol's
        return refused(request, RefusedError("V104"))


def find_account(request: HttpRequest, sociallogin: Any) -> None:
    """Bind a person of the provider to his account; his first sign-in finds it by the claim that was set.

    Raises
    ------
    RefusedError
        V108 to V110, V114.
    """
    city = settings.SIGN_ON.city
    if sociallogin.is_existing:
        if not sociallogin.user.is_active:
            raise RefusedError("V109", sociallogin.user.username)
        return
    claims = sociallogin.account.extra_data.get("id_token", {})
    name = claims.get(city.claim)
    if not isinstance(name, str) or not name.strip() or len(name) > 150:
        raise RefusedError("V114", city.claim)
    with transaction.atomic():
        user = User.objects.select_for_update().filter(username=name).first()
        if user is None:
            user = _new_person(name, claims)
        if not user.is_active:
            raise RefusedError("V109", name)
        if SocialAccount.objects.filter(user=user, provider=PROVIDER).exists():
            raise RefusedError("V110", name)
        sociallogin.connect(request, user)
        record("provider", "people.bound", {"user": name}, about=[f"user:{name}"])


def _new_person(name: str, claims: dict[str, Any]) -> User:
    """Make an account without a role, which may see nothing until the operator gives one.

    Raises
    ------
    RefusedError
        V108 where the deployment does not say so: that is the default.
    """
    if not settings.SIGN_ON.city.new_people:
        raise RefusedError("V108", name)
    user = User(username=name, first_name=str(claims.get("name", ""))[:150], role="")
    user.set_unusable_password()
    user.save()
    record("provider", "people.created", {"user": name, "role": ""}, about=[f"user:{name}"])
    return user
