"""From files of applications to grades, with everything that was wrong on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from lantian.adapters.excel.workbook import sniff
from lantian.domain.grading.application import Application
from lantian.domain.grading.assess import Assessor
from lantian.domain.grading.evaluate import Settings
from lantian.domain.grading.result import FirmResult
from lantian.jobs.grading.evidence import EvidenceCheck, check_evidence
from lantian.jobs.grading.read_excel import read_workbook
from lantian.jobs.grading.read_yaml import read_application
from lantian.kernel.problem import Problem, Severity
from lantian.rulebook import Rulebook, load_rulebook
from lantian.rulebook.grading_tables import GradingRules, load_grading

Progress = Callable[[str, int, int], None]
"""(stage, done, of): ``"read"``, ``"grade"``."""


@dataclass(frozen=True, slots=True)
class GradeRun:
    """Applications, their grades, and what went into them."""

    source: str
    day: date
    province: str
    use_unverified: bool
    applications: tuple[Application, ...]
    results: tuple[FirmResult, ...]
    problems: tuple[Problem, ...]
    evidence: tuple[EvidenceCheck, ...]
    rulebook: Rulebook = field(repr=False)
    rules: GradingRules = field(repr=False)

    @property
    def has_errors(self) -> bool:
        """Whether anything is wrong at error level."""
        return any(p.severity is Severity.ERROR for p in self.problems)

    @property
    def unused(self) -> int:
        """Facts that were handed in and could not be used."""
        return sum(result.unused for result in self.results)


def run_grade(
    path: Path,
    *,
    day: date,
    province: str = "",
    use_unverified: bool = False,
    rules: Sequence[Path] = (),
    evidence: Path | None = None,
    progress: Progress | None = None,
) -> GradeRun:
    """Grade the firms of a YAML file or a workbook of applications.

    Parameters
    ----------
    path
        A ``.yaml`` file of one firm, or a workbook of the form of `jobs.grading.form`.
    day
        Day of grading; it chooses every edition.
    province
        Whose process applies, e.g. ``"shanxi"``; "" for none.
    use_unverified
        Whether the bureau switched unverified rows on; grades are then provisional.
    rules
        The bureau's own rule folders.
    evidence
        Folder of the files of evidence; where given, each is re-read and compared by hash.

    Raises
    ------
    LantianError
        When the file cannot be read as an application (G026, X codes) or rules do not hold.
    """
    rulebook = load_rulebook(*rules)
    grading = load_grading(*rules)
    if progress:
        progress("read", 0, 1)
    applications, problems = read_applications(path, rulebook)
    settings = Settings(use_unverified=use_unverified)
    assessor = Assessor(rulebook, grading, day, province, settings)
    results = []
    for i, application in enumerate(applications):
        if progress and i % 50 == 0:
            progress("grade", i, len(applications))
        results.append(assessor.firm(application))
    if progress:
        progress("grade", len(applications), len(applications))
    checks: list[EvidenceCheck] = []
    if evidence is not None:
        checks, wrong = check_evidence(applications, evidence)
        problems = [*problems, *wrong]
    found = [*problems, *(p for r in results for p in r.problems)]
    return GradeRun(
        source=path.name,
        day=day,
        province=province,
        use_unverified=use_unverified,
        applications=tuple(applications),
        results=tuple(results),
        problems=tuple(found),
        evidence=tuple(checks),
        rulebook=rulebook,
        rules=grading,
    )


def read_applications(path: Path, rulebook: Rulebook) -> tuple[list[Application], list[Problem]]:
    """Return the applications of a file after its kind."""
    if path.suffix.lower() in {".yaml", ".yml"}:
        application, problems = read_application(path)
        return [application], problems
    sniff(path)  # refuses what is no workbook with a sentence of its own
    return read_workbook(path, rulebook)
