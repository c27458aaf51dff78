"""Brings the site of a folder up for commands that need its database."""

from __future__ import annotations

import os
from pathlib import Path


def start(home: Path, *, plain_http: bool = True) -> None:
    """Bring Django up on a folder; everything of Django is imported after this."""
    os.environ["LANTIAN_HOME"] = str(home.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantian.office.site.settings")
    if plain_http:
        os.environ.setdefault("LANTIAN_HTTP", "1")
    import django

    django.setup()
