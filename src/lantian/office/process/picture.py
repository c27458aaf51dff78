"""A process drawn from its data: the main way downwards, deviations on rails beside it.

Pure arithmetic of places; the template draws it as SVG with classes only (no inline style), and the table
of steps beside it says the same in words. Steps are numbered in the order of the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lantian.rulebook.process_tables.model import Process, Transition

WIDE, HIGH, ROW = 232, 48, 86
GAP, SIDE = 14, 158  # distance of the boxes at the foot, least width of one
LANE = 20  # distance of the lanes on the left
HAN, LATIN, PAD = (
    13.5,
    7.2,
    30,
)  # width of a character of a name, and of what stands beside it in a box


@dataclass(frozen=True, slots=True)
class Box:
    """A state at its place; `kind` is here, been, or "" for the drawing of a case."""

    x: int
    y: int
    width: int
    zh: str
    en: str
    kind: str
    final: bool
    loops: str

    @property
    def middle(self) -> int:
        """The middle from left to right."""
        return self.x + self.width // 2


@dataclass(frozen=True, slots=True)
class Way:
    """A line with its numbers; `path` is an SVG path, `dot` where it joins a rail."""

    path: str
    label: str
    x: int
    y: int
    arrow: bool
    dot: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything the template draws; `anywhere` are the numbers of steps that every state allows."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]
    anywhere: str


def numbers(process: Process) -> dict[str, int]:
    """Return the number of each step in picture and table, from 1."""
    return {key: n for n, key in enumerate(process.transitions, start=1)}


def main_way(process: Process) -> list[str]:
    """Return the states of the main way: the longest way forward whose steps need no reason."""
    order = list(process.states)
    best: dict[str, list[str]] = {process.start: [process.start]}
    for key in order:
        if key not in best:
            continue
        for step in process.leaving(key):
            onward = step.to and not step.reason and order.index(step.to) > order.index(key)
            if onward and len(best[key]) + 1 > len(best.get(step.to, [])):
                best[step.to] = [*best[key], step.to]
    return max(best.values(), key=len)


def picture(process: Process, here: str = "", been: Collection[str] = ()) -> Picture:
    """Return the drawing of a process; with `here` and `been` that of a case in it."""
    return _Drawing(process, here, been).picture()


class _Drawing:
    def __init__(self, process: Process, here: str, been: Collection[str]) -> None:
        self.process, self.here, self.been = process, here, been
        self.spine = main_way(process)
        self.aside = [key for key in process.states if key not in self.spine]
        self.number = numbers(process)
        self.edges = self._edges()
        self.wide = self._width(self.spine, WIDE)
        self.side = self._width(self.aside, SIDE)
        self.foot = len(self.spine) * ROW + 10
        self.lane = self._lanes()
        self.left = 24 + LANE * (max(self.lane.values(), default=0) + 1)
        self.boxes = {key: self._box(key) for key in process.states}
        self.came: dict[str, int] = defaultdict(int)  # lines of lanes that ended at a state so far

    def _width(self, keys: Iterable[str], least: int) -> int:
        """Return a width that holds the names of some states in both languages."""
        names = [self.process.states[key] for key in keys]
        longest = (max(HAN * len(n.name_zh), LATIN * len(n.name_en)) for n in names)
        return max(least, int(max(longest, default=0)) + PAD)

    def _top(self, key: str) -> int:
        return self.spine.index(key) * ROW + 10 if key in self.spine else self.foot

    def _lanes(self) -> dict[tuple[str, str], int]:
        """Return the lane of each line on the left, from 1: short ones inside, none over another."""
        taken: dict[int, list[tuple[int, int]]] = defaultdict(list)
        found = {}
        spans = {
            e: sorted((self._top(e[0]), self._top(e[1]))) for e in self.edges if self._in_lane(*e)
        }
        for edge, (top, bottom) in sorted(spans.items(), key=lambda one: one[1][1] - one[1][0]):
            lane = 1
            while any(top <= low and high <= bottom for high, low in taken[lane]):
                lane += 1
            taken[lane].append((top, bottom))
            found[edge] = lane
        return found

    def _edges(self) -> dict[tuple[str, str], list[Transition]]:
        found: dict[tuple[str, str], list[Transition]] = defaultdict(list)
        for step in self.process.transitions.values():
            for origin in self.process.states:
                if origin in step.origin and step.to:
                    found[origin, step.to].append(step)
        return found

    def _in_lane(self, origin: str, to: str) -> bool:
        """Whether a line runs on the left: back or over a row of the main way, or back into it."""
        if to not in self.spine:
            return False
        return origin not in self.spine or self.spine.index(to) != self.spine.index(origin) + 1

    def _box(self, key: str) -> Box:
        state = self.process.states[key]
        loops = [t for t in self.process.leaving(key) if not t.to and not t.anywhere]
        kind = "here" if key == self.here else "been" if key in self.been else ""
        if key in self.spine:
            x, y, width = self.left, self._top(key), self.wide
        else:
            x = self.left + self.wide + 40 + self.aside.index(key) * (self.side + GAP)
            y, width = self.foot, self.side
        return Box(x, y, width, state.name_zh, state.name_en, kind, state.final, self._label(loops))

    def _label(self, steps: Iterable[Transition]) -> str:
        return " ".join(str(self.number[t.key]) for t in steps)

    def picture(self) -> Picture:
        """Return boxes and lines at their places."""
        ways, below = [], 0
        for (origin, to), steps in self.edges.items():
            label = self._label(steps)
            if self._in_lane(origin, to):
                below += origin not in self.spine
                ways.append(self._lane(origin, to, label, below))
            elif origin in self.spine and to in self.spine:
                ways.append(self._down(origin, to, label))
            elif origin in self.spine:
                ways.append(self._to_rail(origin, to, label))
            else:
                below += 1
                ways.append(self._below(origin, to, label, below))
        ways += self._rails()
        width = max(box.x + box.width for box in self.boxes.values()) + 16
        anywhere = self._label(t for t in self.process.transitions.values() if t.anywhere)
        height = self.foot + HIGH + 16 + 22 * below + (28 if anywhere else 0)
        return Picture(width, height, tuple(self.boxes.values()), tuple(ways), anywhere)

    def _down(self, origin: str, to: str, label: str) -> Way:
        a, b = self.boxes[origin], self.boxes[to]
        return Way(
            f"M{a.middle} {a.y + HIGH}V{b.y - 2}", label, a.middle + 14, a.y + HIGH + 23, True
        )

    def _to_rail(self, origin: str, to: str, label: str) -> Way:
        a, b = self.boxes[origin], self.boxes[to]
        y = a.y + 10 + 9 * (self.aside.index(to) % 4)
        x = a.x + a.width
        at = x + 16 + 24 * (self.aside.index(to) % 4)
        return Way(f"M{x} {y}H{b.middle}", label, at, y - 3, False, (b.middle, y))

    def _rails(self) -> list[Way]:
        found = []
        for key in self.aside:
            joins = [self.boxes[a].y for a, b in self.edges if b == key and a in self.spine]
            if joins:
                box = self.boxes[key]
                top = min(joins) + 10 + 9 * (self.aside.index(key) % 4)
                found.append(Way(f"M{box.middle} {top}V{box.y - 2}", "", 0, 0, True))
        return found

    def _lane(self, origin: str, to: str, label: str, below: int) -> Way:
        a, b = self.boxes[origin], self.boxes[to]
        x, y = self.left - 14 - LANE * self.lane[origin, to], b.y + 12 + 8 * self.came[to]
        self.came[to] += 1
        if origin in self.spine:
            start = (
                f"M{a.x + 8} {a.y + HIGH - 8}H{x}"  # begins under the box, also under a round one
            )
        else:
            start = f"M{a.middle - 8 * below} {a.y + HIGH}V{a.y + HIGH + 22 * below}H{x}"
        end = b.x + (3 if b.final else -2)
        return Way(f"{start}V{y}H{end}", label, x + 3, y - 5, True)

    def _below(self, origin: str, to: str, label: str, below: int) -> Way:
        a, b = self.boxes[origin], self.boxes[to]
        y = a.y + HIGH + 22 * below
        path = f"M{a.middle + 8 * below} {a.y + HIGH}V{y}H{b.middle}V{b.y + HIGH + 2}"
        return Way(path, label, min(a.middle, b.middle) + 8 * below + 12, y - 4, True)
