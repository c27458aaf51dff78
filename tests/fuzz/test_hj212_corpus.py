"""Every input that fuzzing kept, run again (issue 6, section 1: nothing raises on any bytes)."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location("fuzz_hj212", Path(__file__).parent / "hj212.py")
assert _SPEC
assert _SPEC.loader
fuzz = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(fuzz)
CORPUS = fuzz.corpus()


def test_there_is_a_corpus() -> None:
    assert len(CORPUS) > 50


@pytest.mark.parametrize("start", range(0, len(CORPUS), 20))
def test_kept_inputs(start: int) -> None:
    for stream in CORPUS[start : start + 20]:
        fuzz.check(stream)


def test_the_check_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgets(decoded: object, *_rest: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(fuzz, "review", forgets)
    with pytest.raises(ZeroDivisionError):
        fuzz.check(b"##0012CN=1;CP=&&&&0000\r\n")
