"""Files as they came in, under their hash, never changed."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from lantian.domain.ledger.chain import digest
from lantian.office.audit.models import StoredFile


class TooLargeError(ValueError):
    """More bytes than the site takes."""


def store(name: str, content: bytes) -> StoredFile:
    """Keep a file; the same content is kept once.

    Raises
    ------
    TooLargeError
        Beyond `MOST_UPLOAD_BYTES`.
    """
    if len(content) > settings.MOST_UPLOAD_BYTES:
        raise TooLargeError(name)
    own = digest(settings.LEDGER_ALGORITHM, content)
    path = path_of(own)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{own}.{os.getpid()}")
        part.write_bytes(content)
        part.chmod(0o440)
        part.replace(path)
    found, _ = StoredFile.objects.get_or_create(
        hash=own, defaults={"name": name[:200], "size": len(content)}
    )
    return found


def store_upload(upload: UploadedFile) -> StoredFile:
    """Keep an uploaded file."""
    if (upload.size or 0) > settings.MOST_UPLOAD_BYTES:
        raise TooLargeError(upload.name or "")
    return store(upload.name or "upload", upload.read())


def path_of(own: str) -> Path:
    """Return where the file of a hash lies."""
    return Path(settings.VAULT) / own[:2] / own
