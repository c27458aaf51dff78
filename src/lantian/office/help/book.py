"""The pages of the documentation: where they lie, how they are rendered, what they are called.

They are packed into the wheel as ``lantian/handbook``; in a working copy they lie in ``docs``.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.urls import NoReverseMatch, reverse
from markdown_it import MarkdownIt
from markdown_it.token import Token

import lantian

OPEN = frozenset({"help/firm", "help/public", "help/sign-in"})
"""Topics that need no sign-in: for firms and the public, and how to sign in at all."""
_CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_COMMENT = re.compile(r"^<!--.*?-->\n?", re.M | re.S)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its level from 1, words and anchor."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its name (``help/air``, ``decisions/0066-the-ledger``), title, headings and Markdown."""

    name: str
    title: str
    headings: tuple[Heading, ...]
    source: str


def folder() -> Path:
    """Return where the documentation lies.

    Raises
    ------
    FileNotFoundError
        Where it is neither in the package nor beside it.
    """
    package = Path(lantian.__file__).parent
    for one in (package / "handbook", package.parents[1] / "docs"):
        if (one / "index.md").is_file():
            return one
    raise FileNotFoundError(package / "handbook")


@cache
def pages() -> dict[str, Page]:
    """Return every page by its name."""
    base = folder()
    found = {}
    for path in sorted(base.rglob("*.md")):
        name = path.relative_to(base).with_suffix("").as_posix()
        source = _COMMENT.sub("", path.read_text("utf-8"))
        headings = tuple(_headings(_reader().parse(source)))
        title = headings[0].text if headings else name
        found[name] = Page(name, title, headings, source)
    return found


def address(name: str, anchor: str = "") -> str:
    """Return the address of a page on this site."""
    if name == "help/index":
        found = reverse("help")
    else:
        route = "help-open" if name in OPEN else "help-topic"
        found = reverse(route, args=[name.removeprefix("help/") if name in OPEN else name])
    return f"{found}#{anchor}" if anchor else found


def anchor_of(text: str) -> str:
    """Return the anchor of a heading, as the usual renderers make it."""
    plain = re.sub(r"[`*]", "", unicodedata.normalize("NFC", text)).lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def rendered(page: Page, *, titled: bool = True) -> str:
    """Return a page as HTML: links rewritten to this site, headings with anchors, no HTML of its own.

    Parameters
    ----------
    titled
        Whether its first heading is shown; not inside a page that has a title already.
    """
    reader = _reader()
    tokens = reader.parse(page.source)
    if not titled and tokens and tokens[0].type == "heading_open":
        tokens = tokens[3:]
    for i, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", anchor_of(_plain(tokens[i + 1])))
        elif token.type == "inline":
            token.children = _joined(_linked(token.children or [], page.name))
    return str(reader.renderer.render(_framed(tokens), reader.options, {}))


def text_of(page: Page) -> list[str]:
    """Return the words of a page, a block a line, without marks; for searching."""
    found = []
    for token in _reader().parse(page.source):
        if token.type == "inline":
            found.append(_plain(token))
        elif token.type == "fence":
            found += token.content.splitlines()
    return [line for line in found if line.strip()]


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _headings(tokens: Sequence[Token]) -> list[Heading]:
    found = []
    for i, token in enumerate(tokens):
        if token.type == "heading_open":
            text = _plain(tokens[i + 1])
            found.append(Heading(int(token.tag[1]), text, anchor_of(text)))
    return found


def _plain(inline: Token) -> str:
    return "".join(
        " " if one.type in ("softbreak", "hardbreak") else one.content
        for one in inline.children or []
    )


def _linked(children: list[Token], name: str) -> list[Token]:
    """Rewrite links; one that leads to nothing on this site stays as words."""
    found, kept = [], []
    for token in children:
        if token.type == "link_open":
            target = _target(str(token.attrGet("href") or ""), name)
            kept.append(target is not None)
            if target is None:
                continue
            token.attrSet("href", target)
        elif token.type == "link_close" and not kept.pop():
            continue
        found.append(token)
    return found


def _joined(children: list[Token]) -> list[Token]:
    """Leave out the line break between two Chinese characters: a browser would show a gap there."""
    return [
        one
        for before, one, after in zip([None, *children], children, [*children[1:], None], strict=False)
        if not (
            one.type == "softbreak" and before and after
            and _CHINESE.match(before.content[-1:]) and _CHINESE.match(after.content[:1])
        )
    ]  # fmt: skip


def _target(href: str, name: str) -> str | None:
    if href.startswith("site:"):
        try:
            return reverse(href.removeprefix("site:"))
        except NoReverseMatch:  # a room that this site has not
            return None
    if re.match(r"https?:", href) or href.startswith("#"):
        return href
    path, _, anchor = href.partition("#")
    if not path.endswith(".md"):
        return None
    aim = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)).removesuffix(".md")
    return address(aim, anchor) if aim in pages() else None


def _framed(tokens: Sequence[Token]) -> list[Token]:
    """Put every table into a frame that scrolls by itself, so that no page is wider than its screen."""
    made: list[Token] = []
    wrap: Callable[[str], Token] = lambda html: Token("html_block", "", 0, content=html)  # noqa: E731
    for token in tokens:
        if token.type == "table_open":
            made.append(wrap('<div class="wide" tabindex="0">\n'))
        made.append(token)
        if token.type == "table_close":
            made.append(wrap("</div>\n"))
    return made
