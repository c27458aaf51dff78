"""``lantian soil draw``: which surveys of a register are checked, repeatable from a public seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from lantian.domain.soil.complaint import complain
from lantian.domain.soil.draw import Candidate, Draw, Stratum, draw
from lantian.domain.soil.parcel import survey_reasons
from lantian.jobs.soil.register import read_register
from lantian.jobs.soil.write import write_rows
from lantian.jobs.told import Told
from lantian.kernel.problem import LantianError, Place
from lantian.rulebook.soil_tables import load_soil
from lantian.rulebook.soil_tables.spot_model import SpotCheck

COLUMNS: Mapping[str, str] = {
    "parcel_id": "地块编号", "name": "地块名称", "district": "区县", "institute": "调查单位",
    "stratum_zh": "类别", "rank": "次序", "chosen": "抽中", "sha256": "SHA-256", "why_zh": "说明",
}  # fmt: skip


@dataclass
class DrawRun:
    """A draw with what is wrong around it."""

    source: str
    day: date
    drawn: Draw
    rules: SpotCheck
    told: Told
    written: Path | None = None

    def rows(self) -> list[dict[str, Any]]:
        """Return every parcel with its place in the draw, strata in order."""
        return [
            {
                "parcel_id": r.record.parcel_id,
                "name": r.record.name,
                "district": r.record.district,
                "institute": r.record.institute,
                "stratum": r.stratum.value,
                "stratum_zh": r.stratum.label_zh,
                "rank": r.rank,
                "chosen": r.chosen,
                "sha256": r.digest,
                "why_zh": "；".join((*(s.what_zh for s in r.trace.steps), r.trace.what_zh)),
            }
            for r in self.drawn.rows
        ]


def run_draw(
    path: Path,
    day: date,
    seed: str,
    *,
    share: Fraction | None = None,
    attention_share: Fraction | None = None,
    checker: str = "",
    layout: Path | None = None,
    out: Path | None = None,
    rules: Sequence[Path] = (),
) -> DrawRun:
    """Draw which parcels are checked.

    Parameters
    ----------
    path
        Workbook (or CSV) with sheet 地块: the parcels of the scope.
    day
        Day whose rules apply.
    seed
        A public number.
    share, attention_share
        Shares of the other parcels; where `share` is not given, that of a rule folder.
    checker
        Who will check: must not have done a survey in the scope.
    layout, out, rules
        A layout file, where the list goes (.xlsx or .csv), rule folders.

    Raises
    ------
    LantianError
        S070, S071 and S074 where there can be no draw; X codes where the file cannot be read.
    """
    book, told = load_soil(*rules), Told()
    spot, process, uses = book.spot_check(day), book.process(day), book.land_uses(day)
    place = Place(file=path.name)
    if not seed.strip():
        raise LantianError(complain("S070", place))
    wanted = share if share is not None else spot.share
    if wanted is None:
        raise LantianError(complain("S071", place))
    register = read_register(path, process, spot, layout, told)
    if not register.records:
        raise LantianError(complain("S074", place))
    candidates = [
        Candidate(record, survey_reasons(record, process, uses)[0])
        for record in register.records.values()
    ]
    drawn = draw(candidates, spot, seed.strip(), wanted, attention_share)
    if checker:
        did = [c.record.parcel_id for c in candidates if c.record.institute == checker]
        if did:
            told.add(complain("S072", place, detail=checker, known="、".join(did)))
    run = DrawRun(path.name, day, drawn, spot, told)
    if out is not None:
        write_rows(out, "监督检查抽取结果", COLUMNS, run.rows())
        run.written = out
    return run


def draw_as_dict(run: DrawRun) -> dict[str, Any]:
    """Return everything of a run but its problems."""
    drawn = run.drawn
    return {
        "source": run.source,
        "day": run.day.isoformat(),
        "seed": drawn.seed,
        "share": str(drawn.share),
        "attention_share": str(drawn.attention_share),
        "list_sha256": drawn.list_digest,
        "parcels": len(drawn.rows),
        "chosen": len(drawn.chosen),
        "by_stratum": {
            s.value: {
                "parcels": sum(1 for r in drawn.rows if r.stratum is s),
                "chosen": sum(1 for r in drawn.chosen if r.stratum is s),
            }
            for s in Stratum
        },
        "method": run.rules.draw_ref.as_dict(),
        "links": [
            {"key": k.key, "name_zh": k.name_zh, "looks_zh": list(k.looks_zh)}
            for k in run.rules.links.values()
        ],
        "rows": run.rows(),
        "open_zh": list(run.rules.open_zh),
        "written": str(run.written) if run.written else None,
    }
