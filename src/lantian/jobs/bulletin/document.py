"""What a bulletin is made of: figures that carry their computation, and blocks that show them.

Nothing here is typed text with numbers in it: a number enters a block only as a `Figure`, and the
appendix lists every figure with how it came about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lantian.kernel.trace import RuleRef

LANGUAGES = ("zh", "en")
_HOLE = re.compile(r"\{(\w+)\}")
_OPTION = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number as it is printed, with its computation.

    `mark` is its place in the appendix.
    """

    key: str
    shown: str
    how_zh: str
    how_en: str
    rule: RuleRef | None
    mark: int


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of text in both languages."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        """Return it in a language."""
        return self.zh if language == "zh" else self.en


ABSENT = Words("", "")
"""A part that is not there: what stands in square brackets around it is left out."""

Part = str | Words | Figure
Cell = Part | tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text with figures, one sequence of parts a language."""

    parts: Mapping[str, tuple[Part, ...]]


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table; cells are texts, words or figures; the first column is text, and those of `texts`.

    `shares` are the widths of the columns in parts, alike where left out.
    """

    title: Words
    head: tuple[Part, ...]
    rows: tuple[tuple[Cell, ...], ...]
    texts: tuple[int, ...] = ()
    shares: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartBlock:
    """A chart drawn by the template of its kind from plain data; never without its table twin."""

    kind: str
    title: Words
    data: Mapping[str, Any]


Block = Paragraph | TableBlock | ChartBlock


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its blocks."""

    title: Words
    blocks: tuple[Block, ...]


@dataclass
class Bulletin:
    """A whole bulletin; `invented` puts the label of invented data on every page."""

    name: str
    title: Words
    subtitle: Words
    sections: list[Section] = field(default_factory=list)
    figures: dict[str, Figure] = field(default_factory=dict)
    notes: list[Words] = field(default_factory=list)
    invented: bool = False

    def put(
        self, key: str, shown: object, how_zh: str, how_en: str, rule: RuleRef | None = None
    ) -> Figure:
        """Return a figure, entered into the appendix once.

        Raises
        ------
        ValueError
            Where the key stands for another figure already.
        """
        text = str(shown)
        known = self.figures.get(key)
        if known is not None:
            if known.shown != text:
                raise ValueError(f"{key}: {known.shown} and {text}")
            return known
        made = Figure(key, text, how_zh, how_en, rule, len(self.figures) + 1)
        self.figures[key] = made
        return made


def paragraph(*sentences: tuple[str, str], **parts: Part) -> Paragraph:
    """Return a paragraph of sentences (Chinese, English) with ``{name}`` where a part goes.

    What stands in ``[…]`` is left out where a part in it is `ABSENT`.

    Raises
    ------
    KeyError
        For a name without a part.
    """
    found = {}
    for place, language in enumerate(LANGUAGES):
        joined = ("" if language == "zh" else " ").join(pair[place] for pair in sentences)
        found[language] = tuple(_filled(joined, parts))
    return Paragraph(found)


def _filled(text: str, parts: Mapping[str, Part]) -> Iterator[Part]:
    def kept(option: re.Match[str]) -> str:
        names = _HOLE.findall(option[1])
        return "" if any(parts[name] is ABSENT for name in names) else option[1]

    text = _OPTION.sub(kept, text)
    at = 0
    for hole in _HOLE.finditer(text):
        if hole.start() > at:
            yield text[at : hole.start()]
        yield parts[hole[1]]
        at = hole.end()
    if at < len(text):
        yield text[at:]


def as_values(bulletin: Bulletin, language: str) -> dict[str, Any]:
    """Return a bulletin in one language as plain values for the templates."""
    return {
        "name": bulletin.name,
        "language": language,
        "title": bulletin.title.of(language),
        "subtitle": bulletin.subtitle.of(language),
        "invented": bulletin.invented,
        "sections": [
            {
                "title": section.title.of(language),
                "blocks": [_block(block, language) for block in section.blocks],
            }
            for section in bulletin.sections
        ],
        "figures": [
            {
                "mark": figure.mark,
                "key": figure.key,
                "shown": figure.shown,
                "how": figure.how_zh if language == "zh" else figure.how_en,
                "rule": _cited(figure.rule),
            }
            for figure in bulletin.figures.values()
        ],
        "notes": [note.of(language) for note in bulletin.notes],
    }


def _block(block: Block, language: str) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"kind": "text", "runs": _runs(block.parts[language], language)}
    if isinstance(block, TableBlock):
        return {
            "kind": "table",
            "title": block.title.of(language),
            "head": [_plain(cell, language) for cell in block.head],
            "rows": [[_cell(cell, language) for cell in row] for row in block.rows],
            "texts": [0, *block.texts],
            "shares": list(block.shares) or [1.4, *(1 for _ in block.head[1:])],
        }
    return {
        "kind": "chart",
        "chart": block.kind,
        "title": block.title.of(language),
        "data": _in_language(block.data, language),
    }


def _cell(cell: Cell, language: str) -> list[dict[str, Any]]:
    return _runs(cell if isinstance(cell, tuple) else (cell,), language)


def _runs(parts: Sequence[Part], language: str) -> list[dict[str, Any]]:
    return [
        {"text": part.shown, "mark": part.mark}
        if isinstance(part, Figure)
        else {"text": part if isinstance(part, str) else part.of(language)}
        for part in parts
    ]


def _plain(part: Part, language: str) -> str:
    if isinstance(part, Figure):
        return part.shown
    return part if isinstance(part, str) else part.of(language)


def _in_language(value: Any, language: str) -> Any:
    if isinstance(value, Words):
        return value.of(language)
    if isinstance(value, Mapping):
        return {k: _in_language(v, language) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_in_language(v, language) for v in value]
    return value


def _cited(rule: RuleRef | None) -> str:
    if rule is None:
        return ""
    mark = {
        "official": "",
        "secondary": "【二手】",
        "unverified": "【待核实】",
        "design": "【系统设定】",
    }
    return f"{rule.document} {rule.clause}{mark.get(rule.status, '')}"
