"""Collects golden cases: every ``*.yaml`` below this folder is a file of cases of one subject.

A file names its ``subject`` and a list of ``cases``; each case has ``id``, ``clause`` (the rule
it pins down), ``input`` and ``expect``. The subject's runner is ``run_<subject>.py`` in this
folder with one function ``run(given) -> dict``; the test passes when every key of ``expect``
is equal there. Adding a subject is one runner and one YAML file.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

HERE = Path(__file__).parent
REQUIRED = ("id", "clause", "input", "expect")


@cache
def runner(subject: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    path = HERE / f"run_{subject}.py"
    if not path.is_file():
        raise pytest.UsageError(f"no runner {path.name} for golden subject {subject!r}")
    spec = importlib.util.spec_from_file_location(f"golden_run_{subject}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.run


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> pytest.Collector | None:
    if file_path.suffix == ".yaml" and HERE in file_path.parents:
        return GoldenFile.from_parent(parent, path=file_path)
    return None


class GoldenFile(pytest.File):
    def collect(self) -> Iterable[pytest.Item]:
        document = yaml.safe_load(self.path.read_text("utf-8"))
        seen: set[str] = set()
        for case in document["cases"]:
            absent = [key for key in REQUIRED if key not in case]
            if absent or case["id"] in seen or not case["expect"]:
                raise pytest.UsageError(f"{self.path.name}: bad or repeated case {case}")
            seen.add(case["id"])
            yield GoldenCase.from_parent(
                self, name=case["id"], case=case, subject=document["subject"]
            )


class GoldenMismatchError(Exception):
    pass


class GoldenCase(pytest.Item):
    def __init__(self, *, case: dict[str, Any], subject: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.case = case
        self.subject = subject

    def runtest(self) -> None:
        actual = runner(self.subject)(self.case["input"])
        wrong = {
            key: (wanted, actual.get(key, "<absent>"))
            for key, wanted in self.case["expect"].items()
            if key not in actual or actual[key] != wanted
        }
        if wrong:
            raise GoldenMismatchError(wrong)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:
        if isinstance(excinfo.value, GoldenMismatchError):
            lines = [f"{self.subject} {self.name} ({self.case['clause']})"]
            lines += [
                f"  {key}: expected {wanted!r}, got {got!r}"
                for key, (wanted, got) in excinfo.value.args[0].items()
            ]
            return "\n".join(lines)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"{self.subject}: {self.name} ({self.case['clause']})"
