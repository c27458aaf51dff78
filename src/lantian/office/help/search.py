"""Finding a word in the help: titles first, then headings, then text, with the sentence around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lantian.office.help.book import Heading, Page, anchor_of, text_of

MOST = 40
LONGEST = 100
_AROUND = 60


@dataclass(frozen=True, slots=True)
class Hit:
    """A page that holds every word: where in it, and the sentence in pieces, each said whether it is a hit."""

    page: Page
    heading: Heading | None
    sentence: tuple[tuple[str, bool], ...]
    score: int


def search(pages: Sequence[Page], asked: str) -> list[Hit]:
    """Return the pages that hold every word asked for, best first.

    Parameters
    ----------
    asked
        Words apart by spaces; cut after `LONGEST` characters.
    """
    words = [word for word in asked[:LONGEST].lower().split() if word]
    if not words:
        return []
    hits = [hit for page in pages if (hit := _hit(page, words)) is not None]
    return sorted(hits, key=lambda hit: (-hit.score, hit.page.name))[:MOST]


def _hit(page: Page, words: Sequence[str]) -> Hit | None:
    lines = text_of(page)
    lower = [line.lower() for line in lines]
    if not all(any(word in line for line in lower) for word in words):
        return None
    title = page.title.lower()
    headings = [h for h in page.headings if any(word in h.text.lower() for word in words)]
    score = 100 * sum(word in title for word in words) + 20 * min(len(headings), 3)
    score += min(sum(line.count(word) for line in lower for word in words), 15)
    score += (
        10 if page.name.startswith("help/") else -10 if page.name.startswith("decisions/") else 0
    )
    at = max(range(len(lines)), key=lambda i: (sum(word in lower[i] for word in words), i > 0, -i))
    return Hit(page, _above(page, lines, at), _pieces(lines[at], words), score)


def _above(page: Page, lines: Sequence[str], at: int) -> Heading | None:
    """Return the heading under which a line stands."""
    anchors = {h.anchor: h for h in page.headings[1:]}
    for line in reversed(lines[: at + 1]):
        if anchor_of(line) in anchors and anchors[anchor_of(line)].text == line:
            return anchors[anchor_of(line)]
    return None


def _pieces(line: str, words: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    found = re.search("|".join(map(re.escape, words)), line, re.I)
    start = max(0, found.start() - _AROUND) if found else 0
    end = min(len(line), start + 3 * _AROUND)
    shown = ("…" if start else "") + line[start:end] + ("…" if end < len(line) else "")
    parts = re.split(f"({'|'.join(map(re.escape, words))})", shown, flags=re.I)
    return tuple((part, i % 2 == 1) for i, part in enumerate(parts) if part)
