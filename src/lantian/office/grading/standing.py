"""Which grade a firm holds: an award in the industry its list names counts before what the list says.

The list follows with its next edition (decisions 0112, 0179); until then the two may differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from lantian.office.grading.models import Award
from lantian.office.registry.models import Edition, Firm
from lantian.rulebook import load_rulebook


@dataclass(frozen=True, slots=True)
class Standing:
    """A firm of an edition with the award in force in the industry that the list names, if any.

    Attributes
    ----------
    agreement
        ``same``; ``list_older``: the edition was accepted before the award; ``list_newer``: an edition accepted
        after the award says otherwise; ``no_award``; ``not_on_list``: the edition is not the one in force.
    """

    firm: Firm
    award: Award | None
    agreement: str

    @property
    def grade(self) -> str:
        """The grade in force; empty where neither award nor list says one."""
        return self.award.grade if self.award is not None else self.firm.grade


def standing_of(firms: Iterable[Firm], newest: Edition | None) -> list[Standing]:
    """Return where each firm of an edition stands; awards in other industries do not speak for the list.

    Parameters
    ----------
    firms
        Firms of an edition, with the edition at hand.
    newest
        The edition in force.
    """
    rows = list(firms)
    held = Award.objects.filter(firm_id__in=[f.firm_id for f in rows], ended_at=None)
    return _paired(rows, held, newest)


def differing(edition: Edition | None) -> list[Standing]:
    """Return the firms of the edition in force whose grade in force is not what it says, by id."""
    if edition is None:
        return []
    held = Award.objects.filter(ended_at=None)
    rows = Firm.objects.filter(edition=edition, firm_id__in=held.values("firm_id"))
    found = _paired(rows.select_related("edition").order_by("firm_id"), held, edition)
    return [one for one in found if one.agreement in ("list_older", "list_newer")]


def _paired(firms: Iterable[Firm], held: Iterable[Award], newest: Edition | None) -> list[Standing]:
    by_place = _by_place(held)
    slug = cache(load_rulebook().industry_slug)
    found = []
    for firm in firms:
        award = by_place.get((firm.firm_id, slug(firm.industry)))
        found.append(Standing(firm, award, agreement_of(firm, award, newest)))
    return found


def _by_place(held: Iterable[Award]) -> dict[tuple[str, str], Award]:
    return {(a.firm_id, a.industry): a for a in held}


def agreement_of(firm: Firm, award: Award | None, newest: Edition | None) -> str:
    """Return how the edition of a firm and the award in the industry it names agree, as in `Standing`."""
    if newest is None or newest.number != firm.edition_id:
        return "not_on_list"
    if award is None:
        return "no_award"
    if award.grade == firm.grade:
        return "same"
    return "list_older" if firm.edition.at < award.at else "list_newer"


def superseded(orders: Iterable[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], Award]]:
    """Return the orders of a plan that rest on a grade which an award has replaced, each with the award.

    Parameters
    ----------
    orders
        Orders of plan.json: ``firm_id``, ``industry`` (the rulebook's name), ``grade``.
    """
    held = _by_place(Award.objects.filter(ended_at=None))
    pairs = ((order, held.get((order["firm_id"], order["industry"]))) for order in orders)
    return [(o, award) for o, award in pairs if award is not None and award.grade != o["grade"]]
