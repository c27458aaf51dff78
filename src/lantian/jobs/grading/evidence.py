"""Evidence by hash: every file re-read, every difference told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lantian.domain.grading.application import Application, GivenEvidence
from lantian.domain.grading.complaint import complain
from lantian.kernel.problem import Problem

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class EvidenceCheck:
    """One file of evidence: its hash today, and whether it is the registered one.

    `state` is ``same``, ``registered`` (no hash was given: this is it), ``changed`` or
    ``missing``.
    """

    firm_id: str
    given: GivenEvidence
    sha256: str
    state: str


def check_evidence(
    applications: Iterable[Application], folder: Path
) -> tuple[list[EvidenceCheck], list[Problem]]:
    """Return the state of every file of evidence below `folder`, and what is wrong.

    A file outside the folder (an absolute path, ``..``, a link that leaves it) counts as missing.
    """
    found: list[EvidenceCheck] = []
    problems: list[Problem] = []
    root = folder.resolve()
    for application in applications:
        for given in application.evidence:
            check = _check(application.firm_id, given, root)
            found.append(check)
            if check.state in {"changed", "missing"}:
                detail = given.file + (
                    " 哈希不符 hash differs" if check.sha256 else " 不存在 missing"
                )
                problems.append(complain("G016", given.place, detail=detail))
    return found, problems


def _check(firm_id: str, given: GivenEvidence, root: Path) -> EvidenceCheck:
    path = (root / given.file).resolve()
    if not given.file or not path.is_relative_to(root) or not path.is_file():
        return EvidenceCheck(firm_id, given, "", "missing")
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for piece in _pieces(file):
            digest.update(piece)
    got = digest.hexdigest()
    if not given.sha256:
        return EvidenceCheck(firm_id, given, got, "registered")
    same = got == given.sha256.strip().lower()
    return EvidenceCheck(firm_id, given, got, "same" if same else "changed")


def _pieces(file: object) -> Iterator[bytes]:
    read = file.read  # type: ignore[attr-defined]
    while piece := read(_PIECE):
        yield piece
