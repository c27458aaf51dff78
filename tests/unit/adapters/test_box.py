"""Small secrets in the database open only with the deployment's key (issue 4, section 1)."""

from __future__ import annotations

import pytest

from lantian.adapters.crypto.box import opened, shut


def test_a_box_opens_with_its_key_and_purpose_only() -> None:
    boxed = shut("key", "totp", "秘密")
    assert opened("key", "totp", boxed) == "秘密"
    assert "秘密" not in boxed
    assert boxed != shut("key", "totp", "秘密")
    for key, purpose, text in (
        ("other", "totp", boxed),
        ("key", "else", boxed),
        ("key", "totp", boxed[:-4]),
        ("key", "totp", ""),
    ):
        with pytest.raises(ValueError, match="altered"):
            opened(key, purpose, text)
