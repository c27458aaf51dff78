"""What belongs to no subject: language and size of type."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from lantian.office.people.access import public

choose_language = public(csrf_exempt(set_language))
"""Only a cookie of the reader's own; without a token no page that everybody sees needs a cookie for it."""


@public
@csrf_exempt
@require_POST
def type_size(request: HttpRequest) -> HttpResponse:
    """Set the large type on (1) or off (0): sent twice, it stays what was asked for."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        target = "/"
    response = redirect(target)
    large = "0" if request.POST.get("large") == "0" else "1"
    response.set_cookie("large", large, max_age=31_536_000, samesite="Lax", httponly=True)
    return response
