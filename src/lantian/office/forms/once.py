"""Lets a form have its effect once.

Every rendered form carries its own masked value of Django's CSRF token. Who sends the same content
to the same address with the same value has sent the same form: a double click, the back button, a
reload of the answer, a replay. The first action of a request claims the form in its own
transaction; a second request with it is told so, and led to where the first one led. A form that
was refused is not used up, and a changed form is another form (decision 0162).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextvars import ContextVar
from datetime import timedelta
from urllib.parse import urlsplit

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from lantian.office.forms.models import UsedForm
from lantian.office.people.access import public
from lantian.office.site.templatetags.parts import in_language

KEPT = timedelta(days=2)
"""Older forms need not be remembered: the sign-in they belong to has run out."""
TOKEN = "csrfmiddlewaretoken"
_PIECE = 1 << 20
_MOST_TARGET = 400


class ReplayedFormError(Exception):
    """A form that has had its effect was sent again."""

    def __init__(self, target: str) -> None:
        super().__init__(target)
        self.target = target


class _Sent:
    """The form of the request at hand; its key is worked out only when an action asks."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.claimed = ""

    def key(self) -> str:
        """Return the key of the form; "" for a request that carries no token."""
        post = self.request.POST
        if not post.get(TOKEN):
            return ""
        found = hashlib.sha256()
        user = getattr(self.request.user, "pk", None)
        for part in (str(user), self.request.path):
            found.update(part.encode() + b"\0")
        for name in sorted(post):
            for value in post.getlist(name):
                found.update(f"{name}={value}".encode() + b"\0")
        for name in sorted(self.request.FILES):
            for file in self.request.FILES.getlist(name):
                found.update(f"{name}:{file.name}:{file.size}".encode() + b"\0")
                for piece in file.chunks(_PIECE):
                    found.update(piece)
                file.seek(0)
        return found.hexdigest()


_sent: ContextVar[_Sent | None] = ContextVar("sent", default=None)


def claim() -> None:
    """Use up the form of this request; called by every action inside its transaction.

    Outside a request (jobs, commands, the demonstration) nothing happens.

    Raises
    ------
    ReplayedFormError
        Where the form has had its effect.
    """
    sent = _sent.get()
    if sent is None or sent.claimed:
        return
    key = sent.key()
    if not key:
        return
    now = timezone.now()
    try:
        with transaction.atomic():
            UsedForm.objects.create(key=key, at=now)
    except IntegrityError:
        used = UsedForm.objects.filter(key=key).first()
        raise ReplayedFormError(used.target if used else "") from None
    UsedForm.objects.filter(at__lt=now - KEPT).delete()
    sent.claimed = key


def refuse_repeated() -> None:
    """Refuse the form of this request where it has had its effect, without using it up.

    For a page that looks before its action does: what it looks at may be what the form changed, and
    the second of two clicks would be told of a fault that is none.

    Raises
    ------
    ReplayedFormError
        Where the form has had its effect.
    """
    sent = _sent.get()
    key = sent.key() if sent is not None and not sent.claimed else ""
    used = UsedForm.objects.filter(key=key).first() if key else None
    if used is not None:
        raise ReplayedFormError(used.target)


class OnceMiddleware:
    """Knows the form of each request, and answers for one that was sent before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request; remember where its form led."""
        if request.method != "POST":
            return self.get_response(request)
        sent = _Sent(request)
        before = _sent.set(sent)
        try:
            response = self.get_response(request)
        finally:
            _sent.reset(before)
        target = response.headers.get("Location", "")
        if sent.claimed and 0 < len(target) <= _MOST_TARGET:
            UsedForm.objects.filter(key=sent.claimed).update(target=target)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Lead a repeated form to where the first one led, and say so."""
        if not isinstance(error, ReplayedFormError):
            return None
        messages.warning(
            request,
            in_language(
                "这份表单已经提交过，第一次已经生效，没有重复执行。",
                "This form was sent before and has had its effect; nothing was done again.",
            ),
        )
        return redirect(error.target or _came_from(request))


def _came_from(request: HttpRequest) -> str:
    """Return the page the form stood on; the first page where that is not told."""
    address = request.headers.get("Referer", "")
    if address and url_has_allowed_host_and_scheme(address, {request.get_host()}):
        parts = urlsplit(address)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return "/"


@public
def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Tell that a form is too old or came from elsewhere: nothing was changed."""
    return render(request, "forms/stale.html", {"back": _came_from(request)}, status=403)
