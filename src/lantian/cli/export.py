"""`lantian export`: the list in another layout or file form."""

from __future__ import annotations

import sys
from pathlib import Path

import click

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


@click.command(name="export")
@click.argument("list_path", metavar="LIST", type=click.Path(path_type=Path))
@click.option(
    "--layout",
    default="lantian-1",
    show_default=True,
    help="输出版式：内置名称或版式文件。Layout to write: a packaged name or a YAML file.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="输出 .xlsx 文件，或文件夹。Output .xlsx file, or a folder.",
)
@click.option(
    "--form",
    type=click.Choice(["xlsx", "csv", "parquet"]),
    help="输出形式，默认看后缀。Form of the output; after the suffix if not given.",
)
@click.option(
    "--from-layout",
    "source_layout",
    help="原清单的版式，默认自动识别。Layout of LIST; detected if not given.",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。Print JSON.")
@guarded
def command(
    list_path: Path,
    layout: str,
    out: Path,
    form: str | None,
    source_layout: str | None,
    as_json: bool,
) -> None:
    r"""把清单写成另一种版式或文件形式。Write a list in another layout or file form.

    The written list is read again and compared: unless the answer says otherwise, it is the same.

    \b
    lantian export city/list.xlsx --layout city-2024 --out city/list-2024.xlsx
    lantian export city/list.xlsx --form parquet --out city/list
    """
    from lantian.jobs.export import run_export

    shown = None if as_json else _Ticker()
    report = run_export(
        list_path, out, layout=layout, source_layout=source_layout, form=form, progress=shown
    )
    if shown is not None:
        shown.close()
    counts = {k: v for k, v in report.read.counts.items() if not k.endswith("_read")}
    unread = sum(p.severity is Severity.ERROR for p in report.read.problems)
    failed = report.identical is False or unread > 0
    if as_json:
        print_json(
            {
                "out": str(report.out),
                "layout": report.layout,
                "source_layout": report.read.inventory.layout,
                "source_sha256": report.read.inventory.sha256,
                "rows": counts,
                "identical": report.identical,
                **problems_as_json((*report.problems, *report.read.problems)),
            }
        )
    else:
        _print(report.out, counts, report.identical, report.read.inventory.layout, layout)
        if report.problems:
            print_problems(report.problems)
        if report.read.problems:
            n = len(report.read.problems)
            click.echo(
                f"读取时有 {n} 条问题，其中 {unread} 处读不出、未能写回，用 lantian check 查看。"
                f"Reading found {n} problems, {unread} unreadable and so not written; see lantian check."
            )
    sys.exit(EXIT_PROBLEMS if failed else EXIT_OK)


def _print(
    out: Path, counts: dict[str, int], identical: bool | None, source: str, layout: str
) -> None:
    words = (
        ("firm", "企业"), ("line", "生产线"), ("measure", "措施"),
        ("dust", "扬尘源"), ("mobile", "移动源"), ("total", "全社会排放"),
    )  # fmt: skip
    rows = "，".join(f"{zh} {counts.get(key, 0):,}" for key, zh in words)
    console().print(f"已写出 {out}：{rows}", soft_wrap=True)
    console().print(f"版式 {source} → {layout}", soft_wrap=True)
    if identical:
        console().print("复读核对一致。Read back: identical.", soft_wrap=True)
    elif identical is False:
        console().print("复读核对不一致，见下。Read back: not identical.", soft_wrap=True)


class _Ticker:
    """A progress line on stderr, only on a terminal."""

    def __init__(self) -> None:
        self._status = console(stderr=True).status("…") if sys.stderr.isatty() else None
        if self._status is not None:
            self._status.start()

    def __call__(self, label: str, done: int, total: int) -> None:
        """Show how far `label` is."""
        if self._status is not None:
            self._status.update(f"{label} {done:,}/{total:,}")

    def close(self) -> None:
        """Remove the line."""
        if self._status is not None:
            self._status.stop()
