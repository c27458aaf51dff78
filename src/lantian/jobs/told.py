"""Problems of long files: the first of each kind in full, all of them counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from lantian.kernel.problem import Problem, Severity

SHOWN = 10
"""Problems of one code that are kept in full."""


@dataclass
class Told:
    """What was found, in order; `counts` holds how often each code was met, `shown` are kept of each."""

    problems: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    shown: int = SHOWN

    def add(self, problem: Problem, times: int = 1) -> None:
        """Note a problem; beyond `shown` of its code it is only counted."""
        self.counts[problem.code] += times
        if self.counts[problem.code] - times < self.shown:
            self.problems.append(problem)

    def wants(self, code: str) -> bool:
        """Whether another problem of a code would still be kept in full."""
        return self.counts[code] < self.shown

    def count(self, code: str, times: int) -> None:
        """Count problems that need not be worded any more."""
        self.counts[code] += times

    @property
    def has_errors(self) -> bool:
        """Whether anything at error level was found."""
        return any(p.severity is Severity.ERROR for p in self.problems)

    @property
    def left_out(self) -> dict[str, int]:
        """Return how many problems of each code are not among `problems`."""
        shown = Counter(p.code for p in self.problems)
        return {code: n - shown[code] for code, n in self.counts.items() if n > shown[code]}
