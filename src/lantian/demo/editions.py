"""An earlier edition of the invented list, so that two editions can be compared."""

from __future__ import annotations

from dataclasses import replace

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import Firm, Inventory

OWN_DISTRICT = "示例区"
"""District of the demonstration's stations, sections and district officer."""
_NEW_EVERY, _CHANGED_EVERY = 120, 40


def with_district(inventory: Inventory) -> Inventory:
    """Return the list with its first firm's district called `OWN_DISTRICT`."""
    first = inventory.firms[0].district
    return replace(inventory, firms=tuple(_moved(f, first) for f in inventory.firms))


def _moved(firm: Firm, district: str) -> Firm:
    if firm.district != district:
        return firm
    return replace(
        firm, district=OWN_DISTRICT, address=firm.address.replace(district, OWN_DISTRICT)
    )


def before_winter(inventory: Inventory) -> Inventory:
    """Return the list as it was before: some firms not yet there, some without their grade yet."""
    new = {f.firm_id for i, f in enumerate(inventory.firms) if i % _NEW_EVERY == _NEW_EVERY - 1}
    firms = tuple(
        _earlier(f) if i % _CHANGED_EVERY == 1 else f
        for i, f in enumerate(inventory.firms)
        if f.firm_id not in new
    )
    return replace(
        inventory, firms=firms, lines=tuple(x for x in inventory.lines if x.firm_id not in new),
        measures=tuple(m for m in inventory.measures if m.firm_id not in new),
    )  # fmt: skip


def _earlier(firm: Firm) -> Firm:
    if firm.grade is Grade.B:
        return replace(firm, grade=Grade.C, grade_text=Grade.C.label_zh, contact="虚构旧")
    return replace(firm, contact="虚构旧", monitoring="")
