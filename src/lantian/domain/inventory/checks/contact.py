"""Whom to reach and what kind of firm it is: phone, district, flags, season.

Covers: fields that an order needs, and the flags of small, long-stopped and seasonal firms.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator

from lantian.domain.inventory.checks.context import Context
from lantian.domain.inventory.checks.grounds import FIELDS, SPECIAL_CLASSES
from lantian.domain.inventory.checks.rule import Finding, Found, check
from lantian.domain.inventory.model import Season
from lantian.kernel.problem import Severity

_PHONE = re.compile(r"(1[3-9]\d{9}|(0\d{2,3}-?)?[2-9]\d{6,7}(-\d{1,6})?)\Z")
_LEAP_YEAR = 2024


@check(
    "L130",
    Severity.HINT,
    "firm dust",
    "phone",
    title=("电话号码格式不对", "phone number of wrong shape"),
    message=(
        "“{name}”的电话“{phone}”不像手机或固定电话号码",
        "phone “{phone}” of “{name}” is no phone number",
    ),
    remedy=(
        "改为11位手机号或带区号的固定电话",
        "write a mobile number or a landline with area code",
    ),
    why=("预警发布后要立即通知到人", "people must be reached as soon as an alert is out"),
    ground=FIELDS,
)
def phone_shape(context: Context, found: Found) -> Iterator[Finding]:
    """Phone numbers that cannot be dialled; several may be separated."""
    for table, rows in (("firm", context.inventory.firms), ("dust", context.inventory.dust)):
        for row in rows:
            for phone in re.split(r"[、,，;；/\s]+", row.phone.strip()):
                if phone and _PHONE.match(phone) is None:
                    yield found(table, row.row, "phone", name=row.name, phone=phone)
                    break


@check(
    "L131",
    Severity.HINT,
    "firm",
    "phone",
    title=("缺联系电话", "phone missing"),
    message=("企业“{name}”没有联系电话", "firm “{name}” has no phone number"),
    remedy=("补填环保负责人手机号", "fill in the mobile number of the person in charge"),
    why=("预警发布后要立即通知到人", "people must be reached as soon as an alert is out"),
    ground=FIELDS,
    missing=True,
)
def phone_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Firms without a phone number."""
    for firm in context.inventory.firms:
        if not firm.phone.strip():
            yield found("firm", firm.row, "phone", name=firm.name)


@check(
    "L132",
    Severity.WARNING,
    "firm",
    "district",
    title=("缺区县", "district missing"),
    message=("企业“{name}”没有填区县", "firm “{name}” has no district"),
    remedy=("补填所在区县，管控令按区县分发", "fill in the district; orders go out by district"),
    why=("分区统计、区县上限都靠它", "district figures and caps depend on it"),
    ground=FIELDS,
    missing=True,
)
def district_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Firms without a district."""
    for firm in context.inventory.firms:
        if not firm.district.strip():
            yield found("firm", firm.row, "district", name=firm.name)


@check(
    "L133",
    Severity.HINT,
    "firm",
    "small_micro",
    title=("缺小微标记", "small/micro flag missing"),
    message=(
        "企业“{name}”没有填是否小微",
        "firm “{name}” does not say whether it is small or micro",
    ),
    remedy=(
        "填“是”或“否”；空着按非小微处理",
        "write 是 or 否; left empty it is treated as not small",
    ),
    why=(
        "小微企业低级别时可不停限产，但须在清单内",
        "small firms may be spared at low levels but stay listed",
    ),
    ground=SPECIAL_CLASSES,
    missing=True,
)
def small_micro_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Firms whose size flag is empty."""
    for firm in context.inventory.firms:
        if firm.small_micro is None:
            yield found("firm", firm.row, "small_micro", name=firm.name)


@check(
    "L134",
    Severity.HINT,
    "firm",
    "long_stopped",
    title=("缺长期停产标记", "long-stopped flag missing"),
    message=(
        "企业“{name}”没有填是否长期停产",
        "firm “{name}” does not say whether it is long stopped",
    ),
    remedy=("填“是”或“否”；空着按在产处理", "write 是 or 否; left empty it is treated as running"),
    why=("长期停产的企业在清单内，基数为0", "a long-stopped firm stays listed with base 0"),
    ground=SPECIAL_CLASSES,
    missing=True,
)
def long_stopped_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Firms whose long-stopped flag is empty."""
    for firm in context.inventory.firms:
        if firm.long_stopped is None:
            yield found("firm", firm.row, "long_stopped", name=firm.name)


def _bad_season(season: Season) -> bool:
    for month, day in (
        (season.start_month, season.start_day),
        (season.end_month, season.end_day),
    ):
        if not 1 <= month <= 12 or not 1 <= day <= monthrange(_LEAP_YEAR, month)[1]:
            return True
    return False


@check(
    "L135",
    Severity.ERROR,
    "firm",
    "season",
    title=("生产季日期不存在", "season dates do not exist"),
    message=(
        "企业“{name}”的生产季“{season}”不是有效日期",
        "season “{season}” of firm “{name}” is no valid pair of dates",
    ),
    remedy=("写成“月-日~月-日”，如 11-15~03-15", "write it as MM-DD~MM-DD, e.g. 11-15~03-15"),
    why=("非生产季减排量为0，日期错会算错", "out of season nothing counts, so the dates matter"),
    ground=SPECIAL_CLASSES,
)
def season_dates(context: Context, found: Found) -> Iterator[Finding]:
    """Seasons with a month or day the calendar lacks."""
    for firm in context.inventory.firms:
        if firm.season is not None and _bad_season(firm.season):
            yield found("firm", firm.row, "season", name=firm.name, season=firm.season.text())
