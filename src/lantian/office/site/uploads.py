"""An uploaded file taken in by an action: kept, taken in, and what came of it said on the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from lantian.kernel.problem import LantianError, Problem
from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import TooLargeError, store_upload
from lantian.office.forms.told import tell
from lantian.office.site.templatetags.parts import in_language


class TakenIn(Protocol):
    """What an action of taking in gives back."""

    @property
    def problems(self) -> Sequence[Problem]:
        """What was wrong, row by row."""
        ...


def take_in(
    request: HttpRequest,
    action: Callable[[StoredFile], TakenIn],
    words: Callable[[TakenIn], str],
    back: str,
) -> HttpResponse:
    """Take in the file of a form and return to a page.

    Parameters
    ----------
    action
        Takes the stored file in; a file it refuses changes nothing.
    words
        What it came to, in a sentence.
    back
        Name of the page to return to.
    """
    upload = request.FILES.get("file")
    if upload is None:
        messages.error(request, in_language("请选择文件", "Choose a file, please"))
        return redirect(back)
    try:
        found = action(store_upload(upload))
    except TooLargeError:
        messages.error(request, in_language("文件过大", "The file is too large"))
        return redirect(back)
    except LantianError as error:
        tell(request, *error.problems)
        return redirect(back)
    messages.success(request, words(found))
    tell(request, *found.problems)
    return redirect(back)
