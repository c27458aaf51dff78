"""An uploaded file of evidence: its kind judged by its content, its size limited, kept under its hash."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile

from lantian.domain.process.complaint import complain
from lantian.kernel.problem import LantianError, Problem
from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import store

MOST_MB = 20
_HEADS = {b"%PDF-": "PDF", b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
_PACKED = {".xlsx": "Excel", ".docx": "Word"}
KNOWN = "PDF、JPEG、PNG、Word（.docx）、Excel（.xlsx）"
ACCEPT = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx"
"""For the `accept` of a form's file input."""
TYPES = {
    "PDF": "application/pdf", "JPEG": "image/jpeg", "PNG": "image/png",
    "Excel": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "Word": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip


def kind_of(name: str, head: bytes) -> str | None:
    """Return the kind of a file by its first bytes (an Office file also by its ending); None for others."""
    for magic, kind in _HEADS.items():
        if head.startswith(magic):
            return kind
    ending = "." + name.rsplit(".", 1)[-1].lower()
    return _PACKED.get(ending) if head.startswith(b"PK\x03\x04") else None


def fault_of(upload: UploadedFile) -> Problem | None:
    """Return why a file is not taken (C016 to C018); None where it is."""
    name, size = upload.name or "?", upload.size or 0
    if not size:
        return complain("C018", name=name)
    if size > MOST_MB << 20:
        return complain("C017", name=name, mb=-(-size >> 20), limit=MOST_MB)
    head = upload.read(8)
    upload.seek(0)
    return None if kind_of(name, head) else complain("C016", name=name, known=KNOWN)


def keep_evidence(uploads: list[UploadedFile]) -> list[StoredFile]:
    """Keep files of evidence, all or none.

    Raises
    ------
    LantianError
        C016 to C018 for every file that is not taken; none is kept then.
    """
    faults = [fault for upload in uploads if (fault := fault_of(upload)) is not None]
    if faults:
        raise LantianError(*faults)
    return [store(upload.name or "?", upload.read()) for upload in uploads]
