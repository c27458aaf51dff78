"""Design, section 3 (base install stays light) and issue 2, section 1 (lock file).

Every locked package is explained in docs/dependencies.md with the licence of its own metadata;
nothing under the GPL or AGPL is in the base installation; the locks name no package index.
"""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/dependencies.md").read_text("utf-8")
ROWS = {
    m[1]: (m[2], m[3]) for m in re.finditer(r"^\| ([a-z0-9-]+) \| (.+?) \| (.+?) \|$", PAGE, re.M)
}
ROWS.pop("package", None)
# Spellings that older metadata uses for the same licence.
SAME = [
    (r"MIT License|Copyright \(c\) 2025 Ritchie Vink", "MIT"),
    (r"Apache Software License|Apache 2\.0", "Apache-2.0"),
    (r"Mozilla Public License 2\.0.*", "MPL-2.0"),
    (r"BSD License|BSD 2-Clause License", "BSD"),
    (r"Python Software Foundation License", "PSF-2.0"),
]


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found, requirement
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def _locked(file: str) -> set[str]:
    text = (ROOT / file).read_text("utf-8")
    return set(re.findall(r"^([a-z0-9-]+)==", text, re.M))


def _licence(package: str) -> str:
    """Return the licence that the installed metadata of `package` states."""
    meta = importlib.metadata.metadata(package)
    stated = meta.get("License-Expression")
    if not stated:
        classed = [c for c in meta.get_all("Classifier", []) if c.startswith("License ::")]
        stated = classed[0].split(" :: ")[-1] if classed else (meta.get("License") or "")
    if not stated:  # some metadata state nothing and only carry the text
        texts = [f for f in importlib.metadata.files(package) or [] if f.name == "LICENSE"]
        stated = texts[0].read_text() if texts else ""
    stated = stated.strip().splitlines()[0].strip() if stated.strip() else ""
    for pattern, short in SAME:
        if re.fullmatch(pattern, stated):
            return short
    return stated


BASE, DEV = _locked("requirements.lock"), _locked("requirements-dev.lock")


def _installed(packages: set[str]) -> list[str]:
    """Leave out what a marker keeps off this platform, e.g. colorama."""
    here = {_name(d.metadata["Name"]) for d in importlib.metadata.distributions()}
    return sorted(packages & here)


def test_the_page_names_just_what_the_locks_hold() -> None:
    assert set(ROWS) == BASE | DEV


def test_every_dependency_of_pyproject_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert {_name(r) for r in project["dependencies"]} <= BASE
    for extra in ("dev", "postgres"):
        assert {_name(r) for r in project["optional-dependencies"][extra]} <= DEV
    assert BASE <= DEV


def test_nearly_everything_locked_is_installed_here() -> None:
    missing = (BASE | DEV) - set(_installed(BASE | DEV))
    assert missing <= {"colorama", "editables", "tzdata"}, missing


@pytest.mark.parametrize("package", _installed(BASE | DEV))
def test_the_licence_is_the_one_its_metadata_states(package: str) -> None:
    assert ROWS[package][0] == _licence(package)
    assert len(ROWS[package][1].split()) >= 2


@pytest.mark.parametrize("package", _installed(BASE))
def test_the_base_installation_holds_no_gpl(package: str) -> None:
    meta = importlib.metadata.metadata(package)
    stated = [meta.get("License-Expression") or "", *(meta.get_all("Classifier") or [])]
    stated.append((meta.get("License") or "").splitlines()[0] if meta.get("License") else "")
    for text in stated:
        assert not re.search(r"(?<!L)\bA?GPL|GNU (Affero )?General Public", text), (package, text)


def test_the_base_installation_is_light() -> None:
    heavy = {"pandas", "pyarrow", "torch", "pyspark", "scipy", "matplotlib"}
    assert not BASE & heavy


@pytest.mark.parametrize("file", ["requirements.lock", "requirements-dev.lock"])
def test_locks_have_hashes_and_name_no_index(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted", text)
    for entry in re.split(r"\n(?=[a-z])", text.strip()):
        assert "--hash=sha256:" in entry, entry.splitlines()[0]
