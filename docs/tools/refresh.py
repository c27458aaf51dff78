"""Re-run the commands shown in README and docs and put what they print today in their place.

A block is a comment ``<!-- output: COMMAND -->`` followed by a fenced block. A comment
``<!-- run: COMMAND -->`` runs without being shown, to prepare what later commands use. All
commands of one page run in order, with ``sh -c``, in one new folder that holds a copy of ``run``,
so that a reader who types them in an empty folder sees the same.

    ./run docs             rewrite every block
    ./run docs --check     exit 1 and name the blocks that differ
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = 110
_MARK = re.compile(
    r"<!-- (?P<kind>run|output): (?P<command>.+?) -->\n"
    r"(?:(?P<fence>`{3,})(?P<lang>\w*)\n(?P<shown>.*?)\n?(?P=fence)(?=\n|\Z))?",
    re.DOTALL,
)


def pages() -> list[Path]:
    """Return the pages that may show output, READMEs first."""
    return [*sorted(ROOT.glob("README*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def has_blocks(page: Path) -> bool:
    """Tell whether `page` shows the output of a command."""
    return "<!-- output: " in page.read_text(encoding="utf-8")


@cache
def _environment() -> dict[str, str]:
    """Return an environment in which output depends on nothing of this machine."""
    scripts = sysconfig.get_path("scripts")
    kept = {k: v for k, v in os.environ.items() if k in {"HOME", "TMPDIR", "SYSTEMROOT"}}
    return kept | {
        "PATH": os.pathsep.join([scripts, os.environ.get("PATH", "/usr/bin:/bin")]),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "COLUMNS": str(COLUMNS),
        "NO_COLOR": "1",
        "TERM": "dumb",
        "TZ": "UTC",
        "LANTIAN_VENV": sys.prefix,
    }


def _output(command: str, folder: str) -> str:
    """Return what `command` prints on standard output, line ends trimmed."""
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode not in (0, 1, 3) or (done.returncode and not done.stdout):
        raise SystemExit(f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()).strip("\n")


@cache
def _outputs(commands: tuple[str, ...]) -> tuple[str, ...]:
    """Run the commands of a page in order in one new folder; pages may share a sequence."""
    with tempfile.TemporaryDirectory(prefix="lantian-docs-") as folder:
        shutil.copy(ROOT / "run", folder)
        return tuple(_output(command, folder) for command in commands)


def refreshed(page: Path) -> str:
    """Return the text of `page` with the output that its commands print today."""
    text = page.read_text(encoding="utf-8")
    printed = iter(_outputs(tuple(m["command"] for m in _MARK.finditer(text))))

    def replace(match: re.Match[str]) -> str:
        head, today = f"<!-- {match['kind']}: {match['command']} -->\n", next(printed)
        if match["kind"] == "run":
            return match[0]
        fence = match["fence"] or "```"
        return f"{head}{fence}{match['lang'] or 'text'}\n{today}\n{fence}"

    return _MARK.sub(replace, text)


def blocks(text: str) -> list[tuple[str, str]]:
    """Return each shown command with the output that stands in `text`."""
    found = _MARK.finditer(text)
    return [(m["command"], m["shown"] or "") for m in found if m["kind"] == "output"]


def main(arguments: list[str] | None = None) -> int:
    """Rewrite or check the pages; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="change nothing, exit 1 if stale")
    parser.add_argument("pages", nargs="*", type=Path, help="only these pages")
    options = parser.parse_args(arguments)
    stale = 0
    for page in options.pages or [p for p in pages() if has_blocks(p)]:
        old, new = page.read_text(encoding="utf-8"), refreshed(page)
        if old == new:
            continue
        stale += 1
        print(f"{'stale' if options.check else 'rewritten'}: {page}")
        if not options.check:
            page.write_text(new, encoding="utf-8")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
