"""What other machines read: the feed of notices and alerts, the map of the site, the rules for robots."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import feedgenerator, timezone

from lantian.domain.publicity.deadline import KINDS
from lantian.office.public.figures import public_alerts, public_notices
from lantian.office.public.serve import open_page
from lantian.office.publicity.models import PublishedBulletin
from lantian.office.site.models import Setting
from lantian.office.site.templatetags.parts import in_language

_MOST_ENTRIES = 100
_MOST_ADDRESSES = 50_000
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
PAGES = ("public-home", "public-air", "public-water", "public-soil", "public-alerts", "public-firms",
         "public-notices", "public-bulletins", "public-data")  # fmt: skip


@open_page()
def feed(request: HttpRequest) -> HttpResponse:
    """Send the newest published notices and signed alerts as Atom; nothing withdrawn is in it."""
    entries = [*_notice_entries(request), *_alert_entries(request)]
    entries.sort(key=lambda one: one["updateddate"], reverse=True)
    city = Setting.read().get("city", "")
    found = feedgenerator.Atom1Feed(
        title=f"{city} {in_language('执法公示与重污染天气预警', 'Notices of enforcement and alerts')}".strip(),
        link=request.build_absolute_uri(reverse("public-home")), description="",
        feed_url=request.build_absolute_uri(reverse("public-feed")), language=in_language("zh-CN", "en"),
        author_name=f"{city}生态环境局",
    )  # fmt: skip
    for entry in entries[:_MOST_ENTRIES]:
        found.add_item(**entry)
    return HttpResponse(
        found.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8"
    )


def _notice_entries(request: HttpRequest) -> list[dict[str, Any]]:
    rows = public_notices({}).order_by("-published_at")[:_MOST_ENTRIES]
    return [
        _entry(request, "public-notice", [row.pk], row.published_at,
               f"{in_language(*KINDS[row.kind])} {row.shown['party']} {row.shown['number']}", row.shown["result"])
        for row in rows
    ]  # fmt: skip


def _alert_entries(request: HttpRequest) -> list[dict[str, Any]]:
    found = []
    for row in public_alerts()[:_MOST_ENTRIES]:
        name = f"{row.get_level_display()}{in_language('预警', ' alert')}"
        span = f"{timezone.localtime(row.start):%Y-%m-%d %H:%M} — {timezone.localtime(row.end):%Y-%m-%d %H:%M}"
        lifted = row.state == row.State.LIFTED
        word = in_language("解除", "lifted") if lifted else in_language("发布", "in force")
        moment = row.ended_at if lifted and row.ended_at else row.signed_at
        entry = _entry(request, "public-alerts", [], moment, f"{name} {word}", span)
        found.append(
            entry
            | {
                "link": f"{entry['link']}#alert-{row.pk}",
                "unique_id": f"{entry['link']}#alert-{row.pk}",
            }
        )
    return found


def _entry(
    request: HttpRequest, name: str, args: list[Any], moment: datetime | None, title: str, text: str
) -> dict[str, Any]:
    address = request.build_absolute_uri(reverse(name, args=args))
    return {"title": title, "link": address, "description": text, "unique_id": address,
            "updateddate": moment, "pubdate": moment}  # fmt: skip


@open_page()
def sitemap(request: HttpRequest) -> HttpResponse:
    """Send every public page, notice and bulletin; firms are found from their list."""
    found = [(reverse(name), None) for name in PAGES]
    found += [(reverse("public-notice", args=[pk]), at)
              for pk, at in public_notices({}).values_list("pk", "published_at")[: _MOST_ADDRESSES - 1000]]  # fmt: skip
    published = PublishedBulletin.objects.filter(state=PublishedBulletin.State.PUBLISHED)
    found += [(reverse("public-bulletin", args=[pk]), at)
              for pk, at in published.values_list("pk", "published_at")[:900]]  # fmt: skip
    lines = "".join(
        f"<url><loc>{escape(request.build_absolute_uri(address))}</loc>"
        + (
            f"<lastmod>{timezone.localtime(at).isoformat(timespec='seconds')}</lastmod>"
            if at
            else ""
        )
        + "</url>\n"
        for address, at in found
    )
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{_SITEMAP}">\n{lines}</urlset>\n'
    )
    return HttpResponse(text, content_type="application/xml; charset=utf-8")


@open_page()
def robots(request: HttpRequest) -> HttpResponse:
    """Let robots read the public pages and nothing else; whole lists are taken by people."""
    where = request.build_absolute_uri(reverse("public-sitemap"))
    text = f"User-agent: *\nAllow: /public/\nAllow: /static/\nDisallow: /\nSitemap: {where}\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
