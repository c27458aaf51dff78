"""Issue 2, section 1: READMEs in two languages, under 150 lines, linked; links resolve;
the output shown in README and docs is what the commands print today.
"""

from __future__ import annotations

import importlib.util
import re
import sys
import unicodedata
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from lantian.cli.main import main

ROOT = Path(__file__).parents[2]


def _refresh_tool():  # type: ignore[no-untyped-def]
    spec = importlib.util.spec_from_file_location("refresh", ROOT / "docs/tools/refresh.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["refresh"] = module
    spec.loader.exec_module(module)
    return module


refresh = _refresh_tool()
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
SHOWING = [p for p in refresh.pages() if refresh.has_blocks(p)]


def _label(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def _without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^(`{3,}).*?^\1", "", text, flags=re.M | re.S))


def _anchors(page: Path) -> set[str]:
    """Return the anchors of the headings as the usual renderers make them."""
    heads = re.findall(r"^#+ +(.+?) *$", page.read_text("utf-8"), re.M)
    plain = [unicodedata.normalize("NFC", re.sub(r"[`*]", "", h)).lower() for h in heads]
    return {re.sub(r"[^\w\- ]", "", h).replace(" ", "-") for h in plain}


@pytest.mark.parametrize("page", PAGES, ids=_label)
def test_links_between_pages_resolve(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", _without_code(page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = unquote(target).partition("#")
        aim = (page.parent / file).resolve() if file else page
        assert aim.exists(), target
        assert aim.is_relative_to(ROOT), target
        if anchor:
            assert anchor in _anchors(aim), target


def test_every_page_of_the_docs_can_be_reached_from_the_index() -> None:
    start = ROOT / "docs/index.md"
    seen, todo = {start}, [start]
    while todo:
        page = todo.pop()
        for target in re.findall(r"\]\(([^)#\s]+\.md)(?:#[^)]*)?\)", page.read_text("utf-8")):
            aim = (page.parent / unquote(target)).resolve()
            if aim.exists() and aim not in seen:
                seen.add(aim)
                todo.append(aim)
    assert set((ROOT / "docs").rglob("*.md")) <= seen


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_readmes_are_short_and_linked_to_each_other(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    other = {"README.md": "README.zh-CN.md", "README.zh-CN.md": "README.md"}[name]
    assert len(text.splitlines()) < 150
    assert f"({other})" in text
    assert "./run demo" in text
    assert "./run test" in text
    assert "<!-- output: " in text


@pytest.mark.parametrize("page", PAGES, ids=_label)
def test_no_page_names_a_package_index_or_a_path_of_one_machine(page: Path) -> None:
    text = page.read_text("utf-8")
    assert not re.search(r"pypi\.|/simple\b|/home/\w|/work/|/opt/|/root/", text)


@pytest.mark.slow
@pytest.mark.parametrize("page", SHOWING, ids=_label)
def test_shown_output_is_what_the_command_prints_today(page: Path) -> None:
    shown = refresh.blocks(page.read_text("utf-8"))
    assert shown
    assert shown == refresh.blocks(refresh.refreshed(page)), "run ./run docs"


def test_a_stale_block_is_found_and_rewritten(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "a\n<!-- run: echo one > f -->\nb\n<!-- output: cat f; lantian --version -->\n"
        "```text\nold\n```\nc\n<!-- output: echo two -->\n",
        "utf-8",
    )
    assert refresh.main(["--check", str(page)]) == 1
    assert refresh.main([str(page)]) == 0
    assert refresh.main(["--check", str(page)]) == 0
    first, second = refresh.blocks(page.read_text("utf-8"))
    assert first[1].startswith("one\nlantian, version ")
    assert second == ("echo two", "two")
    assert "\nc\n" in page.read_text("utf-8")


def test_a_command_that_fails_is_never_shown(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- output: lantian no-such-command -->\n", "utf-8")
    with pytest.raises(SystemExit, match="exit 2"):
        refresh.main([str(page)])
    assert page.read_text("utf-8") == "<!-- output: lantian no-such-command -->\n"


def _paths(command: click.Command, path: str) -> list[str]:
    inner = getattr(command, "commands", {})
    return [path, *(p for name, c in inner.items() for p in _paths(c, f"{path} {name}"))]


def test_the_command_line_page_shows_the_help_of_every_command() -> None:
    shown = {c for c, _ in refresh.blocks((ROOT / "docs/cli.md").read_text("utf-8"))}
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        assert {f"lantian {path} --help" for path in _paths(command, name)} <= shown
