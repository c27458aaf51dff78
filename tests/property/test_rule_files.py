"""Random damage to rule files gives problems with places, never a traceback.

Requirement: bad input never gives a traceback (issue "the skeleton and the main job").
"""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.rulebook import check_rules
from lantian.rulebook.loader import packaged_paths

_FILES = [p for p in packaged_paths() if p.stat().st_size < 6000]
_PIECES = st.sampled_from(
    ["", "\t", "{", "]", ": ", "- ", "'", '"', "\x00", "&a ", "*a", "---\n", "50%", "1e9",
     "2026-13-01", "null", "true", "[]", "{}", "\n", "  ", "rows: 3\n", "名", "\u2028",
     "[" * 3000, "!!python/name:os.system "]
)  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_damage_is_told_not_thrown(data: st.DataObject, tmp_path: Path) -> None:
    text = data.draw(st.sampled_from(_FILES)).read_text("utf-8")
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 40))
        text = text[:start] + data.draw(_PIECES) + text[start + length :]
    (tmp_path / "bad.yaml").write_text(text, "utf-8")
    for problem in check_rules(tmp_path):
        assert problem.code.startswith("R")
        assert problem.place.line is None or problem.place.line >= 1
        assert problem.remedy_zh
