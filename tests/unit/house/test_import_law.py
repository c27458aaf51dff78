"""Design, section 2: the import law, and that every contract of it can fail.

Each contract is run on an empty copy of the package tree in which exactly one file breaks the law.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CONTRACTS = {
    c["id"]: c["name"]
    for c in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
}

# contract, file to write, its one import
VIOLATIONS = [
    ("layers", "kernel/planted.py", "import lantian.rulebook"),
    ("layers", "rulebook/planted.py", "import lantian.domain.grading"),
    ("layers", "domain/response/planted.py", "import lantian.adapters.solver"),
    ("layers", "adapters/excel/planted.py", "import lantian.jobs"),
    ("layers", "jobs/planted.py", "import lantian.demo"),
    ("layers", "demo/planted.py", "import lantian.cli"),
    ("layers", "office/planted.py", "import lantian.gateway"),
    ("layers", "gateway/planted.py", "import lantian.office"),
    ("layers", "gateway/planted.py", "import lantian.demo"),
    ("layers", "jobs/planted.py", "import lantian.gateway"),
    ("gateway", "gateway/planted.py", "import django"),
    ("polars", "gateway/planted.py", "import polars"),
    ("layers", "newroom/__init__.py", "import lantian.kernel"),
    ("subjects", "domain/grading/planted.py", "import lantian.domain.inventory"),
    ("subjects", "domain/inventory/planted.py", "import lantian.domain.response"),
    ("subjects", "domain/air/planted.py", "import lantian.domain.water"),
    ("subjects", "domain/process/planted.py", "import lantian.domain.soil"),
    ("alone", "domain/air/planted.py", "import lantian.domain.grading"),
    ("alone", "domain/hj212/planted.py", "import lantian.domain.inventory"),
    ("alone", "domain/monitoring/planted.py", "import lantian.domain.grading"),
    ("pure-middle", "domain/response/planted.py", "import polars"),
    ("pure-middle", "domain/inventory/planted.py", "import openpyxl"),
    ("pure-middle", "rulebook/planted.py", "import click"),
    ("pure-middle", "kernel/planted.py", "from rich import console"),
    ("pure-middle", "domain/grading/planted.py", "import django"),
    ("no-files", "domain/inventory/planted.py", "import yaml"),
    ("no-files", "kernel/planted.py", "import pathlib"),
    ("no-files", "domain/response/planted.py", "import random"),
    ("numpy", "domain/inventory/planted.py", "import numpy"),
    ("numpy", "kernel/planted.py", "import numpy as np"),
    ("numpy", "domain/hj212/planted.py", "import numpy"),
    ("numpy", "domain/monitoring/planted.py", "import numpy"),
    ("solver", "jobs/planted.py", "import highspy"),
    ("paper", "adapters/excel/planted.py", "import typst"),
    ("paper", "cli/planted.py", "import docxtpl"),
    ("excel", "jobs/planted.py", "import fastexcel"),
    ("excel", "adapters/paper/planted.py", "import openpyxl"),
    ("crypto", "jobs/planted.py", "import cryptography"),
    ("polars", "adapters/solver/planted.py", "import polars"),
]

ALLOWED = [
    ("domain/response/planted.py", "import numpy\nimport lantian.domain.inventory\n"),
    ("domain/inventory/planted.py", "import lantian.domain.grading\n"),
    ("domain/air/planted.py", "import numpy\n"),
    ("domain/water/planted.py", "import numpy\n"),
    ("adapters/solver/planted.py", "import highspy\nimport lantian.domain.response\n"),
    ("adapters/paper/planted.py", "import typst, docxtpl\n"),
    ("adapters/excel/planted.py", "import polars, fastexcel, openpyxl, xlsxwriter\n"),
    ("adapters/lake/planted.py", "import polars\n"),
    ("cli/planted.py", "import lantian.demo, lantian.jobs, lantian.gateway, click, rich\n"),
    ("gateway/planted.py", "import asyncio, lantian.jobs, lantian.adapters, lantian.domain\n"),
]


def _skeleton(folder: Path) -> Path:
    """Write the package tree with every module empty and return its root."""
    source = ROOT / "src" / "lantian"
    for init in source.rglob("__init__.py"):
        copy = folder / "src" / "lantian" / init.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text("", "utf-8")
    (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8"), "utf-8")
    return folder / "src" / "lantian"


def _lint(folder: Path) -> tuple[int, dict[str, str]]:
    """Run lint-imports in `folder`; return its exit code and each contract's verdict."""
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "src"), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    verdicts = {
        contract: match[1]
        for contract, name in CONTRACTS.items()
        if (match := re.search(re.escape(name) + r"\s+(KEPT|BROKEN)", run.stdout))
    }
    return run.returncode, verdicts


def test_the_tree_as_it_stands_keeps_every_contract() -> None:
    code, verdicts = _lint(ROOT)
    assert verdicts == dict.fromkeys(CONTRACTS, "KEPT")
    assert code == 0


def test_what_the_law_allows_passes(tmp_path: Path) -> None:
    package = _skeleton(tmp_path)
    for file, text in ALLOWED:
        (package / file).write_text(text, "utf-8")
    code, verdicts = _lint(tmp_path)
    assert verdicts == dict.fromkeys(CONTRACTS, "KEPT")
    assert code == 0


@pytest.mark.parametrize(("contract", "file", "line"), VIOLATIONS)
def test_one_violation_breaks_just_its_contract(
    tmp_path: Path, contract: str, file: str, line: str
) -> None:
    package = _skeleton(tmp_path)
    planted = package / file
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(line + "\n", "utf-8")
    code, verdicts = _lint(tmp_path)
    assert code != 0
    assert verdicts == {c: "BROKEN" if c == contract else "KEPT" for c in CONTRACTS}


def test_every_contract_has_a_violation_that_breaks_it() -> None:
    assert {contract for contract, _, _ in VIOLATIONS} == set(CONTRACTS)
