"""Issue 4, section 1: the parcel's process moved to the one workflow kernel, and nothing of it changed.

`parcel-process.csv` holds every row of the process as it stood before, `parcels-kept.jsonl` invented registers
with what came of them then.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from soil_tools import RULES

from lantian.domain.soil.institutes import institute_records
from lantian.domain.soil.parcel import ParcelState, parcel_state
from lantian.domain.soil.parcel_model import GivenEvent, ParcelRecord
from lantian.jobs.soil.parcels import parcel_as_dict
from lantian.kernel.problem import Place
from lantian.rulebook.calendar import load_holidays
from lantian.rulebook.rooms import PACKAGED

DATA = Path(__file__).parents[2] / "data" / "soil"
BEFORE = [
    json.loads(line) for line in (DATA / "parcels-kept.jsonl").read_text("utf-8").splitlines()
]
ROWS = list(csv.DictReader((DATA / "parcel-process.csv").read_text("utf-8").splitlines()))
PROCESS = yaml.safe_load((PACKAGED / "process" / "parcel.yaml").read_text("utf-8"))
OWN = yaml.safe_load((PACKAGED / "soil" / "process.yaml").read_text("utf-8"))
PLACE = Place(file="soil.xlsx", sheet="进展", row=4)


def parcel(case: Mapping[str, Any]) -> ParcelState:
    """Return the parcel of a case as the engine replays it now."""
    on = date.fromisoformat(case["on"])
    process, given = RULES.process(on), case["record"]
    record = ParcelRecord(
        "P1", PLACE, user=given["user"], institute=given["institute"],
        current_use=given["current_use"], planned_uses=tuple(given["planned_uses"]),
        triggers=tuple(process.triggers[key] for key in given["triggers"]),
    )  # fmt: skip
    events = [
        GivenEvent(
            "P1", date.fromisoformat(e["day"]), process.events[e["event"]], PLACE, e["who"],
            tuple(e["documents"]), date.fromisoformat(e["due"]) if e["due"] else None,
        )
        for e in case["events"]
    ]  # fmt: skip
    return parcel_state(record, events, RULES, load_holidays(), on)


def without_ids(found: Any) -> Any:
    """Return traces without the ids of rules: those of the steps name the process now."""
    if isinstance(found, dict):
        return {key: without_ids(own) for key, own in found.items() if key != "rule_id"}
    return [without_ids(one) for one in found] if isinstance(found, list) else found


def digest(traces: Any) -> str:
    text = json.dumps(without_ids(traces), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@pytest.mark.parametrize("row", BEFORE, ids=range(len(BEFORE)))
def test_what_came_of_a_register_before_comes_of_it_now(row: dict[str, Any]) -> None:
    state = parcel(row["case"])
    found = parcel_as_dict(state)
    clock = (
        "key",
        "started",
        "due",
        "given",
        "over",
        "overdue_days",
        "left_days",
        "left_working_days",
    )
    now = {
        "state": found["state"], "since": found["since"], "restricted": found["restricted"],
        "unused": state.unused,
        "next": found["next"] and [found["next"][k] for k in ("what_zh", "article_zh", "status")],
        "clocks": [[c[k] for k in clock] for c in found["clocks"]],
        "submitted": [
            [s[k] for k in ("day", "event", "who", "submits", "article_zh")] for s in found["submitted"]
        ],
        "problems": [[p.code, p.message_zh] for p in state.problems],
        "institutes": [[i.name, i.parcels, i.reviewed, i.passed_first] for i in institute_records([state])],
        "traces": digest([found["trace"], [c["trace"] for c in found["clocks"]]]),
    }  # fmt: skip
    assert now == {key: row[key] for key in now}


def test_the_cases_reach_every_state_clock_and_problem() -> None:
    problems = {code for row in BEFORE for code, _ in row["problems"]}
    assert problems >= {"S052", "S053", "S054", "S055", "S056", "S057", "S058", "S060", "S062"}
    assert {row["state"] for row in BEFORE} == {s["key"] for s in PROCESS["states"]}
    clocks = {c[0] for row in BEFORE for c in row["clocks"]}
    assert clocks == {c["key"] for c in PROCESS["clocks"]} | {"duty"}
    steps = {s[1] for row in BEFORE for s in row["submitted"]}
    assert steps == {t["key"] for t in PROCESS["transitions"]}


def kept(part: str) -> list[dict[str, str]]:
    return [row for row in ROWS if row["part"] == part]


def marks(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        "source": " ".join(row.get("source", [])), "status": row.get("status", ""),
        "note": row.get("note", ""),
    }  # fmt: skip


def compared(row: Mapping[str, str], found: Mapping[str, str]) -> None:
    assert {key: row[key] for key in found} == found


def test_every_state_step_and_period_kept_its_words_marks_and_sources() -> None:
    for row, one in zip(kept("state"), PROCESS["states"], strict=True):
        now = {
            "key": one["key"],
            "name_zh": one["name_zh"],
            "to_until": "final" if one.get("final") else "",
        }
        compared(row, now | {"note": "restricted" if one["key"] in OWN["restricted"] else ""})
    for row, one in zip(kept("event"), PROCESS["transitions"], strict=True):
        origin = "" if one["from"] == ["any"] else " ".join(one["from"])
        now = {
            "key": one["key"], "name_zh": one["name_zh"], "from": origin, "to_until": one.get("to", ""),
            "ground": one["ground"], "clause": one.get("clause", ""),
            "evidence_zh": " ".join(p["name_zh"] for p in one.get("evidence", [])),
        }  # fmt: skip
        compared(row, now | marks(one))
    for row, one in zip(kept("clock"), PROCESS["clocks"], strict=True):
        unit = next(
            u for u in ("days", "working_days") if u in one or one.get("figure_unknown") == u
        )
        now = {
            "key": one["key"], "name_zh": one["name_zh"], "from": " ".join(one["from"]),
            "to_until": " ".join(one.get("until", [])), "figure": str(one.get(unit, "")),
            "count": {"days": "calendar", "working_days": "working"}[unit],
            "window": "window" if one.get("window") else "",
        }  # fmt: skip
        compared(row, now | marks(one))
        assert one["written"]


def test_duties_and_triggers_stay_with_soil_as_they_were() -> None:
    for row, one in zip(kept("duty"), OWN["duties"], strict=True):
        now = {"key": one["state"], "name_zh": one["what_zh"], "clause": one["who_zh"]}
        compared(row, now | {"ground": one["ground"]} | marks(one))
    for row, one in zip(kept("trigger"), OWN["triggers"], strict=True):
        now = {
            "key": one["key"],
            "name_zh": one["name_zh"],
            "window": "survey" if one["survey"] else "",
        }
        compared(
            row, now | {"ground": one["ground"], "clause": one.get("place_zh", "")} | marks(one)
        )


def test_the_head_and_its_sources_are_those_of_before() -> None:
    head = RULES.process(date(2026, 3, 5)).head
    assert (head.edition, str(head.status), head.valid_from) == ("2019", "design", date(2019, 1, 1))
    assert head.document.startswith("建设用地土壤污染状况调查")
    assert head.source == "p1 p2"
    assert {s["id"] for s in PROCESS["sources"]} | {s["id"] for s in OWN["sources"]} == {
        f"p{n}" for n in range(1, 9)
    }
    both = {s["id"]: s for s in PROCESS["sources"]}
    assert all(both[s["id"]] == s for s in OWN["sources"] if s["id"] in both)
