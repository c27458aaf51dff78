"""Lists alert triggers that no golden case touches on both sides, by AQI and by hours.

``python tests/golden/alert_coverage.py`` prints them; a test fails while there are any. A
threshold "AQI > 200 for 48 h" has four sides: a case that meets it in exactly 48 h, one that
misses it with 24 h, one that meets it with a window at 201, and one that misses it with a
window at 200.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import yaml

from lantian.domain.response.alert.windows import leaves
from lantian.rulebook import load_rulebook

HERE = Path(__file__).parent
EDITIONS = ("national-2018", "national-2024")
SIDES = ("hours met exactly", "hours missed by a day", "AQI met at the edge", "AQI missed by one")


def cases() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for path in sorted((HERE / "alert").glob("*.yaml")):
        found += yaml.safe_load(path.read_text("utf-8"))["cases"]
    return found


def untouched(given_cases: list[dict[str, Any]]) -> list[str]:
    """Return "edition level threshold: side" for every side no case touches."""
    spec = importlib.util.spec_from_file_location("golden_run_alert", HERE / "run_alert.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    touched: set[tuple[str, str, int, str]] = set()
    for case in given_cases:
        given = case["input"]
        proposal = module.propose(given)
        values = set(given["aqi"]) if "aqi" in given else {v for v, _ in given["hourly"]}
        found = [f for e in proposal.episodes for f in e.findings]
        for level in found:
            for index, finding in enumerate(level.thresholds):
                edge = finding.threshold.aqi + (0 if finding.threshold.inclusive else 1)
                sides = {
                    SIDES[0]: finding.met and finding.hours_found == finding.threshold.hours,
                    SIDES[1]: not finding.met and finding.hours_short == 24,
                    SIDES[2]: finding.met and edge in values,
                    SIDES[3]: not finding.met and finding.points_short == 1,
                }
                for side, hit in sides.items():
                    if hit:
                        touched.add((given["rules"], level.level.value, index, side))
        why = proposal.why_not_next
        if why is not None:
            for index, finding in enumerate(why.thresholds):
                if finding.hours_short == 24:
                    touched.add((given["rules"], why.level.value, index, SIDES[1]))
                if finding.points_short == 1:
                    touched.add((given["rules"], why.level.value, index, SIDES[3]))
    book = load_rulebook()
    out: list[str] = []
    for edition in EDITIONS:
        for level, condition in book.alert_rules_named(edition).triggers.items():
            for index, threshold in enumerate(leaves(condition)):
                out += [
                    f"{edition} {level.value} AQI {threshold.aqi} / {threshold.hours} h: {side}"
                    for side in SIDES
                    if (edition, level.value, index, side) not in touched
                ]
    return out


if __name__ == "__main__":
    print("\n".join(untouched(cases())) or "every trigger is touched on both sides")
