"""Short secrets locked under the key of a deployment (issue 6, section 3: passwords of loggers)."""

from __future__ import annotations

import pytest

from lantian.adapters.crypto.locked import WrongKeyError, lock, unlock


def test_what_is_locked_comes_back_and_shows_nothing() -> None:
    locked = lock("密码123456", "key", "logger")
    assert "123456" not in locked
    assert lock("密码123456", "key", "logger") != locked
    assert unlock(locked, "key", "logger") == "密码123456"


@pytest.mark.parametrize(
    ("key", "purpose"), [("other", "logger"), ("key", "other"), ("keyl", "ogger")]
)
def test_another_key_or_purpose_opens_nothing(key: str, purpose: str) -> None:
    with pytest.raises(WrongKeyError):
        unlock(lock("1", "key", "logger"), key, purpose)


@pytest.mark.parametrize("broken", ["", "x", "é", "gAAAA"])
def test_an_altered_text_is_told(broken: str) -> None:
    with pytest.raises(WrongKeyError):
        unlock(broken, "key", "logger")
