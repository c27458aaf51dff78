"""What is needed to make the same plan again, as it stands in plan.json."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from lantian import __version__
from lantian.domain.inventory.model import Inventory
from lantian.rulebook import Rulebook

if TYPE_CHECKING:
    from lantian.jobs.plan import PlanOptions


def provenance(
    inventory: Inventory, rulebook: Rulebook, day: date, options: PlanOptions
) -> dict[str, str]:
    """Return what is needed to make the same plan again."""
    heads = sorted(
        f"{h.rule_id}|{h.edition}|{h.clause}|{h.status}|{h.valid_from}" for h in rulebook.rules()
    )
    switches = options.switches
    on = [
        name
        for name, used in (
            ("exchange", switches.exchange),
            ("no-fairness", not switches.fairness),
            ("spare-small-micro", switches.spare_small_micro),
            ("unverified-measures=off", not switches.unverified_measures),
            ("general-rule-when-silent=off", not switches.general_rule),
            ("ungraded-as-lowest=off", not switches.ungraded_as_lowest),
        )
        if used
    ]
    on += [f"spare:{f}" for f in sorted(switches.spared)]
    on += [f"district-cap:{d}={c}" for d, c in sorted(switches.district_cap_cny.items())]
    return {
        "city": inventory.city,
        "list": Path(inventory.source).name,
        "list_sha256": inventory.sha256,
        "list_notes": "；".join(inventory.notes),
        "layout": inventory.layout,
        "day": day.isoformat(),
        "levels": ",".join(x.value for x in options.levels),
        "days": ",".join(map(str, switches.days)),
        "gap_asked": f"{options.gap:g}",
        "seed": str(options.seed),
        "switches": ",".join(on) or "none",
        "rulebook_sha256": hashlib.sha256("\n".join(heads).encode()).hexdigest(),
        "lantian": __version__,
    }
