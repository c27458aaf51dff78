"""Where firms and dust sources stand.

Covers: coordinates missing, half missing, swapped, outside China, far from the rest of the
city, the same point for many firms.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from math import cos, hypot, radians
from statistics import median

from lantian.domain.inventory.checks.context import Context
from lantian.domain.inventory.checks.grounds import FIELDS, PLAUSIBLE, REVIEW_2024
from lantian.domain.inventory.checks.rule import Finding, Found, check
from lantian.domain.inventory.model import DustSource, Firm
from lantian.kernel.problem import Severity

_EAST = (Decimal(73), Decimal(136))
_NORTH = (Decimal(3), Decimal(54))
_KM_PER_DEGREE = 111.2
_LEAST_POINTS = 8
_LEAST_FAR_KM = 120.0
_SPREADS_FAR = 6.0
_LEAST_SAME = 5

_Placed = tuple[str, Firm | DustSource, Decimal, Decimal]


def _rows(context: Context) -> Iterator[tuple[str, Firm | DustSource]]:
    for firm in context.inventory.firms:
        yield "firm", firm
    for source in context.inventory.dust:
        yield "dust", source


def _placed(context: Context) -> Iterator[_Placed]:
    """Yield table, row, longitude and latitude of all rows that state both."""
    for table, row in _rows(context):
        if row.longitude_deg is not None and row.latitude_deg is not None:
            yield table, row, row.longitude_deg, row.latitude_deg


def _in_china(longitude: Decimal, latitude: Decimal) -> bool:
    return _EAST[0] <= longitude <= _EAST[1] and _NORTH[0] <= latitude <= _NORTH[1]


@check(
    "L601",
    Severity.HINT,
    "firm",
    "longitude_deg latitude_deg",
    title=("缺经纬度", "coordinates missing"),
    message=("“{name}”没有经纬度", "“{name}” has no coordinates"),
    remedy=(
        "补填厂区大门或主要排放口的经纬度（十进制度）",
        "fill in longitude and latitude in decimal degrees",
    ),
    why=("核查路线和地图要用", "routes and maps need them"),
    ground=REVIEW_2024,
    missing=True,
)
def coordinates_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Firms without both coordinates."""
    for firm in context.inventory.firms:
        if firm.longitude_deg is None and firm.latitude_deg is None:
            yield found("firm", firm.row, "longitude_deg", name=firm.name)


@check(
    "L602",
    Severity.WARNING,
    "firm dust",
    "longitude_deg latitude_deg",
    title=("经纬度只填了一个", "only one coordinate"),
    message=("“{name}”只填了经度或纬度之一", "“{name}” states only one of longitude and latitude"),
    remedy=("补填另一个", "fill in the other"),
    why=("一个坐标定不了位", "one coordinate is no place"),
    ground=FIELDS,
)
def coordinate_half(context: Context, found: Found) -> Iterator[Finding]:
    """Rows with one of two coordinates."""
    for table, row in _rows(context):
        if (row.longitude_deg is None) is not (row.latitude_deg is None):
            absent = "longitude_deg" if row.longitude_deg is None else "latitude_deg"
            yield found(table, row.row, absent, name=row.name)


@check(
    "L603",
    Severity.ERROR,
    "firm dust",
    "longitude_deg latitude_deg",
    title=("经纬度填反", "longitude and latitude swapped"),
    message=(
        "“{name}”的经度{longitude}、纬度{latitude}填反了",
        "“{name}”: longitude {longitude} and latitude {latitude} are swapped",
    ),
    remedy=("两列对调", "swap the two cells"),
    why=("中国境内经度大于73，纬度小于54", "in China longitude is above 73 and latitude below 54"),
    ground=PLAUSIBLE,
)
def coordinates_swapped(context: Context, found: Found) -> Iterator[Finding]:
    """Pairs that lie in China only when swapped."""
    for table, row, longitude, latitude in _placed(context):
        if not _in_china(longitude, latitude) and _in_china(latitude, longitude):
            yield found(
                table,
                row.row,
                "longitude_deg",
                name=row.name,
                longitude=longitude,
                latitude=latitude,
            )


@check(
    "L604",
    Severity.ERROR,
    "firm dust",
    "longitude_deg latitude_deg",
    title=("经纬度不在中国境内", "coordinates outside China"),
    message=(
        "“{name}”的位置（{longitude}，{latitude}）不在中国境内",
        "“{name}” at ({longitude}, {latitude}) is outside China",
    ),
    remedy=(
        "核对度分秒换算、小数点和正负号，以十进制度填写",
        "check the conversion to decimal degrees, the point and the sign",
    ),
    why=("位置错误时核查找不到企业", "a wrong place cannot be visited"),
    ground=PLAUSIBLE,
)
def outside_china(context: Context, found: Found) -> Iterator[Finding]:
    """Pairs outside the bounding box of China, swapped or not."""
    for table, row, longitude, latitude in _placed(context):
        if not _in_china(longitude, latitude) and not _in_china(latitude, longitude):
            yield found(
                table,
                row.row,
                "longitude_deg",
                name=row.name,
                longitude=longitude,
                latitude=latitude,
            )


@check(
    "L605",
    Severity.WARNING,
    "firm dust",
    "longitude_deg latitude_deg",
    title=("位置远离本市", "far from the rest of the city"),
    message=(
        "“{name}”的位置（{longitude}，{latitude}）离本清单企业的中心{distance}千米",
        "“{name}” at ({longitude}, {latitude}) is {distance} km from the middle of the list",
    ),
    remedy=(
        "核对经纬度；确在外市的，不应列入本市清单",
        "check the coordinates; a firm elsewhere is not for this list",
    ),
    why=("清单只列本市的源", "the list holds the city's own sources"),
    ground=PLAUSIBLE,
)
def far_away(context: Context, found: Found) -> Iterator[Finding]:
    """Points far from the median point: 120 km at least and six times the usual distance."""
    points = [p for p in _placed(context) if _in_china(p[2], p[3])]
    if len(points) < _LEAST_POINTS:
        return
    middle_x = median(float(p[2]) for p in points)
    middle_y = median(float(p[3]) for p in points)
    narrow = cos(radians(middle_y))
    distances = [
        _KM_PER_DEGREE * hypot((float(x) - middle_x) * narrow, float(y) - middle_y)
        for _, _, x, y in points
    ]
    limit = max(_LEAST_FAR_KM, _SPREADS_FAR * median(distances))
    for (table, row, longitude, latitude), distance in zip(points, distances, strict=True):
        if distance > limit:
            yield found(
                table,
                row.row,
                "longitude_deg",
                name=row.name,
                longitude=longitude,
                latitude=latitude,
                distance=f"{distance:.0f}",
            )


@check(
    "L606",
    Severity.HINT,
    "firm",
    "longitude_deg latitude_deg",
    title=("多家企业坐标完全相同", "many firms at one point"),
    message=(
        "有{count}家企业的位置都是（{longitude}，{latitude}），像是占位值",
        "{count} firms stand at ({longitude}, {latitude}); it looks like a placeholder",
    ),
    remedy=("逐家改为实际位置", "write each firm's own place"),
    why=("占位坐标会误导核查", "placeholders mislead inspectors"),
    ground=PLAUSIBLE,
)
def one_point(context: Context, found: Found) -> Iterator[Finding]:
    """Points shared by five or more firms, told once for each point."""
    rows_at: dict[tuple[Decimal, Decimal], list[int]] = {}
    for firm in context.inventory.firms:
        if firm.longitude_deg is not None and firm.latitude_deg is not None:
            rows_at.setdefault((firm.longitude_deg, firm.latitude_deg), []).append(firm.row)
    for (longitude, latitude), rows in rows_at.items():
        if len(rows) >= _LEAST_SAME:
            yield found(
                "firm",
                rows[0],
                "longitude_deg",
                count=len(rows),
                longitude=longitude,
                latitude=latitude,
            )
