"""Issue 6, section 2: habits of vendors are small files with frames; captured ones verify, invented ones say so."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from lantian.domain.hj212.decode import Decoder
from lantian.domain.hj212.lexicon import Lexicon
from lantian.gateway.vendors import HABITS
from lantian.rulebook.hj212_tables import load_hj212

VECTORS = json.loads(
    (Path(__file__).parents[2] / "data/hj212/vectors.json").read_text("utf-8")
)["vectors"]  # fmt: skip
EXAMPLES = [(name, e) for name, h in HABITS.items() for e in h.examples]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon(load_hj212())


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_every_example_is_a_frame_that_is_taken(name: str, example, lexicon: Lexicon) -> None:
    decoder = Decoder(lexicon)
    (found,) = decoder.feed(example.frame) + decoder.close()
    assert found.ok, name


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_a_captured_frame_is_one_of_the_vectors_and_an_invented_one_says_so(
    name: str, example
) -> None:
    captured = {v["frame"].encode(): v["source"] for v in VECTORS}
    if example.invented:
        assert example.frame not in captured
        assert example.source == ""
    else:
        source = captured[example.frame]
        assert example.source == f"{source['repo']} {source['commit']} {source['path']}"


def test_every_habit_has_its_own_file_of_its_name() -> None:
    folder = Path(__file__).parents[3] / "src/lantian/gateway/vendors"
    files = {p.stem.replace("_", "-") for p in folder.glob("*.py")} - {"habit", "--init--"}
    assert files == set(HABITS)
    for name, habit in HABITS.items():
        assert name == habit.name
        assert habit.examples
        assert re.search(r"[\u4e00-\u9fff]", habit.note_zh)


def test_a_habit_lets_answers_carry_the_system_of_the_device(kit) -> None:
    from lantian.gateway.envelope import why_not
    from lantian.jobs.gateway.registry import Logger

    plain = Logger("M", "123456", "D", "F", st=("32",))
    own = Logger("M", "123456", "D", "F", st=("32",), vendor="answers-own-system")
    assert why_not(plain, "123456", "21", "10.0.0.1") == "system"
    assert why_not(own, "123456", "21", "10.0.0.1") == ""
    assert why_not(own, "123456", "51", "10.0.0.1") == "system"
    assert why_not(plain, "123456", "91", "10.0.0.1") == ""
