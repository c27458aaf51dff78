"""The map of firms as a picture of a few kilobytes: for pages where it is looked at, not walked through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from lantian.office.people.access import needs
from lantian.office.registry.figures import Asked, current, firms_asked
from lantian.office.registry.firm_map import MOST_DRAWN, marks_of

FRESH_S = 60
"""How long a browser may show a picture again without asking."""
FILLS: Mapping[int, str] = {
    0: "#1b8a4b", 1: "#3a7fd0", 2: "#8fb8e8", 3: "#e3b23c", 4: "#c0392b", 9: "#9aa5b1",
}  # fmt: skip
"""Colours by rank of the grade, those of the style sheet: a picture does not see it."""
EDGES: Mapping[str, tuple[str, float]] = {
    "open": ("#111", 4), "received": ("#1b8a4b", 3), "none": ("#8a8f96", 1),
}  # fmt: skip
"""Colour of the edge and what it adds to the width, by the state of the order."""


@needs("firms.view")
def map_image(request: HttpRequest) -> HttpResponse:
    """Draw the firms a user may see by grade and state of their order, as SVG.

    Raises
    ------
    Http404
        Where there is no edition of the list, or more firms than a map can show.
    """
    user: Any = request.user
    edition = current()
    if edition is None:
        raise Http404("edition")
    count, found = firms_asked(user, edition, Asked.of(request.GET))
    if count > MOST_DRAWN:
        raise Http404("firms")
    drawn = marks_of(found)
    response = HttpResponse(picture(drawn), content_type="image/svg+xml")
    patch_cache_control(response, private=True, max_age=FRESH_S)
    return response


def picture(drawn: Mapping[str, Any]) -> str:
    """Return marks as SVG, one path for all marks of a kind, in their order."""
    groups = groupby(drawn["marks"], key=lambda m: (m["firm"].grade_rank, m["order"], m["r"]))
    paths = "".join(_dots(rank, order, radius, marks) for (rank, order, radius), marks in groups)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawn["width"]} {drawn["height"]}"'
        f' width="{drawn["width"]}" height="{drawn["height"]}">'
        f'<g fill="none" stroke-linecap="round">{paths}</g></svg>'
    )


def _dots(rank: int, order: str, radius: float, marks: Iterable[Mapping[str, Any]]) -> str:
    # a line without length and with round ends is a dot: seven characters where a circle needs forty
    places = "".join(f"M{m['x']:g} {m['y']:g}h0" for m in marks)
    edge, more = EDGES[order]
    wide = 2 * radius
    return (
        f'<path d="{places}" stroke="{edge}" stroke-width="{wide + more:g}"/>'
        f'<path d="{places}" stroke="{FILLS[rank]}" stroke-width="{wide:g}"/>'
    )
