"""Runs in an environment that has zen-engine: reads rules and facts, prints grades and seconds."""

import json
import sys
import time
from pathlib import Path

import zen


def graph(rules: list[list[str]]) -> str:
    """Return a decision of one table, first rule that holds, whole conditions as its input."""
    place = {"x": 0, "y": 0}
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": "c", "name": "condition"}],
        "outputs": [{"id": "g", "name": "grade", "field": "grade"}],
        "rules": [
            {"_id": f"r{i}", "c": condition, "g": json.dumps(grade)}
            for i, (condition, grade) in enumerate(rules)
        ],
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": place, "content": {}},
        {
            "id": "t",
            "type": "decisionTableNode",
            "name": "t",
            "position": place,
            "content": content,
        },
        {"id": "out", "type": "outputNode", "name": "out", "position": place, "content": {}},
    ]
    edges = [
        {"id": "a", "sourceId": "in", "targetId": "t", "type": "edge"},
        {"id": "b", "sourceId": "t", "targetId": "out", "type": "edge"},
    ]
    return json.dumps({"nodes": nodes, "edges": edges})


def main() -> None:
    fleets = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    engine = zen.ZenEngine()
    decisions = [engine.create_decision(graph(fleet["rules"])) for fleet in fleets]
    for decision, fleet in zip(decisions, fleets, strict=True):
        decision.evaluate(fleet["firms"][0])  # compiled before the clock starts
    began = time.perf_counter()
    grades = [
        decision.evaluate(firm)["result"]["grade"]
        for decision, fleet in zip(decisions, fleets, strict=True)
        for firm in fleet["firms"]
    ]
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "grades": grades}))


main()
