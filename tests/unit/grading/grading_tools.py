"""A small table and applications for the tests of grading; nothing here is a real rule."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from lantian.domain.grading.application import Application, GivenFact, IndustryPart
from lantian.domain.grading.assess import Assessor
from lantian.domain.grading.evaluate import Settings
from lantian.domain.grading.result import FirmResult
from lantian.kernel.problem import Place
from lantian.rulebook import load_rulebook
from lantian.rulebook.grading_tables import GradingRules, load_grading

PLACE = Place(file="test.yaml")
DAY = date(2030, 6, 1)

TABLE = """
kind: indicators
industry: cellulose-ether
edition: test
document: 试验用指标表（虚构）
clause: 试验
valid_from: 2029-01-01
source: [t]
status: official
sources: [{id: t, document: 虚构, address: ''}]
without_general: [transport-road, transport-supervision, management]
schemes: {'': [A, B, C, D]}
facts:
  - {id: pm, zh: 颗粒物, en: PM, unit: mg/m3, low: 0, high: 500, o2_ref_pct: 9}
  - {id: nmhc, zh: 非甲烷总烃, en: NMHC, unit: mg/m3, low: 0, high: 500}
  - {id: process, zh: 工艺, en: process, choices: {wet: 湿法, dry: 干法, other: 其他}}
  - {id: closed, zh: 密闭, en: closed, yes_no: true}
  - {id: has_boiler, zh: 有锅炉, en: has a boiler, yes_no: true}
  - {id: boiler_nox, zh: 锅炉氮氧化物, en: boiler NOx, unit: mg/m3, low: 0, high: 900}
  - {id: share, zh: 清洁运输比例, en: clean share, unit: '', low: 0, high: 1}
  - {id: output, zh: 单线产能, en: capacity, counted_in: 万t/a, low: 0, high: 1000}
rows:
  - id: pm
    dimension: emission_limit
    item_zh: 颗粒物
    levels: {A: {tests: {pm: '<= 10'}}, B: {tests: {pm: '<= 20'}}, C: {tests: {pm: '<= 30'}}}
  - id: nmhc
    dimension: emission_limit
    item_zh: 非甲烷总烃
    levels: {A: {tests: {nmhc: '<= 20 @ 95%'}}, B: {tests: {nmhc: '<= 40'}}, C: {nothing: true}}
  - id: process
    dimension: process
    item_zh: 工艺
    levels:
      A: {any: [{process: in dry}, {process: in wet, closed: 'yes'}]}
      B: {tests: {process: 'in dry, wet'}}
      C: {nothing: true}
  - id: boiler
    dimension: energy
    item_zh: 锅炉
    when: {has_boiler: 'yes'}
    levels:
      A: {tests: {boiler_nox: '<= 50'}}
      B: {tests: {boiler_nox: '<= 50'}}
      C: {tests: {boiler_nox: '<= 150'}}
  - id: share
    dimension: transport
    item_zh: 运输
    levels: {A: {tests: {share: '>= 80%'}}, B: {tests: {share: '>= 50%'}}, C: {nothing: true}}
  - id: site
    dimension: management
    item_zh: 厂容
    levels: {A: {text_zh: 厂容整洁}, B: {nothing: true}, C: {nothing: true}}
"""
CASES = """
kind: grading-cases
industry: cellulose-ether
edition: test
clause: 试验
cases: []
"""

GOOD: dict[str, str] = {
    "pm": "8 mg/m³",
    "nmhc": "15 mg/m3",
    "process": "dry",
    "closed": "yes",
    "has_boiler": "no",
    "share": "90%",
}


def rules_of(folder: Path, table: str = TABLE, cases: str = CASES) -> GradingRules:
    """Write a table into a folder and load it over the packaged ones."""
    (folder / "table.yaml").write_text(table, "utf-8")
    (folder / "cases.yaml").write_text(cases, "utf-8")
    return load_grading(folder)


def fact(fact_id: str, text: str, **more: Any) -> GivenFact:
    more.setdefault("evidence", ("E",))
    if fact_id == "pm" and "o2_text" not in more:
        more.setdefault("converted", True)
    return GivenFact(fact_id, text, PLACE, **more)


def application(
    facts: dict[str, str] | list[GivenFact], industry: str = "cellulose-ether", **more: Any
) -> Application:
    from lantian.domain.grading.application import GivenEvidence

    given = facts if isinstance(facts, list) else [fact(k, v) for k, v in facts.items()]
    part = IndustryPart(industry, more.pop("subtype", ""), PLACE, tuple(given), **more)
    evidence = GivenEvidence("E", "e.txt", "", "甲", "2030-01-01", "全部", PLACE)
    return Application("1", "试验厂", PLACE, (part,), (evidence,))


def grade(
    rules: GradingRules, one: Application, *, use_unverified: bool = False, province: str = ""
) -> FirmResult:
    settings = Settings(use_unverified=use_unverified)
    return Assessor(load_rulebook(), rules, DAY, province, settings).firm(one)
