"""The demo city as a cut problem, through the same steps as ``lantian plan``."""

from __future__ import annotations

from lantian.demo.city import demo_day, make_city
from lantian.domain.response.ladder import build_ladders
from lantian.domain.response.model import CutProblem
from lantian.domain.response.problem import cut_problem
from lantian.domain.response.settings import Switches
from lantian.domain.response.targets import required_masses
from lantian.kernel.level import LEVELS
from lantian.rulebook import load_rulebook


def demo_problem(firms: int = 1555, seed: int = 1, *, fairness: bool = True) -> CutProblem:
    """Return the three-level problem of the invented city of `seed`."""
    book, day, city = load_rulebook(), demo_day(), make_city(firms, seed)
    switches = Switches(fairness=fairness)
    ladders, index = build_ladders(city, book, day, LEVELS, switches)
    need = required_masses(city, book.targets(day), LEVELS, day)
    return cut_problem(ladders, index, need, switches)
