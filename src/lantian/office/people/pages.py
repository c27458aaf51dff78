"""Signing in and out."""

from __future__ import annotations

from django.contrib.auth import views
from django.contrib.auth.decorators import login_not_required

from lantian.office.people.access import public

sign_in = public(login_not_required(views.LoginView.as_view(template_name="people/sign_in.html")))
sign_out = public(views.LogoutView.as_view())
