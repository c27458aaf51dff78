"""Files of a case as pages send them."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponseBase

from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import path_of
from lantian.office.process.evidence import TYPES, kind_of
from lantian.office.process.models import Case


def send(file: StoredFile) -> HttpResponseBase:
    """Send a stored file; only pictures and PDF are shown in place, nothing is run.

    Raises
    ------
    Http404
        Where the vault does not hold it.
    """
    path = path_of(file.hash)
    if not path.exists():
        raise Http404(file.hash)
    with path.open("rb") as opened:
        kind = kind_of(file.name, opened.read(8))
    inline = kind in ("PDF", "JPEG", "PNG")
    response = FileResponse(path.open("rb"), as_attachment=not inline, filename=file.name)
    response["Content-Type"] = TYPES.get(kind or "", "application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def send_of_step(case: Case, number: int, own: str) -> HttpResponseBase:
    """Send a file that belongs to a step of this very case: a protocol, a photograph, minutes.

    Raises
    ------
    Http404
        For any other hash.
    """
    taken = case.steps.filter(number=number).first()
    known = {h for hashes in taken.evidence.values() for h in hashes} if taken else set()
    file = StoredFile.objects.filter(hash=own).first() if own in known else None
    if file is None:
        raise Http404(own)
    return send(file)
