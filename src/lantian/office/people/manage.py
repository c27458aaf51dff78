"""Accounts, for the operator: made, changed, closed; never removed. The auditor reads them."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from lantian.office.audit.kinds import kind_names
from lantian.office.audit.models import Event
from lantian.office.forms.once import refuse_repeated
from lantian.office.people import actions
from lantian.office.people.access import can, needs
from lantian.office.people.models import User
from lantian.office.people.roles import Role
from lantian.office.site.templatetags.parts import in_language

PER_PAGE = 50


class PersonForm(forms.ModelForm):
    """What the operator writes about a person."""

    class Meta:
        model = User
        fields = ("first_name", "role", "district", "firm_id")

    def clean(self) -> dict[str, str]:
        """Ask for the district of a district officer and the firm of an enterprise user: without it he sees nothing."""
        values = super().clean()
        if values.get("role") == Role.DISTRICT and not values.get("district"):
            self.add_error(
                "district", in_language("县区人员须写明县区", "A district officer needs a district")
            )
        if values.get("role") == Role.ENTERPRISE and not values.get("firm_id"):
            self.add_error(
                "firm_id", in_language("企业用户须写明企业编号", "An enterprise user needs a firm")
            )
        return values


class NewPersonForm(PersonForm):
    """The same with the user name, which never changes."""

    class Meta(PersonForm.Meta):
        fields = ("username", *PersonForm.Meta.fields)


@needs("people.view")
def people_page(request: HttpRequest) -> HttpResponse:
    """List the accounts, with role, second factor and state."""
    rows = User.objects.order_by("-is_active", "role", "username").annotate(
        factor=Exists(
            Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
        ),
        bound=Exists(SocialAccount.objects.filter(user=OuterRef("pk"))),
    )
    role, q = request.GET.get("role", ""), request.GET.get("q", "").strip()
    if role:
        rows = rows.filter(role=role)
    if q:
        rows = rows.filter(Q(username__icontains=q) | Q(first_name__icontains=q) | Q(firm_id=q))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    values = {
        "page": page,
        "roles": Role.choices,
        "role": role,
        "q": q,
        "may": can(request.user, "people.manage"),
    }
    return render(request, "people/people.html", values)


@needs("people.manage")
def new_person(request: HttpRequest) -> HttpResponse:
    """Make an account and show its one-time link."""
    refuse_repeated()  # the second click would be told that the name is taken
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {k: v for k, v in form.cleaned_data.items() if k != "username"}
        try:
            made = actions.create_person(request.user, form.cleaned_data["username"], values)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _with_link(request, made)
    return render(request, "people/new_person.html", {"form": form})


@needs("people.view")
def person_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one account, its history in the record, and change it."""
    person = get_object_or_404(User, pk=pk)
    may = can(request.user, "people.manage") and request.user.pk != person.pk
    form = PersonForm(request.POST or None, instance=User.objects.get(pk=pk))
    if request.method == "POST" and may and form.is_valid():
        actions.change_person(request.user, person, form.cleaned_data)
        messages.success(request, in_language("已保存", "Saved"))
        return redirect("person", pk=pk)
    return _shown(request, person, form=form)


def _shown(request: HttpRequest, person: User, **more: object) -> HttpResponse:
    events = Event.objects.filter(about__subject=f"user:{person.username}").order_by("-number")[:30]
    may = can(request.user, "people.manage")
    values = {
        "person": person, "events": [(e, kind_names(e.what)) for e in events], "may": may,
        "oneself": request.user.pk == person.pk, "audit": can(request.user, "audit.view"),
        "factor": Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists(),
        "bound": SocialAccount.objects.filter(user=person).exists(),
    }  # fmt: skip
    if "form" not in more:
        more["form"] = PersonForm(instance=person)
    return render(request, "people/person.html", values | more)


def _with_link(request: HttpRequest, person: User) -> HttpResponse:
    """Show the link in the answer itself: it stands in no message, no address and no session."""
    link = request.build_absolute_uri(actions.make_link(request.user, person))
    response = _shown(request, person, link=link)
    response["Cache-Control"] = "no-store"
    return response


@needs("people.manage")
@require_POST
def person_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Close, open again, make a link, reset the factor, unbind."""
    person = get_object_or_404(User, pk=pk)
    if step == "link":
        return _with_link(request, person)
    steps: dict[str, Callable[[], object]] = {
        "close": lambda: actions.close_person(request.user, person, request.POST.get("reason", "")),
        "reopen": lambda: actions.reopen_person(request.user, person),
        "factor": lambda: actions.reset_factor(request.user, person),
        "unbind": lambda: actions.unbind(request.user, person),
    }
    try:
        steps[step]()
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("person", pk=pk)
