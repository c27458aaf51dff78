"""The State Council's holiday notices as dated files, one a year, checked when read.

A notice names each holiday with its number of days, so every range is checked against the
number the notice itself gives; a worked day must be a Saturday or Sunday.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lantian.kernel.calendar import HolidayNotice, Holidays
from lantian.kernel.problem import LantianError, Place, Problem, Severity
from lantian.rulebook.yamlio import Lines, YamlTrouble, read_yaml

_FOLDER = Path(__file__).parent


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Holiday(_Strict):
    name: str
    first: date
    last: date
    days: int = Field(gt=0)
    working: list[date] = []


class _Notice(_Strict):
    year: int
    document: str = Field(min_length=1)
    issued: date
    source: str = Field(min_length=1)
    status: str = Field(pattern="^(official|secondary|unverified)$")
    note: str = ""
    holidays: list[_Holiday] = Field(min_length=1)


@cache
def load_holidays(*extra: Path) -> Holidays:
    """Return the notices of the package and of `extra` files; a year given twice is refused.

    Raises
    ------
    LantianError
        K111 for a file that cannot be read, K112 for a field or figure that does not fit, K113
        for a year given twice; each with file and line.
    """
    notices: dict[int, HolidayNotice] = {}
    problems: list[Problem] = []
    for path in (*sorted(_FOLDER.glob("*.yaml")), *extra):
        try:
            notice = read_notice(path)
        except LantianError as error:
            problems.extend(error.problems)
            continue
        if notice.year in notices:
            problems.append(
                _problem("K113", path, 1, f"{notice.year} 年重复", f"{notice.year} is given twice")
            )
        notices[notice.year] = notice
    if problems:
        raise LantianError(*problems)
    return Holidays(tuple(notices[year] for year in sorted(notices)))


def read_notice(path: Path) -> HolidayNotice:
    """Return one year's notice from its file."""
    try:
        text = path.read_text(encoding="utf-8")
        data = read_yaml(text)
    except (OSError, UnicodeDecodeError) as error:
        raise LantianError(
            _problem("K111", path, 1, f"读不了节假日文件：{error}", f"unreadable file: {error}")
        ) from error
    except YamlTrouble as error:
        raise LantianError(
            _problem("K111", path, error.line, f"不是 YAML：{error.detail}", error.detail)
        ) from error
    lines = Lines(text)
    try:
        notice = _Notice.model_validate(data)
    except ValidationError as error:
        found = []
        for item in error.errors():
            where = ".".join(str(part) for part in item["loc"])
            message = f"{where}: {item['msg']}"
            found.append(_problem("K112", path, lines.at(item["loc"]), message, message))
        raise LantianError(*found) from error
    problems = [
        _problem("K112", path, lines.at(("holidays", n)), zh, en)
        for n, holiday in enumerate(notice.holidays)
        for zh, en in _faults(holiday)
    ]
    if problems:
        raise LantianError(*problems)
    return HolidayNotice(
        year=notice.year,
        off=frozenset(day for holiday in notice.holidays for day in _range(holiday)),
        working=frozenset(day for holiday in notice.holidays for day in holiday.working),
        document=notice.document,
        source=notice.source,
        status=notice.status,
    )


def _range(holiday: _Holiday) -> list[date]:
    span = (holiday.last - holiday.first).days
    return [holiday.first + timedelta(days=n) for n in range(span + 1)]


def _faults(holiday: _Holiday) -> list[tuple[str, str]]:
    """Return what contradicts the notice's own figures, Chinese and English."""
    faults = []
    days = len(_range(holiday))
    if days != holiday.days:
        faults.append(
            (
                f"{holiday.name}起止共 {days} 天，通知写 {holiday.days} 天",
                f"{holiday.name} spans {days} days, the notice says {holiday.days}",
            )
        )
    for day in holiday.working:
        if day.weekday() < 5:
            faults.append((f"调休上班日 {day} 不是周末", f"worked day {day} is not on a weekend"))
    return faults


def _problem(code: str, path: Path, line: int, zh: str, en: str) -> Problem:
    return Problem(
        code,
        Severity.ERROR,
        Place(file=str(path), line=line),
        zh,
        en,
        "对照国务院办公厅通知改正该文件",
        "Correct the file after the State Council's notice.",
    )
