"""The counts of a run, by the rounds of its province."""

from __future__ import annotations

from lantian.domain.grading.batch import CitySummary, summarise
from lantian.jobs.grading.run import GradeRun


def summary_of(run: GradeRun) -> CitySummary:
    """Return the counts of a run; rounds only where a province was named."""
    process = run.rules.process(run.province, run.day) if run.province else None
    return summarise(run.results, process)
