"""Invented facts and papers for the applications of the demonstration site: what a firm would have typed and uploaded."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, replace
from typing import Any

from lantian.demo.applications.rows import ApplicationRows, Plan
from lantian.demo.parameters import load_parameters
from lantian.domain.grading.facts import names_of
from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import Firm
from lantian.rulebook import load_rulebook
from lantian.rulebook.grading_tables import load_grading


@dataclass(frozen=True, slots=True)
class Stage:
    """One application of the demonstration: industry, subtype, grade, and how far it has come."""

    industry: str
    subtype: str
    wants: str
    stage: str


STAGES = (
    Stage("焦化", "", "B", "submitted"),
    Stage("工业涂装", "", "B", "city_review"),
    Stage("铸造", "铸件企业(天然气、电炉熔化)", "C", "site_check"),
    Stage("砖瓦窑", "烧结砖瓦", "B", "expert_meeting"),
    Stage("水泥", "水泥制品", "leading", "publicity"),
    Stage("有色金属压延", "", "leading", "publicity"),
    Stage("耐火材料", "只设引领性的子类", "leading", "ready"),
    Stage("工业涂装", "", "B", "effective"),
)
"""What the demonstration city shows beside the application of the demonstration's own firm."""


def facts_of(
    industry: str, subtype: str, grade: str, seed: int
) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """Return facts and energy figures that come to a grade, as a form would hold them."""
    raw = load_parameters().raw["grading"]
    plan = Plan.of(raw)
    book, rules = load_rulebook(), load_grading()
    maker = ApplicationRows(
        plan, book, rules, {plan.application_file: "", plan.decision_file: ""}, seed
    )
    firm = replace(Firm(row=1, firm_id="1"), industry=industry, subtype=subtype, grade=Grade(grade))
    sheets = maker.rows([firm])
    found = book.find_industry(industry)
    assert found is not None
    table = rules.table(found.slug, plan.day)
    asked = table.facts_asked(subtype)
    ids = {n: k for k, d in table.facts.items() if k in asked for n in names_of(d)}
    facts = {
        ids[row["fact"]]: {
            "value": row["value"].removesuffix("%"),
            "unit": "%" if row["value"].endswith("%") else row.get("unit", ""),
            "o2": row.get("o2", ""), "converted": row.get("converted") == "是",
        }
        for row in sheets["fact"]
        if row["fact"] in ids
    }  # fmt: skip
    energy = {
        row["product"]: {"value": row["value"], "unit": row["unit"]} for row in sheets["energy"]
    }
    return facts, energy


def paper(what: str) -> bytes:
    """Return a one-page PDF that says that it is invented."""
    text = (
        b"BT /F1 18 Tf 60 780 Td (INVENTED DEMONSTRATION PAPER: "
        + what.encode("ascii", "replace")
        + b") Tj ET"
    )
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, part)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    return out + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start


def photograph(shade: int) -> bytes:
    """Return a small grey PNG that stands for a photograph."""
    side = 64
    rows = b"".join(
        b"\x00" + bytes((shade + x + y) % 256 for x in range(side)) for y in range(side)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
