"""Keys of SM4 by device, from a file that only its owner should be able to read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lantian.domain.hj212.complaint import complain
from lantian.kernel.problem import LantianError, Place, Problem

if TYPE_CHECKING:
    from lantian.adapters.crypto.sm4 import Sm4

ANY = "*"


class Keys:
    """The ciphers of devices by MN; `ANY` stands for all that are not named."""

    def __init__(self, ciphers: dict[str, Sm4]) -> None:
        self._ciphers = ciphers

    def of(self, mn: str) -> Sm4 | None:
        """Return the cipher of a device, None where its key is not known."""
        return self._ciphers.get(mn) or self._ciphers.get(ANY)


def read_keys(path: Path | None) -> Keys:
    """Return the keys of a file with lines ``MN KEY``; no keys where there is no file.

    A key is 16 characters or 32 hexadecimal digits. Lines that begin with ``#`` are remarks.

    Raises
    ------
    LantianError
        H501 where the file cannot be read, H502 for each line that cannot be used, H503 where the
        library is missing. Never shows a key.
    """
    if path is None:
        return Keys({})
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        detail = getattr(error, "strerror", None) or "不是 UTF-8 编码 not UTF-8"
        raise LantianError(complain("H501", Place(file=str(path)), detail=detail)) from error
    try:
        from lantian.adapters.crypto.sm4 import Sm4
    except ImportError as error:
        raise LantianError(complain("H503")) from error
    ciphers: dict[str, Sm4] = {}
    problems: list[Problem] = []
    for n, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        parts = line.split()
        key = _key(parts[1]) if len(parts) == 2 else None
        detail = ""
        if len(parts) != 2:
            detail = f"{len(parts)} 项 parts"
        elif key is None:
            detail = f"密钥长度 key of {len(parts[1])} characters"
        elif parts[0] in ciphers:
            detail = f"重复 repeated {parts[0]}"
        if detail or key is None:
            place = Place(file=str(path), line=n)
            problems.append(complain("H502", place, n=n, detail=detail))
        else:
            ciphers[parts[0]] = Sm4(key)
    if problems:
        raise LantianError(*problems)
    return Keys(ciphers)


def _key(text: str) -> bytes | None:
    raw = text.encode("utf-8")
    if len(raw) == 16:
        return raw
    try:
        return bytes.fromhex(text) if len(text) == 32 else None
    except ValueError:
        return None
