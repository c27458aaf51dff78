"""Lists of firms: what is asked for, in which order, how many; sums of an edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, QuerySet, Sum

from lantian.jobs.registry.labels import KINDS, SECTORS, STATES, Names, grade_names
from lantian.kernel.pollutant import POLLUTANTS
from lantian.office.people.access import own_firms
from lantian.office.people.models import User
from lantian.office.people.roles import Role
from lantian.office.registry.models import Edition, Firm, FirmCount

PER_PAGE = 50
FILTERS = ("district", "industry", "grade", "state")
NONE_SAID = "-"
"""Stands for an empty value in an address: firms without a district, without a grade."""
SORTS: Mapping[str, tuple[str, Names]] = {
    "id": ("firm_id", ("编号", "id")),
    "name": ("name", ("名称", "name")),
    "grade": ("grade_rank", ("等级（好→差）", "grade, best first")),
    "nox": ("-nox_mg", ("NOx 由大到小", "NOx, largest first")),
    "voc": ("-voc_mg", ("VOC 由大到小", "VOC, largest first")),
}
COLUMNS: Mapping[str, Names] = {
    "credit": ("信用代码", "credit code"),
    "district": ("区县", "district"),
    "industry": ("行业", "industry"),
    "subtype": ("行业分类", "sub-type"),
    "grade": ("等级", "grade"),
    "state": ("状态", "state"),
    "lines": ("生产线", "lines"),
    "PM": ("PM kg/d", "PM, kg/d"),
    "SO2": ("SO2 kg/d", "SO2, kg/d"),
    "NOx": ("NOx kg/d", "NOx, kg/d"),
    "VOC": ("VOC kg/d", "VOC, kg/d"),
}
USUAL = ("district", "industry", "grade", "state", "lines", "NOx", "VOC")
_FEW = 2000
"""Firms with some words that are few: their keys are kept in memory."""
_MOST_WORDS = 8
"""Words of a search that are used; more are a pasted text."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page of firms was asked for; anything wrong in an address is left out."""

    text: str
    chosen: Mapping[str, str]
    kind: str
    sort: str
    columns: tuple[str, ...]

    @classmethod
    def of(cls, get: Any) -> Asked:
        """Read the address of a page."""
        columns = tuple(c for c in COLUMNS if c in get.getlist("col")) or USUAL
        kind, sort = get.get("kind", ""), get.get("sort", "id")
        return cls(
            text=get.get("q", "").strip()[:100],
            chosen={f: get[f] for f in FILTERS if get.get(f)},
            kind=kind if kind in KINDS else "",
            sort=sort if sort in SORTS else "id",
            columns=columns,
        )

    @property
    def filtered(self) -> bool:
        """Whether it asks for less than all firms."""
        return bool(self.text or self.chosen or self.kind)

    def query(self) -> str:
        """Return the address of the same list, without the page."""
        parts = [("q", self.text), *self.chosen.items(), ("kind", self.kind)]
        if self.sort != "id":
            parts.append(("sort", self.sort))
        if self.columns != USUAL:
            parts += [("col", c) for c in self.columns]
        return urlencode([(k, v) for k, v in parts if v])


def current() -> Edition | None:
    """Return the edition in force."""
    return Edition.objects.select_related("upload").first()


def firms_asked(user: User, edition: Edition, asked: Asked) -> tuple[int, QuerySet[Firm]]:
    """Return how many firms a user may see and asked for, and these firms in his order.

    Without words the number comes from `FirmCount`. With words that few firms have, the firms are
    found once, by the index that holds the words, and not searched again for the page.
    """
    seen = own_firms(user, Firm.objects.filter(edition=edition))
    one = user.role == Role.ENTERPRISE
    cells = None if one else own_firms(user, FirmCount.objects.filter(edition=edition))
    return narrowed(seen, cells, asked)


def narrowed(
    seen: QuerySet[Firm], cells: QuerySet[FirmCount] | None, asked: Asked
) -> tuple[int, QuerySet[Firm]]:
    """Return how many of the firms that may be seen were asked for, and these in their order.

    Parameters
    ----------
    seen, cells
        Firms that may be seen, and their numbers; None where the numbers do not fit what is seen.
    """
    found = _chosen(seen, asked)
    for word in asked.text.lower().split()[:_MOST_WORDS]:
        found = found.filter(search__contains=word)
    if asked.text:
        keys = list(found.order_by().values_list("pk", flat=True)[: _FEW + 1])
        if len(keys) <= _FEW:
            return len(keys), _ordered(Firm.objects.filter(pk__in=keys), asked.sort)
    if asked.text or cells is None:
        return found.order_by().count(), _ordered(found, asked.sort)
    return _chosen(cells, asked).aggregate(n=Sum("firms"))["n"] or 0, _ordered(found, asked.sort)


def _chosen(rows: QuerySet, asked: Asked) -> QuerySet:  # type: ignore[type-arg]
    for field, value in asked.chosen.items():
        rows = rows.filter(**{field: "" if value == NONE_SAID else value})
    return rows.filter(**{asked.kind: True}) if asked.kind else rows


def _ordered(firms: QuerySet[Firm], sort: str) -> QuerySet[Firm]:
    first = SORTS[sort][0]
    if first == "firm_id":
        return firms.order_by("firm_id")
    if first.startswith("-"):
        return firms.order_by(F(first[1:]).desc(nulls_last=True), "firm_id")
    return firms.order_by(first, "firm_id")


def choices_of(user: User, edition: Edition) -> dict[str, list[dict[str, Any]]]:
    """Return the values of each filter, with the number of firms where the whole city is seen."""
    city = user.role not in (Role.DISTRICT, Role.ENTERPRISE)
    fields = FILTERS if city else tuple(f for f in FILTERS if f != "district")
    return choices_in(edition, fields, counted=city)


def choices_in(
    edition: Edition, fields: tuple[str, ...], *, counted: bool
) -> dict[str, list[dict[str, Any]]]:
    """Return the values of some filters, with their number of firms where that is asked for."""
    found: dict[str, list[dict[str, Any]]] = {}
    for field in fields:
        counts: dict[str, list[int]] = edition.facets[field]
        found[field] = [
            {
                "value": v or NONE_SAID,
                "zh": name[0],
                "en": name[1],
                "n": numbers[0] if counted else None,
            }
            for v, numbers in sorted(counts.items(), key=lambda item: _order(field, item))
            for name in [_value_names(field, v)]
        ]
    return found


def _order(field: str, item: tuple[str, list[int]]) -> tuple[Any, ...]:
    value, numbers = item
    if field == "state":
        return (list(STATES).index(value),)
    if field == "grade":
        order = ("A+", "A", "leading", "B", "B-", "C", "non_leading", "ungraded", "D", "")
        return (order.index(value),)
    return (-numbers[0], value)


def _value_names(field: str, value: str) -> Names:
    if field == "state":
        return STATES[value]
    if not value:
        return "未填写", "not filled in"
    return grade_names(value) if field == "grade" else (value, value)


def city_sums(edition: Edition) -> list[dict[str, Any]]:
    """Return by pollutant what the firms add up to, the city's industry, and the whole city."""
    states = list(edition.facets["state"].values())
    hidden = set(edition.not_collected)
    found = []
    for i, pollutant in enumerate(POLLUTANTS, 1):
        own = sum(s[i] for s in states) if states else None
        industry = edition.totals.get("industry", {}).get(pollutant.value)
        known = [s[pollutant.value] for s in edition.totals.values() if pollutant.value in s]
        share = own * 1000 / industry / 10 if own is not None and industry else None
        found.append({
            "name": pollutant.value, "zh": pollutant.label_zh, "firms": own, "industry": industry,
            "city": sum(known) if known else None, "pct": share,
            "above": own is not None and industry is not None and own > industry,
            "hidden": pollutant.value in hidden,
        })  # fmt: skip
    return found


def sums_by(edition: Edition, field: str) -> list[dict[str, Any]]:
    """Return firms and masses by district, industry, grade or state, in the order of the filters."""
    found = []
    for value, numbers in sorted(
        edition.facets[field].items(), key=lambda item: _order(field, item)
    ):
        zh, en = _value_names(field, value)
        found.append({"zh": zh, "en": en, "n": numbers[0], "sums": numbers[1:]})
    return found


def sector_rows(edition: Edition) -> list[dict[str, Any]]:
    """Return the whole-society emission of each sector as the list writes it."""
    return [
        {"zh": SECTORS.get(s, (s, s))[0], "en": SECTORS.get(s, (s, s))[1],
         "sums": [values.get(p.value) for p in POLLUTANTS]}
        for s, values in edition.totals.items()
    ]  # fmt: skip
