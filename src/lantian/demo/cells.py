"""How many firms of each profile and grade a city of a given size has."""

from __future__ import annotations

from dataclasses import dataclass

from lantian.demo.parameters import Parameters
from lantian.domain.grading.grade import Grade


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of firms with one profile and one grade."""

    profile: int
    grade: Grade
    firms: int


def share_out(total: int, weights: list[int]) -> list[int]:
    """Divide `total` in proportion to `weights` by largest remainder, ties to the first.

    The parts sum to `total`; at ``total == sum(weights)`` they are the weights themselves.
    """
    whole = sum(weights)
    if whole == 0:
        return [0 for _ in weights]
    parts = [total * w // whole for w in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def cells(parameters: Parameters, firms: int) -> tuple[Cell, ...]:
    """Return the cells of a city of `firms` firms.

    First the firms are shared out over the grades, then each grade over the profiles, so that
    the number of A, B and leading firms keeps the published proportion at every size.
    """
    grades = list(parameters.grades)
    per_grade = {g: [p.grades.get(g, 0) for p in parameters.profiles] for g in grades}
    totals = share_out(firms, [sum(per_grade[g]) for g in grades])
    found: list[Cell] = []
    for grade, total in zip(grades, totals, strict=True):
        for index, count in enumerate(share_out(total, per_grade[grade])):
            if count:
                found.append(Cell(index, grade, count))
    return tuple(found)
