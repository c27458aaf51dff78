"""One way to write an event down: the same value always gives the same bytes.

After RFC 8785: keys sorted, no spaces, UTF-8. Numbers are whole ones or text: a binary fraction
has no one way to be written, so it is refused.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]


class NotCanonicalError(ValueError):
    """A value that has no one way to be written."""


def canonical(value: Json) -> bytes:
    """Return the bytes of an event.

    Raises
    ------
    NotCanonicalError
        For floats, keys that are no text, text that is not NFC, and other types.

    Examples
    --------
    >>> canonical({"b": 1, "a": "蓝天"}).decode()
    '{"a":"蓝天","b":1}'
    """
    _check(value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonicalError(f"lone surrogate: {error}") from None


def _check(value: Any) -> None:
    if value is None or isinstance(value, bool | int):
        return
    if isinstance(value, str):
        if not unicodedata.is_normalized("NFC", value):
            raise NotCanonicalError(f"not NFC: {value[:40]!r}")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise NotCanonicalError(f"key is no text: {key!r}")
            _check(key)
            _check(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner)
    else:
        raise NotCanonicalError(f"{type(value).__name__}: {value!r}")
