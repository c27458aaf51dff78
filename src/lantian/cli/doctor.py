"""``lantian doctor``: each mistake of a deployment with its remedy."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from lantian.cli import options
from lantian.cli.output import (
    EXIT_OK,
    EXIT_PROBLEMS,
    console,
    guarded,
    print_json,
    print_problems,
    problems_as_json,
)
from lantian.kernel.problem import Severity


@click.command(
    "doctor",
    epilog="Exit codes 退出码: 0 fit 可用; 1 a mistake of error level 有错误级问题; 2 wrong usage 用法错误.",
)
@click.option("--home", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path("var/office"),
              show_default=True, envvar="LANTIAN_HOME", help="Folder of database, files and key. 数据目录")  # fmt: skip
@options.as_json
@guarded
def command(home: Path, as_json: bool) -> None:
    r"""Look a deployment over: settings, folder, database, record, vault 部署体检.

    Give it the environment variables that the site runs with.

    \b
    lantian doctor --home /srv/lantian
    """
    os.environ["LANTIAN_HOME"] = str(home.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantian.office.site.settings")
    import django

    django.setup()
    from lantian.office.site.doctor import examine

    problems = examine()
    bad = any(p.severity is Severity.ERROR for p in problems)
    if as_json:
        print_json({"home": str(home), "fit": not bad} | problems_as_json(problems))
    elif problems:
        print_problems(problems)
    if not bad and not as_json:
        console().print("没有错误级问题 fit")
    sys.exit(EXIT_PROBLEMS if bad else EXIT_OK)
