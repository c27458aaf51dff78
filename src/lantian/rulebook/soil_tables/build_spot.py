"""From a checked file to the frozen rules of spot checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lantian.rulebook.build import Shelf, Sources, head_of
from lantian.rulebook.files import RuleFile
from lantian.rulebook.soil_tables.build import cited
from lantian.rulebook.soil_tables.schema import NamedRow, SpotCheckFile
from lantian.rulebook.soil_tables.spot_model import MustCheck, Named, SpotCheck


def build_spot_check(file: RuleFile, shelf: Shelf) -> SpotCheck:
    """Return the rules of spot checks."""
    model: SpotCheckFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, "soil.spot-check", sources, shelf=shelf)

    def named(part: str, rows: Sequence[NamedRow]) -> dict[str, Named]:
        once(file, shelf, part, rows)
        return {
            r.key: Named(
                r.key, r.name_zh, tuple(r.looks_zh),
                cited(head, sources, (part, i), r.source, r.status, r.name_zh, r.key),
            )
            for i, r in enumerate(rows)
        }  # fmt: skip

    must = tuple(
        MustCheck(
            m.key, m.name_zh, frozenset(m.triggers),
            cited(head, sources, ("must_check", i), m.source, m.status, m.name_zh, m.key),
        )
        for i, m in enumerate(model.must_check)
    )  # fmt: skip
    if model.must_check_share.value != 1:
        shelf.refuse("R014", file, ("must_check_share", "value"), detail="1")
    all_of = model.must_check_share
    share, draw = model.share, model.draw
    return SpotCheck(
        head=head,
        must_check=must,
        must_share_ref=cited(
            head, sources, ("must_check_share",), all_of.source, all_of.status, "必查地块全部检查"
        ),
        share=share.value if share else None,
        share_ref=cited(head, sources, ("share",), share.source, share.status, "抽查比例")
        if share
        else None,
        attention=named("attention", model.attention),
        links=named("links", model.links),
        verdicts=named("verdicts", model.verdicts),
        draw_ref=cited(head, sources, ("draw",), draw.source, draw.status, draw.text_zh, "draw"),
        open_zh=tuple(model.open_zh),
    )


def once(file: RuleFile, shelf: Shelf, part: str, rows: Sequence[Any]) -> None:
    """Refuse a key that is there twice in a part of a file (R012)."""
    seen: set[str] = set()
    for i, row in enumerate(rows):
        if row.key in seen:
            shelf.refuse("R012", file, (part, i), detail=row.key)
        seen.add(row.key)
