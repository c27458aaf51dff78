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
COLUMNS = 100
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


class Runner:
    """Runs the commands of one page in order, each distinct sequence only once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copy(ROOT / "run", folder / "run")

    def output(self, command: str) -> str:
        """Return what `command` prints on standard output, line ends trimmed."""
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=self.folder,
            env=_environment(),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode not in (0, 1, 3) or (done.returncode and not done.stdout):
            raise SystemExit(f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return "\n".join(line.rstrip() for line in done.stdout.splitlines()).strip("\n")


def refreshed(page: Path) -> str:
    """Return the text of `page` with the output that its commands print today."""
    with tempfile.TemporaryDirectory(prefix="lantian-docs-") as folder:
        runner = Runner(Path(folder))

        def replace(match: re.Match[str]) -> str:
            head = f"<!-- {match['kind']}: {match['command']} -->\n"
            printed = runner.output(match["command"])
            if match["kind"] == "run":
                return head + match[0][len(head) :]
            fence = match["fence"] or "```"
            return f"{head}{fence}{match['lang'] or 'text'}\n{printed}\n{fence}"

        return _MARK.sub(replace, page.read_text(encoding="utf-8"))


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
