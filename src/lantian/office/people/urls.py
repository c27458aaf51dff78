"""Addresses of signing in, one's own account, and accounts.

Names with `mfa_` and `account_` are those that allauth asks for. Nothing of it is reachable that does
not stand here: no sign-up, no addresses of mail, no connections.
"""

from __future__ import annotations

from django.urls import path, re_path

from lantian.office.people import city_login, manage, pages

urlpatterns = [
    path("sign-in/", pages.sign_in, name="account_login"),
    path("sign-in/", pages.sign_in, name="sign-in"),
    path("sign-in/code/", pages.sign_in_code, name="mfa_authenticate"),
    path("sign-in/city/", city_login.begin, name="city-sign-in"),
    path("sign-in/city/callback/", city_login.callback, name="city-callback"),
    path("sign-out/", pages.sign_out, name="sign-out"),
    path("set-password/<uidb64>/<token>/", pages.set_password, name="set-password"),
    path("account/", pages.own_account, name="own-account"),
    path("account/factor/", pages.to_own_account, name="mfa_index"),
    path("account/factor/on/", pages.factor_on, name="mfa_activate_totp"),
    path("account/factor/off/", pages.factor_off, name="mfa_deactivate_totp"),
    path("account/codes/", pages.codes, name="mfa_view_recovery_codes"),
    path("account/codes/new/", pages.codes_new, name="mfa_generate_recovery_codes"),
    path("account/sessions/", pages.sessions, name="usersessions_list"),
    path("account/again/", pages.again, name="account_reauthenticate"),
    path("account/again/code/", pages.again_code, name="mfa_reauthenticate"),
    path("people/", manage.people_page, name="people"),
    path("people/new/", manage.new_person, name="new-person"),
    path("people/<int:pk>/", manage.person_page, name="person"),
    re_path(
        r"^people/(?P<pk>\d+)/(?P<step>close|reopen|link|factor|unbind)/$",
        manage.person_step,
        name="person-step",
    ),
]
