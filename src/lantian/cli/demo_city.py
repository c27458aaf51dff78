"""``lantian demo-city``: an invented city to try everything on."""

from __future__ import annotations

from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from lantian.cli.output import console, guarded, print_json
from lantian.demo.write import FORMATS, WrittenCity, write_city
from lantian.domain.grading.grade import Grade

_TABLES = {
    "firm": "企业",
    "line": "生产线",
    "measure": "减排措施",
    "dust": "扬尘源",
    "mobile": "移动源",
    "total": "全社会排放",
}


@click.command("demo-city")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--firms",
    default=1555,
    show_default=True,
    type=click.IntRange(1, 1_000_000),
    help="企业数 Number of firms.",
)
@click.option(
    "--seed",
    default=1,
    show_default=True,
    type=click.IntRange(0, 2**31 - 1),
    help="随机种子 Seed; the same seed gives the same city.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="清单格式 Form of the list; by default xlsx, beyond Excel's rows a folder of Parquet.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@guarded
def command(folder: Path, firms: int, seed: int, form: str | None, as_json: bool) -> None:
    r"""Write an invented city into DIR 生成虚构演示城市.

    A list with the published proportions of Taiyuan in 2022 (1,555 firms: 8 A, 33 B with B-,
    58 leading), the firms' applications for grading, a forecast of a winter episode, and a README.
    Everything in it is invented and says so.

    \b
    lantian demo-city city
    lantian demo-city big --firms 300000
    """
    errors = console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=errors,
        disable=not errors.is_terminal or as_json,
        transient=True,
    ) as bar:
        task = bar.add_task("生成虚构城市", total=None)

        def tell(sheet: str, done: int, total: int | None) -> None:
            bar.update(task, description=f"写入 {sheet}", completed=done, total=total)

        written = write_city(
            folder,
            firms=firms,
            seed=seed,
            form=form,
            progress=tell,
        )
    if as_json:
        print_json(as_dict(written))
        return
    out = console()
    out.print(f"[bold]{written.city}[/]  {written.label_zh}")
    out.print(written.label_en)
    out.print("  ".join(f"{_TABLES[key]} {count:,}" for key, count in written.rows.items()))
    out.print("  ".join(f"{Grade(g).label_zh} {n:,}" for g, n in _by_rank(written.grades)))
    for path in (written.list_path, written.applications, written.forecast, written.readme):
        if path is not None:
            out.print(f"  {path}")


def as_dict(written: WrittenCity) -> dict[str, object]:
    """Return what ``--json`` prints."""
    return {
        "city": written.city,
        "label_zh": written.label_zh,
        "label_en": written.label_en,
        "invented": True,
        "firms": written.firms,
        "seed": written.seed,
        "rows": written.rows,
        "grades": dict(_by_rank(written.grades)),
        "list": str(written.list_path),
        "applications": str(written.applications) if written.applications else None,
        "forecast": str(written.forecast),
        "readme": str(written.readme),
    }


def _by_rank(grades: dict[str, int]) -> list[tuple[str, int]]:
    order = [str(g) for g in Grade]
    return sorted(grades.items(), key=lambda item: order.index(item[0]))
