"""Issue 2, section 1: pre-commit with local hooks, so that no host is named and nothing fetched."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
HOOKS = [hook for repo in yaml.safe_load(TEXT)["repos"] for hook in repo["hooks"]]


def test_every_repo_is_local_and_no_host_is_named() -> None:
    assert [repo["repo"] for repo in yaml.safe_load(TEXT)["repos"]] == ["local"]
    assert "://" not in TEXT
    assert {hook["language"] for hook in HOOKS} == {"system"}


def test_hooks_run_the_tools_that_lint_runs() -> None:
    run = (ROOT / "run").read_text("utf-8")
    found = re.search(r"for tool in (.+); do", run)
    assert found
    tools = {part.split()[0] for part in re.findall(r'"[^"]+"|\S+', found[1].replace('"', ""))}
    entries = {Path(hook["entry"].split()[0]).name for hook in HOOKS}
    assert entries == {"ruff", "mypy", "lint-imports"}
    assert entries <= tools
