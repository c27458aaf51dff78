"""Carry a step out for a page: what an action refuses is said on the page that follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from lantian.jobs.plan_adjust import StrangeCutError, strange
from lantian.kernel.problem import LantianError
from lantian.office.alert.refusal import BEIJING, StepRefusedError
from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import TooLargeError, store_upload
from lantian.office.forms.told import tell
from lantian.office.site.templatetags.parts import in_language


def carried_out(request: HttpRequest, step: Callable[[], object], done: tuple[str, str]) -> bool:
    """Carry a step out and say what came of it; return whether it was done."""
    try:
        step()
    except TooLargeError:
        messages.error(request, in_language("文件过大", "The file is too large"))
    except StrangeCutError as error:
        tell(request, strange(error.what))
    except LantianError as error:
        tell(request, *error.problems)
    except StepRefusedError as error:
        messages.error(request, in_language(error.zh, error.en))
    else:
        messages.success(request, in_language(*done))
        return True
    return False


def step_to(
    request: HttpRequest, step: Callable[[], object], done: tuple[str, str], page: str, *where: object
) -> HttpResponse:  # fmt: skip
    """Carry a step out and go to a page."""
    carried_out(request, step, done)
    return redirect(page, *where)


def upload_of(request: HttpRequest, name: str = "file") -> StoredFile | None:
    """Return an uploaded file as it is kept, None where none was chosen."""
    upload: UploadedFile | None = request.FILES.get(name)
    return store_upload(upload) if upload is not None else None


def moment_of(request: HttpRequest, name: str) -> datetime:
    """Return the time that a form gives, Beijing.

    Raises
    ------
    StepRefusedError
        Where it is no time.
    """
    text = request.POST.get(name, "").strip()
    try:
        return datetime.fromisoformat(text).replace(tzinfo=BEIJING)
    except ValueError:
        raise StepRefusedError(
            f"时间“{text}”无法识别，请按 2026-12-20T18:00 的样子选择",
            f"“{text}” is no time; choose it as 2026-12-20T18:00",
        ) from None
