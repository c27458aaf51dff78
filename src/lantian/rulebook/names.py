"""Names as people write them, made comparable."""

from __future__ import annotations

import unicodedata


def plain_name(text: str) -> str:
    """Return a name without width variants, blanks, case and a trailing ``行业``."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold().removesuffix("行业")
