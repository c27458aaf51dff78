"""What the public pages show: advice by level, the published notices, firms with their measures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from lantian.domain.publicity.masking import masked_text
from lantian.jobs.registry.labels import LEVELS, grade_names, value_names
from lantian.kernel.problem import LantianError
from lantian.office.alert.figures import in_force
from lantian.office.alert.models import Alert, Order
from lantian.office.publicity.models import Notice
from lantian.office.registry.figures import Asked, narrowed
from lantian.office.registry.models import Edition, Firm, FirmCount, Line
from lantian.office.registry.pages import Counted, percent
from lantian.office.site.templatetags.parts import in_language
from lantian.rulebook import load_rulebook

AUDIENCES: Mapping[str, tuple[str, str]] = {
    "health": ("健康提示", "Health"),
    "people": ("公众", "People"),
    "vehicles": ("车辆和机械", "Vehicles and machines"),
    "sites": ("工地和扬尘", "Building sites and dust"),
    "firms": ("企业", "Firms"),
}
PER_PAGE = 50
PUBLIC_FILTERS = ("district", "industry", "grade")
PUBLIC_SORTS = {
    "id": ("编号", "id"),
    "name": ("名称", "name"),
    "grade": ("等级（好→差）", "grade, best first"),
}
_BATCH = 500


def advice(day: date) -> list[dict[str, Any]]:
    """Return what an alert of each level means, with documents and marks; what no rule says is left out."""
    book = load_rulebook()
    found = []
    for level, names in LEVELS.items():
        rows = []
        for audience, title in AUDIENCES.items():
            try:
                rule = book.provision(f"advice-{level}-{audience}", day)
            except LantianError:  # no rule of that day
                continue
            rows.append({"title": title, "zh": rule.text_zh, "en": rule.text_en, "head": rule.head})
        found.append({"level": level, "names": names, "rows": rows})
    return found


def public_alerts() -> QuerySet[Alert]:
    """Return the alerts that were signed, newest first; proposals are nobody's business."""
    states = (Alert.State.SIGNED, Alert.State.LIFTED)
    return Alert.objects.filter(state__in=states).order_by("-signed_at", "-pk")


def public_notices(get: Mapping[str, str]) -> QuerySet[Notice]:
    """Return the published notices that an address asks for; a wrong day is passed over."""
    found = Notice.objects.filter(state=Notice.State.PUBLISHED).order_by("-decided_on", "-pk")
    for word in get.get("q", "").lower().split()[:8]:
        found = found.filter(search__contains=word)
    for name in ("district", "kind"):
        if get.get(name):
            found = found.filter(**{name: get[name]})
    for name, lookup in (("from", "decided_on__gte"), ("to", "decided_on__lte")):
        try:
            found = found.filter(**{lookup: date.fromisoformat(get.get(name, ""))})
        except ValueError:
            continue
    return found


# --- firms -----------------------------------------------------------------------------------


def asked_publicly(get: Any) -> Asked:
    """Read the address of the public list: no sorting or filtering by what is not public."""
    sort = get.get("sort", "id")
    return Asked(
        text=get.get("q", "").strip()[:100],
        chosen={f: get[f] for f in PUBLIC_FILTERS if get.get(f)},
        kind="", sort=sort if sort in PUBLIC_SORTS else "id", columns=(),
    )  # fmt: skip


def public_firms(
    edition: Edition, asked: Asked, cutting: Alert | None = None
) -> tuple[int, QuerySet[Firm]]:
    """Return how many firms of the list were asked for, and these; only those that cut under an alert."""
    if cutting is not None:
        cuts = cutting.orders.filter(cuts=True).values("firm_id")
        return narrowed(Firm.objects.filter(edition=edition, firm_id__in=cuts), None, asked)
    return narrowed(
        Firm.objects.filter(edition=edition), FirmCount.objects.filter(edition=edition), asked
    )


def firm_page(
    edition: Edition, asked: Asked, page: str | None, *, cutting: bool
) -> tuple[Any, list[dict[str, Any]]]:
    """Return a page of firms, and its rows: measures by level, the order of the alert in force."""
    alert = in_force()
    count, found = public_firms(edition, asked, alert if cutting else None)
    shown = Counted(found, PER_PAGE, count).get_page(page)
    return shown, firm_rows(list(shown), alert)


def firm_rows(firms: Sequence[Firm], alert: Alert | None) -> list[dict[str, Any]]:
    """Return what is public of some firms: two queries, whatever their number."""
    lines = Line.objects.filter(firm__in=[f.pk for f in firms]).order_by("firm_id", "place")
    of_firm: dict[int, list[Any]] = {}
    for firm_pk, line_id, measures in lines.values_list("firm_id", "line_id", "measures"):
        of_firm.setdefault(firm_pk, []).append((line_id, measures))
    cuts: dict[str, bool] = {}
    if alert is not None:
        ids = [f.firm_id for f in firms]
        cuts = dict(alert.orders.filter(firm_id__in=ids).values_list("firm_id", "cuts"))
    return [
        {
            "firm": f, "grade": grade_names(f.grade), "order": cuts.get(f.firm_id),
            "measures": [level_words(of_firm.get(f.pk, []), level) for level in LEVELS],
        }
        for f in firms
    ]  # fmt: skip


def level_words(lines: Iterable[tuple[str, list[dict[str, Any]]]], level: str) -> str:
    """Return what a firm does at a level in a few words: kinds with their shares and number of lines."""
    shares: dict[str, list[Decimal]] = {}
    for _, measures in lines:
        for one in measures:
            if one.get("level") == level:
                shares.setdefault(one.get("kind") or "", []).append(Decimal(one.get("share") or 0))
    found = sorted(
        shares.items(), key=lambda item: item[0] == "none"
    )  # what does not cut comes last
    parts = [
        f"{kind_name(kind)}{_span(kind, own)} {len(own)} {in_language('条', '×')}"
        for kind, own in found
    ]
    return in_language("；", "; ").join(parts)


def kind_name(kind: str) -> str:
    """Return what a kind of measure is called to people."""
    if kind == "none":
        return in_language("不减排", "no cut")
    return in_language(*value_names("kind", kind)) or in_language("措施", "measure")


def _span(kind: str, shares: Sequence[Decimal]) -> str:
    """Return the shares of some lines, from the least to the most; "" where none or all of it is cut."""
    low, high = min(shares), max(shares)
    if kind == "stop" or not high:
        return ""
    ends = [percent(str(low)), percent(str(high))]
    return f" {ends[0]}" if low == high else f" {ends[0]}–{ends[1]}"


def kind_words(measure: Mapping[str, Any]) -> str:
    """Return kind and share of one measure."""
    kind = measure.get("kind") or ""
    return kind_name(kind) + _span(kind, [Decimal(measure.get("share") or 0)])


def public_measures(firm: Firm) -> list[dict[str, Any]]:
    """Return the measures of a firm line by line: kind, words, deadline, transport; no figure of its production.

    Thresholds, indicators and masses stay inside (decision 0161); personal data in the words are masked.
    """
    rows = []
    for line_id, measures in firm.lines.values_list("line_id", "measures"):
        cells = []
        for level in LEVELS:
            own = [m for m in measures if m.get("level") == level]
            cells.append([
                {"kind": kind_words(m), "text": masked_text(str(m.get("text", ""))).text,
                 "deadline": m.get("deadline_h", ""), "transport": masked_text(str(m.get("transport", ""))).text}
                for m in own
            ])  # fmt: skip
        rows.append({"line": line_id, "cells": cells})
    return rows


def order_of(firm_id: str, alert: Alert | None) -> Order | None:
    """Return the order of a firm under the alert in force."""
    return alert.orders.filter(firm_id=firm_id).first() if alert is not None else None


def all_firm_rows(found: QuerySet[Firm]) -> Iterator[dict[str, Any]]:
    """Yield the public rows of a whole list, batch by batch, in the order of its ids."""
    alert, after = in_force(), ""
    found = found.order_by("firm_id")
    while True:
        batch = list(found.filter(firm_id__gt=after)[:_BATCH])
        if not batch:
            return
        yield from firm_rows(batch, alert)
        after = batch[-1].firm_id
