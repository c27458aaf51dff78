"""Help pages: contents, one topic, search."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from lantian.office.help.book import OPEN, Page, address, pages, rendered
from lantian.office.help.search import search
from lantian.office.people.access import needs, public
from lantian.office.people.roles import Role

ROLE_TOPICS = {
    Role.LEADER: "leader", Role.AIR: "air", Role.WATER: "officers", Role.SOIL: "officers", Role.MONITORING: "officers",
    Role.ENFORCEMENT: "officers", Role.DISTRICT: "district", Role.EXPERT: "expert", Role.INSPECTOR: "inspector",
    Role.ENTERPRISE: "firm", Role.AUDITOR: "auditor", Role.OPERATOR: "operator",
}  # fmt: skip


def _row(page: Page) -> dict[str, str]:
    return {"title": page.title, "address": address(page.name), "name": page.name}


def _is_reference(page: Page) -> bool:
    return "/" not in page.name and page.name != "index"


def _chinese_first(page: Page) -> tuple[bool, str]:
    return not re.search("[\u4e00-\u9fff]", page.title), page.name


@needs("help.view")
def contents(request: HttpRequest) -> HttpResponse:
    """Show what to read: one's own role first, then tasks, references, decisions; or what a search found."""
    asked = request.GET.get("q", "").strip()
    every = pages()
    own = f"help/{ROLE_TOPICS[Role(request.user.role)]}"
    values = {
        "q": asked, "own": _row(every[own]), "start": rendered(every["help/index"], titled=False),
        "hits": [(hit, address(hit.page.name, hit.heading.anchor if hit.heading else ""))
                 for hit in search(list(every.values()), asked)],
        "references": [_row(p) for p in sorted(every.values(), key=_chinese_first) if _is_reference(p)],
        "decisions": [_row(p) for name, p in every.items() if name.startswith("decisions/0")],
    }  # fmt: skip
    return render(request, "help/contents.html", values)


@needs("help.view")
def topic(request: HttpRequest, topic: str) -> HttpResponse:
    """Show one page of the documentation."""
    return _shown(request, topic)


@public
def open_topic(request: HttpRequest, guide: str) -> HttpResponse:
    """Show one of the topics that need no sign-in."""
    name = f"help/{guide}"
    if name not in OPEN:
        raise Http404
    return _shown(request, name)


def _shown(request: HttpRequest, name: str) -> HttpResponse:
    page = pages().get(name)
    if page is None:
        raise Http404
    values = {
        "page": page,
        "html": rendered(page),
        "parts": [h for h in page.headings[1:] if h.level == 2],
    }
    return render(request, "help/topic.html", values)
