"""Signing in and out, and one's own account: password, second factor, sessions."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from allauth.account.views import LoginView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeAgainView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash, views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy

from lantian.office.audit.ledger import record
from lantian.office.forms.once import claim, refuse_repeated
from lantian.office.people.access import needs, public
from lantian.office.people.actions import (
    add_factor,
    change_own_password,
    remove_factor,
    renew_codes,
)
from lantian.office.people.adapters import came_freshly, is_without_secret
from lantian.office.people.second_factor import CodeAgainForm, CodeForm, has_factor
from lantian.office.site.templatetags.parts import in_language


class SignInForm(LoginForm):
    """allauth's form under the names that the page has always had; axes finds the user name by them."""

    def add_prefix(self, field_name: str) -> str:
        """Call the field `login` `username` on the page."""
        return "username" if field_name == "login" else field_name


class SignIn(LoginView):
    """Name and password, and the way to the city's provider where there is one."""

    template_name = "people/sign_in.html"

    def get_form_class(self) -> type[SignInForm]:
        """Return our form."""
        return SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the provider and where to go afterwards."""
        more = {
            "city_sign_on": settings.SIGN_ON.city,
            "next": self.request.GET.get("next", self.request.POST.get("next", "")),
        }
        return super().get_context_data(**kwargs) | more


class SignInCode(AuthenticateView):
    """The second factor when signing in."""

    template_name = "people/code.html"

    def get_form_class(self) -> type[CodeForm]:
        """Return the form whose codes count once."""
        return CodeForm


class Again(ReauthenticateView):
    """The password once more before something that needs it."""

    template_name = "people/again.html"


class AgainCode(CodeAgainView):
    """The code once more."""

    template_name = "people/code.html"

    def get_form_class(self) -> type[CodeAgainForm]:
        """Return the form whose codes count once."""
        return CodeAgainForm


class FactorOn(ActivateTOTPView):
    """Enrolling: secret and picture, proved by a first code."""

    template_name = "people/factor_on.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send who has no password through the city's provider once more, where he came long ago."""
        if is_without_secret(request.user) and not came_freshly(request):
            logout(request)
            return redirect(f"{reverse('city-sign-in')}?next={request.path}")
        refuse_repeated()  # else the second click is led to removing what the first enrolled
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Enrol through the action."""
        made = add_factor(self.request.user, self.request, form)
        return redirect("mfa_view_recovery_codes" if made else "own-account")


class FactorOff(DeactivateTOTPView):
    """Removing one's own factor."""

    template_name = "people/factor_off.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Tell the second of two clicks that the factor is removed; it is no longer found here."""
        refuse_repeated()
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove through the action."""
        remove_factor(self.request.user, self.request, self.authenticator)
        return redirect("own-account")


class CodesNew(GenerateRecoveryCodesView):
    """New recovery codes in place of the old."""

    template_name = "people/codes_new.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Make them through the action."""
        renew_codes(self.request.user, self.request)
        return redirect("mfa_view_recovery_codes")


class Sessions(ListUserSessionsView):
    """Where one is signed in; the others are ended by one button."""

    template_name = "people/sessions.html"


class SetPassword(views.PasswordResetConfirmView):
    """The one-time link: sets a password, of an open account only."""

    template_name = "people/set_password.html"
    success_url = reverse_lazy("sign-in")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Tell the second of two clicks that the password is set; the link no longer holds."""
        refuse_repeated()
        return super().dispatch(request, *args, **kwargs)

    def get_user(self, uidb64: str) -> Any:
        """Return the person of a link, None for a closed account."""
        user = super().get_user(uidb64)
        return user if user is not None and user.is_active else None

    def form_valid(self, form: Any) -> HttpResponse:
        """Set it, and note that in the record."""
        with transaction.atomic():
            claim()
            response = super().form_valid(form)
            name = self.user.username
            record("link", "people.password_set", {"user": name}, about=[f"user:{name}"])
        messages.success(
            self.request, in_language("密码已设置，请登录", "The password is set; sign in")
        )
        return response


@needs("account.own")
def own_account(request: HttpRequest) -> HttpResponse:
    """Show one's own account and change its password."""
    refuse_repeated()  # the password that the form calls the present one is no longer that
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        change_own_password(request.user, form)
        update_session_auth_hash(request, form.user)
        UserSession.objects.create_from_request(request)
        messages.success(request, in_language("密码已更改", "The password was changed"))
        return redirect("own-account")
    codes = Authenticator.objects.filter(
        user=request.user, type=Authenticator.Type.RECOVERY_CODES
    ).first()
    values = {
        "form": form, "factor": has_factor(request.user), "codes": len(codes.wrap().get_unused_codes()) if codes else 0,
        "required": request.user.role in settings.SIGN_ON.second_factor,
        "bound": SocialAccount.objects.filter(user=request.user).exists(), "city_sign_on": settings.SIGN_ON.city,
        "sessions": UserSession.objects.filter(user=request.user).count(),
    }  # fmt: skip
    return render(request, "people/own_account.html", values)


@needs("account.own")
def to_own_account(request: HttpRequest) -> HttpResponseRedirect:
    """Lead from the address that allauth calls its overview."""
    return redirect("own-account")


sign_in = public(login_not_required(SignIn.as_view()))
sign_in_code = public(login_not_required(SignInCode.as_view()))
sign_out = public(views.LogoutView.as_view())
set_password = public(login_not_required(SetPassword.as_view()))
again = needs("account.own")(Again.as_view())
again_code = needs("account.own")(AgainCode.as_view())
factor_on = needs("account.own")(FactorOn.as_view())
factor_off = needs("account.own")(FactorOff.as_view())
codes = needs("account.own")(ViewRecoveryCodesView.as_view(template_name="people/codes.html"))
codes_new = needs("account.own")(CodesNew.as_view())
sessions = needs("account.own")(Sessions.as_view())
