"""Write the demo city: list, applications, forecast, README; each says that it is invented."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from lantian.adapters.excel.write import MAX_EXCEL_ROWS, Progress, write_list
from lantian.adapters.inplace import atomic
from lantian.demo.applications.write import write_applications
from lantian.demo.cells import cells
from lantian.demo.city import lazy_city, row_counts
from lantian.demo.parameters import Parameters, load_parameters
from lantian.kernel.collector import no_collection
from lantian.kernel.problem import LantianError, Place, Problem, Severity

LAYOUT = "lantian-1"
FORMATS = ("xlsx", "parquet", "csv")
MOST_APPLICANTS = 20_000
"""Firms whose applications still fit into one workbook that a person can open."""
_AQI_CLASSES = ((50, "优"), (100, "良"), (150, "轻度污染"), (200, "中度污染"), (300, "重度污染"))


@dataclass(frozen=True, slots=True)
class WrittenCity:
    """What was written where: paths, rows of each table, firms by grade.

    `applications` is None for a city too large for one workbook of them.
    """

    city: str
    label_zh: str
    label_en: str
    firms: int
    seed: int
    list_path: Path
    applications: Path | None
    forecast: Path
    readme: Path
    rows: dict[str, int]
    grades: dict[str, int]


def write_city(
    out: Path,
    *,
    firms: int = 1555,
    seed: int = 1,
    form: str | None = None,
    progress: Progress | None = None,
) -> WrittenCity:
    """Write ``list.xlsx`` (or a folder ``list``), forecast, applications and README into `out`.

    Parameters
    ----------
    out
        Folder, made when it is missing; files of the same names are replaced.
    firms, seed
        Size and seed of the city, see `make_city`.
    form
        ``xlsx``, ``parquet`` or ``csv``. By default a workbook, and beyond Excel's row limit a
        folder of Parquet files with the same columns.
    progress
        Told the sheet, how many of its rows are written, and how many it has.

    Raises
    ------
    LantianError
        D001 if the folder cannot be made or written; X062 if a workbook was asked for and a
        sheet does not fit.
    """
    rows = row_counts(firms, seed)
    form = form or ("xlsx" if max(rows.values()) < MAX_EXCEL_ROWS else "parquet")
    parameters = load_parameters()
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LantianError(_unwritable(out, error)) from error
    inventory = lazy_city(firms, seed)
    target = out / ("list.xlsx" if form == "xlsx" else "list")
    with no_collection():
        write_list(inventory, target, layout=LAYOUT, form=form, progress=progress)
        applications = None
        if firms <= MOST_APPLICANTS:
            applications = write_applications(out, list(inventory.firms), parameters, seed)
    rows |= {
        "dust": len(inventory.dust),
        "mobile": len(inventory.mobile),
        "total": len(inventory.totals),
    }
    grades: Counter[str] = Counter()
    for cell in cells(parameters, firms):
        grades[cell.grade.value] += cell.firms
    written = WrittenCity(
        city=parameters.city,
        label_zh=parameters.label_zh,
        label_en=parameters.label_en,
        firms=firms,
        seed=seed,
        list_path=target,
        applications=applications,
        forecast=out / "forecast.csv",
        readme=out / "README.md",
        rows=rows,
        grades=dict(sorted(grades.items())),
    )
    try:
        _replace(written.forecast, forecast_csv(parameters))
        _replace(written.readme, readme_text(written))
    except OSError as error:
        raise LantianError(_unwritable(out, error)) from error
    return written


def forecast_csv(parameters: Parameters) -> str:
    """Return the invented forecast: one row a day, each labelled."""
    raw = parameters.raw["forecast"]
    first = date.fromisoformat(raw["first_day"])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["date", "aqi", "primary_pollutant", "level", "issued_at", "note"])
    for i, (aqi, primary) in enumerate(zip(raw["aqi"], raw["primary"], strict=True)):
        day = first + timedelta(days=i)
        note = f"{parameters.city}：虚构预报 invented forecast"
        row = [day.isoformat(), aqi, primary, aqi_class(aqi), raw["issued_at"], note]
        writer.writerow(row)
    return out.getvalue()


def aqi_class(aqi: int) -> str:
    """Return the Chinese class name of a daily AQI (HJ 633: 50, 100, 150, 200, 300)."""
    return next((name for top, name in _AQI_CLASSES if aqi <= top), "严重污染")


def readme_text(written: WrittenCity) -> str:
    """Return the README of the folder, Chinese first."""
    grade = written.grades
    b = grade.get("B", 0) + grade.get("B-", 0)
    name = written.list_path.name
    rows = written.rows
    size = (
        f"{rows['firm']} 企业 firms，{rows['line']} 生产线 lines，{rows['measure']} 措施 measures"
    )
    leading = grade.get("leading", 0)
    applied = command = ""
    if written.applications is not None:
        applied = (
            f"| `{written.applications.name}` | 绩效分级申报汇总（虚构事实，按指标表得出清单中的等级；"
            "证据在 `evidence`） applications for grading, facts invented |\n"
        )
        plan = load_parameters().raw["grading"]
        command = (
            f"lantian grade {written.applications.name} --on {plan['day']} "
            f"--province {plan['province']} --unverified\n"
        )
    return f"""# {written.city}

**{written.label_zh}。** 城市、区县、企业、人名、电话、坐标、排放量、预报全部为虚构，仅供演示和测试。
统一社会信用代码校验位正确，但行政区划段 99 开头，不对应任何省份；电话区号 0000，不是任何地区；坐标落在无人的沙漠。
只有比例来自公开报道：太原市 2022 年 1,555 家企业中 A 级 8 家、B 级（含 B-）33 家、引领性 58 家（二手来源，待核实）。

**{written.label_en}** City, districts, firms, people, telephones, coordinates, emissions and forecast are made up, for
demonstration and tests. Credit codes have right check digits but region 99, which is no province; telephones have area
code 0000, which is no place; coordinates lie in empty desert. Only the proportions are published: Taiyuan 2022, 1,555
firms with 8 A, 33 B (B- included), 58 leading (secondary source, to be checked).

| 文件 file | 内容 content |
|---|---|
| `{name}` | 应急减排清单 the list（版式 layout {LAYOUT}）：{size} |
{applied}| `forecast.csv` | 虚构的冬季污染过程预报 an invented winter episode |

A {grade.get("A", 0)} · B（含 B-）{b} · 引领性 leading {leading}。种子 seed {written.seed}：相同种子和规模，内容相同。
Same seed and size, same content.

```
lantian check {name}
lantian alert forecast.csv
lantian plan {name} --all-levels
{command}```
"""


def _replace(path: Path, text: str) -> None:
    """Write a text file under a temporary name, then put it in place."""
    with atomic(path) as sibling:
        sibling.write_text(text, encoding="utf-8")


def _unwritable(out: Path, error: OSError) -> Problem:
    return Problem(
        code="D001",
        severity=Severity.ERROR,
        place=Place(file=str(out)),
        message_zh=f"演示城市写不出去：{error.strerror or error}",
        message_en=f"The demo city cannot be written: {error.strerror or error}.",
        remedy_zh="换一个可写的文件夹，或检查磁盘空间",
        remedy_en="Give a folder that can be written, or check the disk.",
    )
